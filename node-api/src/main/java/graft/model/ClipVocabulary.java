package graft.model;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import graft.node.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** CLIP's {@code vocab.json} and {@code merges.txt} as one {@code tokenizer.json}, the only form that DJL reads. */
final class ClipVocabulary {

    /** How CLIP normalises and splits: transformers' {@code CLIPConverter}. Vocabulary and merges are filled in. */
    private static final String FRAME = """
            {
              "version": "1.0",
              "normalizer": {"type": "Sequence", "normalizers": [
                {"type": "NFC"},
                {"type": "Replace", "pattern": {"Regex": "\\\\s+"}, "content": " "},
                {"type": "Lowercase"}]},
              "pre_tokenizer": {"type": "Sequence", "pretokenizers": [
                {"type": "Split", "behavior": "Removed", "invert": true, "pattern": {"Regex":
                  "<\\\\|startoftext\\\\|>|<\\\\|endoftext\\\\|>|'s|'t|'re|'ve|'m|'ll|'d|[\\\\p{L}]+|[\\\\p{N}]|[^\\\\s\\\\p{L}\\\\p{N}]+"}},
                {"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": true}]},
              "decoder": {"type": "ByteLevel", "add_prefix_space": true, "trim_offsets": true, "use_regex": true},
              "model": {"type": "BPE", "unk_token": "<|endoftext|>", "continuing_subword_prefix": "",
                "end_of_word_suffix": "</w>", "fuse_unk": false, "byte_fallback": false}
            }
            """;

    /** Words of CLIP's own vocabulary. */
    static final int SIZE = 49408;

    private ClipVocabulary() {}

    /**
     * CLIP's own tokenizer.
     *
     * <p>Source of the merges: OpenAI CLIP, bpe_simple_vocab_16e6.txt, its first 48,894.
     */
    static JsonObject standardJson() {
        List<String> merges;
        try (InputStream in = ClipVocabulary.class.getResourceAsStream("clip-merges.txt")) {
            merges = new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        List<String> words = new ArrayList<>(byteLetters());
        byteLetters().forEach(letter -> words.add(letter + "</w>"));
        merges.forEach(merge -> words.add(merge.replace(" ", "")));
        words.add("<|startoftext|>");
        words.add("<|endoftext|>");
        JsonObject vocabulary = new JsonObject();
        words.forEach(word -> vocabulary.addProperty(word, vocabulary.size()));
        return json(vocabulary, merges);
    }

    /** The letters that stand for the 256 bytes: printable ones for themselves first, then others for the rest. */
    private static List<String> byteLetters() {
        List<String> letters = new ArrayList<>();
        List<String> others = new ArrayList<>();
        for (int code = 0; code < 256; code++) {
            boolean printable = (code >= '!' && code <= '~') || (code >= 0xa1 && code != 0xad);
            (printable ? letters : others).add(Character.toString(printable ? code : 256 + others.size()));
        }
        letters.addAll(others);
        return letters;
    }

    /** @throws Problem when either file is missing or damaged */
    static JsonObject tokenizerJson(Path folder) {
        try {
            JsonObject vocabulary = JsonParser.parseString(Files.readString(folder.resolve("vocab.json")))
                    .getAsJsonObject();
            return json(
                    vocabulary,
                    Files.readAllLines(folder.resolve("merges.txt")).stream()
                            .filter(line -> !line.isBlank() && !line.startsWith("#version"))
                            .toList());
        } catch (IOException failure) {
            throw new Problem(
                            "cannot read the tokenizer in " + folder,
                            "it holds neither tokenizer.json nor vocab.json with merges.txt",
                            "put the tokenizer folder of the model there")
                    .causedBy(failure);
        } catch (JsonParseException | IllegalStateException failure) {
            throw new Problem(
                            "cannot read " + folder.resolve("vocab.json"),
                            "it is not a JSON object",
                            "download the model again")
                    .causedBy(failure);
        }
    }

    private static JsonObject json(JsonObject vocabulary, List<String> merges) {
        JsonArray pairs = new JsonArray();
        merges.forEach(pairs::add);
        JsonObject json = JsonParser.parseString(FRAME).getAsJsonObject();
        json.add("added_tokens", specialTokens(vocabulary, List.of("<|startoftext|>", "<|endoftext|>")));
        json.getAsJsonObject("model").add("vocab", vocabulary);
        json.getAsJsonObject("model").add("merges", pairs);
        return json;
    }

    /** Those of the words that the vocabulary has, as {@code tokenizer.json} lists what stands for no text. */
    static JsonArray specialTokens(JsonObject vocabulary, List<String> words) {
        JsonArray tokens = new JsonArray();
        for (String content : words) {
            if (vocabulary.has(content)) {
                JsonObject token = new JsonObject();
                token.add("id", vocabulary.get(content));
                token.addProperty("content", content);
                for (String off : new String[] {"single_word", "lstrip", "rstrip", "normalized"}) {
                    token.addProperty(off, false);
                }
                token.addProperty("special", true);
                tokens.add(token);
            }
        }
        return tokens;
    }
}
