package graft.nodes.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import graft.file.PngFile;
import graft.file.SafeTensors;
import graft.model.Latents;
import graft.model.LatentsSpec;
import graft.node.Node;
import graft.node.Problem;
import graft.node.Spec;
import graft.node.testing.NodeTrial;
import graft.picture.Images;
import graft.picture.Mask;
import graft.picture.Picture;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Nodes that make and change masks, pictures and latents, with ComfyUI's numbers. */
class PictureNodesTest {

    private static final SafeTensors REFERENCE = SafeTensors.open(Path.of(PictureNodesTest.class
            .getResource("/comfy-pictures/masks.safetensors")
            .getPath()));

    @TempDir
    Path folder;

    @AfterAll
    static void close() {
        REFERENCE.close();
    }

    @ParameterizedTest
    @MethodSource
    void settingsAreKept(Class<? extends Node> node) {
        NodeTrial.of(node).checkSettings();
    }

    static Stream<Class<? extends Node>> settingsAreKept() {
        return Stream.of(
                LoadMask.class,
                PadImage.class,
                ScaleImage.class,
                ScaleImageBy.class,
                ScaleToPixels.class,
                UpscaleLatents.class,
                UpscaleLatentsBy.class,
                InpaintEncode.class,
                InpaintConditioning.class,
                DifferentialDiffusion.class);
    }

    @Test
    void roomIsGreyAndItsMaskFadesIntoThePicture() throws Exception {
        Picture picture = interleaved("inpaint.pixels", 22, 19);

        NodeTrial.Result narrow = NodeTrial.of(PadImage.class)
                .input("images", new Images(List.of(picture)))
                .set("top", 4)
                .set("right", 8)
                .set("feather", 5)
                .run(folder);
        NodeTrial.Result wide = NodeTrial.of(PadImage.class)
                .input("images", new Images(List.of(picture)))
                .set("left", 4)
                .set("bottom", 4)
                .run(folder);

        assertThat(narrow.output("padded", Images.class).pictures())
                .containsExactly(interleaved("pad.picture", 30, 23));
        assertThat(narrow.output("mask", Mask.class).planes().get(0))
                .containsExactly(REFERENCE.floats("pad.mask"), within(1e-7f));
        // forty pixels of feather do not fit into this picture
        assertThat(wide.output("mask", Mask.class).planes().get(0)).isEqualTo(REFERENCE.floats("pad.wide.mask"));
    }

    @Test
    void onePictureOfAnotherSizeCannotShareAMask() {
        Images two = new Images(List.of(new Picture(2, 2, new float[12]), new Picture(2, 1, new float[6])));

        assertThatThrownBy(
                        () -> NodeTrial.of(PadImage.class).input("images", two).run(folder))
                .isInstanceOf(Problem.class)
                .hasMessage(
                        "Cannot make one mask for these pictures: they differ in size; bring them to one size before, with"
                                + " Scale Image.");
    }

    @Test
    void whatIsUnderAMaskBecomesGreyAndSidesWholeLatents() {
        Images pictures = new Images(List.of(interleaved("inpaint.pixels", 22, 19)));
        Mask mask = new Mask(11, 10, List.of(REFERENCE.floats("inpaint.mask")));

        MaskedPictures masked = MaskedPictures.of(pictures, mask, 4);

        assertThat(masked.greyed()).hasSize(1);
        assertThat(masked.greyed().get(0).rgb()).containsExactly(REFERENCE.floats("inpaint.grey"), within(1e-6f));
        assertThat(masked.mask().grown(6).planes().get(0)).isEqualTo(REFERENCE.floats("inpaint.grown.6"));
    }

    @Test
    void masksAreAsManyAsPicturesOrOne() {
        Images one = new Images(List.of(new Picture(8, 8, new float[192])));
        Mask two = Mask.filled(8, 8, 1).repeated(2);

        assertThatThrownBy(() -> MaskedPictures.of(one, two, 4))
                .hasMessage(
                        "Cannot share 2 masks out among 1 pictures: there is one mask for all, or one for each; wire in as"
                                + " many masks as pictures, or one.");
        assertThatThrownBy(() -> MaskedPictures.of(one, Mask.filled(1, 1, 1), 16))
                .hasMessage(
                        "Cannot encode pictures of 8×8 pixels: a latent of the model stands for 16×16; choose larger"
                                + " pictures.");
    }

    @Test
    void transparencyIsTheMaskAndTheColoursUnderItStay() throws Exception {
        Path file = half();

        NodeTrial.Result white = NodeTrial.of(LoadImage.class).set("file", file).run(folder);
        NodeTrial.Result kept = NodeTrial.of(LoadImage.class)
                .set("file", file)
                .set("clear", "colours")
                .run(folder);

        assertThat(white.output("mask", Mask.class).planes().get(0))
                .containsExactly(new float[] {0, 1, 1 - 128 / 255f}, within(1e-6f));
        assertThat(white.output("image", Images.class).pictures().get(0).toBytes())
                .startsWith(255, 0, 0, 255, 255, 255);
        assertThat(kept.output("image", Images.class).pictures().get(0).toBytes())
                .startsWith(255, 0, 0, 10, 20, 30);
    }

    @Test
    void aPictureWithoutTransparencyHasAnEmptyMask() throws Exception {
        NodeTrial.Result loaded = NodeTrial.of(LoadImage.class).run(folder);
        Picture picture = loaded.output("image", Images.class).pictures().get(0);
        Mask mask = loaded.output("mask", Mask.class);

        assertThat(List.of(mask.width(), mask.height())).containsExactly(picture.width(), picture.height());
        assertThat(mask.planes().get(0)).containsOnly(0);
    }

    @ParameterizedTest
    @CsvSource({"alpha, 0, 1", "red, 255, 10", "green, 0, 20", "blue, 0, 30"})
    void aMaskIsReadFromAChannel(String channel, float first, float second) throws Exception {
        float scale = channel.equals("alpha") ? 1 : 255;

        Mask mask = NodeTrial.of(LoadMask.class)
                .set("file", half())
                .set("channel", channel)
                .run(folder)
                .output("mask", Mask.class);

        assertThat(mask.planes().get(0)[0]).isEqualTo(first / scale);
        assertThat(mask.planes().get(0)[1]).isEqualTo(second / scale);
    }

    @ParameterizedTest
    @CsvSource({"30, 10, 30, 10", "0, 10, 20, 10", "5, 0, 5, 2", "0, 0, 10, 5"})
    void aSideOfNothingKeepsTheRatio(int width, int height, int wide, int high) throws Exception {
        Picture scaled = scaled(ScaleImage.class, Map.of("width", width, "height", height, "method", "area"));

        assertThat(List.of(scaled.width(), scaled.height())).containsExactly(wide, high);
    }

    @Test
    void picturesGrowByAFactorAndToMegapixels() throws Exception {
        Picture larger = scaled(ScaleImageBy.class, Map.of("factor", 2.5));
        Picture mega = scaled(ScaleToPixels.class, Map.of("megapixels", 0.01, "method", "nearest"));

        // halves are rounded to the even: 12.5 is 12
        assertThat(List.of(larger.width(), larger.height())).containsExactly(25, 12);
        assertThat(List.of(mega.width(), mega.height())).containsExactly(145, 72);
    }

    @ParameterizedTest
    @CsvSource({"128, 256, 16, 32", "0, 256, 48, 32", "512, 0, 64, 42", "0, 0, 6, 4", "8, 8, 8, 8"})
    void latentsAreScaledToPixels(int width, int height, int wide, int high) throws Exception {
        NodeTrial trial = NodeTrial.of(UpscaleLatents.class).set("width", width).set("height", height);

        Spec said = trial.spec("latents", new LatentsSpec(2, 4, 4, 6))
                .configure()
                .outputs
                .get("upscaled");
        try (NDManager manager = NDManager.newBaseManager();
                Latents given = new Latents(manager.ones(new Shape(2, 4, 4, 6)), true);
                Latents larger = trial.input("latents", given).run(folder).output("upscaled", Latents.class)) {
            assertThat(larger.spec())
                    .isEqualTo(new LatentsSpec(2, 4, high, wide))
                    .isEqualTo(said);
            assertThat(larger.empty()).isTrue();
            assertThat(larger.array().toFloatArray()).containsOnly(1);
        }
    }

    @Test
    void aMaskGoesAlongAndTheArrayIsLent() throws Exception {
        Mask mask = Mask.filled(3, 3, 1);
        try (NDManager manager = NDManager.newBaseManager();
                Latents given = new Latents(manager.ones(new Shape(1, 4, 8, 8)), true)) {
            Latents masked = NodeTrial.of(NoiseMask.class)
                    .input("latents", given)
                    .input("mask", mask)
                    .run(folder)
                    .output("masked", Latents.class);
            assertThat(masked.uses()).containsExactly(given);
            assertThat(masked.empty()).isFalse();
            masked.close();
            assertThat(given.array().isReleased()).isFalse();
            try (Latents larger = NodeTrial.of(UpscaleLatentsBy.class)
                    .input("latents", masked)
                    .set("method", "bislerp")
                    .run(folder)
                    .output("upscaled", Latents.class)) {
                assertThat(larger.spec()).isEqualTo(new LatentsSpec(1, 4, 12, 12));
                assertThat(larger.noiseMask()).contains(mask);
                NDArray array = larger.array();
                assertThat(array.mean().getFloat()).isCloseTo(1, within(1e-5f));
            }
        }
    }

    private Picture scaled(Class<? extends Node> node, Map<String, Object> settings) throws Exception {
        NodeTrial trial = NodeTrial.of(node).input("images", new Images(List.of(new Picture(10, 5, new float[150]))));
        settings.forEach(trial::set);
        return trial.run(folder).output("scaled", Images.class).pictures().get(0);
    }

    /** One pixel of red, one that is clear, one that is half so. */
    private Path half() {
        BufferedImage image = new BufferedImage(3, 1, BufferedImage.TYPE_INT_ARGB);
        image.setRGB(0, 0, 0xFFFF0000);
        image.setRGB(1, 0, 0x000A141E);
        image.setRGB(2, 0, 0x80FFFFFF);
        Path file = folder.resolve("half.png");
        PngFile.write(file, image, Map.of());
        return file;
    }

    private static Picture interleaved(String name, int width, int height) {
        return new Picture(width, height, REFERENCE.floats(name));
    }
}
