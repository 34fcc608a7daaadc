package graft.app.cases;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Trainings whose texts are not read, or that can learn nothing: said once, before or at the first step. */
class LearnsNothingTest {

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"workflow.json", "dreambooth.json"})
    void captionsThatAreCutAreCountedOnceAndTheWordsNotSeenAreNamed(String workflow) {
        CaseFolder.Answer came = CaseFolder.of("14-long-caption", folder).run(workflow);

        came.warns(
                "1 of 1 captions is longer than the 77 tokens that the model reads", "a.png", "does not see:", "sks");
        assertThat(came.said().lines().filter(line -> line.contains("longer than the 77")))
                .hasSize(1);
    }

    @Test
    void aWordBehindWhatIsReadTeachesNothing() {
        CaseFolder.of("14-long-caption", folder)
                .run("embedding.json")
                .refused("Nothing would be learnt", "no caption has the word zorb in it", "teaches nothing");
    }

    @Test
    void aWordOfMoreVectorsThanTheCaptionHasRoomForIsWarnedOf() throws IOException {
        CaseFolder words = CaseFolder.of("19-word-inside-word", folder);
        Files.writeString(words.path("good/a.txt"), "a dog, ".repeat(8) + "a zorb");
        words.run("good.json", "--set", "train.vectors=64")
                .warns("Of the 64 vectors of zorb at most ", "learn nothing");
    }

    @ParameterizedTest
    @ValueSource(strings = {"workflow.json", "underscore.json", "fullwidth.json"})
    void aWordThatStandsOnlyInAnotherIsRefused(String workflow) {
        CaseFolder words = CaseFolder.of("19-word-inside-word", folder);
        words.run(workflow).refused("Nothing would be learnt", "no caption has the word zorb in it");
        words.check(workflow).refused("no caption has the word zorb in it");
    }

    @ParameterizedTest
    @ValueSource(strings = {"good.json", "ok.json"})
    void aWordThatStandsByItselfIsLearnt(String workflow) {
        CaseFolder.of("19-word-inside-word", folder).run(workflow).warnsOfNothing();
    }

    @Test
    void settingsUnderWhichNothingIsLearntAreRefusedByTheCheck() {
        CaseFolder words = CaseFolder.of("19-word-inside-word", folder);
        String none = "no caption has the word zorb in it";
        words.run("good.json", "--set", "train.captionDropout=1").refused("Nothing would be learnt", none);
        words.run("good.json", "--set", "train.captionDropout=1", "--set", "train.templates=object")
                .refused("Nothing would be learnt", none);
        words.run("good.json", "--set", "train.tagDropout=1", "--set", "train.keepTags=0")
                .refused("Nothing would be learnt", none);
        words.run("good.json", "--set", "train.learningRate=0").refused("Nothing would be learnt");

        CaseFolder captions = CaseFolder.of("14-long-caption", folder);
        captions.run("workflow.json", "--set", "train.blockRanks=down=0, mid=0, up=0")
                .refused("Nothing would be learnt");
        captions.run("dreambooth.json", "--set", "train.trainTextEncoder=true", "--set", "train.textLearningRate=0")
                .refused("The text encoder would not learn");
        captions.run("workflow.json", "--set", "train.captionDropout=1", "--set", "train.steps=1")
                .warns("Every caption is left out");
    }

    @Test
    void aTagThatIsAlwaysLeftOutTeachesNothing() throws IOException {
        CaseFolder words = CaseFolder.of("19-word-inside-word", folder);
        Files.writeString(words.path("good/a.txt"), "a lamp, a zorb");
        words.run("good.json", "--set", "train.tagDropout=1").refused("no caption has the word zorb in it");
        Files.writeString(words.path("good/a.txt"), "a zorb, a lamp");
        words.run("good.json", "--set", "train.tagDropout=1").done();
    }

    @Test
    void aWordThatShufflingMayBringToTheFrontIsLearnt() throws IOException {
        CaseFolder words = CaseFolder.of("19-word-inside-word", folder);
        Files.writeString(words.path("good/a.txt"), "a dog, " + "a blue shade on a foot, ".repeat(12) + "a zorb");
        words.run("good.json").refused("no caption has the word zorb in it");
        words.run("good.json", "--set", "train.shuffleTags=true").warns("1 of 1 captions is longer than the 77 tokens");
    }

    @ParameterizedTest
    @CsvSource({"14-long-caption, workflow.json, pics", "19-word-inside-word, good.json, good"})
    void picturesThatMasksLeaveOutWhollyTeachNothing(String name, String workflow, String shown) throws IOException {
        CaseFolder pictures = CaseFolder.of(name, folder);
        BufferedImage picture = ImageIO.read(pictures.path(shown + "/a.png").toFile());
        ImageIO.write(
                new BufferedImage(picture.getWidth(), picture.getHeight(), BufferedImage.TYPE_BYTE_GRAY),
                "png",
                pictures.path(shown + "/a-masklabel.png").toFile());
        CaseFolder.Answer came =
                pictures.run(workflow, "--set", "pictures.masks=files", "--set", "train.unmaskedWeight=0");

        assertThat(came.code()).as(came.said()).isEqualTo(1);
        assertThat(came.err()).contains("Nothing would be learnt", "masks leave out every picture wholly");
        assertThat(came.files(".safetensors")).isEmpty();
        pictures.run(workflow, "--set", "pictures.masks=files").done();
    }

    @Test
    void whatATrainingDoesNotReadOfItsCaptionsIsToldAndPromptsAreReadToTheirEnd() {
        String words = "a blue shade on a brown foot, ".repeat(12);
        CaseFolder.Answer came = CaseFolder.of("14-long-caption", folder)
                .run(
                        "class-and-samples.json",
                        "--set",
                        "classes.prompt=emoji of a lamp, " + words + "classend",
                        "--set",
                        "train.samplePrompts=" + words + "sampleend");

        came.warns("1 of 1 class captions is longer than the 77 tokens", "classend");
        assertThat(came.said()).doesNotContain("The sample prompt", "The prompt \"emoji of a lamp");
    }
}
