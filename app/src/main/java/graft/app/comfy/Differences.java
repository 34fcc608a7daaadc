package graft.app.comfy;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What nodes that are taken over do otherwise here, as far as it is known: clauses about a node's values. */
final class Differences {

    private static final Pattern CHOICE = Pattern.compile("(?<!\\\\)\\{[^{}]*\\|[^{}]*}");

    private Differences() {}

    /** Of a prompt. */
    static List<String> ofPrompt(String prompt) {
        List<String> found = new ArrayList<>();
        Matcher choice = CHOICE.matcher(prompt);
        if (choice.find()) {
            found.add("of " + choice.group()
                    + " in the prompt ComfyUI takes one at random, and Graft reads the letters; its"
                    + " node Wildcards chooses");
        }
        return found;
    }
}
