package graft.file;

import graft.node.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.text.Normalizer;

/** Turns what a user typed as the place of a file or folder into a path. */
public final class Location {

    private Location() {}

    /**
     * The path of a built-in thing ({@code builtin:…}), or of a file or folder; {@code ~/} is the user's home.
     *
     * @param setting the setting that holds it, where a problem is shown
     * @param what what it should be, for example "a folder of pictures"
     * @throws Problem when nothing is given, it is no path, or nothing of that name is built in
     */
    public static Path of(String place, String setting, String what) {
        String given = place.strip();
        if (given.isEmpty()) {
            throw new Problem("no " + setting + " is given", "the setting is empty", "choose " + what).at(setting);
        }
        try {
            if (BuiltIn.is(given)) {
                return builtIn(given);
            }
            if (given.startsWith("~/") || given.startsWith("~\\")) {
                return alike(Path.of(System.getProperty("user.home")).resolve(given.substring(2)));
            }
            return alike(Path.of(given));
        } catch (InvalidPathException e) {
            throw new Problem(
                            "cannot use " + given,
                            "this system takes no path with such a character in it",
                            "choose " + what)
                    .causedBy(e)
                    .at(setting);
        } catch (Problem e) {
            throw e.at(setting);
        }
    }

    /**
     * As {@link #of}, of a file that is there.
     *
     * @param named what a problem calls it, for example "the LoRA"
     */
    public static Path ofFile(String place, String setting, String what, String named) {
        Path file = of(place, setting, what);
        if (!Files.isRegularFile(file)) {
            throw new Problem(
                            "cannot read " + named + " " + file,
                            Files.exists(file) ? "it is not a file" : "there is no such file",
                            "choose " + what)
                    .at(setting);
        }
        return file;
    }

    /**
     * The path itself, or where nothing is there the one whose names differ in their Unicode form only: macOS, and archives made
     * there, take accents apart from their letters.
     */
    private static Path alike(Path path) {
        boolean plain = path.toString().chars().allMatch(letter -> letter < 128);
        if (plain || Files.exists(path) || path.getFileName() == null) {
            return path;
        }
        Path parent = path.getParent();
        Path folder = parent == null ? null : alike(parent);
        String name = composed(path.getFileName());
        try {
            return Folder.entries(folder == null ? Path.of("") : folder).stream()
                    .filter(file -> composed(file.getFileName()).equals(name))
                    .map(file -> folder == null ? file.getFileName() : folder.resolve(file.getFileName()))
                    .findFirst()
                    .orElse(path);
        } catch (IOException noFolder) {
            return path;
        }
    }

    private static String composed(Path name) {
        return Normalizer.normalize(name.toString(), Normalizer.Form.NFC);
    }

    /** A built-in thing, or a file of a built-in folder of samples. */
    private static Path builtIn(String name) {
        for (String set : BuiltIn.sampleSets()) {
            if (name.startsWith(set + "/")) {
                return BuiltIn.path(set).resolve(name.substring(set.length() + 1));
            }
        }
        return BuiltIn.path(name);
    }
}
