package graft.adapter;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import graft.Golden;
import graft.adapter.AdapterStack.Entry;
import graft.file.SafeTensors;
import graft.file.SafeTensors.DType;
import graft.model.Checkpoint;
import graft.model.Context;
import graft.model.Parts;
import graft.model.Patches;
import graft.tensor.Compute;
import graft.tensor.NativeArrays;
import graft.tensor.Scope;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** One trained LoRA (rank 4, alpha 8) as three tools keep it, against what the UNet gave with it in peft. */
final class LoraFileGoldenTest {

    private static final double CALL = 1e-4;

    private static Checkpoint base;
    private static SafeTensors expected;

    @TempDir
    Path folder;

    @BeforeAll
    static void load() {
        base = Checkpoint.load(Golden.path("sd15"), Compute.choose("cpu"));
        expected = SafeTensors.open(Golden.path("training/expected.safetensors"));
    }

    @AfterAll
    static void close() {
        base.close();
        expected.close();
    }

    /** The peft and diffusers files say nothing of alpha, so they act at scale 1 where it was trained at 2. */
    @ParameterizedTest
    @CsvSource({"lora_kohya, 1", "lora_peft, 2", "lora_diffusers_alpha_is_rank, 2"})
    void everyFileActsAsItWasTrained(String file, double strength) {
        Lora lora = LoraFile.read(Golden.path("training/" + file + ".safetensors"));
        assertThat(lora.rank()).isEqualTo(4);
        try (Checkpoint view = AdapterStack.apply(base, List.of(new Entry(lora, strength, strength)))) {
            assertThat(Golden.error(output(view), expected.floats("lora.final.out")))
                    .isLessThan(CALL);
        }
    }

    @Test
    void whatIsWrittenActsTheSame() {
        Lora lora = LoraFile.read(Golden.path("training/lora_peft.safetensors"));
        Path file = folder.resolve("mine.safetensors");
        LoraFile.write(file, lora, DType.F32, Map.of());
        try (Checkpoint view = AdapterStack.apply(base, List.of(new Entry(LoraFile.read(file), 2, 2)))) {
            assertThat(Golden.error(output(view), expected.floats("lora.final.out")))
                    .isLessThan(CALL);
        }
    }

    @Test
    void strengthZeroIsTheBaseBitForBit() {
        Lora lora = LoraFile.read(Golden.path("training/lora_kohya.safetensors"));
        float[] without = output(base);
        try (Checkpoint view = AdapterStack.apply(base, List.of(new Entry(lora, 0, 0)))) {
            assertThat(output(view)).isEqualTo(without);
        }
    }

    @Test
    void halvesAddUpWhetherInOneStackOrInTwo() {
        Lora lora = LoraFile.read(Golden.path("training/lora_kohya.safetensors"));
        Entry half = new Entry(lora, 0.5, 0.5);
        try (Checkpoint one = AdapterStack.apply(base, List.of(half, half));
                Checkpoint first = AdapterStack.apply(base, List.of(half));
                Checkpoint second = AdapterStack.apply(first, List.of(half))) {
            assertThat(Golden.error(output(one), expected.floats("lora.final.out")))
                    .isLessThan(CALL);
            assertThat(Golden.error(output(second), expected.floats("lora.final.out")))
                    .isLessThan(CALL);
        }
    }

    @Test
    void closingAViewFreesItsMatricesAndLeavesTheBase() {
        Lora lora = LoraFile.read(Golden.path("training/lora_kohya.safetensors"));
        float[] before = output(base);
        long arrays = NativeArrays.count();
        AdapterStack.apply(base, List.of(new Entry(lora, 1, 1))).close();
        assertThat(NativeArrays.count()).isEqualTo(arrays);
        assertThat(output(base)).isEqualTo(before);
    }

    /** The UNet at t = 321 on the latents of the first step, with the text states of the captions. */
    private static float[] output(Checkpoint model) {
        try (NDManager manager = base.compute().newManager();
                Scope scope = Scope.open()) {
            NDArray latents = Golden.array(manager, expected, "latents").get(0);
            Context context = Context.of(model.encoder(Parts.TEXT).encode(ids(), Patches.NONE));
            NDArray timesteps = manager.create(new float[] {321, 321});
            NDArray out = model.network().forward(latents, timesteps, context, model.patches(Parts.DENOISER));
            return scope.keep(out, manager).toFloatArray();
        }
    }

    private static int[][] ids() {
        float[] flat = expected.floats("input_ids");
        int rows = (int) expected.entry("input_ids").shape()[0];
        int[][] ids = new int[rows][flat.length / rows];
        for (int i = 0; i < flat.length; i++) {
            ids[i / ids[0].length][i % ids[0].length] = (int) flat[i];
        }
        return ids;
    }
}
