package graft.model;

import static org.assertj.core.api.Assertions.assertThat;

import graft.file.BuiltIn;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddedTokensTest {

    private static final int FIRST = 2020;

    private static Tokenizer tokenizer;

    @BeforeAll
    static void open() {
        tokenizer = Tokenizer.of(BuiltIn.path("builtin:emoji-sd"));
    }

    @AfterAll
    static void close() {
        tokenizer.close();
    }

    /** Words of one vector each. */
    private static AddedTokens words(String... words) {
        return AddedTokens.counted(
                Stream.of(words).map(word -> new AddedTokens.Word(word, 1)).toList());
    }

    private static List<Integer> ids(AddedTokens words, String text) {
        return words.ids(tokenizer, text, Parts.TEXT, FIRST);
    }

    /** The tokens of pieces, a number of which stands for the added word of that number. */
    private static List<Integer> of(Object... pieces) {
        List<Integer> ids = new ArrayList<>();
        for (Object piece : pieces) {
            if (piece instanceof Integer word) {
                ids.add(FIRST + word);
            } else {
                ids.addAll(tokenizer.ids((String) piece));
            }
        }
        return ids;
    }

    static Stream<Arguments> overlaps() {
        return Stream.of(
                Arguments.of("zorb", "zorb-v2", "a zorb-v2", of("a ", 1)),
                Arguments.of("zorb", "zorb-v2", "a zorb-v2, red", of("a ", 1, ", red")),
                Arguments.of("zorb", "zorb-v2", "a zorb-v3", of("a ", 0, "-v3")),
                Arguments.of("zorb", "zorb-v2", "zorb zorb-v2 zorb", of(0, 1, 0)),
                Arguments.of("zorb", "<zorb>", "a <zorb>", of("a ", 1)),
                Arguments.of("zorb", "<zorb>", "my<zorb>s", of("my", 1, "s")),
                Arguments.of("zorb", "my-zorb", "a my-zorb", of("a ", 1)),
                Arguments.of("zorb", "my-zorb", "a the-zorb", of("a the-", 0)),
                Arguments.of("zorb", "zorb.v2", "zorb.v2.", of(1, ".")),
                Arguments.of("zorb", "zorb:2", "(zorb:2)", of("(", 1, ")")),
                Arguments.of("zorb", "zorb+", "zorb+zorb", of(1, 0)),
                Arguments.of("zorb", "犬-zorb", "犬-zorb", of(1)),
                // Neither ends before the other begins: the longer.
                Arguments.of("a-zorb", "zorb-v2", "a-zorb-v2", of("a-", 1)),
                Arguments.of("zorb", "zorb-v2", "embedding:zorb-v2", of(1)),
                Arguments.of("zorb", "zorb-v2", "embedding:styles/zorb-v2.pt", of(1)));
    }

    @ParameterizedTest
    @MethodSource("overlaps")
    void ofTwoWordsThatOverlapTheLongestThatFitsIsRead(String one, String other, String text, List<Integer> expected) {
        assertThat(ids(words(one, other), text)).isEqualTo(expected);
        List<Integer> swapped = expected.stream()
                .map(id -> id == FIRST ? Integer.valueOf(FIRST + 1) : id == FIRST + 1 ? Integer.valueOf(FIRST) : id)
                .toList();
        assertThat(ids(words(other, one), text)).isEqualTo(swapped);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "emoji of a zorblamp",
                "emoji of a zorb_lamp",
                "emoji of a lampzorb",
                "emoji of a zorb2",
                "emoji of a zorbé",
                "emoji of a zorb\u0301",
                "emoji of a Ｚorb",
                "emoji of a zorß",
                "embedding:zorb-v3"
            })
    void aWordWithinAnotherIsNotRead(String text) {
        assertThat(ids(words("zorb"), text)).isEqualTo(tokenizer.ids(text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "embedding:zorb",
                "EMBEDDING:Zorb",
                "embedding:zorb.safetensors",
                "embedding:zorb.pt",
                "embedding:zorb.bin",
                "embedding:mine/zorb",
                "embedding:mine\\zorb.safetensors",
                "ZORB"
            })
    void everySpellingOfTheNameIsTheWord(String text) {
        assertThat(ids(words("zorb"), "a " + text + ", red")).isEqualTo(of("a ", 0, ", red"));
        assertThat(ids(words("zorb"), "(" + text + ":1.2)")).isEqualTo(of("(", 0, ":1.2)"));
        assertThat(AddedTokens.counted(List.of(new AddedTokens.Word("zorb", 1)))
                        .reading("a " + text)
                        .absent())
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        // Composed, taken apart, and both in capitals; Korean file names are taken apart by macOS too.
        "café, cafe\u0301",
        "cafe\u0301, CAFÉ",
        "zorb-é, ZORB-E\u0301",
        "각, \u1100\u1161\u11a8",
        "Ångström, angstro\u0308m",
    })
    void wordsAreComparedInOneUnicodeForm(String word, String written) {
        String spelled = word.equals("Ångström") ? "a\u030angstro\u0308m" : written;
        assertThat(ids(words(word), "a " + spelled + " b")).isEqualTo(of("a ", 0, " b"));
        assertThat(AddedTokens.same(word, spelled)).isTrue();
    }

    /** As the tokenizer has it: composing and lower case are all that it makes alike. */
    @ParameterizedTest
    @CsvSource({"zorb, ｚｏｒｂ", "zirb, zırb", "soft, ſoft", "fit, ﬁt", "strasse, straße", "zorb, zorᵇ"})
    void whatOnlyLooksAlikeIsAnotherWord(String word, String other) {
        assertThat(AddedTokens.same(word, other)).isFalse();
        assertThat(ids(words(word), other)).isEqualTo(tokenizer.ids(other));
    }

    @ParameterizedTest
    @CsvSource({
        "a embedding:missing, embedding:missing",
        "(embedding:missing:1.2), embedding:missing",
        "embedding:missing.safetensors, embedding:missing.safetensors",
        "embedding:zorb-v3 red, embedding:zorb-v3",
        "a <missing> b, <missing>",
        "embedding:<missing>, embedding:<missing>",
        "a <lora:thing:0.8>, <lora:thing:0.8>",
        "<lora:my thing:1>, <lora:my thing:1>",
        "Embedding:Café, Embedding:Café",
    })
    void aCallThatNothingAnswersIsTold(String text, String call) {
        TextReading reading = tokenizer.reading(text, words("zorb"));

        assertThat(reading.absent()).containsExactly(call);
        assertThat(reading.warnings("The prompt"))
                .singleElement()
                .asString()
                .startsWith("The prompt calls " + call + ", and no ");
        assertThat(tokenizer.reading(text, AddedTokens.NONE).absent()).containsExactly(call);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"a zorb", "<zorb>", "1 < 2 and 3 > 2", "<3 you >", "a -> b", "embedding: zorb", "<|endoftext|>"})
    void whatIsNoCallIsNotTold(String text) {
        assertThat(tokenizer.reading(text, words("zorb")).warnings("The prompt"))
                .isEmpty();
    }

    @Test
    void vectorsAreCountedAndNotLetters() {
        AddedTokens long74 = AddedTokens.counted(List.of(new AddedTokens.Word("long74", 74)));

        TextReading full = tokenizer.reading("long74, a dog", long74);
        assertThat(full.tokens()).isEqualTo(77);
        assertThat(full.unseen()).isEqualTo("a dog");
        assertThat(full.warnings("The prompt"))
                .containsExactly(
                        "The prompt is longer than the 77 tokens that the model reads; it does not see: a dog");
        assertThat(tokenizer.reading("long74,", long74).cut()).isFalse();
        assertThat(full.read("LONG74")).isEqualTo(74);
    }

    @Test
    void aWordThatIsCutSaysHowManyOfItsVectorsAreNotRead() {
        AddedTokens long80 = AddedTokens.counted(List.of(new AddedTokens.Word("long80", 80)));
        TextReading reading = tokenizer.reading("a long80 dog", long80);

        assertThat(reading.unseen()).isEqualTo("6 of the 80 vectors of long80 dog");
        assertThat(reading.read("long80")).isEqualTo(74);
        assertThat(tokenizer.reading("a ".repeat(75) + "long80", long80).read("long80"))
                .isZero();
    }

    @Test
    void aWordThatStandsOnlyInAnotherIsTold() {
        assertThat(tokenizer.reading("a Zorb_lamp", words("zorb")).within())
                .containsExactly(new TextReading.Within("zorb", "zorb_lamp"));
        assertThat(tokenizer.reading("a zorb and a zorblamp", words("zorb")).within())
                .isEmpty();
        assertThat(tokenizer.reading("zorb-v2", words("zorb", "zorb-v2")).within())
                .isEmpty();
    }
}
