package graft.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import graft.node.Problem;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PngFileTest {

    @TempDir
    Path folder;

    private static BufferedImage picture() {
        BufferedImage picture = new BufferedImage(5, 3, BufferedImage.TYPE_INT_RGB);
        for (int i = 0; i < 15; i++) {
            picture.setRGB(i % 5, i / 5, i * 1_000_003);
        }
        return picture;
    }

    private static Map<String, String> texts() {
        Map<String, String> texts = new LinkedHashMap<>();
        texts.put("workflow", "{\"format\": 1}");
        texts.put("prompt", "{\"text\": \"猫 😀\"}");
        texts.put("parameters", "café\nSteps: 20, Sampler: DDIM");
        return texts;
    }

    @Test
    void whatIsWrittenIsReadBack() {
        Path file = folder.resolve("new/folder/a.png");
        PngFile.write(file, picture(), texts());

        assertThat(PngFile.readText(file)).isEqualTo(texts());
        BufferedImage back = ImageFile.read(file);
        for (int i = 0; i < 15; i++) {
            assertThat(back.getRGB(i % 5, i / 5) & 0xffffff).isEqualTo(i * 1_000_003 & 0xffffff);
        }
    }

    @Test
    void latin1GoesIntoTextChunksAndTheRestIntoInternationalOnes() throws IOException {
        Path file = folder.resolve("a.png");
        PngFile.write(file, picture(), texts());

        String bytes = Files.readString(file, StandardCharsets.ISO_8859_1);
        assertThat(bytes)
                .contains("tEXtworkflow\0{\"format\"")
                .contains("iTXtprompt\0\0\0\0\0{\"text\"")
                .contains("tEXtparameters\0café\nSteps");
    }

    @Test
    void equalInputGivesEqualBytes() {
        PngFile.write(folder.resolve("a.png"), picture(), texts());
        PngFile.write(folder.resolve("b.png"), picture(), texts());
        assertThat(folder.resolve("a.png")).hasSameBinaryContentAs(folder.resolve("b.png"));
    }

    @Test
    void readsPlainCompressedAndInternationalTextsOfPillow() throws URISyntaxException {
        Path file = Path.of(Objects.requireNonNull(PngFileTest.class.getResource("texts-by-pillow.png"))
                .toURI());
        assertThat(PngFile.readText(file))
                .containsEntry("workflow", "{\"nodes\": []}")
                .containsEntry("parameters", "a cat\nSteps: 20".repeat(20))
                .containsEntry("prompt", "{\"text\": \"猫\"}")
                .containsEntry("long", "é猫".repeat(50));
    }

    @Test
    void aPngWithoutTextsHasNone() {
        PngFile.write(folder.resolve("a.png"), picture(), Map.of());
        assertThat(PngFile.readText(folder.resolve("a.png"))).isEmpty();
    }

    @Test
    void whatIsNoPngAndADamagedOneAreOneSentence() throws IOException {
        Path text = Files.writeString(folder.resolve("text.png"), "hello");
        assertThatThrownBy(() -> PngFile.readText(text))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("it is not a PNG picture");
        Path file = folder.resolve("a.png");
        PngFile.write(file, picture(), texts());
        byte[] bytes = Files.readAllBytes(file);
        for (int length = 34; length < bytes.length - 8; length++) {
            Path cut = Files.write(folder.resolve("cut.png"), Arrays.copyOf(bytes, length));
            assertThatThrownBy(() -> PngFile.readText(cut))
                    .isInstanceOf(Problem.class)
                    .hasMessageContaining("the PNG is damaged");
        }
    }

    @Test
    void aFolderOfTheSameNameIsOneSentenceAndNothingIsLeftBehind() throws IOException {
        Path target = Files.createDirectories(folder.resolve("a.png/inside")).getParent();
        assertThatThrownBy(() -> PngFile.write(target, picture(), Map.of()))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("Cannot write " + target)
                .hasMessageContaining("a folder of that name is there");
        try (Stream<Path> left = Files.list(folder)) {
            assertThat(left).containsExactly(target);
        }
    }
}
