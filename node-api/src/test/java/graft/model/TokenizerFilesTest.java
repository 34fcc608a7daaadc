package graft.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import graft.file.BuiltIn;
import graft.node.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Words that were added to the built-in vocabulary of 2,020, in each of the files that they may stand in. The ids are those of
 * transformers 5.24 ({@code CLIPTokenizer}) unless said otherwise.
 */
class TokenizerFilesTest {

    private static final Path BUILT_IN = BuiltIn.path("builtin:emoji-sd");

    @TempDir
    private Path folder;

    @BeforeEach
    void copy() throws IOException {
        for (String file : new String[] {
            "vocab.json", "merges.txt", "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json"
        }) {
            Files.copy(BUILT_IN.resolve("tokenizer").resolve(file), folder.resolve(file));
        }
    }

    private void added(String json) throws IOException {
        Files.writeString(folder.resolve("added_tokens.json"), json);
    }

    private void decoder(Map<Integer, String> words) throws IOException {
        JsonObject tokens = new JsonObject();
        words.forEach((id, word) -> tokens.add(String.valueOf(id), token(word)));
        put("tokenizer_config.json", "added_tokens_decoder", tokens);
    }

    private void listed(Map<Integer, String> words) throws IOException {
        JsonObject json = JsonParser.parseString(Files.readString(folder.resolve("tokenizer.json")))
                .getAsJsonObject();
        words.forEach((id, word) -> {
            JsonObject token = token(word);
            token.addProperty("id", id);
            json.getAsJsonArray("added_tokens").add(token);
        });
        Files.writeString(folder.resolve("tokenizer.json"), json.toString());
    }

    private void special(String file, String word) throws IOException {
        JsonArray words = new JsonArray();
        words.add(word);
        put(file, "additional_special_tokens", words);
    }

    private void put(String file, String field, com.google.gson.JsonElement value) throws IOException {
        JsonObject json =
                JsonParser.parseString(Files.readString(folder.resolve(file))).getAsJsonObject();
        json.add(field, value);
        Files.writeString(folder.resolve(file), json.toString());
    }

    private static JsonObject token(String word) {
        JsonObject token = new JsonObject();
        token.addProperty("content", word);
        for (String flag : new String[] {"single_word", "lstrip", "rstrip", "special"}) {
            token.addProperty(flag, false);
        }
        token.addProperty("normalized", true);
        return token;
    }

    private void without(String... files) throws IOException {
        for (String file : files) {
            Files.delete(folder.resolve(file));
        }
    }

    /** @param rows of the text encoder's table */
    private List<Integer> ids(String text, int rows) {
        try (Tokenizer tokenizer = Tokenizer.of(TokenizerFiles.read(folder, rows), 77)) {
            return tokenizer.ids(text);
        }
    }

    private void readsTheCatToy() {
        assertThat(ids("a <cat-toy>", 2021)).containsExactly(320, 2020);
        assertThat(ids("my<cat-toy>s", 2021)).containsExactly(76, 344, 2020, 338);
        assertThat(ids("zorblamp zorb", 2021)).containsExactly(89, 656, 525, 649, 335, 89, 656, 321);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "tokenizer.json", "tokenizer.json tokenizer_config.json special_tokens_map.json"})
    void aWordMayStandInAddedTokensJson(String missing) throws IOException {
        added("{\"<cat-toy>\": 2020}");
        without(missing.isEmpty() ? new String[0] : missing.split(" "));
        readsTheCatToy();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "tokenizer.json", "vocab.json merges.txt"})
    void aWordMayStandInTheConfig(String missing) throws IOException {
        decoder(Map.of(2020, "<cat-toy>"));
        without(missing.isEmpty() ? new String[0] : missing.split(" "));
        readsTheCatToy();
    }

    @Test
    void aWordMayStandInTokenizerJson() throws IOException {
        listed(Map.of(2020, "<cat-toy>"));
        readsTheCatToy();
        without("vocab.json", "merges.txt", "special_tokens_map.json");
        readsTheCatToy();
    }

    @ParameterizedTest
    @CsvSource({
        "special_tokens_map.json, true",
        "special_tokens_map.json, false",
        "tokenizer_config.json, true",
        "tokenizer_config.json, false"
    })
    void aWordMayBeAnAdditionalSpecialToken(String file, boolean whole) throws IOException {
        special(file, "<cat-toy>");
        if (!whole) {
            without("tokenizer.json");
        }
        readsTheCatToy();
        // Special tokens are not read in lower case.
        assertThat(ids("<CAT-TOY>", 2021)).containsExactly(283, 708, 268, 541, 344, 285);
    }

    @Test
    void caseIsThatOfTheFast() throws IOException {
        added("{\"<Cat-Toy>\": 2020}");
        assertThat(ids("<CAT-toy>", 2021)).containsExactly(2020);
    }

    @Test
    void wordsOfSeveralFilesAreAllRead() throws IOException {
        added("{\"<cat-toy>\": 2021}");
        listed(Map.of(2020, "<aaa>"));
        assertThat(ids("<aaa> <cat-toy>", 2022)).containsExactly(2020, 2021);
    }

    /** transformers 4.57 ({@code CLIPTokenizerFast}); 5.24 forgets the first of them and gives its id to the second. */
    @Test
    void theConfigDoesNotHideTheWordsOfTokenizerJson() throws IOException {
        decoder(Map.of(2021, "<cat-toy>"));
        listed(Map.of(2020, "<aaa>"));
        assertThat(ids("<aaa> <cat-toy>", 2022)).containsExactly(2020, 2021);
    }

    @Test
    void ofTwoIdsTheOneThatHasARowIsRight() throws IOException {
        added("{\"<cat-toy>\": 2021}");
        listed(Map.of(2020, "<cat-toy>"));
        assertThat(ids("<cat-toy>", 2021)).containsExactly(2020);
        decoder(Map.of(2021, "<cat-toy>"));
        assertThat(ids("<cat-toy>", 2021)).containsExactly(2020);
    }

    @Test
    void filesThatSwapTwoWordsAreReadInTheirOrder() throws IOException {
        added("{\"<aaa>\": 2020, \"<cat-toy>\": 2021}");
        listed(Map.of(2020, "<cat-toy>", 2021, "<aaa>"));
        assertThat(ids("<cat-toy> <aaa>", 2022)).containsExactly(2020, 2021);
        decoder(Map.of(2021, "<cat-toy>", 2020, "<aaa>"));
        assertThat(ids("<cat-toy> <aaa>", 2022)).containsExactly(2021, 2020);
    }

    @Test
    void anIdBeyondTheTableIsNumberedAnew() throws IOException {
        added("{\"<cat-toy>\": 2025}");
        assertThat(ids("<cat-toy>", 2021)).containsExactly(2020);
        // Where there is a row, it is the word's: transformers 4.57's CLIPTokenizer.
        assertThat(ids("<cat-toy>", 2026)).containsExactly(2025);
    }

    @Test
    void aWordWithoutARowIsReadAsLettersAndTold() throws IOException {
        added("{\"<cat-toy>\": 2020, \"zorb\": 2021}");
        try (Tokenizer tokenizer = Tokenizer.of(TokenizerFiles.read(folder, 2020), 77)) {
            assertThat(tokenizer.ids("a <cat-toy>")).containsExactly(320, 283, 708, 268, 541, 344, 285);
            assertThat(tokenizer.reading("a <cat-toy> zorb", AddedTokens.NONE).absent())
                    .containsExactly("<cat-toy>", "zorb");
        }
    }

    /** diffusers' {@code maybe_convert_prompt}. */
    @Test
    void numberedWordsAreTheVectorsOfOne() throws IOException {
        listed(Map.of(2020, "<cat-toy>", 2021, "<cat-toy>_1", 2022, "<cat-toy>_2", 2023, "<dog>", 2024, "<dog>_2"));
        assertThat(ids("a <cat-toy> b", 2025)).containsExactly(320, 2020, 2021, 2022, 321);
        assertThat(ids("<cat-toy> <cat-toy>_1 <cat-toy>_2", 2025)).containsExactly(2020, 2021, 2022);
        assertThat(ids("<cat-toy>_1", 2025)).containsExactly(2021);
        assertThat(ids("<dog>", 2025)).containsExactly(2023);
        try (Tokenizer tokenizer = Tokenizer.of(TokenizerFiles.read(folder, 2025), 77)) {
            TextReading reading = tokenizer.reading("embedding:<cat-toy>", AddedTokens.NONE);
            assertThat(reading.tokens()).isEqualTo(3);
            assertThat(reading.warnings("The prompt")).isEmpty();
        }
    }

    @Test
    void ofALoadedWordAndOneOfTheVocabularyTheLongestIsRead() throws IOException {
        listed(Map.of(2020, "zorb-v2"));
        try (Tokenizer tokenizer = Tokenizer.of(TokenizerFiles.read(folder, 2021), 77)) {
            AddedTokens zorb = AddedTokens.counted(List.of(new AddedTokens.Word("zorb", 1)));
            assertThat(zorb.ids(tokenizer, "a zorb-v2", Parts.TEXT, 2021)).containsExactly(320, 2020);
            assertThat(zorb.ids(tokenizer, "a zorb-v3", Parts.TEXT, 2021)).startsWith(320, 2021);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "added_tokens.json, '{\"<cat-toy>\": \"x\"}'",
        "added_tokens.json, '[1]'",
        "added_tokens.json, '{'",
        "tokenizer.json, '{\"model\": 1}'",
        "tokenizer.json, '{}'",
        "tokenizer_config.json, '{\"added_tokens_decoder\": [1]}'",
        "tokenizer_config.json, '{\"added_tokens_decoder\": {\"x\": {}}}'",
        "special_tokens_map.json, '{\"additional_special_tokens\": [{}]}'"
    })
    void aDamagedFileIsRefusedInASentence(String file, String text) throws IOException {
        Files.writeString(folder.resolve(file), text);
        assertThatThrownBy(() -> TokenizerFiles.read(folder, 2021))
                .isInstanceOf(Problem.class)
                .hasMessageContaining(folder.toString());
    }

    @Test
    void oneFileHoldsAllThatTheFolderDoes() throws IOException {
        added("{\"<cat-toy>\": 2020}");
        special("special_tokens_map.json", "<aaa>");
        without("tokenizer.json");
        String json = TokenizerFiles.read(folder, 2022).json();
        try (Tokenizer tokenizer = Tokenizer.of(
                TokenizerFiles.of("a file", Config.parse("a file", json), java.util.Optional.empty(), 2022), 77)) {
            assertThat(tokenizer.ids("a <cat-toy> <aaa>")).containsExactly(320, 2020, 2021);
        }
    }
}
