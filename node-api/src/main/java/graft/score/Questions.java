package graft.score;

import graft.node.Problem;
import java.util.ArrayList;
import java.util.List;

/**
 * What a model is asked to draw, to see what it learnt.
 *
 * @param subject the words that call the subject up, such as {@code sks dog} or {@code <my-dog>}
 * @param className what kind of thing it is, in words that the model knew before, such as {@code dog}
 * @param prompts each with {@code {subject}} where the subject's words go
 * @param unrelated prompts that are not about the subject; may be none
 * @param seeds of the noise, the same for every prompt
 */
public record Questions(
        String subject, String className, List<String> prompts, List<String> unrelated, List<Long> seeds) {

    static final String GAP = "{subject}";

    /** @throws Problem placed at the setting of the same name */
    public Questions {
        prompts = List.copyOf(prompts);
        unrelated = List.copyOf(unrelated);
        seeds = List.copyOf(seeds);
        if (subject.isBlank() || className.isBlank()) {
            String missing = subject.isBlank() ? "subject" : "className";
            throw new Problem(
                            "cannot ask for the subject",
                            "the setting " + missing + " is empty",
                            subject.isBlank()
                                    ? "give the words that call it up, such as: sks dog"
                                    : "say what kind of thing it is, such as: dog")
                    .at(missing);
        }
        if (prompts.isEmpty() || !prompts.stream().allMatch(prompt -> prompt.contains(GAP))) {
            throw new Problem(
                            "cannot ask for the subject",
                            prompts.isEmpty() ? "there are no prompts" : "a prompt has no " + GAP + " in it",
                            "write one prompt on each line, such as: a photo of a " + GAP + " on a beach")
                    .at("prompts");
        }
    }

    /** A prompt and its noise. */
    public record Question(String prompt, long seed) {}

    /** The subject's prompts, prompt by prompt, each with all seeds; likewise the others. */
    public List<Question> ofSubject() {
        return withSeeds(
                prompts.stream().map(prompt -> prompt.replace(GAP, subject)).toList());
    }

    /** The same prompts with the class in place of the subject. */
    public List<Question> ofClass() {
        return withSeeds(asRead());
    }

    public List<Question> ofOthers() {
        return withSeeds(unrelated);
    }

    /** The same without the prompts that are not about the subject. */
    public Questions withoutOthers() {
        return new Questions(subject, className, prompts, List.of(), seeds);
    }

    /** The prompts as somebody reads them who does not know the subject. */
    List<String> asRead() {
        return prompts.stream().map(prompt -> prompt.replace(GAP, className)).toList();
    }

    /** Whether two were asked for the same pictures, each in its own words for the subject. */
    boolean comparable(Questions other) {
        return className.equals(other.className)
                && prompts.equals(other.prompts)
                && unrelated.equals(other.unrelated)
                && seeds.equals(other.seeds);
    }

    private List<Question> withSeeds(List<String> lines) {
        List<Question> questions = new ArrayList<>();
        for (String line : lines) {
            seeds.forEach(seed -> questions.add(new Question(line, seed)));
        }
        return questions;
    }
}
