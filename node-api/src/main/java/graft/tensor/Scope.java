package graft.tensor;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * A stretch of work on one thread: every array made in it is freed at its end, save those kept.
 *
 * <p>Scopes nest; each is closed by the thread that opened it, the innermost first.
 */
public final class Scope implements AutoCloseable {

    private static final ThreadLocal<Deque<Scope>> OPEN = ThreadLocal.withInitial(ArrayDeque::new);

    private final NDScope made = new NDScope();
    private final List<NDArray> kept = new ArrayList<>();

    private Scope() {}

    /** Opens a scope within the innermost open one of this thread. */
    public static Scope open() {
        Scope scope = new Scope();
        OPEN.get().push(scope);
        return scope;
    }

    /**
     * Lets an array outlive this scope and all around it.
     *
     * @return the array itself, from now on freed with {@code owner}
     */
    public NDArray keep(NDArray array, NDManager owner) {
        array.attach(owner);
        // DJL can only take an array off its innermost scope, so each scope does that for itself when it ends.
        OPEN.get().forEach(scope -> scope.kept.add(array));
        return array;
    }

    @Override
    public void close() {
        Deque<Scope> open = OPEN.get();
        if (open.peek() != this) {
            throw new IllegalStateException("a scope was closed out of order or by another thread");
        }
        open.pop();
        kept.forEach(NDScope::unregister);
        made.close();
    }
}
