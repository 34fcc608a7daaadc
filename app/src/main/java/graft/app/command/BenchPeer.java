package graft.app.command;

import graft.node.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Another program to measure beside Graft.
 *
 * @param command what starts it, before the arguments that say what to measure
 */
record BenchPeer(String name, List<String> command) {

    private static final Pattern WORD = Pattern.compile("\"([^\"]*)\"|(\\S+)");

    /**
     * @param text {@code NAME=COMMAND}; a word with spaces in it stands in double quotes
     * @throws Problem when it is not of that form
     */
    static BenchPeer parse(String text) {
        int equals = text.indexOf('=');
        List<String> command = new ArrayList<>();
        Matcher words = WORD.matcher(text.substring(equals + 1));
        while (words.find()) {
            command.add(words.group(1) != null ? words.group(1) : words.group(2));
        }
        if (equals < 1 || command.isEmpty()) {
            throw new Problem(
                    "cannot measure the peer \"" + text + "\"",
                    "it is not of the form NAME=COMMAND",
                    "write for example --peer \"diffusers=python3 docs/bench/diffusers_peft.py\"");
        }
        return new BenchPeer(text.substring(0, equals).strip(), List.copyOf(command));
    }
}
