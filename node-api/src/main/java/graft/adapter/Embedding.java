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

    /**
     * The same word with each vector so many times as long: 1 as it is; less speaks more quietly beside the other words,
     * more speaks louder.
     */
    public Embedding scaled(double strength) {
        if (strength == 1) {
            return this;
        }
        return new Embedding(
                word,
                vectors.stream().map(vector -> scaled(vector, (float) strength)).toList());
    }

    private static float[] scaled(float[] vector, float strength) {
        float[] scaled = new float[vector.length];
        for (int i = 0; i < scaled.length; i++) {
            scaled[i] = strength * vector[i];
        }
        return scaled;
    }

    /** What is known of it before it is used. */
    public EmbeddingSpec spec() {
        return new EmbeddingSpec(word, width());
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
