package graft.train.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import graft.node.Problem;
import graft.node.testing.KnownSpecs;
import graft.picture.Fit;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class CaptionCheckTest {

    private static DatasetSpec captions(String... captions) {
        return DatasetSpec.of(new Dataset(Arrays.stream(captions)
                .map(caption -> new Dataset.Item(Path.of("a.png"), caption, 64, 64, Fit.CROP))
                .toList()));
    }

    private static KnownSpecs told(DatasetSpec subject, DatasetSpec classes) {
        KnownSpecs specs = new KnownSpecs().with("images", subject).with("classImages", classes);
        CaptionCheck.told(specs, "images", "classImages");
        return specs;
    }

    @Test
    void aRareWordTellsTheSubjectFromItsClass() {
        assertThat(told(captions("a photo of a sks dog"), captions("a photo of a dog")).warnings)
                .isEmpty();
    }

    @Test
    void aCaptionThatTheClassHasTooIsRefused() {
        assertThatThrownBy(() -> told(captions("a sks dog", "a dog"), captions("a dog")))
                .isInstanceOfSatisfying(
                        Problem.class, problem -> assertThat(problem.socket()).hasValue("classImages"))
                .hasMessageContaining("both have the caption \"a dog\"");
    }

    @Test
    void aCaptionOfTheClasssWordsAloneIsWarnedOf() {
        assertThat(told(captions("a sks dog", "The dog, a photo"), captions("a photo of the dog")).warnings)
                .singleElement()
                .asString()
                .startsWith("The caption \"The dog, a photo\" has no word that");
    }

    @Test
    void whatIsNotKnownYetIsNotJudged() {
        assertThat(told(captions("a dog"), new DatasetSpec(5, 64, 64)).warnings).isEmpty();
    }

    @Test
    void picturesWithoutACaptionAreCounted() {
        KnownSpecs specs = new KnownSpecs().with("images", captions("a dog", "", " ", "b"));

        CaptionCheck.empty(specs, "images");

        assertThat(specs.warnings).singleElement().asString().startsWith("2 of 4 pictures have no caption");
    }
}
