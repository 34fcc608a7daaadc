package graft.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import graft.node.Problem;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The pictures were made with Pillow: 24×16, red above blue on the left, green above yellow on the right; the values
 * expected are those that Pillow reads.
 */
final class ImageFileTest {

    private static final int[] RED = {200, 40, 30};
    private static final int[] GREEN = {30, 180, 60};
    private static final int[] BLUE = {40, 60, 210};
    private static final int[] YELLOW = {230, 220, 40};

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({"palette.png, 0", "plain.jpg, 3", "lossy.webp, 3", "cmyk.jpg, 3"})
    void readsThePictureWithinTheLossOfItsFormat(String name, int tolerance) {
        BufferedImage picture = ImageFile.read(resource(name));
        assertThat(picture.getType()).isEqualTo(BufferedImage.TYPE_INT_RGB);
        assertThat(picture.getWidth()).isEqualTo(24);
        assertThat(picture.getHeight()).isEqualTo(16);
        assertCorners(picture, tolerance, RED, GREEN, BLUE, YELLOW);
    }

    @ParameterizedTest
    @ValueSource(strings = {"gray.png", "gray16.png", "gray.jpg"})
    void graysKeepTheirStoredValues(String name) {
        int[][] grays = {{87, 87, 87}, {121, 121, 121}, {71, 71, 71}, {202, 202, 202}};
        assertCorners(ImageFile.read(resource(name)), 1, grays);
    }

    @ParameterizedTest
    @ValueSource(strings = {"alpha.png", "alpha.webp"})
    void whatIsClearIsWhiteAndWhatIsHalfClearIsHalfWhite(String name) {
        int[] paleGreen = {142, 217, 157};
        assertCorners(ImageFile.read(resource(name)), 1, new int[] {255, 255, 255}, paleGreen, BLUE, YELLOW);
    }

    @Test
    void clearGrayIsLaidOnWhiteToo() {
        int[] white = {255, 255, 255};
        assertCorners(
                ImageFile.read(resource("gray-alpha.png")),
                1,
                new int[] {171, 171, 171},
                new int[] {188, 188, 188},
                white,
                white);
    }

    @Test
    void picturesAreTurnedAsTheirExifSays() {
        assertCorners(ImageFile.read(resource("exif-2.png")), 0, GREEN, RED, YELLOW, BLUE);
        assertCorners(ImageFile.read(resource("exif-3.png")), 0, YELLOW, BLUE, GREEN, RED);
        assertCorners(ImageFile.read(resource("exif-4.png")), 0, BLUE, YELLOW, RED, GREEN);
        assertCorners(ImageFile.read(resource("exif-5.png")), 0, RED, BLUE, GREEN, YELLOW);
        assertCorners(ImageFile.read(resource("exif-6.png")), 0, BLUE, RED, YELLOW, GREEN);
        assertCorners(ImageFile.read(resource("exif-7.png")), 0, YELLOW, GREEN, BLUE, RED);
        assertCorners(ImageFile.read(resource("exif-8.png")), 0, GREEN, YELLOW, RED, BLUE);
        assertCorners(ImageFile.read(resource("exif-6.jpg")), 3, BLUE, RED, YELLOW, GREEN);
        BufferedImage onItsSide = ImageFile.read(resource("exif-6.png"));
        assertThat(onItsSide.getWidth()).isEqualTo(16);
        assertThat(onItsSide.getHeight()).isEqualTo(24);
    }

    @Test
    void theBytesTellTheKindAndNotTheName() throws IOException {
        Path misnamed = Files.copy(resource("plain.jpg"), folder.resolve("really-a-jpeg.png"));
        assertCorners(ImageFile.read(misnamed), 3, RED, GREEN, BLUE, YELLOW);
        Path bitmap = Files.copy(resource("plain.bmp"), folder.resolve("really-a-bitmap.jpg"));
        assertCorners(ImageFile.read(bitmap), 0, RED, GREEN, BLUE, YELLOW);
    }

    @ParameterizedTest
    @ValueSource(strings = {"text.png", "empty.png"})
    void whatIsNoPictureIsOneSentence(String name) throws IOException {
        Path file = folder.resolve(name);
        Files.writeString(file, name.equals("text.png") ? "hello" : "");
        assertThatThrownBy(() -> ImageFile.read(file))
                .isInstanceOf(Problem.class)
                .hasMessage("Cannot read " + file
                        + ": it is no picture of a format that is known here; remove it, save it as PNG, JPEG, WebP,"
                        + " BMP, GIF or TIFF, or install the plugin that reads it.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"gray16.png", "plain.jpg", "lossy.webp", "alpha.webp", "cmyk.jpg"})
    void aPictureCutShortIsNeverTakenForAWholeOne(String name) throws IOException {
        byte[] whole = Files.readAllBytes(resource(name));
        Path file = folder.resolve(name);
        for (int length : new int[] {16, whole.length / 2, whole.length * 2 / 3}) {
            Files.write(file, Arrays.copyOf(whole, length));
            assertThatThrownBy(() -> ImageFile.read(file))
                    .as("%s cut to %d bytes", name, length)
                    .isInstanceOf(Problem.class)
                    .hasMessageStartingWith("Cannot read " + file + ": the picture is damaged");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"plain.jpg", "cmyk.jpg"})
    void aJpegThatLacksItsLastBytesIsNotFilledUpWithGray(String name) throws IOException {
        byte[] whole = Files.readAllBytes(resource(name));
        Path file = Files.write(folder.resolve(name), Arrays.copyOf(whole, whole.length - 10));
        assertThatThrownBy(() -> ImageFile.read(file))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("the picture is damaged (the file ends early)");
    }

    @Test
    void aMissingPictureIsOneSentence() {
        assertThatThrownBy(() -> ImageFile.read(folder.resolve("dog.png")))
                .isInstanceOf(Problem.class)
                .hasMessageEndingWith("dog.png: there is no such file; check the path.");
    }

    @Test
    void readsFromManyThreadsWhoseClassLoaderKnowsNothing() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try (URLClassLoader bare = new URLClassLoader(new URL[0], null)) {
            List<Future<BufferedImage>> pictures = IntStream.range(0, 24)
                    .mapToObj(i -> threads.submit(() -> {
                        Thread.currentThread().setContextClassLoader(bare);
                        return ImageFile.read(resource(i % 2 == 0 ? "lossy.webp" : "plain.jpg"));
                    }))
                    .toList();
            for (Future<BufferedImage> picture : pictures) {
                assertCorners(picture.get(), 3, RED, GREEN, BLUE, YELLOW);
            }
        } finally {
            threads.shutdown();
        }
    }

    @Test
    void listsPicturesInTheOrderInWhichPeopleCount() throws IOException {
        for (String name : List.of("dog-10.png", "dog-2.JPG", "Dog-1.webp", "notes.txt", ".hidden.png", "dog-2.txt")) {
            Files.writeString(folder.resolve(name), "x");
        }
        Files.createDirectory(folder.resolve("folder.png"));
        assertThat(ImageFile.list(folder))
                .extracting(file -> file.getFileName().toString())
                .containsExactly("Dog-1.webp", "dog-2.JPG", "dog-10.png");
    }

    @Test
    void aFolderWithoutPicturesAMissingOneAndAFileAreOneSentenceEach() throws IOException {
        assertThatThrownBy(() -> ImageFile.list(folder))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("it holds no PNG, JPEG, WebP, BMP, GIF or TIFF picture");
        assertThatThrownBy(() -> ImageFile.list(folder.resolve("nowhere")))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("there is no such folder");
        Path file = Files.writeString(folder.resolve("a.txt"), "x");
        assertThatThrownBy(() -> ImageFile.list(file))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("it is a file");
    }

    private static Path resource(String name) {
        try {
            return Path.of(Objects.requireNonNull(ImageFileTest.class.getResource(name), name)
                    .toURI());
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }

    /** Colours in order: left top, right top, left bottom, right bottom. */
    private static void assertCorners(BufferedImage picture, int tolerance, int[]... colors) {
        int[] xs = {3, picture.getWidth() - 4};
        int[] ys = {3, picture.getHeight() - 4};
        for (int i = 0; i < 4; i++) {
            int rgb = picture.getRGB(xs[i % 2], ys[i / 2]);
            int[] actual = {rgb >> 16 & 255, rgb >> 8 & 255, rgb & 255};
            for (int channel = 0; channel < 3; channel++) {
                assertThat(Math.abs(actual[channel] - colors[i][channel]))
                        .as("corner %d is %s, expected %s", i, Arrays.toString(actual), Arrays.toString(colors[i]))
                        .isLessThanOrEqualTo(tolerance);
            }
        }
    }
}
