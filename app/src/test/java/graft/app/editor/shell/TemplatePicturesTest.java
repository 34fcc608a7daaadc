package graft.app.editor.shell;

import static org.assertj.core.api.Assertions.assertThat;

import graft.file.PngFile;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Templates that are the same are equal; one whose picture, words or file changed is another. */
class TemplatePicturesTest {

    private static final Path SHIPPED = Path.of("").toAbsolutePath().getParent().resolve("workflows");

    @TempDir
    private Path folder;

    private final TemplatePictures pictures = new TemplatePictures();

    private List<Template> read() {
        return Template.all(folder, folder.resolve("runs"), pictures);
    }

    private void draw(int width) {
        PngFile.write(
                folder.resolve("train-lora.png"), new BufferedImage(width, 8, BufferedImage.TYPE_INT_RGB), Map.of());
    }

    @Test
    void aPictureIsReadAgainWhenItsFileChanged() throws IOException {
        Files.copy(SHIPPED.resolve("train-lora.json"), folder.resolve("train-lora.json"));
        List<Template> without = read();
        assertThat(without).singleElement().satisfies(one -> assertThat(one.picture())
                .isEmpty());
        draw(8);
        List<Template> square = read();
        assertThat(square.get(0).picture())
                .hasValueSatisfying(picture -> assertThat(picture.getWidth()).isEqualTo(TemplatePictures.HEIGHT));
        assertThat(read()).isEqualTo(square).isNotEqualTo(without);
        draw(14);
        assertThat(read().get(0).picture())
                .hasValueSatisfying(picture -> assertThat(picture.getWidth()).isEqualTo(TemplatePictures.WIDTH));
        Files.delete(folder.resolve("train-lora.png"));
        assertThat(read()).isEqualTo(without);
    }
}
