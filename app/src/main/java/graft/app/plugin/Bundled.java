package graft.app.plugin;

import graft.app.plugin.NodeLibrary.Archive;
import graft.file.FileFault;
import graft.file.Folder;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The archives that come with Graft: those in its folder of plugins whose checksum the build wrote into the application, or where
 * classes run that were not packed, to {@code bundled/NAME.jar.sha512} beside them. What else lies there was put there by hand,
 * past all that an installation looks at and asks.
 *
 * @param folder null for none
 * @param known SHA-512 by the archive's name, as the application has them; empty in one that was not packed
 */
record Bundled(Path folder, Optional<Map<String, String>> known) {

    /** Lines of a checksum and, behind blanks and a star, a name; the build adds it to the application's jar. */
    private static final String LIST = "bundled.sha512";

    Bundled(Path folder) {
        this(folder, inApplication());
    }

    private static Optional<Map<String, String>> inApplication() {
        try (InputStream list = Bundled.class.getResourceAsStream(LIST)) {
            return list == null
                    ? Optional.empty()
                    : Optional.of(new String(list.readAllBytes(), StandardCharsets.UTF_8)
                            .lines()
                            .map(line -> line.split("[ *]+", 2))
                            .filter(parts -> parts.length == 2)
                            .collect(Collectors.toUnmodifiableMap(parts -> parts[1], parts -> parts[0])));
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    /** The archives, each with the checksum that it must have, and sentences about what is none. */
    List<Archive> archives(List<PluginFailure> failures) {
        List<Archive> archives = new ArrayList<>();
        for (Path file : files(failures)) {
            String name = file.getFileName().toString();
            if (name.endsWith(".zip")) {
                failures.add(new PluginFailure(name, "a plugin is a single .jar, and this is a .zip"));
                continue;
            }
            try {
                Optional<String> pinned = pinned(file);
                if (pinned.isPresent()) {
                    archives.add(new Archive(file, Optional.empty(), pinned));
                } else {
                    failures.add(byHand(file));
                }
            } catch (IOException unreadable) {
                failures.add(new PluginFailure(name, "its checksum cannot be read: " + FileFault.why(unreadable)));
            }
        }
        return archives;
    }

    /** What is said of an archive that nobody installed. */
    static PluginFailure byHand(Path file) {
        return new PluginFailure(
                file.getFileName().toString(),
                "it was put into " + file.getParent()
                        + " by hand, where nobody was asked about it; move it elsewhere and install it with"
                        + " `graft plugins install FILE`");
    }

    /** The archives that are what the build made, by name. */
    List<Path> jars() {
        return archives(new ArrayList<>()).stream().map(Archive::file).toList();
    }

    /** The files by which a change can be told. */
    List<Path> watched() {
        List<Path> files = new ArrayList<>();
        for (Path file : files(new ArrayList<>())) {
            files.add(file);
            files.add(pin(file));
        }
        return files;
    }

    private List<Path> files(List<PluginFailure> failures) {
        if (folder == null || !Files.isDirectory(folder)) {
            return List.of();
        }
        try {
            return Folder.entries(folder).stream()
                    .filter(file ->
                            file.toString().endsWith(".jar") || file.toString().endsWith(".zip"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            failures.add(new PluginFailure(folder.toString(), "the folder cannot be read: " + FileFault.why(e)));
            return List.of();
        }
    }

    private Path pin(Path file) {
        return folder.resolve("bundled").resolve(file.getFileName() + ".sha512");
    }

    private Optional<String> pinned(Path file) throws IOException {
        if (known.isPresent()) {
            return Optional.ofNullable(known.get().get(file.getFileName().toString()));
        }
        Path pin = pin(file);
        return Files.exists(pin)
                ? Optional.of(Files.readString(pin).strip().toLowerCase(Locale.ROOT))
                : Optional.empty();
    }
}
