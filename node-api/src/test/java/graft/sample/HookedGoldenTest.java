package graft.sample;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import graft.Golden;
import graft.file.SafeTensors;
import graft.model.Checkpoint;
import graft.model.ConditioningEntry;
import graft.model.Context;
import graft.model.NetworkHook;
import graft.model.RoundedNetwork;
import graft.tensor.Compute;
import graft.tensor.NativeArrays;
import graft.tensor.Precision;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * What hooks and other guidance make of a prediction, beside ComfyUI's formulas in PyTorch around diffusers 0.42.1's
 * UNet2DConditionModel: FreeU's spectrum by its FFT, the perturbed attention of values alone, guidance in terms of clean latents.
 */
class HookedGoldenTest {

    /** Half of the first layer's, so that maps of 16 are four times as wide, and those of 8 twice. */
    private static final int WIDTH = 4;

    @BeforeAll
    static void prepare() {
        Compute.choose("cpu");
        Compute.prepareThread();
    }

    @Test
    void freeUOfBothVersions() {
        assertThat(error(new FreeU(WIDTH, false, 1.1, 1.2, 0.9, 0.2), 1, "freeu"))
                .isLessThan(1e-4);
        assertThat(error(new FreeU(WIDTH, true, 1.3, 1.4, 0.9, 0.2), 1, "freeu_v2"))
                .isLessThan(1e-4);
    }

    @Test
    void perturbedAttentionBesideGuidance() {
        assertThat(error(new PerturbedAttention(3), 4.5, "pag")).isLessThan(1e-4);
    }

    @Test
    void guidanceThatIsTakenBackInTermsOfTheVelocity() {
        assertThat(error(new RescaledGuidance(0.7), 4.5, "rescale")).isLessThan(1e-4);
    }

    @Test
    void theNegativePromptWithoutWhatIsInThePositiveOne() {
        assertThat(perpendicular(4.5, "perpneg")).isLessThan(1e-4);
        assertThat(perpendicular(1, "perpneg_one")).isLessThan(1e-4);
    }

    private static double perpendicular(double guidance, String name) {
        try (SafeTensors golden = SafeTensors.open(Golden.ours("sd15/expected.safetensors"));
                NDManager manager = NDManager.newBaseManager()) {
            NDArray states = Golden.array(manager, golden, "unet.context").mul(0.5f);
            // Others than both prompts are: each begins with its last token.
            NDArray turned = states.get(":, 76:").concat(states.get(":, :76"), 1);
            return error(
                    new PerpendicularNegative(List.of(new ConditioningEntry(Context.of(turned), "")), 1.3),
                    guidance,
                    name);
        }
    }

    /** At guidance 1 it asks about the negative prompt too. */
    @Test
    void selfAttentionGuidanceBesideOther() {
        assertThat(error(new SelfAttentionGuidance(0.75, 2), 4.5, "sag")).isLessThan(1e-4);
        assertThat(error(new SelfAttentionGuidance(-0.5, 1), 1, "sag_one")).isLessThan(1e-4);
    }

    @Test
    void attentionInTiles() {
        assertThat(error(new HyperTile(4, 2, 1, false), 1, "hypertile")).isLessThan(1e-4);
        assertThat(error(new HyperTile(4, 1, 1, true), 1, "hypertile_scaled")).isLessThan(1e-4);
    }

    /** Cut as if it stood the other way round, as in ComfyUI. */
    @Test
    void attentionInTilesOfAWidePicture() {
        try (SafeTensors expected = SafeTensors.open(Golden.resource("/graft/sample/hooked.safetensors"));
                SafeTensors golden = SafeTensors.open(Golden.ours("sd15/expected.safetensors"));
                Checkpoint model = Checkpoint.load(Golden.ours("sd15"), Compute.choose("cpu"));
                Checkpoint tiled = model.with(new HyperTile(4, 2, 0, false), List.of());
                NDManager manager = NDManager.newBaseManager()) {
            NDArray latents = Golden.array(manager, golden, "unet.sample");
            NDArray wide = latents.concat(latents.flip(3).get("..., :8"), 3);
            assertThat(Golden.error(predicted(tiled, wide, golden, 1), expected.floats("hypertile_wide")))
                    .isLessThan(1e-4);
        }
    }

    /** More sizes to choose from: a walk draws the same as the walk before it. */
    @Test
    void tilesAreChosenAnewWithEachWalk() {
        try (SafeTensors golden = SafeTensors.open(Golden.ours("sd15/expected.safetensors"));
                Checkpoint model = Checkpoint.load(Golden.ours("sd15"), Compute.choose("cpu"));
                Checkpoint tiled = model.with(new HyperTile(4, 3, 2, false), List.of());
                NDManager manager = NDManager.newBaseManager()) {
            float[] first = predicted(tiled, golden, manager, 1);
            assertThat(predicted(tiled, golden, manager, 1)).isEqualTo(first);
            assertThat(first).isNotEqualTo(predicted(model, golden, manager, 1));
        }
    }

    /** Off, they are not there: the same bits. */
    @Test
    void withoutScaleNothingIsAsked() {
        try (SafeTensors golden = SafeTensors.open(Golden.ours("sd15/expected.safetensors"));
                Checkpoint model = Checkpoint.load(Golden.ours("sd15"), Compute.choose("cpu"));
                Checkpoint less = model.with(new PerturbedAttention(0), List.of());
                Checkpoint off = less.with(new SelfAttentionGuidance(0, 2), List.of());
                NDManager manager = NDManager.newBaseManager()) {
            assertThat(predicted(off, golden, manager, 4.5)).isEqualTo(predicted(model, golden, manager, 4.5));
        }
    }

    /** In half the precision it does the same to what it is given. */
    @Test
    void freeUInSixteenBits() {
        try (SafeTensors golden = SafeTensors.open(Golden.ours("sd15/expected.safetensors"));
                Checkpoint model = Checkpoint.load(Golden.ours("sd15"), Compute.choose("cpu"));
                Checkpoint hooked = model.with(new FreeU(WIDTH, true, 1.3, 1.4, 0.9, 0.2), List.of());
                Checkpoint rounded = RoundedNetwork.over(hooked, Precision.BF16);
                NDManager manager = NDManager.newBaseManager()) {
            float[] half = predicted(rounded, golden, manager, 1);
            float[] whole = predicted(hooked, golden, manager, 1);
            float[] plain = predicted(model, golden, manager, 1);
            assertThat(Golden.error(half, whole)).isLessThan(Golden.error(plain, whole) / 3);
        }
    }

    private static double error(NetworkHook hook, double guidance, String name) {
        double error = errorOnce(hook, guidance, name);
        long before = NativeArrays.count();
        errorOnce(hook, guidance, name);
        assertThat(NativeArrays.count()).isEqualTo(before);
        return error;
    }

    private static double errorOnce(NetworkHook hook, double guidance, String name) {
        try (SafeTensors expected = SafeTensors.open(Golden.resource("/graft/sample/hooked.safetensors"));
                SafeTensors golden = SafeTensors.open(Golden.ours("sd15/expected.safetensors"));
                Checkpoint model = Checkpoint.load(Golden.ours("sd15"), Compute.choose("cpu"));
                Checkpoint hooked = model.with(hook, List.of());
                NDManager manager = NDManager.newBaseManager()) {
            return Golden.error(predicted(hooked, golden, manager, guidance), expected.floats(name));
        }
    }

    /** Away from the same prompts in the other order. */
    private static float[] predicted(Checkpoint model, SafeTensors golden, NDManager manager, double guidance) {
        return predicted(model, Golden.array(manager, golden, "unet.sample"), golden, guidance);
    }

    private static float[] predicted(Checkpoint model, NDArray latents, SafeTensors golden, double guidance) {
        NDManager manager = latents.getManager();
        NDArray states = Golden.array(manager, golden, "unet.context");
        NoiseSchedule schedule = NoiseSchedule.of(model.scheduler());
        NDArray others = states.get("1:2").concat(states.get("0:1"), 0);
        return Guidance.of(
                        manager,
                        model,
                        List.of(new ConditioningEntry(Context.of(states), "")),
                        List.of(new ConditioningEntry(Context.of(others), "")),
                        guidance,
                        latents.getShape())
                .at(schedule, schedule.at(500))
                .predict(latents, 500)
                .toFloatArray();
    }
}
