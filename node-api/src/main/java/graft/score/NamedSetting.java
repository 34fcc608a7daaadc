package graft.score;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Which training picture a prompt names the setting of.
 *
 * <p>What tells a picture's caption from the others' are the words that not all of them have: of "a sks pot on a white
 * background" and "a sks pot on a blue background" white and blue. A prompt names the setting of the picture all of whose
 * such words it has; of several it is the one with the most words, then the first. How the subject is called does not matter.
 */
final class NamedSetting {

    private NamedSetting() {}

    /** The place of the picture in the list; empty when the prompt names none, or the captions are all alike. */
    static OptionalInt of(String prompt, List<String> captions) {
        Set<String> shared = null;
        List<Set<String>> distinct = new ArrayList<>();
        for (String caption : captions) {
            Set<String> words = words(caption);
            distinct.add(words);
            if (shared == null) {
                shared = new LinkedHashSet<>(words);
            } else {
                shared.retainAll(words);
            }
        }
        Set<String> asked = words(prompt);
        int named = -1;
        for (int i = 0; i < distinct.size(); i++) {
            Set<String> own = distinct.get(i);
            own.removeAll(shared);
            if (!own.isEmpty()
                    && asked.containsAll(own)
                    && (named < 0 || own.size() > distinct.get(named).size())) {
                named = i;
            }
        }
        return named < 0 ? OptionalInt.empty() : OptionalInt.of(named);
    }

    private static Set<String> words(String text) {
        Set<String> words =
                new LinkedHashSet<>(Arrays.asList(text.toLowerCase(Locale.ROOT).split("[^\\p{L}\\p{N}]+")));
        words.remove("");
        return words;
    }
}
