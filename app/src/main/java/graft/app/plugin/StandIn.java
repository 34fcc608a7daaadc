package graft.app.plugin;

import com.google.gson.JsonObject;
import graft.node.Node;
import graft.node.Problem;
import graft.node.Run;
import java.util.List;

/**
 * What stands for a node of a sandboxed plugin wherever it does not run: fields like the node's, and nothing of its code.
 *
 * <p>Public for the classes that are made for each node, and for nobody else.
 */
public abstract class StandIn implements Node {

    /** Lies beneath the refusal to do what only the plugin's own code can. */
    static final class Elsewhere extends Exception {

        private static final long serialVersionUID = 1;

        Elsewhere() {
            super("it runs in the sandbox only", null, false, false);
        }
    }

    /** Whether a failure tells nothing but that a stand-in was asked what the plugin answers in the sandbox. */
    public static boolean isRefusal(Throwable failure) {
        return failure.getCause() instanceof Elsewhere;
    }

    protected StandIn() {
        if (getClass().getClassLoader() instanceof StandIns.Shells shells) {
            shells.fill(this);
        }
    }

    /** The node's own would bring the settings up, in the sandbox. */
    @Override
    public final void migrate(int savedVersion, JsonObject settings) {
        throw refusal("cannot bring the settings up from version " + savedVersion);
    }

    @Override
    public final void run(Run run) {
        throw refusal("cannot run here");
    }

    @Override
    public final List<String> needs() {
        throw refusal("cannot say here what it needs");
    }

    private Problem refusal(String happened) {
        String plugin = getClass().getClassLoader() instanceof StandIns.Shells shells ? shells.plugin() : "";
        return StandIns.refusal(happened, plugin);
    }
}
