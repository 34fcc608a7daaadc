package graft.node;

import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** One execution of a node, as the node sees it. All methods may be called from any thread. */
public interface Run {

    /** The node's id in the {@link #graph}: the key of messages. */
    String node();

    /**
     * The key of its random numbers: its id, or for a cell of a sweep that of the node it was made from, so that all draw
     * alike.
     */
    default String stream() {
        return node();
    }

    /** The device that was chosen for the run: {@code cpu}, {@code cuda} or {@code cuda:n}. */
    String device();

    /** Where this node leaves its files; exists, is its own within the run folder. */
    Path folder();

    /** The whole workflow as JSON, settings as run, for the metadata of written files. */
    String workflow();

    /**
     * The workflow as its nodes see each other, as JSON: subgraphs taken apart, in which nodes are called
     * {@code outer.inner}, and without the nodes that are left out.
     */
    default String graph() {
        return workflow();
    }

    /**
     * What a setting of a collection says, as the node that has it is given it: in place of a name in the user's model folders the
     * whole path of the file that it names first, all else as it is.
     */
    default String found(Setting.Collection collection, String said) {
        return said;
    }

    /** The version of Graft that runs it; empty where that is not known. */
    default String version() {
        return "";
    }

    /** The user's folders of a collection, the first one first: where what is said by name is looked for. */
    default List<Path> folders(Setting.Collection collection) {
        return List.of();
    }

    /** Says how far the work is. */
    default void progress(long done, long total) {
        progress(done, total, Map.of());
    }

    /** Says how far the work is, with figures of the moment such as {@code loss}. */
    void progress(long done, long total, Map<String, Double> figures);

    /**
     * The same, with what is counted in the singular, such as {@code step} or {@code picture}; empty where that has no name.
     */
    default void progress(String unit, long done, long total, Map<String, Double> figures) {
        progress(done, total, figures);
    }

    /**
     * A file of the node's own that outlives the run, not there at first: the same node with the same settings and inputs
     * finds what it left there, until a run of the workflow ends well.
     */
    Path stateFile();

    /** Whether anybody sees what {@link #preview} shows: where nobody does, what is drawn for it alone is work for nothing. */
    default boolean previewed() {
        return true;
    }

    /** Shows a picture while the work goes on. */
    void preview(BufferedImage image);

    /** Shows the pictures of a batch, in its order; the first alone where only one can be shown. */
    default void preview(List<BufferedImage> images) {
        if (!images.isEmpty()) {
            preview(images.get(0));
        }
    }

    /** Adds a line to the run's log. */
    void log(String sentence);

    /** Adds a sentence that is shown at the node and stops nothing. */
    void warn(String sentence);

    /** Tells of a file that the node has written, so that the run lists it among its outputs. */
    void wrote(Path file);

    /** Whether the user asked to stop: return soon, or keep what was done through {@link #partial}. */
    boolean cancelled();

    /** Throws when the user asked to stop. */
    default void checkCancelled() throws Cancelled {
        if (cancelled()) {
            throw new Cancelled();
        }
    }

    /**
     * Says that the outputs hold what was done until the user stopped: they are passed on to the nodes that save
     * them, and never cached.
     */
    void partial(String sentence);

    /**
     * Says that the work failed, and that the outputs hold what was done before: they are passed on to the nodes that save
     * them, and never cached; the run ends as failed.
     */
    void partial(Problem problem);
}
