package graft.nodes.sampling;

import static org.assertj.core.api.Assertions.assertThat;

import graft.nodes.sampling.ScheduledText.Stretch;
import graft.nodes.sampling.ScheduledText.Weighed;
import java.time.Duration;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Prompts that change on the way; those of ten steps are the examples of A1111's own source. */
class ScheduledTextTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "test| 0-10 test",
                "a [b:3]| 0-3 a , 3-10 a b",
                "a [b: 3]| 0-3 a , 3-10 a b",
                "a [[[b]]:2]| 0-2 a , 2-10 a [[b]]",
                "[(a:2):3]| 0-3 , 3-10 (a:2)",
                "a [b : c : 1] d| 0-1 a b  d, 1-10 a  c  d",
                "a[b:[c:d:2]:1]e| 0-1 abe, 1-2 ace, 2-10 ade",
                "a [unbalanced| 0-10 a [unbalanced",
                "a [b:.5] c| 0-5 a  c, 5-10 a b c",
                "((a][:b:c [d:3]| 0-3 ((a][:b:c , 3-10 ((a][:b:c d",
                "[a::7]| 0-7 a, 7-10 ",
                "[a:1.1]| 0-10 ",
                "\\[a:3]| 0-10 \\[a:3]",
                "[a (b:2]| 0-10 [a (b:2]",
            })
    void theExamples(String prompt, String stretches) {
        StringBuilder found = new StringBuilder();
        for (Stretch each : new ScheduledText(prompt, 10).stretches()) {
            found.append(found.isEmpty() ? "" : ", ")
                    .append(each.from())
                    .append('-')
                    .append(each.to())
                    .append(' ')
                    .append(each.text());
        }
        assertThat(found.toString().strip()).isEqualTo(stretches.strip());
    }

    @Test
    void barsTakeTurns() {
        assertThat(new ScheduledText("[a|(b:1.1)]", 3).stretches())
                .containsExactly(new Stretch("a", 0, 1), new Stretch("(b:1.1)", 1, 2), new Stretch("a", 2, 3));
        assertThat(new ScheduledText("[a|b||c]", 4).stretches().stream().map(Stretch::text))
                .containsExactly("a", "b", "", "c");
    }

    @Test
    void promptsAreJoinedByAnd() {
        assertThat(ScheduledText.joined("a cat AND a dog:1.2 AND (a bird:2) AND x :-.5 ANDy"))
                .containsExactly(
                        new Weighed("a cat", 1),
                        new Weighed("a dog", 1.2),
                        new Weighed("(a bird:2)", 1),
                        new Weighed("x :-.5 ANDy", 1));
        assertThat(ScheduledText.joined("a: -.5 ")).containsExactly(new Weighed("a", -0.5));
    }

    @Provide
    Arbitrary<String> prompts() {
        return Arbitraries.of("(", ")", "[", "]", "\\", ":", "|", "0.5", "3", "a", "b ", "é")
                .list()
                .ofMaxSize(25)
                .map(parts -> String.join("", parts));
    }

    /** Stretches follow each other from the first step to the last, and none is like the one before it. */
    @Property(tries = 1000)
    void coversAllSteps(@ForAll("prompts") String prompt) {
        List<Stretch> all = new ScheduledText(prompt, 7).stretches();
        int at = 0;
        String before = null;
        for (Stretch each : all) {
            assertThat(each.from()).isEqualTo(at);
            assertThat(each.to()).isGreaterThan(at);
            assertThat(each.text()).isNotEqualTo(before);
            at = each.to();
            before = each.text();
        }
        assertThat(at).isEqualTo(7);
    }

    @Test
    void deepOnesTakeNoLongerThanTheirLength() {
        int deep = 200_000;
        Assertions.assertTimeoutPreemptively(Duration.ofSeconds(30), () -> {
            for (String prompt : List.of(
                    "[".repeat(deep) + "a" + ":1]".repeat(deep),
                    "[(".repeat(deep) + "]".repeat(deep),
                    "[a|".repeat(deep),
                    "(".repeat(deep) + "]".repeat(deep))) {
                assertThat(new ScheduledText(prompt, 2).stretches()).isNotEmpty();
            }
        });
    }
}
