package graft.model;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.huggingface.tokenizers.jni.CharSpan;
import com.google.gson.JsonElement;
import graft.node.Problem;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * CLIP's byte-pair tokenizer: text to the ids that the text encoder takes.
 *
 * <p>Lower-cases, splits into words, ends each with {@code </w>}. May be called from any thread. Source: OpenAI CLIP
 * {@code simple_tokenizer.py}.
 */
public final class Tokenizer implements AutoCloseable {

    private static final String DEFAULT_BEGIN = "<|startoftext|>";
    private static final String DEFAULT_END = "<|endoftext|>";

    private final HuggingFaceTokenizer tokenizer;
    private final int begin;
    private final int end;
    private final int padding;
    private final int maxLength;

    private Tokenizer(HuggingFaceTokenizer tokenizer, int begin, int end, int padding, int maxLength) {
        this.tokenizer = tokenizer;
        this.begin = begin;
        this.end = end;
        this.padding = padding;
        this.maxLength = maxLength;
    }

    /**
     * The tokenizer of a model, whose weights are not read.
     *
     * @throws Problem when there is no model, or it has no tokenizer
     */
    public static Tokenizer of(Path folderOrFile) {
        try (ModelFiles files = ModelFiles.open(folderOrFile)) {
            return files.tokenizer();
        }
    }

    /**
     * Reads {@code tokenizer.json}, or {@code vocab.json} and {@code merges.txt}.
     *
     * @param positions the longest prompt that the text encoder takes, with begin and end
     */
    static Tokenizer read(Path folder, int positions) {
        Path whole = folder.resolve("tokenizer.json");
        HuggingFaceTokenizer tokenizer = Files.isRegularFile(whole)
                ? open(folder, json(whole))
                : open(folder, ClipVocabulary.tokenizerJson(folder));
        Path configFile = folder.resolve("tokenizer_config.json");
        Path tokensFile = folder.resolve("special_tokens_map.json");
        List<Config> configs = new ArrayList<>();
        for (Path file : List.of(configFile, tokensFile)) {
            if (Files.isRegularFile(file)) {
                configs.add(Config.read(file));
            }
        }
        return of(tokenizer, folder, configs, positions);
    }

    /** The tokenizer in a single file's metadata. */
    static Tokenizer of(Path file, String json, Optional<Config> config, int positions) {
        return of(
                open(file, json.getBytes(StandardCharsets.UTF_8)),
                file,
                config.stream().toList(),
                positions);
    }

    /** CLIP's own, that of all Stable Diffusion 1.x. */
    static Tokenizer ofClip(int positions) {
        Path name = Path.of("CLIP's vocabulary");
        return of(open(name, ClipVocabulary.standardJson()), name, List.of(), positions);
    }

    private static Tokenizer of(HuggingFaceTokenizer tokenizer, Path folder, List<Config> configs, int positions) {
        int end = id(tokenizer, folder, special(configs, "eos_token", DEFAULT_END));
        String pad = special(configs, "pad_token", DEFAULT_END);
        int maxLength = configs.isEmpty() ? positions : configs.get(0).number("model_max_length", positions);
        return new Tokenizer(
                tokenizer,
                id(tokenizer, folder, special(configs, "bos_token", DEFAULT_BEGIN)),
                end,
                id(tokenizer, folder, pad),
                Math.min(positions, maxLength));
    }

    static byte[] json(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException failure) {
            throw new Problem("cannot read " + file, "the file is unreadable", "download the model again")
                    .causedBy(failure);
        }
    }

    /** The library's tokenizer, which adds and cuts nothing by itself. */
    static HuggingFaceTokenizer open(Path folder, byte[] json) {
        Map<String, String> options = Map.of("addSpecialTokens", "false", "truncation", "false", "padding", "false");
        try (InputStream stream = new ByteArrayInputStream(json)) {
            return HuggingFaceTokenizer.newInstance(stream, options);
        } catch (IOException | RuntimeException failure) {
            throw new Problem(
                            "cannot read the tokenizer in " + folder,
                            String.valueOf(failure.getMessage()),
                            "download the model again")
                    .causedBy(failure);
        }
    }

    /** A special token's text, which stands as a text or as {@code {"content": …}}. */
    private static String special(List<Config> configs, String field, String otherwise) {
        for (Config config : configs) {
            if (config.has(field)) {
                JsonElement value = config.raw(field);
                return value.isJsonObject()
                        ? value.getAsJsonObject().get("content").getAsString()
                        : value.getAsString();
            }
        }
        return otherwise;
    }

    private static int id(HuggingFaceTokenizer tokenizer, Path folder, String token) {
        long[] ids = tokenizer.encode(token, false, false).getIds();
        if (ids.length != 1) {
            throw new Problem(
                    "cannot use the tokenizer in " + folder,
                    "its special token \"" + token + "\" is not a single token",
                    "download the model again");
        }
        return Math.toIntExact(ids[0]);
    }

    /** BOS, the text's tokens, EOS, padded or truncated to {@link #maxLength}. */
    public int[] encode(String text) {
        return framed(ids(text));
    }

    /** Tokens between BOS and EOS, padded or truncated to {@link #maxLength}. */
    int[] framed(List<Integer> ids) {
        int[] row = new int[maxLength];
        Arrays.fill(row, padding);
        int kept = Math.min(ids.size(), maxLength - 2);
        row[0] = begin;
        for (int i = 0; i < kept; i++) {
            row[1 + i] = ids.get(i);
        }
        row[1 + kept] = end;
        return row;
    }

    /** Where a row of {@link #encode} ends: CLIP's state of the whole text. */
    int endOf(int[] row) {
        int at = 0;
        while (row[at] != end) {
            at++;
        }
        return at;
    }

    /** How many tokens the text has, without begin and end. */
    public int count(String text) {
        return tokenize(text).getIds().length;
    }

    /** The end of a text that {@link #encode} leaves out; empty when all of it fits. */
    public String dropped(String text) {
        Encoding encoding = tokenize(text);
        CharSpan[] spans = encoding.getCharTokenSpans();
        int kept = maxLength - 2;
        if (spans.length <= kept) {
            return "";
        }
        CharSpan first = spans[kept];
        return first == null
                ? ""
                : text.substring(text.offsetByCodePoints(0, first.getStart())).strip();
    }

    /** Length of what {@link #encode} gives, 77 for CLIP. */
    public int maxLength() {
        return maxLength;
    }

    /** The text's tokens, without begin and end. */
    public List<Integer> ids(String text) {
        return Arrays.stream(tokenize(text).getIds()).mapToObj(Math::toIntExact).toList();
    }

    private Encoding tokenize(String text) {
        return tokenizer.encode(text, false, false);
    }

    @Override
    public void close() {
        tokenizer.close();
    }
}
