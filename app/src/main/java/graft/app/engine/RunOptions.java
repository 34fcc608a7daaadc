package graft.app.engine;

import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * How to run.
 *
 * @param folder where run folders are made
 * @param device null or "auto", "cpu", "cuda" or "cuda:1"
 * @param listener told of every event, one at a time, by threads of the run
 * @param previewed whether the listener shows pictures of the work; where it does not none are made
 * @param made the run's own folder, where it was made already, in {@code folder} and empty
 */
public record RunOptions(
        Path folder, String device, Consumer<RunEvent> listener, boolean previewed, Optional<Path> made) {

    public RunOptions(Path folder, String device, Consumer<RunEvent> listener, boolean previewed) {
        this(folder, device, listener, previewed, Optional.empty());
    }

    /** For a listener that shows pictures. */
    public RunOptions(Path folder, String device, Consumer<RunEvent> listener) {
        this(folder, device, listener, true);
    }
}
