package graft.adapter;

import graft.node.Resource;
import graft.node.SocketType;
import java.util.List;

/**
 * A word with vectors of its own in a text encoder's embedding table (textual inversion), on the Java heap.
 *
 * <p>In a prompt the word is read as its vectors, one after the other.
 */
@SocketType(id = "graft/embedding", title = "Embedding", color = "#4FC3F7")
public final class Embedding implements Resource {

    private final String word;
    private final List<float[]> vectors;

    private Embedding(String word, List<float[]> vectors) {
        this.word = word;
        this.vectors = List.copyOf(vectors);
    }

    /** @param vectors at least one, all of one width; not copied */
    public static Embedding of(String word, List<float[]> vectors) {
        if (vectors.isEmpty()) {
            throw new IllegalArgumentException("no vectors");
        }
        return new Embedding(word, vectors);
    }

    /** What calls it up in a prompt. */
    public String word() {
        return word;
    }

    public List<float[]> vectors() {
        return vectors;
    }

    /** Numbers in each vector: 768 for Stable Diffusion 1.x, 1024 for 2.x. */
    public int width() {
        return vectors.get(0).length;
    }

    /** All vectors, one after the other. */
    float[] values() {
        float[] values = new float[vectors.size() * width()];
        for (int i = 0; i < vectors.size(); i++) {
            System.arraycopy(vectors.get(i), 0, values, i * width(), width());
        }
        return values;
    }

    /** Nothing to free: the vectors live on the Java heap. */
    @Override
    public void close() {}
}
