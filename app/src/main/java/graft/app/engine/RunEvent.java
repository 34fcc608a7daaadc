package graft.app.engine;

import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * What happens in a run, one event after the other.
 *
 * <p>{@code node} is the id in the workflow and {@code title} what people call it. Times are seconds, memory bytes
 * (−1 where the system does not tell).
 */
public sealed interface RunEvent {

    /** The run begins: where, with what, and the nodes that it needs in their order. */
    record RunStarted(
            String title,
            Path folder,
            String device,
            String why,
            long installedMemory,
            long availableMemory,
            Map<String, String> versions,
            List<String> nodes)
            implements RunEvent {}

    /** A node begins; {@code why} it runs rather than being taken from what was kept. */
    record NodeStarted(String node, String title, String why) implements RunEvent {}

    /** A node's kept result is taken. */
    record NodeCached(String node, String title, String why) implements RunEvent {}

    /** A node is so far: {@code total} is 0 when nobody knows; figures of the moment such as {@code loss}. */
    record NodeProgress(String node, String title, long done, long total, Map<String, Double> figures)
            implements RunEvent {}

    /** A picture of the work so far. */
    record NodePreview(String node, BufferedImage image) implements RunEvent {}

    /** A node is done; {@code partial} when the user stopped it and it kept what it had. */
    record NodeFinished(String node, String title, double seconds, long peak, boolean partial) implements RunEvent {}

    /**
     * A node failed: the sentence for the user, the socket or setting it is about, and the cause: the {@link
     * graft.node.Problem} of that sentence, with the failure beneath it where there is one; {@code plugin} is the id of the one
     * whose fault it is, empty when it is nobody's or Graft's own.
     */
    record NodeFailed(String node, String title, String socket, String problem, Throwable cause, String plugin)
            implements RunEvent {}

    /** A node did not run. */
    record NodeSkipped(String node, String title, String why) implements RunEvent {}

    /** A sentence for the log. */
    record Log(String node, String sentence) implements RunEvent {}

    /**
     * A sentence that is shown and stops nothing; {@code node} is empty when it is about the run, {@code plugin} is the id of
     * the one whose fault it is, empty when it is nobody's or Graft's own.
     */
    record Warning(String node, String sentence, String plugin) implements RunEvent {

        Warning(String node, String sentence) {
            this(node, sentence, "");
        }
    }

    /** A node wrote a file. */
    record Wrote(String node, Path file) implements RunEvent {}

    /** The run is over. */
    record RunFinished(Outcome outcome, Path folder, double seconds, long peak) implements RunEvent {}

    /** How a run, or one node of it, ended. */
    enum Outcome {
        DONE,
        FAILED,
        CANCELLED
    }
}
