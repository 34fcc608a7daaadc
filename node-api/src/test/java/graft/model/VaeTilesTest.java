package graft.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import graft.JavaProcess;
import graft.file.BuiltIn;
import graft.tensor.Compute;
import graft.tensor.Memory;
import graft.tensor.Scope;
import graft.tensor.TorchRandom;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VaeTilesTest {

    private static final Compute COMPUTE = Compute.choose("cpu");
    private static Checkpoint model;

    @BeforeAll
    static void load() {
        model = Checkpoint.load(BuiltIn.path("builtin:emoji-sd"), COMPUTE);
    }

    @AfterAll
    static void free() {
        model.close();
    }

    /** A network that looks at one position alone sees the same in a tile, and the shares of all tiles make a whole. */
    @ParameterizedTest
    @CsvSource({"8, 8, 8", "9, 30, 8", "41, 17, 8", "100, 8, 4", "23, 64, 15"})
    void tilesOfALocalNetworkMakeTheWhole(int height, int width, int side) {
        try (NDManager memory = COMPUTE.newManager()) {
            NDArray small = new TorchRandom(1).randn(memory, 1, 2, height, width);
            NDArray large = small.repeat(2, 4).repeat(3, 4);

            NDArray up = new Tiles(side, 1, 4)
                    .through(small, tile -> tile.repeat(2, 4).repeat(3, 4));
            NDArray down = new Tiles(side, 4, 1).through(large, tile -> tile.get(":, :, ::4, ::4"));

            assertThat(up.getShape()).isEqualTo(new Shape(1, 2, 4L * height, 4L * width));
            assertThat(up.toFloatArray()).containsExactly(large.toFloatArray(), within(1e-6f));
            assertThat(down.toFloatArray()).containsExactly(small.toFloatArray(), within(1e-6f));
        }
    }

    @Test
    void aPictureThatFitsIntoOneTileIsTheWholeBitForBit() {
        try (NDManager memory = COMPUTE.newManager()) {
            NDArray latents = new TorchRandom(1).randn(memory, 1, 4, 16, 12);
            assertThat(model.vae().decode(latents, 64).toFloatArray())
                    .isEqualTo(model.vae().decode(latents).toFloatArray());
        }
    }

    /** Pixels go from -1 to 1 and latents from -4 to 3; of random latents, which is the hardest. */
    @ParameterizedTest
    @CsvSource({"32, 32, 64, 0.5, 0.04", "48, 20, 64, 0.5, 0.04", "33, 57, 128, 0.25, 0.015"})
    @SuppressWarnings("try") // the scope frees what is made within it
    void decodedAndEncodedInTilesAPictureIsNearlyTheSame(int height, int width, int side, float largest, float mean) {
        try (NDManager memory = COMPUTE.newManager();
                Scope scope = Scope.open()) {
            NDArray latents = new TorchRandom(1).randn(memory, 1, 4, height, width);
            NDArray whole = model.vae().decode(latents);

            NDArray pixels = model.vae().decode(latents, side).sub(whole).abs();
            NDArray back = model.vae()
                    .encode(whole, null, side)
                    .sub(model.vae().encode(whole, null))
                    .abs();

            assertThat(pixels.getShape()).isEqualTo(whole.getShape());
            assertThat(back.getShape()).isEqualTo(latents.getShape());
            assertThat(pixels.max().getFloat()).isPositive().isLessThan(largest);
            assertThat(pixels.mean().getFloat()).isLessThan(mean);
            assertThat(back.max().getFloat()).isPositive().isLessThan(largest);
            assertThat(back.mean().getFloat()).isLessThan(mean);
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void tilesTakeLessMemory() throws Exception {
        long tiled = peakOf(128);
        long whole = peakOf(640);
        assertThat(tiled).isLessThan(whole / 4);
        assertThat(whole).isBetween(model.decoding(640, 640) / 2, model.decoding(640, 640));
    }

    /** Prints how far a process's memory grows while a picture of 640 by 640 is decoded, in bytes. */
    static final class Decoding {

        private Decoding() {}

        /** The side of a tile, in pixels. */
        @SuppressWarnings("try") // the scope frees what is made within it
        public static void main(String[] arguments) throws IOException {
            int side = Integer.parseInt(arguments[0]);
            try (Checkpoint model = Checkpoint.load(BuiltIn.path("builtin:emoji-sd"), COMPUTE);
                    NDManager memory = COMPUTE.newManager();
                    Scope scope = Scope.open()) {
                // What a first picture brings stays: libtorch's code and buffers, Java's classes.
                model.vae().decode(new TorchRandom(1).randn(memory, 1, 4, 32, 32), side);
                NDArray latents = new TorchRandom(1).randn(memory, 1, 4, 160, 160);
                Files.writeString(Path.of("/proc/self/clear_refs"), "5"); // the peak counts from here
                long before = Memory.resident().orElseThrow();
                model.vae().decode(latents, side);
                System.out.println(Memory.peak().orElseThrow() - before);
            }
        }
    }

    /** In a process of its own: here, what other tests have freed would be taken again, unseen. */
    private static long peakOf(int side) throws IOException {
        ProcessBuilder program = JavaProcess.program(Decoding.class, List.of("-XX:+UseSerialGC"), String.valueOf(side));
        return Long.parseLong(
                JavaProcess.printed(program.redirectError(Redirect.INHERIT)).strip());
    }

    @Test
    void tilesAreChosenByTheMemoryThatIsFree() {
        assertThat(Tiling.AUTO.wanted(81, OptionalLong.of(100))).isTrue();
        assertThat(Tiling.AUTO.wanted(79, OptionalLong.of(100))).isFalse();
        assertThat(Tiling.AUTO.wanted(1000, OptionalLong.empty())).isFalse();
        assertThat(Tiling.NEVER.wanted(1000, OptionalLong.of(100))).isFalse();
        assertThat(Tiling.ALWAYS.wanted(1, OptionalLong.of(100))).isTrue();
        assertThat(model.decoding(640, 640)).isGreaterThan(10 * model.decoding(128, 128));
    }
}
