package graft.model;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import graft.node.Problem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * BERT's tokenizer: lower-cased words, cut into the longest pieces that the vocabulary has.
 *
 * <p>May be called from any thread. Source: transformers {@code tokenization_bert.py}.
 */
public final class WordPieces implements AutoCloseable {

    /** How BERT normalises, splits and joins: transformers' {@code BertConverter}. The vocabulary is filled in. */
    private static final String FRAME = """
            {
              "version": "1.0",
              "normalizer": {"type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": true,
                "strip_accents": null, "lowercase": true},
              "pre_tokenizer": {"type": "BertPreTokenizer"},
              "decoder": {"type": "WordPiece", "prefix": "##", "cleanup": true},
              "model": {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##",
                "max_input_chars_per_word": 100}
            }
            """;

    private static final List<String> SPECIAL = List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "[DEC]", "[ENC]");

    private final HuggingFaceTokenizer tokenizer;

    private WordPieces(HuggingFaceTokenizer tokenizer) {
        this.tokenizer = tokenizer;
    }

    /** Reads {@code tokenizer.json} or {@code vocab.txt}. */
    public static WordPieces read(Path folder) {
        Path whole = folder.resolve("tokenizer.json");
        return new WordPieces(
                Tokenizer.open(folder, Files.isRegularFile(whole) ? Tokenizer.json(whole) : tokenizerJson(folder)));
    }

    private static byte[] tokenizerJson(Path folder) {
        JsonObject vocabulary = new JsonObject();
        try {
            List<String> words = Files.readAllLines(folder.resolve("vocab.txt"));
            for (int i = 0; i < words.size(); i++) {
                vocabulary.addProperty(words.get(i), i);
            }
        } catch (IOException failure) {
            throw new Problem(
                            "cannot read the tokenizer in " + folder,
                            "it holds neither tokenizer.json nor vocab.txt",
                            "put the tokenizer files of the model there")
                    .causedBy(failure);
        }
        JsonObject json = JsonParser.parseString(FRAME).getAsJsonObject();
        json.add("added_tokens", ClipVocabulary.specialTokens(vocabulary, SPECIAL));
        json.getAsJsonObject("model").add("vocab", vocabulary);
        return json.toString().getBytes(StandardCharsets.UTF_8);
    }

    /** The ids of a text, without begin and end. */
    public long[] ids(String text) {
        return tokenizer.encode(text, false, false).getIds();
    }

    /** The text of ids, none of which is a special token. */
    public String text(List<Integer> ids) {
        return tokenizer
                .decode(ids.stream().mapToLong(Integer::longValue).toArray(), true)
                .strip();
    }

    @Override
    public void close() {
        tokenizer.close();
    }
}
