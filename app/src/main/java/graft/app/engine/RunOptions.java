package graft.app.engine;

import java.nio.file.Path;
import java.util.function.Consumer;

/**
 * How to run.
 *
 * @param folder where run folders are made
 * @param device null or "auto", "cpu", "cuda" or "cuda:1"
 * @param listener told of every event, one at a time, by threads of the run
 * @param previewed whether the listener shows pictures of the work; where it does not none are made
 */
public record RunOptions(Path folder, String device, Consumer<RunEvent> listener, boolean previewed) {

    /** For a listener that shows pictures. */
    public RunOptions(Path folder, String device, Consumer<RunEvent> listener) {
        this(folder, device, listener, true);
    }
}
