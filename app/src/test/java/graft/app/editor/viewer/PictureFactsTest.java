package graft.app.editor.viewer;

import static org.assertj.core.api.Assertions.assertThat;

import graft.file.PngFile;
import java.awt.Dimension;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PictureFactsTest {

    @TempDir
    private Path folder;

    private static PictureFacts of(String parameters) {
        return PictureFacts.of(new Dimension(64, 64), 1, Map.of("parameters", parameters));
    }

    @Test
    void thePromptTheNegativePromptAndTheSettingsAreTold() {
        PictureFacts facts = of("a red apple,\nshiny\nNegative prompt: blurry\nSteps: 20, Sampler: Euler a, Seed: 7, "
                + "Model: \"a, b\", Size: 64x64");
        assertThat(facts.prompt()).isEqualTo("a red apple,\nshiny");
        assertThat(facts.negative()).isEqualTo("blurry");
        assertThat(facts.settings())
                .isEqualTo(Map.of("Steps", "20", "Sampler", "Euler a", "Seed", "7", "Model", "a, b", "Size", "64x64"));
    }

    @Test
    void aTextThatIsOnlyAPromptIsAPrompt() {
        assertThat(of("a red apple").prompt()).isEqualTo("a red apple");
        assertThat(of("a red apple").settings()).isEmpty();
    }

    @Test
    void aFileThatTellsNothingHasASize() throws Exception {
        Path file = folder.resolve("plain.png");
        PngFile.write(file, new BufferedImage(30, 20, BufferedImage.TYPE_INT_RGB), new LinkedHashMap<>());
        PictureFacts facts = PictureFacts.of(file);
        assertThat(facts.width()).isEqualTo(30);
        assertThat(facts.height()).isEqualTo(20);
        assertThat(facts.prompt()).isEmpty();
        assertThat(facts.workflow()).isFalse();
    }
}
