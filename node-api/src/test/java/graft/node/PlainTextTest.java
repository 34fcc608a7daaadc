package graft.node;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;

/** What a stranger wrote is shown as one line that steers nothing. */
class PlainTextTest {

    @Property
    void aLineIsOfBoundedLengthAndSteersNothing(@ForAll @StringLength(max = 300) String text) {
        String line = PlainText.line(text, 50);
        assertThat(line.codePointCount(0, line.length())).isLessThanOrEqualTo(50);
        assertThat(PlainText.isPlain(line, 100)).isTrue();
        assertThat(line).doesNotContain("\n", "\r", "\u001b", "\u2028", "\u202e");
    }

    @Test
    void whatSteersATerminalOrTurnsTheWritingIsASpace() {
        assertThat(PlainText.line("red \u001b[31mtext\u0007\r\nnext \u202efdp.exe\u2028", 100))
                .isEqualTo("red  [31mtext   next  fdp.exe");
        assertThat(PlainText.line("Größe 大きさ 🐶 👩\u200d🔧 می\u200cخواهم", 100))
                .isEqualTo("Größe 大きさ 🐶 👩\u200d🔧 می\u200cخواهم");
        assertThat(PlainText.line("x".repeat(50_000_000), 10)).isEqualTo("xxxxxxxxx…");
        assertThat(PlainText.line("🐶🐶🐶🐶", 3)).isEqualTo("🐶🐶…");
    }

    @Test
    void aProblemSaysNothingThatSteers() {
        Problem problem = new Problem("cannot read \u001b[2J.png", "it\nis\tthere", "go".repeat(100_000));
        assertThat(problem.getMessage())
                .startsWith("Cannot read  [2J.png: it is there; gogo")
                .hasSizeLessThan(6_100);
    }
}
