package graft.nodes.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import graft.node.Problem;
import graft.node.testing.NodeTrial;
import graft.tensor.KeyedRandom;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WildcardsTest {

    @TempDir
    Path folder;

    private static String chosen(String text, long seed) {
        return new WildcardText(KeyedRandom.of(seed, "node", 0, "wildcards"), name -> Optional.empty()).chosen(text);
    }

    /** All that many seeds choose. */
    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "a {red|green} pot; a green pot/a red pot",
                "{a|{b|c}}; a/b/c",
                "{a||b}x; ax/bx/x",
                "{2$$a|b|c}; a, b/a, c/b, a/b, c/c, a/c, b",
                "{2$$ and $$a|b}; a and b/b and a",
                "{0-1$$a}; /a",
                "{-2$$a|b}; /a/a, b/b/b, a",
                "{1-$$a|b}; a/a, b/b/b, a",
                "{9$$a}; a",
                "{0::a|1.5::b}; b",
                "\\{a\\|b\\}; {a|b}",
                "(a:1.2) } | {; (a:1.2) } | {",
                "a __no__ b; a __no__ b",
            })
    void offersAllChoices(String text, String all) {
        Set<String> found = new TreeSet<>();
        IntStream.range(0, 300).forEach(seed -> found.add(chosen(text, seed)));
        assertThat(String.join("/", found)).isEqualTo(all);
    }

    @Test
    void aWeightMakesAChoiceAsOften() {
        Map<String, Integer> counts = new TreeMap<>();
        IntStream.range(0, 4000).forEach(seed -> counts.merge(chosen("{3::a|b}", seed), 1, Integer::sum));
        // 3000 are to be expected; the deviation is 27.
        assertThat(counts.get("a")).isBetween(2860, 3140);
    }

    @Provide
    Arbitrary<String> texts() {
        return Arbitraries.of("{", "}", "|", "\\", "$$", "2", "-", "::", "_", "__", "a", "b ", "é")
                .list()
                .ofMaxSize(30)
                .map(parts -> String.join("", parts));
    }

    @Property(tries = 2000)
    void theSameSeedChoosesTheSame(@ForAll("texts") String text, @ForAll long seed) {
        assertThat(chosen(text, seed)).isEqualTo(chosen(text, seed));
    }

    @Property(tries = 500)
    void aTextWithoutChoicesStays(@ForAll("texts") String text, @ForAll long seed) {
        String plain = text.replaceAll("[{}|\\\\]", "");
        assertThat(chosen(plain, seed)).isEqualTo(plain);
    }

    @Test
    void deepOnesTakeNoLongerThanTheirLength() {
        int deep = 100_000;
        Assertions.assertTimeoutPreemptively(Duration.ofSeconds(30), () -> {
            assertThat(chosen("{".repeat(deep) + "a" + "}".repeat(deep), 1)).isEqualTo("a");
            assertThat(chosen("{a|".repeat(deep), 1)).hasSize(3 * deep);
            assertThat(chosen("_".repeat(deep), 1)).hasSize(deep);
        });
    }

    @Test
    void filesHoldChoicesInTurn() throws Exception {
        Files.writeString(folder.resolve("animals.txt"), "# of the wood\ncat\n\n  __birds/small__ \n");
        Files.createDirectories(folder.resolve("birds"));
        Files.writeString(folder.resolve("birds/small.txt"), "{blue|great} tit\n");
        Set<String> found = new TreeSet<>();
        for (int seed = 0; seed < 60; seed++) {
            found.add(NodeTrial.of(Wildcards.class)
                    .set("text", "a __animals__, __nothing__")
                    .set("folder", folder.toString())
                    .set("seed", seed)
                    .run(folder)
                    .output("chosen", String.class));
        }
        assertThat(found).containsExactly("a blue tit, __nothing__", "a cat, __nothing__", "a great tit, __nothing__");
        assertThat(NodeTrial.of(Wildcards.class)
                        .set("text", "__nothing__ __../animals__")
                        .set("folder", folder.resolve("birds").toString())
                        .run(folder)
                        .said()
                        .warnings)
                .singleElement()
                .asString()
                .contains("__nothing__", "no nothing.txt");
        assertThat(NodeTrial.of(Wildcards.class)
                        .set("folder", folder.toString())
                        .configure()
                        .reads)
                .containsExactly(folder);
    }

    @Test
    void aFileThatCallsItselfIsRefused() throws Exception {
        Files.writeString(folder.resolve("a.txt"), "x __a__\n");
        Files.writeString(folder.resolve("b.txt"), "__b__ __b__ __b__\n");
        for (String text : new String[] {"__a__", "__b__"}) {
            assertThatThrownBy(() -> NodeTrial.of(Wildcards.class)
                            .set("text", text)
                            .set("folder", folder.toString())
                            .run(folder))
                    .isInstanceOf(Problem.class)
                    .hasMessageContaining("calls itself");
        }
    }
}
