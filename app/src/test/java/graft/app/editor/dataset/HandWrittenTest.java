package graft.app.editor.dataset;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HandWrittenTest {

    private static final Path DOG = Path.of("pictures", "10_dog", "a.png");
    private static final Path CAT = Path.of("pictures", "1_cat", "a.png");
    private static final Path BIRD = Path.of("pictures", "1_cat", "bird.jpg");

    @Test
    void aCaptionIsWrittenBehindTheNameOfItsPicture() {
        HandWritten written = HandWritten.of("").with(Map.of(BIRD, "a bird: blue\n on a branch "), List.of(BIRD));

        assertThat(written.text()).isEqualTo("bird.jpg: a bird: blue on a branch");
        assertThat(written.caption(BIRD)).contains("a bird: blue on a branch");
    }

    @Test
    void theLineOfAPictureIsReplacedWhereItStandsAndTheOthersStay() {
        HandWritten written = HandWritten.of("fox.png: gone\n\nbird: old\nno colon here");

        assertThat(written.with(Map.of(BIRD, "new"), List.of(BIRD)).text())
                .isEqualTo("fox.png: gone\n\nno colon here\nbird.jpg: new");
        assertThat(HandWritten.of("x.png: 1\nbird.jpg: 2\ny.png: 3")
                        .with(Map.of(BIRD, ""), List.of(BIRD))
                        .text())
                .isEqualTo("x.png: 1\nbird.jpg: \ny.png: 3");
    }

    @Test
    void ofTwoPicturesOfOneNameEachHasALineOfItsOwn() {
        List<Path> all = List.of(DOG, CAT, BIRD);
        HandWritten written = HandWritten.of("a: both").with(Map.of(DOG, "a dog"), all);

        assertThat(written.lines()).containsExactly("a: both", "10_dog/a.png: a dog");
        assertThat(written.caption(DOG)).contains("a dog");
        assertThat(written.caption(CAT)).contains("both");
    }

    @Test
    void whatWasWrittenOfAPictureCanBeTakenAway() {
        HandWritten written = HandWritten.of("a.png: a\nbird: b\nbird.jpg: c");

        assertThat(written.without(List.of(BIRD), List.of(BIRD, CAT)).text()).isEqualTo("a.png: a");
    }
}
