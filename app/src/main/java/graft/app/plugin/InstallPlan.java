package graft.app.plugin;

import graft.file.Folder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Archives that are ready to be installed: fetched, looked at and found sound, with what the user has to say to them.
 *
 * <p>Nothing is installed yet. Closing it removes what was fetched.
 *
 * @param steps dependencies first
 * @param questions what the user must accept; none where all was accepted before
 */
public record InstallPlan(List<Step> steps, List<Question> questions, Path folder) implements AutoCloseable {

    /**
     * One archive.
     *
     * @param replaces the version that is installed now
     * @param why it is in the plan, as a clause: "it is asked for", "colours 1.0.0 needs it"
     */
    public record Step(PluginInspection archive, Optional<String> replaces, String source, String why) {}

    /** Something that the user is asked once. */
    public record Question(Kind kind, String plugin, String sentence) {

        /** What it is about. */
        public enum Kind {
            SIGNER,
            UNSIGNED,
            /** Its signature is weak or out of date. */
            DOUBT,
            PERMISSION,
            /** It comes from another place than the version that is installed. */
            SOURCE,
            /** Another provider made it. */
            PROVIDER,
            /** It is older than the version that is installed. */
            OLDER
        }
    }

    @Override
    public void close() {
        try {
            Folder.delete(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
