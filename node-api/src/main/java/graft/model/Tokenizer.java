package graft.model;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.huggingface.tokenizers.jni.CharSpan;
import com.google.gson.JsonElement;
import graft.node.Problem;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
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
    /** Token 0: the letter within a word. */
    private static final String FIRST_TOKEN = "!";

    private final HuggingFaceTokenizer tokenizer;
    private final int begin;
    private final int end;
    private final int padding;
    private final int maxLength;
    private final List<String> words;
    private final List<String> rowless;
    /** The ids that follow that of a word of several vectors. */
    private final Map<Integer, List<Integer>> further;

    private Tokenizer(
            HuggingFaceTokenizer tokenizer, int begin, int end, int padding, int maxLength, TokenizerFiles files) {
        this.tokenizer = tokenizer;
        this.begin = begin;
        this.end = end;
        this.padding = padding;
        this.maxLength = maxLength;
        this.words = files.words();
        this.rowless = files.rowless();
        this.further = further(files);
    }

    /** Of each word, the ids of those that are it with a number from 1 on behind: diffusers' way to keep several vectors. */
    private static Map<Integer, List<Integer>> further(TokenizerFiles files) {
        Map<Integer, List<Integer>> further = new HashMap<>();
        for (String word : files.words()) {
            List<Integer> ids = new ArrayList<>();
            while (files.words().contains(word + "_" + (ids.size() + 1))) {
                ids.add(files.id(word + "_" + (ids.size() + 1)));
            }
            further.put(files.id(word), List.copyOf(ids));
        }
        return further;
    }

    /**
     * The tokenizer of a model, whose weights are not read.
     *
     * @throws Problem when there is no model, or it has no tokenizer
     */
    public static Tokenizer of(Path folderOrFile) {
        try (OpenedModel model = Family.opened(folderOrFile)) {
            List<Tokenizer> tokenizers = model.tokenizers();
            tokenizers.stream().skip(1).forEach(Tokenizer::close);
            return tokenizers.get(0);
        }
    }

    /**
     * CLIP's own, that of all Stable Diffusion 1.x.
     *
     * @param positions the longest prompt that the text encoder takes, with begin and end
     */
    public static Tokenizer ofClip(int positions) {
        return of(TokenizerFiles.ofClip(), positions);
    }

    /**
     * Reads all files of a tokenizer's folder: {@code tokenizer.json}, or {@code vocab.json} and {@code merges.txt}, and those
     * beside.
     *
     * @param vocabulary how many tokens the text encoder knows
     * @param positions the longest prompt that it takes, with begin and end
     */
    public static Tokenizer read(Path folder, int vocabulary, int positions) {
        return of(TokenizerFiles.read(folder, vocabulary), positions);
    }

    /**
     * One for OpenCLIP's text encoder, as in Stable Diffusion 2.x and the second of XL: short prompts are filled up with the
     * first token where the files name no other.
     */
    public static Tokenizer ofOpenClip(TokenizerFiles files, int positions) {
        return of(files, positions, FIRST_TOKEN);
    }

    /** @param positions the longest prompt that the text encoder takes, with begin and end */
    public static Tokenizer of(TokenizerFiles files, int positions) {
        return of(files, positions, DEFAULT_END);
    }

    /** @param fill the token that short prompts are filled up with where the files name none */
    private static Tokenizer of(TokenizerFiles files, int positions, String fill) {
        HuggingFaceTokenizer tokenizer = open(files.name(), files.bytes());
        List<Config> configs = files.configs();
        int maxLength = configs.isEmpty() ? positions : configs.get(0).number("model_max_length", positions);
        return new Tokenizer(
                tokenizer,
                id(tokenizer, files, special(configs, "bos_token", DEFAULT_BEGIN)),
                id(tokenizer, files, special(configs, "eos_token", DEFAULT_END)),
                id(tokenizer, files, special(configs, "pad_token", fill)),
                Math.min(positions, maxLength),
                files);
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
    static HuggingFaceTokenizer open(Object folder, byte[] json) {
        Map<String, String> options = Map.of("addSpecialTokens", "false", "truncation", "false", "padding", "false");
        try (InputStream stream = new ByteArrayInputStream(json)) {
            return HuggingFaceTokenizer.newInstance(stream, options);
        } catch (IOException | RuntimeException failure) {
            throw new Problem(
                            "cannot read the tokenizer in " + folder,
                            "its tokenizer is damaged, or of a kind that is not known",
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

    private static int id(HuggingFaceTokenizer tokenizer, TokenizerFiles files, String token) {
        // As it stands in the vocabulary: alone in a text it would be a word that ends there, which is another token.
        if (files.knows(token)) {
            return files.id(token);
        }
        long[] ids = tokenizer.encode(token, false, false).getIds();
        if (ids.length != 1) {
            throw new Problem(
                    "cannot use the tokenizer in " + files.name(),
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
    public int[] framed(List<Integer> ids) {
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
    public int endOf(int[] row) {
        int at = 0;
        while (row[at] != end) {
            at++;
        }
        return at;
    }

    /**
     * What a model reads of a text.
     *
     * @param added the words that its prompts know beyond the vocabulary
     */
    public TextReading reading(String text, AddedTokens added) {
        return added.reading(this, text);
    }

    /** As {@link #reading(String, AddedTokens)}, of a prompt whose weights are read as somebody writes them. */
    public TextReading reading(String prompt, Weighting weighting, AddedTokens added) {
        return added.reading(this, prompt, weighting);
    }

    /** Length of what {@link #encode} gives, 77 for CLIP. */
    public int maxLength() {
        return maxLength;
    }

    /** The text's tokens, without begin and end. */
    public List<Integer> ids(String text) {
        return tokens(text).stream().map(Token::id).toList();
    }

    /** Whether a word is one token of the vocabulary. */
    public boolean knows(String word) {
        return tokenizer.encode(word, false, false).getIds().length == 1;
    }

    /** The words that were added to CLIP's vocabulary: those that stand for no text are not among them. */
    List<String> words() {
        return words;
    }

    /** Added words that the text encoder has no row for, so that they are read as letters. */
    List<String> rowless() {
        return rowless;
    }

    /** The text's tokens; a word of several vectors is all of them, as diffusers reads it ({@code maybe_convert_prompt}). */
    List<Token> tokens(String text) {
        Encoding encoding = tokenizer.encode(text, false, false);
        long[] ids = encoding.getIds();
        CharSpan[] spans = encoding.getCharTokenSpans();
        List<Token> tokens = new ArrayList<>();
        for (int i = 0; i < ids.length; i++) {
            int id = Math.toIntExact(ids[i]);
            int from = spans[i] == null ? text.length() : text.offsetByCodePoints(0, spans[i].getStart());
            tokens.add(new Token(id, from, Optional.empty(), 0));
            List<Integer> more = further.getOrDefault(id, List.of());
            // Whoever spelled them all out has them once.
            if (!more.isEmpty() && (i + 1 == ids.length || ids[i + 1] != more.get(0))) {
                more.forEach(next -> tokens.add(new Token(next, from, Optional.empty(), 0)));
            }
        }
        return tokens;
    }

    /**
     * A token of a text.
     *
     * @param from where what it stands for begins in the text
     * @param word the added word that it is a vector of; empty for a token of the vocabulary
     * @param vector which of the word's vectors, counted from 0
     */
    record Token(int id, int from, Optional<AddedTokens.Word> word, int vector) {}

    @Override
    public void close() {
        tokenizer.close();
    }
}
