package graft.adapter;

import graft.model.Parts;
import graft.node.Resource;
import graft.node.SocketType;
import graft.node.Sound;
import graft.tensor.Finite;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A word with vectors of its own in the embedding tables of text encoders (textual inversion), on the Java heap.
 *
 * <p>In a prompt the word is read as its vectors, one after the other.
 */
@SocketType(id = "graft/embedding", title = "Embedding", color = "#4FC3F7")
public final class Embedding implements Resource, Sound {

    private final String word;
    private final Map<String, List<float[]>> vectors;

    private Embedding(String word, Map<String, List<float[]>> vectors) {
        this.word = word;
        this.vectors = vectors;
    }

    /**
     * For a model's only text encoder.
     *
     * @param vectors at least one, all of one width; not copied
     */
    public static Embedding of(String word, List<float[]> vectors) {
        return of(word, Map.of(Parts.TEXT, vectors));
    }

    /**
     * For each of a model's text encoders.
     *
     * @param vectors by the name of the encoder's part; at least one each, all of one encoder of one width; not copied
     */
    public static Embedding of(String word, Map<String, List<float[]>> vectors) {
        Map<String, List<float[]>> copy = new LinkedHashMap<>();
        vectors.keySet().stream().sorted().forEach(part -> copy.put(part, List.copyOf(vectors.get(part))));
        if (copy.isEmpty() || copy.containsValue(List.<float[]>of())) {
            throw new IllegalArgumentException("no vectors");
        }
        return new Embedding(word, Collections.unmodifiableMap(copy));
    }

    /** What calls it up in a prompt. */
    public String word() {
        return word;
    }

    /** The same vectors under another word. */
    public Embedding named(String other) {
        return new Embedding(other, vectors);
    }

    /** The names of the parts that it has vectors for. */
    public Set<String> parts() {
        return vectors.keySet();
    }

    /** The vectors for one text encoder; none for one that it has none for. */
    public List<float[]> vectors(String part) {
        return vectors.getOrDefault(part, List.of());
    }

    /** The vectors for the first text encoder that it has some for. */
    public List<float[]> vectors() {
        return vectors.values().iterator().next();
    }

    /** Numbers in each of {@link #vectors()}: 768 for Stable Diffusion 1.x, 1024 for 2.x. */
    public int width() {
        return vectors().get(0).length;
    }

    /**
     * The same word with each vector so many times as long: 1 as it is; less speaks more quietly beside the other words,
     * more speaks louder.
     */
    public Embedding scaled(double strength) {
        if (strength == 1) {
            return this;
        }
        Map<String, List<float[]>> scaled = new LinkedHashMap<>();
        vectors.forEach((part, rows) -> scaled.put(
                part, rows.stream().map(row -> scaled(row, (float) strength)).toList()));
        return new Embedding(word, Collections.unmodifiableMap(scaled));
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
        Map<String, Integer> widths = new LinkedHashMap<>();
        vectors.forEach((part, rows) -> widths.put(part, rows.get(0).length));
        return new EmbeddingSpec(word, widths);
    }

    /** How many vectors of which width, for people: "2 vectors of 768 numbers", or "2 vectors of 768 and 2 of 1280 numbers". */
    public String size() {
        List<List<float[]>> all = List.copyOf(vectors.values());
        return all.get(0).size() + (all.get(0).size() == 1 ? " vector of " : " vectors of ")
                + all.get(0).get(0).length
                + all.stream()
                        .skip(1)
                        .map(rows -> " and " + rows.size() + " of " + rows.get(0).length)
                        .collect(Collectors.joining())
                + " numbers";
    }

    /** All vectors for a text encoder, one after the other. */
    static float[] flat(List<float[]> vectors) {
        int width = vectors.get(0).length;
        float[] values = new float[vectors.size() * width];
        for (int i = 0; i < vectors.size(); i++) {
            System.arraycopy(vectors.get(i), 0, values, i * width, width);
        }
        return values;
    }

    @Override
    public Optional<String> fault() {
        return all().allMatch(Finite::all) ? Optional.empty() : Optional.of("holds NaN or infinite numbers");
    }

    @Override
    public BooleanSupplier seal() {
        int[] before = all().mapToInt(Arrays::hashCode).toArray();
        return () -> Arrays.equals(before, all().mapToInt(Arrays::hashCode).toArray());
    }

    private Stream<float[]> all() {
        return vectors.values().stream().flatMap(List::stream);
    }

    /** Nothing to free: the vectors live on the Java heap. */
    @Override
    public void close() {}
}
