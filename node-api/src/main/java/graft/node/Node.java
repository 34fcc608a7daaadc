package graft.node;

import com.google.gson.JsonObject;
import java.util.List;
import org.pf4j.ExtensionPoint;

/**
 * One step of a workflow: a class whose annotated fields are its sockets and settings.
 *
 * <p>The engine makes a fresh instance for every check and every execution through the public no-argument
 * constructor, so a node has no shared state. Field initialisers are the defaults of settings. Register a node by
 * annotating it with {@link NodeType} in a plugin archive.
 */
public interface Node extends ExtensionPoint {

    /**
     * Changes settings that an older version of the node saved so that they mean the same to this one.
     *
     * <p>Called on a fresh instance when a workflow is read whose {@link NodeType#version} is lower. Settings and sockets
     * that were only renamed need no more than {@code formerly}.
     *
     * @param savedVersion the version that saved them
     * @param settings by the names that they were saved under; changed in place
     */
    default void migrate(int savedVersion, JsonObject settings) {}

    /**
     * Judges the node before anything expensive runs: settings are filled in, inputs are not.
     *
     * @param specs what is known of the wired inputs; takes the specs of the outputs
     * @throws Problem when the node cannot work with these settings and inputs
     */
    default void configure(Specs specs) {}

    /**
     * What the result depends on besides settings, inputs and the files that {@link Specs#reads} names, as a text: a date of a
     * page on the network, a version of a program. The engine keeps a result for as long as this says the same, and runs the
     * node every time when it never does, as a random text.
     *
     * <p>Called on a fresh instance, settings filled in and inputs not, before each run and whenever the editor shows what is up
     * to date; a stranger's node may take ten seconds. When it fails, the node runs anew.
     */
    default String fingerprint() throws Exception {
        return "";
    }

    /**
     * The ids of the {@link Input#lazy} inputs that {@link #run} will need: settings are filled in, and those inputs that are not
     * lazy or were named before. Asked on a fresh instance, again after what it names is there until it names nothing new. What
     * nobody asked for does not run.
     */
    default List<String> needs() {
        return List.of();
    }

    /**
     * Does the work: settings and inputs are filled in; every {@link Output} field must be set on return.
     *
     * <p>Values on wires are immutable: a node never changes an input.
     *
     * @throws Problem for a failure that the user can mend; anything else is reported as a fault of the node
     */
    void run(Run run) throws Exception;
}
