package graft.app.engine;

import graft.node.PlainText;
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

    /** Characters of a title or unit, which strangers may have written, as of a workflow of theirs. */
    int NAME = 200;

    /** Characters of a sentence. */
    int LONGEST = 4000;

    /**
     * The run begins: where, with what, and the nodes that it needs in their order; {@code expected} are the seconds that nodes
     * will take, by how long like ones took on this machine or as they forecast it themselves, 0 where a result is kept; those of
     * which nobody knows are left out.
     */
    record RunStarted(
            String title,
            Path folder,
            String device,
            String why,
            long installedMemory,
            long availableMemory,
            Map<String, String> versions,
            List<String> nodes,
            Map<String, Double> expected)
            implements RunEvent {

        public RunStarted {
            title = PlainText.line(title, NAME);
        }

        /** Of which nobody knows how long it will take. */
        public RunStarted(
                String title,
                Path folder,
                String device,
                String why,
                long installedMemory,
                long availableMemory,
                Map<String, String> versions,
                List<String> nodes) {
            this(title, folder, device, why, installedMemory, availableMemory, versions, nodes, Map.of());
        }
    }

    /** A node begins; {@code why} it runs rather than being taken from what was kept. */
    record NodeStarted(String node, String title, String why) implements RunEvent {
        public NodeStarted {
            title = PlainText.line(title, NAME);
        }
    }

    /** A node's kept result is taken. */
    record NodeCached(String node, String title, String why) implements RunEvent {
        public NodeCached {
            title = PlainText.line(title, NAME);
        }
    }

    /**
     * A node is so far: {@code unit} is what is counted, in the singular, empty when that has no name; {@code total} is 0 when
     * nobody knows; figures of the moment such as {@code loss}.
     */
    record NodeProgress(String node, String title, String unit, long done, long total, Map<String, Double> figures)
            implements RunEvent {

        public NodeProgress {
            title = PlainText.line(title, NAME);
            unit = PlainText.line(unit, NAME);
        }

        /** Of what has no name. */
        public NodeProgress(String node, String title, long done, long total, Map<String, Double> figures) {
            this(node, title, "", done, total, figures);
        }

        /** How far it is in words: {@code step 16 of 250}. */
        public String words() {
            String count = total > 0 ? done + " of " + total : Long.toString(done);
            return unit.isEmpty() ? count : unit + " " + count;
        }
    }

    /** Pictures of the work so far: one at least, those of a batch in its order. */
    record NodePreview(String node, List<BufferedImage> images) implements RunEvent {
        public NodePreview {
            images = List.copyOf(images);
        }

        /** Of a single one. */
        public NodePreview(String node, BufferedImage image) {
            this(node, List.of(image));
        }
    }

    /** A node is done; {@code partial} when the user stopped it and it kept what it had. */
    record NodeFinished(String node, String title, double seconds, long peak, boolean partial) implements RunEvent {
        public NodeFinished {
            title = PlainText.line(title, NAME);
        }
    }

    /**
     * A node failed: the sentence for the user, the socket or setting it is about, and the cause: the {@link
     * graft.node.Problem} of that sentence, with the failure beneath it where there is one; {@code plugin} is the id of the one
     * whose fault it is, empty when it is nobody's or Graft's own.
     */
    record NodeFailed(String node, String title, String socket, String problem, Throwable cause, String plugin)
            implements RunEvent {
        public NodeFailed {
            title = PlainText.line(title, NAME);
        }
    }

    /** A node did not run. */
    record NodeSkipped(String node, String title, String why) implements RunEvent {
        public NodeSkipped {
            title = PlainText.line(title, NAME);
        }
    }

    /** A sentence for the log. */
    record Log(String node, String sentence) implements RunEvent {
        public Log {
            sentence = PlainText.line(sentence, LONGEST);
        }
    }

    /**
     * A sentence that is shown and stops nothing; {@code node} is empty when it is about the run, {@code plugin} is the id of
     * the one whose fault it is, empty when it is nobody's or Graft's own.
     */
    record Warning(String node, String sentence, String plugin) implements RunEvent {

        public Warning {
            sentence = PlainText.line(sentence, LONGEST);
        }

        Warning(String node, String sentence) {
            this(node, sentence, "");
        }
    }

    /** A node wrote a file. */
    record Wrote(String node, Path file) implements RunEvent {}

    /** The run is over; {@code kept} says of each node that was stopped what it had done and where that is, a sentence or two. */
    record RunFinished(Outcome outcome, Path folder, double seconds, long peak, List<String> kept) implements RunEvent {

        /** Of a run in which no node was stopped. */
        public RunFinished(Outcome outcome, Path folder, double seconds, long peak) {
            this(outcome, folder, seconds, peak, List.of());
        }
    }

    /** How a run, or one node of it, ended. */
    enum Outcome {
        DONE,
        FAILED,
        CANCELLED
    }
}
