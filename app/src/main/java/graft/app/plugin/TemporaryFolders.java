package graft.app.plugin;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Folders for the copies that plugins are loaded from, removed at the latest when the program ends. */
final class TemporaryFolders {

    private static final Logger LOG = LoggerFactory.getLogger(TemporaryFolders.class);

    private static final Set<Path> MADE = ConcurrentHashMap.newKeySet();

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> MADE.forEach(TemporaryFolders::delete), "graft-copies"));
    }

    private TemporaryFolders() {}

    static Path make() throws IOException {
        Path folder = Files.createTempDirectory("graft-plugins");
        MADE.add(folder);
        return folder;
    }

    static void remove(Path folder) {
        MADE.remove(folder);
        delete(folder);
    }

    private static void delete(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException leftToTheSystem) {
            LOG.debug("{} stays", folder, leftToTheSystem);
        }
    }
}
