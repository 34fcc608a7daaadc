package graft.app.plugin;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Refreshes a library as soon as a command installs, updates or removes a plugin, or the author of one builds it anew.
 *
 * <p>Looks at the files every half second, which works on every file system. Listeners of the library are called by its
 * thread.
 */
public final class PluginWatch implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(PluginWatch.class);
    private static final long EVERY = 500;

    private final NodeLibrary library;
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "graft-plugins");
        thread.setDaemon(true);
        return thread;
    });
    private String seen = "";
    private String taken = "";

    public PluginWatch(NodeLibrary library) {
        this.library = library;
        // The first two looks take up what changed after the library was loaded.
        var unused = clock.scheduleWithFixedDelay(this::look, 0, EVERY, TimeUnit.MILLISECONDS);
    }

    /** Takes a change up once nothing has changed between two looks: an archive is written piece by piece. */
    private void look() {
        try {
            String now = stamp();
            if (now.equals(seen) && !now.equals(taken)) {
                taken = now;
                library.refresh();
            }
            seen = now;
        } catch (RuntimeException fault) {
            LOG.warn("the plugins could not be looked at", fault);
        }
    }

    private String stamp() {
        StringBuilder stamp = new StringBuilder();
        for (Path file : library.watched()) {
            try {
                stamp.append(file)
                        .append(' ')
                        .append(Files.exists(file) ? Files.size(file) + " " + Files.getLastModifiedTime(file) : "-")
                        .append('\n');
            } catch (IOException beingReplaced) {
                stamp.append(file).append(" ?\n");
            }
        }
        return stamp.toString();
    }

    @Override
    public void close() {
        clock.shutdownNow();
    }
}
