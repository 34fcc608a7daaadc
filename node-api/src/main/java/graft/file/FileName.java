package graft.file;

import graft.node.Problem;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.regex.Pattern;

/** What a user may call a file, on every system that Graft runs on. */
public final class FileName {

    /** Bytes in UTF-8: with a number and an ending it stays below the 255 that file systems take. */
    private static final int LONGEST = 200;

    private static final Pattern FORBIDDEN = Pattern.compile("[\\\\/:*?\"<>|\\p{Cntrl}]");

    /** Letters of a name that is too long to be shown whole. */
    private static final int SHOWN = 40;

    private FileName() {}

    /**
     * The name without the white space around it.
     *
     * @param setting the setting that holds it, where a problem is shown
     * @throws Problem when it is empty, nothing but dots, too long, or would lead to another folder
     */
    public static String checked(String name, String setting) {
        String stripped = name.strip();
        if (stripped.matches("\\.*") || FORBIDDEN.matcher(stripped).find()) {
            throw new Problem(
                            "cannot name a file \"" + name + "\"",
                            "a file's name has at least one letter and none of \\ / : * ? \" < > |",
                            "choose another name; where files are written is another setting")
                    .at(setting);
        }
        int bytes = stripped.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > LONGEST) {
            throw new Problem(
                            "cannot name a file \"" + stripped.substring(0, stripped.offsetByCodePoints(0, SHOWN))
                                    + "…\"",
                            "the name takes " + bytes + " bytes, and a file's name has at most " + LONGEST,
                            "choose a shorter name")
                    .at(setting);
        }
        if (!isTaken(stripped)) {
            throw new Problem(
                            "cannot name a file \"" + name + "\"",
                            "this system takes no name with such a character in it",
                            "choose another name")
                    .at(setting);
        }
        return stripped;
    }

    /** Whether the system's encoding of names has all its characters. */
    private static boolean isTaken(String name) {
        try {
            return Path.of(name).getNameCount() == 1;
        } catch (InvalidPathException e) {
            return false;
        }
    }

    /** The nearest name that {@link #checked} lets pass, for what was named before anybody thought of files. */
    public static String near(String name) {
        String near = FORBIDDEN.matcher(name.strip()).replaceAll("_");
        while (near.getBytes(StandardCharsets.UTF_8).length > LONGEST) {
            near = near.substring(0, near.offsetByCodePoints(near.length(), -1));
        }
        try {
            return checked(near, "name");
        } catch (Problem none) {
            return "unnamed";
        }
    }

    /** Where a file can be written beside older ones: {@code name.ending}, else {@code name-2.ending} and so on. */
    public static Path free(Path folder, String name, String ending) {
        Path file = folder.resolve(name + ending);
        for (int number = 2; Files.exists(file); number++) {
            file = folder.resolve(name + "-" + number + ending);
        }
        return file;
    }
}
