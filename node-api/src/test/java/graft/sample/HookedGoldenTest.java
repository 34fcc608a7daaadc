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
 * What FreeU and perturbed attention make of a prediction, beside ComfyUI's formulas in PyTorch around diffusers 0.42.1's
 * UNet2DConditionModel: FreeU's spectrum by its FFT, and the perturbed attention of values alone.
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

    /** Off, they are not there: the same bits. */
    @Test
    void withoutScaleNothingIsAsked() {
        try (SafeTensors golden = SafeTensors.open(Golden.ours("sd15/expected.safetensors"));
                Checkpoint model = Checkpoint.load(Golden.ours("sd15"), Compute.choose("cpu"));
                Checkpoint off = model.with(new PerturbedAttention(0), List.of());
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
        NDArray latents = Golden.array(manager, golden, "unet.sample");
        NDArray states = Golden.array(manager, golden, "unet.context");
        NDArray others = states.get("1:2").concat(states.get("0:1"), 0);
        return Guidance.of(
                        manager,
                        model,
                        List.of(new ConditioningEntry(Context.of(states), "")),
                        List.of(new ConditioningEntry(Context.of(others), "")),
                        guidance,
                        latents.getShape())
                .predict(latents, 500)
                .toFloatArray();
    }
}
