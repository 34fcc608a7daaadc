package graft.adapter;

import graft.file.SafeTensors;
import graft.file.SafeTensors.DType;
import graft.file.SafeTensors.Tensor;
import graft.file.TorchFile;
import graft.file.TorchTensor;
import graft.model.FileKind;
import graft.model.FileKind.Role;
import graft.model.Parts;
import graft.node.Problem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Embedding files: reads those of A1111, kohya, OneTrainer and diffusers, as {@code .safetensors}, {@code .pt} or
 * {@code .bin}; writes kohya's or diffusers' as {@code .safetensors}.
 *
 * <p>The vectors are A1111's {@code string_to_param}, kohya's {@code emb_params}, OneTrainer's {@code emp_params}, or the
 * only matrix [n,d] or vector [d] under whatever name; for the two text encoders of Stable Diffusion XL {@code clip_l} and
 * {@code clip_g}, or two files as diffusers has them. Which of them a file is, its bytes tell, not its ending.
 */
public final class EmbeddingFile {

    /** How a file names the vectors. */
    public enum Form {
        /** {@code emb_params}, or {@code clip_l} and {@code clip_g}; the word is the file's name. */
        KOHYA,
        /** The word itself, in a file for each text encoder. */
        DIFFUSERS
    }

    private static final String KOHYA = "emb_params";
    private static final String ONE_TRAINER = "emp_params";
    private static final String A1111 = "string_to_param";

    private static final List<String> KNOWN = List.of(A1111, KOHYA, ONE_TRAINER);

    /** What names the text encoder that the vectors are for. */
    private static final Map<String, String> NAMED = Map.of("clip_l", Parts.TEXT, "clip_g", Parts.TEXT_2);

    /** A file's name for the first text encoder, and for the second: {@code learned_embeds_2-steps-500.safetensors}. */
    private static final Pattern FIRST = Pattern.compile("(.+?)((?:-steps-\\d+)?\\.[a-z]+)");

    private static final Pattern SECOND = Pattern.compile("(.+)_2((?:-steps-\\d+)?\\.[a-z]+)");

    /** OneTrainer's and A1111's, in the file of a LoRA. */
    private static final Pattern BUNDLED = Pattern.compile("bundle_emb\\.(.+)\\."
            + "(emp_params|emb_params|clip_[lg]|t5\\w*|emp_params_out|clip_[lg]_out|string_to_param)(?:\\.\\*)?");

    private static final long MOST_BYTES = 32 << 20;

    /** A tensor of a file, not read yet. */
    @SuppressWarnings("ArrayRecordComponent") // a shape is read, never compared or changed
    private record Found(long[] shape, Supplier<float[]> floats) {

        boolean holdsVectors() {
            return (shape.length == 1 || shape.length == 2)
                    && Arrays.stream(shape).allMatch(size -> size > 0);
        }

        int width() {
            return (int) shape[shape.length - 1];
        }
    }

    private EmbeddingFile() {}

    /**
     * Reads the vectors, those for a second text encoder too: they are in the same file, or in a second one beside it.
     *
     * <p>The word is the file's name without its ending, as ComfyUI and A1111 have it; but for diffusers' own
     * {@code learned_embeds…}, which is everybody's name, and for what is bundled with a LoRA: there it is the word in the file.
     *
     * @throws Problem naming the file when it is not one, is damaged, for another family, or would run a program
     */
    public static Embedding read(Path file) {
        return read(file, "");
    }

    /**
     * As {@link #read(Path)}.
     *
     * @param wanted which of several that are bundled with a LoRA; empty for the only one
     */
    public static Embedding read(Path file, String wanted) {
        Map<String, Found> tensors = tensors(file);
        String bundled = bundled(file, tensors, wanted);
        Map<String, Found> own = bundled.isEmpty() ? tensors : unbundled(tensors, bundled);
        if (own.keySet().stream().anyMatch(name -> name.startsWith("t5"))) {
            throw new Problem(
                    "cannot use the embedding " + file,
                    "it has vectors for a T5 text encoder, as Stable Diffusion 3 and Flux have",
                    "use one for Stable Diffusion 1.x, 2.x or XL");
        }
        Map<String, List<float[]>> vectors = new LinkedHashMap<>();
        NAMED.forEach((name, part) -> {
            if (own.containsKey(name)) {
                vectors.put(part, vectors(file, checked(file, own, name)));
            }
        });
        if (!vectors.isEmpty()) {
            return Embedding.of(bundled.isEmpty() ? stem(file) : bundled, vectors);
        }
        String key = key(own);
        Found found = checked(file, own, key);
        String word = bundled.isEmpty() ? word(file, key) : bundled;
        Optional<Path> other = other(file, tensors);
        if (other.isEmpty()) {
            return Embedding.of(word, vectors(file, found));
        }
        boolean isSecond = isSecond(file);
        vectors.put(isSecond ? Parts.TEXT_2 : Parts.TEXT, vectors(file, found));
        vectors.put(
                isSecond ? Parts.TEXT : Parts.TEXT_2,
                vectors(other.get(), checked(other.get(), tensors(other.get()), key)));
        return Embedding.of(isSecond ? word(other.get(), key) : word, vectors);
    }

    /** All files that an embedding is read from: diffusers has one for each text encoder. */
    public static List<Path> files(Path file) {
        return other(file, tensors(file)).map(other -> List.of(file, other)).orElse(List.of(file));
    }

    /** The words of embeddings that are bundled with a LoRA. */
    static List<String> bundled(Collection<String> names) {
        return names.stream()
                .map(BUNDLED::matcher)
                .filter(Matcher::matches)
                .map(matcher -> matcher.group(1))
                .distinct()
                .sorted()
                .toList();
    }

    private static String bundled(Path file, Map<String, Found> tensors, String wanted) {
        List<String> words = bundled(tensors.keySet());
        if (words.size() < 2 || words.contains(wanted)) {
            return words.contains(wanted) ? wanted : String.join("", words);
        }
        throw new Problem(
                "cannot tell which embedding of " + file + " is meant",
                "several are bundled with the LoRA" + LoraFile.some(words),
                "give the word of one of them");
    }

    private static Map<String, Found> unbundled(Map<String, Found> tensors, String word) {
        Map<String, Found> own = new LinkedHashMap<>();
        tensors.forEach((name, found) -> {
            Matcher matcher = BUNDLED.matcher(name);
            if (matcher.matches() && matcher.group(1).equals(word)) {
                own.put(matcher.group(2), found);
            }
        });
        return own;
    }

    private static Found checked(Path file, Map<String, Found> tensors, String key) {
        Found found = tensors.get(key);
        if (found == null || !found.holdsVectors()) {
            refuseOther(file);
            throw new Problem(
                    "cannot read the embedding " + file,
                    "it holds neither " + KOHYA + ", " + ONE_TRAINER + ", clip_l, clip_g or " + A1111
                            + " nor one matrix of vectors" + LoraFile.some(List.copyOf(tensors.keySet())),
                    "choose a textual-inversion embedding for Stable Diffusion 1.x, 2.x or XL");
        }
        return found;
    }

    private static Map<String, Found> tensors(Path file) {
        try {
            return TorchFile.is(file) ? torch(file) : safeTensors(file);
        } catch (Problem damagedOrOther) {
            if (Files.isRegularFile(file)) {
                refuseOther(file);
            }
            throw damagedOrOther;
        }
    }

    /** @throws Problem that says what a file is, where it is known to be something else */
    private static void refuseOther(Path file) {
        FileKind kind;
        try {
            kind = FileKind.of(file);
        } catch (Problem damaged) {
            return;
        }
        kind.refuseUnless(Role.EMBEDDING, "cannot use " + file + " as an embedding", "choose an embedding file");
    }

    private static boolean isSecond(Path file) {
        return SECOND.matcher(String.valueOf(file.getFileName())).matches();
    }

    /** The file for the other text encoder, as diffusers writes one for each: both call the vectors by the same word. */
    private static Optional<Path> other(Path file, Map<String, Found> tensors) {
        String key = key(tensors);
        if (tensors.size() != 1 || key.isBlank() || KNOWN.contains(key) || NAMED.containsKey(key)) {
            return Optional.empty();
        }
        String name = String.valueOf(file.getFileName());
        Path other = file.resolveSibling(
                isSecond(file)
                        ? SECOND.matcher(name).replaceFirst("$1$2")
                        : FIRST.matcher(name).replaceFirst("$1_2$2"));
        return !other.equals(file) && Files.isRegularFile(other) && isOther(tensors.get(key), tensors(other), key)
                ? Optional.of(other)
                : Optional.empty();
    }

    /** Vectors of the same width are another try at the same word. */
    private static boolean isOther(Found first, Map<String, Found> tensors, String key) {
        return tensors.keySet().equals(Set.of(key))
                && first.holdsVectors()
                && tensors.get(key).holdsVectors()
                && first.width() != tensors.get(key).width();
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
        for (String known : KNOWN) {
            if (tensors.containsKey(known)) {
                return known;
            }
        }
        return tensors.size() == 1 ? tensors.keySet().iterator().next() : "";
    }

    private static String word(Path file, String key) {
        String name = stem(file);
        boolean named = !key.isBlank() && !KNOWN.contains(key);
        return named && name.matches("learned_embeds(_2)?(-steps-\\d+)?") ? key : name;
    }

    private static String stem(Path file) {
        return String.valueOf(file.getFileName()).replaceFirst("\\.(safetensors|sft|pt|bin|ckpt)$", "");
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
        int width = found.width();
        List<float[]> vectors = new ArrayList<>();
        for (int from = 0; from < all.length; from += width) {
            vectors.add(Arrays.copyOfRange(all, from, from + width));
        }
        return vectors;
    }

    /**
     * The files that {@link #write} makes: one, or in diffusers' form one for each text encoder, the second with {@code _2} at
     * the end of its name.
     */
    public static List<Path> written(Path file, Embedding embedding, Form form) {
        if (form == Form.KOHYA || embedding.parts().size() == 1) {
            return List.of(file);
        }
        String name = String.valueOf(file.getFileName());
        return List.of(file, file.resolveSibling(FIRST.matcher(name).replaceFirst("$1_2$2")));
    }

    /**
     * Writes the vectors, [n,d] in float32, which ComfyUI, A1111 and diffusers read in either form; those for two text encoders
     * as {@code clip_l} and {@code clip_g}, or as a file for each.
     *
     * @return the files
     * @throws Problem naming the file when it cannot be written
     */
    public static List<Path> write(Path file, Embedding embedding, Form form) {
        List<Path> files = written(file, embedding, form);
        boolean plain = embedding.parts().equals(Set.of(Parts.TEXT));
        List<Tensor> tensors = embedding.parts().stream()
                .map(part -> tensor(name(embedding, part, plain, form), embedding.vectors(part)))
                .toList();
        Map<String, String> metadata = Map.of(
                "format",
                "pt",
                "modelspec.sai_model_spec",
                "1.0.1",
                "modelspec.title",
                embedding.word(),
                "modelspec.trigger_phrase",
                embedding.word());
        if (files.size() == 1) {
            SafeTensors.write(file, tensors, metadata);
            return files;
        }
        for (int i = 0; i < files.size(); i++) {
            SafeTensors.write(files.get(i), List.of(tensors.get(i)), metadata);
        }
        return files;
    }

    private static String name(Embedding embedding, String part, boolean plain, Form form) {
        if (form == Form.DIFFUSERS) {
            return embedding.word();
        }
        return plain ? KOHYA : part.equals(Parts.TEXT) ? "clip_l" : "clip_g";
    }

    private static Tensor tensor(String name, List<float[]> vectors) {
        long[] shape = {vectors.size(), vectors.get(0).length};
        return Tensor.of(name, DType.F32, shape, Embedding.flat(vectors));
    }
}
