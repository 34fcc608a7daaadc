package graft.file;

import graft.node.Problem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

/** What a user may call a file, on every system that Graft runs on. */
public final class FileName {

    private static final Pattern FORBIDDEN = Pattern.compile("[\\\\/:*?\"<>|\\p{Cntrl}]");

    private FileName() {}

    /**
     * The name without the white space around it.
     *
     * @param setting the setting that holds it, where a problem is shown
     * @throws Problem when it is empty, nothing but dots, or would lead to another folder
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
        return stripped;
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
