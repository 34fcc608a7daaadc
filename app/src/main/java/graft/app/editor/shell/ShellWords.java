package graft.app.editor.shell;

import java.util.List;
import java.util.stream.Collectors;

/** Words of a command as one line that a shell of this system reads as those words. */
final class ShellWords {

    private static final boolean WINDOWS = System.getProperty("os.name").startsWith("Windows");

    private ShellWords() {}

    static String of(List<String> words) {
        return words.stream().map(word -> WINDOWS ? windows(word) : posix(word)).collect(Collectors.joining(" "));
    }

    static String posix(String word) {
        return word.matches("[A-Za-z0-9_./=:,@%+-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
    }

    private static String windows(String word) {
        return word.matches("[A-Za-z0-9_./\\\\=:,@+-]+") ? word : '"' + word.replace("\"", "\\\"") + '"';
    }
}
