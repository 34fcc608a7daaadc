package graft.train.data;

import static org.assertj.core.api.Assertions.assertThat;

import graft.tensor.KeyedRandom;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class CaptionsTest {

    private static final String CAPTION = "sks dog, red, on grass, outdoors";

    private static KeyedRandom draw(long number) {
        return KeyedRandom.of(7, "train", number, "caption");
    }

    private static List<String> texts(Captions captions, int draws) {
        return LongStream.range(0, draws)
                .mapToObj(i -> captions.text(CAPTION, draw(i)))
                .toList();
    }

    @Test
    void withoutChangesEveryCaptionIsAsWritten() {
        assertThat(texts(CaptionChanges.NONE, 20)).containsOnly(CAPTION);
        assertThat(CaptionChanges.NONE.text("a,  b ,", draw(0))).isEqualTo("a,  b ,");
    }

    @Property(tries = 100)
    void shufflingKeepsTheFirstTagsAndLosesNone(@ForAll long number, @ForAll @IntRange(max = 5) int keep) {
        List<String> tags = List.of(CAPTION.split(", "));
        List<String> found = List.of(
                new CaptionChanges(true, keep, 0, 0).text(CAPTION, draw(number)).split(", "));

        assertThat(found).containsExactlyInAnyOrderElementsOf(tags);
        int kept = Math.min(keep, tags.size());
        assertThat(found.subList(0, kept)).isEqualTo(tags.subList(0, kept));
    }

    @Test
    void shufflingComesToEveryOrder() {
        assertThat(texts(new CaptionChanges(true, 1, 0, 0), 200).stream().distinct())
                .hasSize(6);
    }

    @Test
    void aWholeCaptionIsDroppedAsOftenAsAsked() {
        long empty = texts(new CaptionChanges(false, 0, 0.25, 0), 4000).stream()
                .filter(String::isEmpty)
                .count();

        assertThat(empty).isBetween(900L, 1100L);
    }

    @Test
    void tagsAreDroppedOneByOneButNotTheKeptOnes() {
        List<String> texts = texts(new CaptionChanges(false, 1, 0, 0.5), 4000);

        assertThat(texts).allMatch(text -> text.startsWith("sks dog"));
        long red = texts.stream()
                .filter(text -> Arrays.asList(text.split(", ")).contains("red"))
                .count();
        assertThat(red).isBetween(1850L, 2150L);
        assertThat(texts).contains("sks dog", CAPTION);
    }

    @Test
    void aDrawsTextDependsOnTheDrawAlone() {
        Captions changes = new CaptionChanges(true, 1, 0.1, 0.2);
        List<String> forwards = texts(changes, 50);

        for (int i = 49; i >= 0; i--) {
            assertThat(changes.text(CAPTION, draw(i))).isEqualTo(forwards.get(i));
        }
    }

    @Test
    void oneChangeFollowsAnother() {
        Captions template = (caption, random) -> "a photo of " + caption;

        assertThat(template.then((caption, random) -> caption + "!").text("x", draw(0)))
                .isEqualTo("a photo of x!");
    }
}
