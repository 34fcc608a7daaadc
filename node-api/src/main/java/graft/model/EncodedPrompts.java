package graft.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import graft.tensor.Scope;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * What a base model's text encoders gave for the last prompts, so that it is not computed again, nor their weights read again.
 *
 * <p>Prompts that were encoded together are kept together: in another batch their last bits are others. Safe to ask from any
 * thread.
 */
final class EncodedPrompts implements AutoCloseable {

    /** At 77 tokens of 2,048 numbers, 20 MB. */
    private static final int MOST = 32;

    /** A context and what holds its arrays. */
    private record Kept(Context context, NDManager memory) {}

    /** What was read, and by which layer. */
    private record Key(PromptTexts prompts, int skip) {

        int count() {
            return prompts.texts().size();
        }
    }

    private final NDManager manager;
    private final Map<Key, Kept> kept = new LinkedHashMap<>(16, 0.75f, true);

    EncodedPrompts(NDManager manager) {
        this.manager = manager;
    }

    /**
     * The context of prompts.
     *
     * @param skip by which layer they are read ({@link TextModels#skip})
     * @param encoding gives it where it is not kept, owned by the thread's innermost scope
     * @return the caller's, of the thread's innermost scope
     */
    synchronized Context of(PromptTexts prompts, int skip, Supplier<Context> encoding) {
        Key key = new Key(prompts, skip);
        Kept known = kept.get(key);
        if (known == null) {
            if (prompts.texts().size() > MOST) {
                return encoding.get();
            }
            NDManager memory = manager.newSubManager();
            try (Scope scope = Scope.open()) {
                known = new Kept(encoding.get().map(array -> scope.keep(array, memory)), memory);
            } catch (RuntimeException failure) {
                memory.close();
                throw failure;
            }
            kept.put(key, known);
            forgetEldest();
        }
        return known.context().map(NDArray::duplicate);
    }

    private void forgetEldest() {
        int count = kept.keySet().stream().mapToInt(Key::count).sum();
        var eldest = kept.entrySet().iterator();
        while (count > MOST) {
            Map.Entry<Key, Kept> gone = eldest.next();
            count -= gone.getKey().count();
            gone.getValue().memory().close();
            eldest.remove();
        }
    }

    @Override
    public synchronized void close() {
        kept.clear();
        manager.close();
    }
}
