package graft.adapter;

import graft.file.SafeTensors;
import graft.file.SafeTensors.DType;
import graft.file.SafeTensors.Tensor;
import graft.file.TorchFile;
import graft.file.TorchTensor;
import graft.node.Problem;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Embedding files: reads those of A1111, kohya, OneTrainer and diffusers, as {@code .safetensors}, {@code .pt} or
 * {@code .bin}; writes kohya's or diffusers' as {@code .safetensors}.
 *
 * <p>The vectors are A1111's {@code string_to_param}, kohya's {@code emb_params}, OneTrainer's {@code emp_params}, or the
 * only matrix [n,d] or vector [d] under whatever name. Which of them a file is, its bytes tell, not its ending.
 */
public final class EmbeddingFile {

    /** How a file names the vectors. */
    public enum Form {
        /** {@code emb_params}; the word is the file's name. */
        KOHYA,
        /** The word itself. */
        DIFFUSERS
    }

    private static final String KOHYA = "emb_params";
    private static final String ONE_TRAINER = "emp_params";
    private static final String A1111 = "string_to_param";

    private static final long MOST_BYTES = 32 << 20;

    /** A tensor of a file, not read yet. */
    @SuppressWarnings("ArrayRecordComponent") // a shape is read, never compared or changed
    private record Found(long[] shape, Supplier<float[]> floats) {

        boolean holdsVectors() {
            return (shape.length == 1 || shape.length == 2)
                    && Arrays.stream(shape).allMatch(size -> size > 0);
        }
    }

    private EmbeddingFile() {}

    /**
     * Reads the vectors.
     *
     * <p>The word is the file's name without its ending, as ComfyUI and A1111 have it; but for diffusers' own
     * {@code learned_embeds…}, which is everybody's name: there it is the word in the file.
     *
     * @throws Problem naming the file when it is not one, is damaged, for SDXL, or would run a program
     */
    public static Embedding read(Path file) {
        Map<String, Found> tensors = TorchFile.is(file) ? torch(file) : safeTensors(file);
        if (tensors.containsKey("clip_g")) {
            throw new Problem(
                    "cannot use the embedding " + file,
                    "it is for SDXL, whose two text encoders it has vectors for (clip_l and clip_g)",
                    "use one for Stable Diffusion 1.x or 2.x");
        }
        String key = key(tensors);
        Found found = tensors.get(key);
        if (found == null || !found.holdsVectors()) {
            throw new Problem(
                    "cannot read the embedding " + file,
                    "it holds neither " + KOHYA + ", " + ONE_TRAINER + " or " + A1111 + " nor one matrix of vectors"
                            + LoraFile.some(List.copyOf(tensors.keySet())),
                    "choose a textual-inversion embedding for Stable Diffusion 1.x or 2.x");
        }
        return Embedding.of(word(file, key), vectors(file, found));
    }

    private static Map<String, Found> safeTensors(Path file) {
        Map<String, Found> tensors = new LinkedHashMap<>();
        try (SafeTensors open = SafeTensors.open(file)) {
            for (String name : open.names()) {
                tensors.put(name, new Found(open.entry(name).shape(), () -> open.floats(name)));
            }
        }
        return tensors;
    }

    private static Map<String, Found> torch(Path file) {
        Object saved = TorchFile.read(file, MOST_BYTES);
        if (saved instanceof Map<?, ?> map && map.get(A1111) instanceof Map<?, ?> parameters) {
            // A1111 looks at the first alone: the word in there is a "*" that stands for any.
            return tensors(parameters).entrySet().stream()
                    .findFirst()
                    .map(first -> Map.of(A1111, first.getValue()))
                    .orElse(Map.of());
        }
        return saved instanceof Map<?, ?> map ? tensors(map) : tensors(Map.of("", saved == null ? "" : saved));
    }

    private static Map<String, Found> tensors(Map<?, ?> saved) {
        Map<?, ?> map = saved.get("_parameters") instanceof Map<?, ?> wrapped ? wrapped : saved;
        Map<String, Found> tensors = new LinkedHashMap<>();
        map.forEach((name, value) -> {
            if (value instanceof TorchTensor tensor) {
                tensors.put(String.valueOf(name), new Found(tensor.shape(), tensor::floats));
            }
        });
        return tensors;
    }

    /** Where the vectors are; empty when no name is known and there is more than one. */
    private static String key(Map<String, Found> tensors) {
        for (String known : List.of(A1111, KOHYA, ONE_TRAINER)) {
            if (tensors.containsKey(known)) {
                return known;
            }
        }
        return tensors.size() == 1 ? tensors.keySet().iterator().next() : "";
    }

    private static String word(Path file, String key) {
        String name = String.valueOf(file.getFileName()).replaceFirst("\\.(safetensors|pt|bin|ckpt)$", "");
        boolean named = !key.isBlank() && !Set.of(A1111, KOHYA, ONE_TRAINER).contains(key);
        return named && name.matches("learned_embeds(-steps-\\d+)?") ? key : name;
    }

    private static List<float[]> vectors(Path file, Found found) {
        float[] all = found.floats().get();
        for (float value : all) {
            if (!Float.isFinite(value)) {
                throw new Problem(
                        "cannot use the embedding " + file,
                        "its vectors hold " + value,
                        "use another, since its training had failed");
            }
        }
        int width = (int) found.shape()[found.shape().length - 1];
        List<float[]> vectors = new ArrayList<>();
        for (int from = 0; from < all.length; from += width) {
            vectors.add(Arrays.copyOfRange(all, from, from + width));
        }
        return vectors;
    }

    /**
     * Writes the vectors, [n,d] in float32, which ComfyUI, A1111 and diffusers read in either form.
     *
     * @throws Problem naming the file when it cannot be written
     */
    public static void write(Path file, Embedding embedding, Form form) {
        String name =
                switch (form) {
                    case KOHYA -> KOHYA;
                    case DIFFUSERS -> embedding.word();
                };
        SafeTensors.write(
                file,
                List.of(Tensor.of(
                        name,
                        DType.F32,
                        new long[] {embedding.vectors().size(), embedding.width()},
                        embedding.values())),
                Map.of("format", "pt", "modelspec.title", embedding.word()));
    }
}
