package graft.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
import graft.node.Problem;
import graft.tensor.Compute;
import graft.tensor.Scope;
import graft.tensor.Tape;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Files for Stable Diffusion XL that LyCORIS 4.1, peft 0.21 and diffusers 0.42 made, all values random, against the UNet's output
 * in the tool itself; LyCORIS' with sd-scripts' names. Those called {@code spelled-…} are {@code lycoris-locon} in the names of
 * ComfyUI, OneTrainer, kohya's files with diffusers' names, and the original checkpoint, whose second text encoder has queries,
 * keys and values in one. Golden {@code sdxl}, t = 321, first sample.
 */
class StableDiffusionXlPeerAdaptersTest {

    private static final double CALL = 1e-4;
    private static final Path PEERS = Golden.resource("/graft/adapter/peers-xl");

    private static Checkpoint base;
    private static SafeTensors inputs;
    private static SafeTensors expected;

    @TempDir
    Path folder;

    @BeforeAll
    static void load() {
        base = Checkpoint.load(Golden.resource("/golden/sdxl"), Compute.choose("cpu"));
        inputs = SafeTensors.open(Golden.resource("/golden/sdxl/expected.safetensors"));
        expected = SafeTensors.open(PEERS.resolve("expected.safetensors"));
    }

    @AfterAll
    static void close() {
        base.close();
        inputs.close();
        expected.close();
    }

    @BeforeEach
    void prepareThread() {
        Compute.prepareThread();
    }

    static Stream<String> adapters() {
        try (SafeTensors all = SafeTensors.open(PEERS.resolve("expected.safetensors"))) {
            return all.names().stream().filter(name -> !name.equals("base")).toList().stream();
        }
    }

    private static Lora read(String name) {
        Path inFolder = PEERS.resolve(name).resolve("adapter_model.safetensors");
        return LoraFile.read(Files.exists(inFolder) ? inFolder : PEERS.resolve(name + ".safetensors"));
    }

    private static float[] output(Lora lora) {
        try (Checkpoint view = AdapterStack.apply(base, List.of(new Entry(lora, 1, 1)))) {
            return output(view);
        }
    }

    private static float[] output(Checkpoint model) {
        try (NDManager manager = base.compute().newManager();
                Scope scope = Scope.open()) {
            int[][] ids = {Golden.ids(inputs, "text.input_ids")[0]};
            Context context = GoldenText.read(model, Map.of(Parts.TEXT, ids, Parts.TEXT_2, ids))
                    .withSizes(Golden.array(manager, inputs, "unet.time_ids").get("0:1"));
            NDArray out = model.network()
                    .forward(
                            Golden.array(manager, inputs, "unet.sample").get("0:1"),
                            manager.create(new float[] {321}),
                            context,
                            model.patches(Parts.DENOISER),
                            Tape.NONE);
            return scope.keep(out, manager).toFloatArray();
        }
    }

    private static void assertActs(Lora lora, String name) {
        assertThat(Golden.error(output(lora), expected.floats(name))).as(name).isLessThan(CALL);
    }

    @Test
    void withoutAnAdapterBothGiveTheSame() {
        assertThat(Golden.error(output(base), expected.floats("base"))).isLessThan(CALL);
    }

    @ParameterizedTest
    @MethodSource("adapters")
    void aPeersFileActsAsInThePeer(String name) {
        assertThat(Golden.error(expected.floats("base"), expected.floats(name)))
                .as("what it changes")
                .isGreaterThan(0.2);
        assertActs(read(name), name);
    }

    static Stream<String> kohyas() {
        return adapters().filter(name -> !name.equals("peft-ia3"));
    }

    /** With names of the original layout alone, whichever the file had that it came from. */
    @ParameterizedTest
    @MethodSource("kohyas")
    void whatIsWrittenAsKohyaHasItsNamesAndActsTheSame(String name) {
        Path file = folder.resolve("mine.safetensors");
        LoraFile.write(file, read(name), DType.F32, Map.of());
        try (SafeTensors mine = SafeTensors.open(file)) {
            assertThat(mine.names())
                    .allMatch(tensor -> tensor.matches(
                            "lora_(unet_(input_blocks|middle_block|output_blocks|time_embed|label_emb|out)_\\d.*"
                                    + "|te[12]_text_model_encoder_layers_.*)"));
            assertThat(mine.metadata()).containsEntry("ss_base_model_version", "sdxl_base_v1-0");
        }
        assertActs(LoraFile.read(file), name);
    }

    @ParameterizedTest
    @CsvSource({
        "lycoris-locon, DIFFUSERS",
        "lycoris-locon, PEFT",
        "lycoris-dora, PEFT",
        "spelled-original, DIFFUSERS",
        "spelled-comfy, PEFT",
        "spelled-onetrainer, PEFT",
        "spelled-kohya-diffusers, DIFFUSERS",
        "diffusers-dora, PEFT",
        "peft-lora-conv, DIFFUSERS",
        "peft-oft, PEFT",
        "peft-boft, PEFT",
        "peft-ia3, PEFT"
    })
    void whatIsWrittenOtherwiseActsTheSame(String name, LoraFormat format) {
        Path file = folder.resolve("mine.safetensors");
        LoraFile.write(file, read(name), format, DType.F32, Map.of());
        assertActs(LoraFile.read(file), name);
    }

    /** The layers that a LoRA was given as one are three of the model. */
    @Test
    void queriesKeysAndValuesInOneAreTakenApart() {
        assertThat(read("spelled-original").layers(Parts.TEXT_2).keySet())
                .containsExactlyInAnyOrder(
                        "text_model.encoder.layers.0.self_attn.q_proj",
                        "text_model.encoder.layers.0.self_attn.k_proj",
                        "text_model.encoder.layers.0.self_attn.v_proj",
                        "text_model.encoder.layers.0.mlp.fc1");
    }

    /** Its first text encoder alone may fit; the second there is none for. */
    @Test
    void aLoraOfTwoTextEncodersIsRefusedByAModelOfOneNamingBothFamilies() {
        Lora both = read("lycoris-locon");
        Lora text = Lora.of("two", Map.of(Parts.TEXT_2, both.layers(Parts.TEXT_2)), Map.of());
        try (Checkpoint first = Checkpoint.load(Golden.resource("/golden/sd15"), Compute.choose("cpu"))) {
            assertThatThrownBy(() -> AdapterStack.apply(first, List.of(new Entry(text, 1, 1))))
                    .isInstanceOf(Problem.class)
                    .hasMessage(
                            "Cannot apply the LoRA two to sd15: it was trained for Stable Diffusion XL, whose second"
                                    + " text encoder it changes, and this model is of Stable Diffusion 1.x; use it with a model of"
                                    + " that family, or choose a LoRA that was trained for this one.");
        }
    }
}
