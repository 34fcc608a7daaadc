package graft.nodes.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import graft.node.Problem;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CaptionTemplateTest {

    @Test
    void fillsEveryGap() {
        CaptionTemplate template = new CaptionTemplate("a {trigger} emoji of {caption} ({name})");

        assertThat(template.fill("a bird", "bird", "sks")).isEqualTo("a sks emoji of a bird (bird)");
    }

    @Test
    void anEmptyGapLeavesNeitherBlanksNorCommas() {
        CaptionTemplate template = new CaptionTemplate("{trigger}, {caption}, on white");

        assertThat(template.fill("", "", "sks")).isEqualTo("sks, on white");
        assertThat(template.fill("", "", "")).isEqualTo("on white");
    }

    @Test
    void anUnknownGapIsRefusedInWords() {
        assertThatThrownBy(() -> new CaptionTemplate("a {colour} bird"))
                .isInstanceOf(Problem.class)
                .hasMessage("The template asks for {colour}: there is no such word to fill in; use {caption}, {name} or"
                        + " {trigger}.");
    }

    @Test
    void whatIsFilledInIsNotFilledAgain() {
        assertThat(new CaptionTemplate("{caption}").fill("{name} costs $1", "bird", ""))
                .isEqualTo("{name} costs $1");
    }

    @ParameterizedTest
    @CsvSource({"penguin-1,penguin", "red-apple_02,red apple", "IMG_2041,IMG", "0001,''", "my dog (3),my dog"})
    void aFileNameBecomesWords(String fileName, String words) {
        assertThat(CaptionTemplate.wordsOf(fileName)).isEqualTo(words);
    }

    @Property
    void everyWordOfATidyCaptionIsKept(@ForAll("words") String caption, @ForAll("words") String trigger) {
        String filled = new CaptionTemplate(" {trigger}  emoji , {caption} ").fill(caption, "", trigger);

        assertThat(filled).isEqualTo((trigger + " emoji, " + caption).strip());
    }

    @Property
    void tidyingTwiceChangesNothing(@ForAll String text) {
        String tidied = CaptionTemplate.tidied(text);

        assertThat(CaptionTemplate.tidied(tidied)).isEqualTo(tidied);
        assertThat(tidied).doesNotContain("  ").doesNotStartWith(" ").doesNotEndWith(" ");
    }

    @Provide
    Arbitrary<String> words() {
        return Arbitraries.strings()
                .withCharRange('a', 'z')
                .ofMinLength(1)
                .ofMaxLength(8)
                .list()
                .ofMinSize(1)
                .ofMaxSize(4)
                .map(words -> String.join(" ", words));
    }
}
