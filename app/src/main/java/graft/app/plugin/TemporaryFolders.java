package graft.app.plugin;

import graft.file.Folder;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Folders for the copies that plugins are loaded from, removed at the latest when the program ends; those of a program that was
 * killed, when the next one makes its first.
 */
final class TemporaryFolders {

    private static final Logger LOG = LoggerFactory.getLogger(TemporaryFolders.class);

    private static final String PREFIX = "graft-plugins";

    /** Locked by the program that made the folder for as long as it lives: a process number says nothing between containers. */
    private static final String OWNED = "owned";

    /** Between the making of a folder and its lock. */
    private static final Duration YOUNG = Duration.ofMinutes(1);

    private static final Map<Path, FileChannel> MADE = new ConcurrentHashMap<>();

    static {
        Runtime.getRuntime()
                .addShutdownHook(new Thread(() -> MADE.keySet().forEach(TemporaryFolders::remove), "graft-copies"));
        removeAbandoned(Path.of(System.getProperty("java.io.tmpdir")));
    }

    private TemporaryFolders() {}

    static Path make() throws IOException {
        Path folder = Files.createTempDirectory(PREFIX);
        FileChannel owned =
                FileChannel.open(folder.resolve(OWNED), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        owned.lock();
        MADE.put(folder, owned);
        return folder;
    }

    static void remove(Path folder) {
        FileChannel owned = MADE.remove(folder);
        if (owned != null) {
            try {
                owned.close();
            } catch (IOException closedAnyway) {
                LOG.debug("{}", folder, closedAnyway);
            }
        }
        delete(folder);
    }

    /** Removes what programs that are no more left in a folder. */
    static void removeAbandoned(Path temporary) {
        try {
            for (Path folder : Folder.entries(temporary)) {
                if (folder.getFileName().toString().startsWith(PREFIX) && isAbandoned(folder)) {
                    delete(folder);
                }
            }
        } catch (IOException leftToTheSystem) {
            LOG.debug("{} is not looked through", temporary, leftToTheSystem);
        }
    }

    private static boolean isAbandoned(Path folder) {
        Path owned = folder.resolve(OWNED);
        if (MADE.containsKey(folder) || !Files.isRegularFile(owned)) {
            return false;
        }
        try (FileChannel channel = FileChannel.open(owned, StandardOpenOption.WRITE)) {
            return Files.getLastModifiedTime(owned)
                            .toInstant()
                            .isBefore(Instant.now().minus(YOUNG))
                    && channel.tryLock() != null;
        } catch (IOException somebodyElses) {
            return false;
        }
    }

    private static void delete(Path folder) {
        try {
            Folder.delete(folder);
        } catch (IOException leftToTheSystem) {
            LOG.debug("{} stays", folder, leftToTheSystem);
        }
    }
}
