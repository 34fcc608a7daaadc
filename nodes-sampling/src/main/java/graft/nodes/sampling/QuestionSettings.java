package graft.nodes.sampling;

import graft.node.Setting;
import graft.node.Setting.Control;
import graft.score.Questions;
import java.util.List;
import java.util.stream.LongStream;

/** What a model is asked to draw, to see what it learnt. */
final class QuestionSettings {

    @Setting(help = "The words that call the subject up, such as: sks dog. They go where the prompts say {subject}.")
    String subject = "";

    @Setting(
            title = "Class",
            help =
                    "What kind of thing the subject is, in words that the model knew before, such as: dog. They go into the same"
                            + " prompts to see whether the subject leaks into its class.")
    String className = "";

    @Setting(
            control = Control.PARAGRAPH,
            help =
                    "What to draw, one prompt on each line, with {subject} in it. Some in settings of training pictures, some in"
                            + " new ones, which show whether pictures are copied.")
    String prompts = "";

    @Setting(
            title = "Unrelated prompts",
            control = Control.PARAGRAPH,
            help = "Prompts that are not about the subject, one on each line: what they draw should not change.")
    String unrelated = "";

    /**
     * @param seed of the first picture of each prompt; the next has the next
     * @param seeds how many pictures of each prompt
     * @throws graft.node.Problem placed at the setting that is wrong
     */
    Questions of(long seed, int seeds) {
        return new Questions(
                subject.strip(),
                className.strip(),
                lines(prompts),
                lines(unrelated),
                LongStream.range(seed, seed + seeds).boxed().toList());
    }

    private static List<String> lines(String text) {
        return text.lines().map(String::strip).filter(line -> !line.isEmpty()).toList();
    }
}
