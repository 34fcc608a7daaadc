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
import graft.model.sd.GoldenText;
import graft.tensor.Compute;
import graft.tensor.Scope;
import graft.tensor.Tape;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** One LoRA of all three parts of Stable Diffusion XL, as four tools keep it, against what peft gave with it. */
class StableDiffusionXlLoraGoldenTest {

    private static final double TOLERANCE = 1e-4;

    private static Checkpoint base;
    private static SafeTensors expected;

    @TempDir
    Path folder;

    @BeforeAll
    static void load() {
        base = Checkpoint.load(Golden.path("sdxl"), Compute.choose("cpu"));
        expected = SafeTensors.open(Golden.path("sdxl-training/expected.safetensors"));
    }

    @AfterAll
    static void close() {
        base.close();
        expected.close();
    }

    @BeforeEach
    void prepareThread() {
        Compute.prepareThread();
    }

    private static Lora read(String file) {
        return LoraFile.read(Golden.path("sdxl-training/" + file + ".safetensors"));
    }

    @ParameterizedTest
    @CsvSource({
        "lora_kohya, lora.final",
        "lora_diffusers_metadata, lora.final",
        "lora_diffusers, lora.final_scale1",
        "lora_peft, lora.final_scale1"
    })
    void everyFileActsOnAllThreePartsAsItDidInPeft(String file, String name) {
        assertActs(read(file), name);
    }

    @ParameterizedTest
    @CsvSource({
        "lora_kohya, KOHYA, lora.final",
        "lora_kohya, DIFFUSERS, lora.final",
        "lora_kohya, PEFT, lora.final",
        "lora_diffusers_metadata, KOHYA, lora.final",
        "lora_diffusers_metadata, DIFFUSERS, lora.final",
        "lora_diffusers_metadata, PEFT, lora.final",
        "lora_diffusers, KOHYA, lora.final_scale1",
        "lora_diffusers, PEFT, lora.final_scale1",
        "lora_peft, KOHYA, lora.final_scale1",
        "lora_peft, DIFFUSERS, lora.final_scale1"
    })
    void whatIsWrittenInAnyFormatActsTheSame(String from, LoraFormat format, String name) {
        Path file = folder.resolve("mine.safetensors");
        LoraFile.write(file, read(from), format, DType.F32, Map.of());
        assertActs(LoraFile.read(file), name);
    }

    /** Written as kohya does, from whichever spelling, it has the names and numbers of kohya's own file. */
    @ParameterizedTest
    @CsvSource({"lora_kohya", "lora_diffusers_metadata"})
    void kohyasFileIsThatOfKohya(String from) {
        Path file = folder.resolve("mine.safetensors");
        LoraFile.write(file, read(from), DType.F32, Map.of());
        try (SafeTensors mine = SafeTensors.open(file);
                SafeTensors kohyas = SafeTensors.open(Golden.path("sdxl-training/lora_kohya.safetensors"))) {
            assertThat(Set.copyOf(mine.names())).isEqualTo(Set.copyOf(kohyas.names()));
            for (String name : kohyas.names()) {
                assertThat(mine.floats(name)).as(name).isEqualTo(kohyas.floats(name));
            }
            assertThat(mine.metadata())
                    .containsEntry("ss_base_model_version", "sdxl_base_v1-0")
                    .containsEntry("ss_v2", "False")
                    .containsEntry("modelspec.architecture", "stable-diffusion-xl-v1-base/lora");
        }
    }

    @Test
    void theUNetAloneIsChangedByAStrengthOfItsOwn() {
        try (Checkpoint view = AdapterStack.apply(base, List.of(new Entry(read("lora_kohya"), 1, 0)))) {
            assertClose(seen(view).out(), "lora.final.out_unet_only");
        }
    }

    @SuppressWarnings("ArrayRecordComponent") // compared by nobody
    private record Seen(float[] states, float[] pooled, float[] out) {}

    private static void assertActs(Lora lora, String name) {
        assertThat(lora.changed()).containsExactlyInAnyOrder(Parts.DENOISER, Parts.TEXT, Parts.TEXT_2);
        try (Checkpoint view = AdapterStack.apply(base, List.of(new Entry(lora, 1, 1)))) {
            Seen seen = seen(view);
            assertClose(seen.states(), name + ".context");
            assertClose(seen.pooled(), name + ".pooled");
            assertClose(seen.out(), name + ".out");
        }
    }

    private static void assertClose(float[] found, String name) {
        assertThat(Golden.error(found, expected.floats(name))).as(name).isLessThan(TOLERANCE);
    }

    /** The text states, and the UNet at t = 321 on the latents of the first step. */
    private static Seen seen(Checkpoint model) {
        try (NDManager manager = base.compute().newManager();
                Scope scope = Scope.open()) {
            Context text = GoldenText.read(
                    model,
                    Map.of(
                            Parts.TEXT, Golden.ids(expected, "input_ids"),
                            Parts.TEXT_2, Golden.ids(expected, "input_ids_2")));
            NDArray latents = Golden.array(manager, expected, "latents").get(0);
            NDArray out = model.network()
                    .forward(
                            latents,
                            manager.create(new float[] {321, 321}),
                            text.withSizes(Golden.array(manager, expected, "time_ids")),
                            model.patches(Parts.DENOISER),
                            Tape.NONE);
            return new Seen(
                    text.states().toFloatArray(),
                    text.pooled().toFloatArray(),
                    scope.keep(out, manager).toFloatArray());
        }
    }
}
