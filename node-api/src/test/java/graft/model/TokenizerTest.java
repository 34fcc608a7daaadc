package graft.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.Gson;
import graft.Golden;
import graft.file.BuiltIn;
import graft.model.sd.TextConfig;
import graft.node.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenizerTest {

    private static final Path BUILT_IN = BuiltIn.path("builtin:emoji-sd").resolve("tokenizer");

    /** The built-in model's text encoder. */
    private static final TextConfig SHAPE =
            TextConfig.of(Config.read(BuiltIn.path("builtin:emoji-sd").resolve("text_encoder/config.json")));

    /** A text and what transformers' CLIPTokenizer makes of it with the built-in model's vocabulary. */
    private static final class Vector {
        String text;
        int[] ids;
    }

    private static Vector[] vectors() throws IOException {
        return new Gson().fromJson(Files.readString(Golden.resource("/graft/model/clip-tokens.json")), Vector[].class);
    }

    @Test
    void everyTextGivesTheIdsThatTransformersGives() throws IOException {
        try (Tokenizer tokenizer = Tokenizer.read(BUILT_IN, SHAPE.vocabulary(), SHAPE.positions())) {
            for (Vector vector : vectors()) {
                assertThat(tokenizer.encode(vector.text)).as(vector.text).isEqualTo(vector.ids);
            }
        }
    }

    /** What OpenAI's own simple_tokenizer.py gives. */
    @Test
    void clipsOwnVocabularyIsThere() {
        try (Tokenizer tokenizer = Tokenizer.of(TokenizerFiles.ofClip(), 77)) {
            assertThat(ids(tokenizer, "a photo of a cat")).containsExactly(320, 1125, 539, 320, 2368);
            assertThat(ids(tokenizer, "Café déjà-vu, it's 1234 € 🙂!"))
                    .containsExactly(
                            15304, 25466, 73, 21259, 268, 13230, 267, 585, 568, 272, 273, 274, 275, 6309, 32006, 256);
            assertThat(ids(tokenizer, "sks ohwx  A  B__c\n(nice:1.2)"))
                    .containsExactly(48136, 47993, 320, 321, 3838, 322, 263, 1805, 281, 272, 269, 273, 264);
        }
    }

    /** Without begin, end and padding. */
    private static int[] ids(Tokenizer tokenizer, String text) {
        int[] framed = tokenizer.encode(text);
        assertThat(framed).hasSize(77);
        assertThat(framed[0]).isEqualTo(49406);
        return Arrays.stream(framed).skip(1).takeWhile(id -> id != 49407).toArray();
    }

    @Test
    void vocabularyAndMergesGiveWhatTokenizerJsonGives(@TempDir Path folder) throws IOException {
        for (String file : new String[] {"vocab.json", "merges.txt", "tokenizer_config.json"}) {
            Files.copy(BUILT_IN.resolve(file), folder.resolve(file));
        }
        try (Tokenizer tokenizer = Tokenizer.read(folder, SHAPE.vocabulary(), SHAPE.positions())) {
            for (Vector vector : vectors()) {
                assertThat(tokenizer.encode(vector.text)).as(vector.text).isEqualTo(vector.ids);
            }
        }
    }

    @Test
    void aLongPromptIsCutAndTheRestIsNamed() {
        try (Tokenizer tokenizer = Tokenizer.read(BUILT_IN, SHAPE.vocabulary(), SHAPE.positions())) {
            String fits = "a ".repeat(75).strip();
            assertThat(tokenizer.reading(fits, AddedTokens.NONE).tokens()).isEqualTo(75);
            assertThat(tokenizer.reading(fits, AddedTokens.NONE).unseen()).isEmpty();
            assertThat(tokenizer.reading(fits + " red apple", AddedTokens.NONE).unseen())
                    .isEqualTo("red apple");
            assertThat(tokenizer.encode(fits + " red apple")).isEqualTo(tokenizer.encode(fits));
        }
    }

    @Test
    void rareWordsAreSingleTokens() {
        try (Tokenizer tokenizer = Tokenizer.read(BUILT_IN, SHAPE.vocabulary(), SHAPE.positions())) {
            assertThat(Arrays.asList("sks", "ohwx", "zwx", "shs"))
                    .allSatisfy(word -> assertThat(tokenizer.ids(word)).hasSize(1));
        }
    }

    @Test
    void aFolderWithoutTokenizerIsNamed(@TempDir Path folder) {
        assertThatThrownBy(() -> Tokenizer.read(folder, SHAPE.vocabulary(), SHAPE.positions()))
                .isInstanceOf(Problem.class)
                .hasMessageContaining(folder.toString())
                .hasMessageContaining("vocab.json");
    }

    /** The second text encoder of Stable Diffusion XL, and that of 2.x, take token 0 where a prompt is short. */
    @Test
    void openClipIsFilledUpWithTheFirstToken() {
        try (Tokenizer clip = Tokenizer.of(TokenizerFiles.ofClip(), 77);
                Tokenizer open = Tokenizer.ofOpenClip(TokenizerFiles.ofClip(), 77)) {
            int[] expected = new int[77];
            System.arraycopy(new int[] {49406, 320, 1125, 539, 48136, 1929, 49407}, 0, expected, 0, 7);
            assertThat(open.encode("a photo of sks dog")).isEqualTo(expected);
            java.util.Arrays.fill(expected, 7, 77, 49407);
            assertThat(clip.encode("a photo of sks dog")).isEqualTo(expected);
            // Alone in a prompt the sign is a word of its own.
            assertThat(open.encode("!")[1]).isEqualTo(256);
        }
    }
}
