package graft.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import graft.node.Problem;
import java.awt.Dimension;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** BMP, GIF and TIFF are read to the same numbers as Pillow reads: each lies beside what Pillow made of it. */
class PictureFormatsTest {

    private static Path folder() {
        try {
            return Path.of(
                    PictureFormatsTest.class.getResource("/graft/file/formats").toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    static List<Path> known() throws IOException {
        try (Stream<Path> files = Files.list(folder())) {
            return files.filter(file -> Files.exists(file.resolveSibling(file.getFileName() + ".png")))
                    .sorted()
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("known")
    void theSameNumbersAsPillows(Path file) {
        BufferedImage picture = ImageFile.read(file);
        BufferedImage expected = ImageFile.read(file.resolveSibling(file.getFileName() + ".png"));
        assertThat(new Dimension(picture.getWidth(), picture.getHeight()))
                .isEqualTo(new Dimension(expected.getWidth(), expected.getHeight()))
                .isEqualTo(ImageFile.size(file));
        int width = picture.getWidth();
        int height = picture.getHeight();
        assertThat(picture.getRGB(0, 0, width, height, null, 0, width))
                .containsExactly(expected.getRGB(0, 0, width, height, null, 0, width));
    }

    @ParameterizedTest
    @ValueSource(strings = {"cut-palette.gif", "cut-rgb-None.tif", "cut-rgb.bmp", "cmyk.tif"})
    void halfAPictureAndOtherColoursAreRefused(String name) {
        assertThatThrownBy(() -> ImageFile.read(folder().resolve(name)))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("the picture is damaged")
                .hasMessageMatching("(?s)(?!.*(Exception|javax|ImageIO|IIO)).*");
    }
}
