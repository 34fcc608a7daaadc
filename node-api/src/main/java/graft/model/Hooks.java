package graft.model;

import ai.djl.ndarray.NDArray;
import graft.node.Problem;
import graft.tensor.Scope;
import java.util.List;
import java.util.function.Function;

/** The hooks of a network at one of its passes, in the order in which they were laid on; for networks that take them. */
public final class Hooks {

    /** None: nothing is asked, and nothing is computed otherwise. */
    public static final Hooks NONE = new Hooks(List.of(), null);

    private final List<NetworkHook> hooks;
    private final NetworkPass pass;

    private Hooks(List<NetworkHook> hooks, NetworkPass pass) {
        this.hooks = hooks;
        this.pass = pass;
    }

    public static Hooks of(List<NetworkHook> hooks, NetworkPass pass) {
        return hooks.isEmpty() ? NONE : new Hooks(List.copyOf(hooks), pass);
    }

    public boolean isEmpty() {
        return hooks.isEmpty();
    }

    /** Whether any takes part in an attention. */
    public boolean attend(String layer) {
        return hooks.stream().anyMatch(hook -> hook.attends(layer, pass));
    }

    /** What comes of an attention, the last hook around those before it. */
    public NDArray attention(
            String layer, boolean self, int heads, int height, int width, NDArray q, NDArray k, NDArray v) {
        return attention(new Attention(layer, self, heads, height, width, q, k, v, pass), hooks.size());
    }

    private NDArray attention(Attention attention, int of) {
        if (of == 0) {
            return attention.computed();
        }
        NetworkHook hook = hooks.get(of - 1);
        Function<Attention, NDArray> next = other -> attention(other, of - 1);
        return hook.attends(attention.layer(), pass)
                ? like(attention.queries(), hook.attention(attention, next), hook, attention.layer())
                : next.apply(attention);
    }

    /** What goes on from a block; closes its output where that is something else. */
    public NDArray block(String block, NDArray output) {
        NDArray now = output;
        for (NetworkHook hook : hooks) {
            NDArray before = now;
            try (Scope scope = Scope.open()) {
                NDArray after = like(before, hook.block(block, before, pass), hook, block);
                now = after == before ? before : scope.keep(after, before.getManager());
            }
            if (now != before) {
                before.close();
            }
        }
        return now;
    }

    /** What a block of the way up joins; closes what is given where that is something else. */
    public NetworkHook.Joined join(String block, NDArray below, NDArray skip) {
        NetworkHook.Joined now = new NetworkHook.Joined(below, skip);
        for (NetworkHook hook : hooks) {
            NetworkHook.Joined before = now;
            try (Scope scope = Scope.open()) {
                NetworkHook.Joined after = hook.join(block, before, pass);
                if (after == null) {
                    throw unfit(hook, block, "nothing");
                }
                now = new NetworkHook.Joined(
                        kept(scope, before.below(), like(before.below(), after.below(), hook, block)),
                        kept(scope, before.skip(), like(before.skip(), after.skip(), hook, block)));
            }
            closeUnless(before.below(), now);
            closeUnless(before.skip(), now);
        }
        return now;
    }

    private static NDArray kept(Scope scope, NDArray before, NDArray after) {
        return after == before ? before : scope.keep(after, before.getManager());
    }

    private static void closeUnless(NDArray array, NetworkHook.Joined now) {
        if (array != now.below() && array != now.skip()) {
            array.close();
        }
    }

    private static NDArray like(NDArray given, NDArray made, NetworkHook hook, String at) {
        if (made == null) {
            throw unfit(hook, at, "nothing");
        }
        if (!made.getShape().equals(given.getShape()) || made.getDataType() != given.getDataType()) {
            throw unfit(
                    hook,
                    at,
                    made.getDataType() + " of shape " + made.getShape() + " where " + given.getDataType() + " of shape "
                            + given.getShape() + " has to go on");
        }
        return made;
    }

    private static Problem unfit(NetworkHook hook, String at, String made) {
        return new Problem(
                "cannot draw with the hook " + hook.getClass().getName(),
                "at " + at + " of the network it gives " + made,
                "take out the node that lays it on, and tell its author");
    }
}
