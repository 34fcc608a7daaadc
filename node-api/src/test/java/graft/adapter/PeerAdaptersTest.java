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
import graft.node.Problem;
import graft.tensor.Compute;
import graft.tensor.NativeArrays;
import graft.tensor.Scope;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Files that peft 0.21, LyCORIS 3.4 and diffusers 0.42 wrote, all values random, against the UNet's output in the tool that
 * wrote them: golden {@code sd15}, t = 321, first sample.
 */
class PeerAdaptersTest {

    private static final double CALL = 1e-4;
    private static final Path PEERS = Golden.resource("/graft/adapter/peers");

    private static Checkpoint base;
    private static SafeTensors inputs;
    private static SafeTensors expected;
    private static float[] without;

    @TempDir
    Path folder;

    @BeforeAll
    static void load() {
        base = Checkpoint.load(Golden.path("sd15"), Compute.choose("cpu"));
        Compute.prepareThread();
        inputs = SafeTensors.open(Golden.path("sd15/expected.safetensors"));
        expected = SafeTensors.open(PEERS.resolve("expected.safetensors"));
        without = output(base);
    }

    @AfterAll
    static void close() {
        base.close();
        inputs.close();
        expected.close();
    }

    static Stream<String> adapters() {
        try (SafeTensors all = SafeTensors.open(PEERS.resolve("expected.safetensors"))) {
            return List.copyOf(all.names()).stream();
        }
    }

    private static Lora read(String name) {
        Path inFolder = PEERS.resolve(name).resolve("adapter_model.safetensors");
        return LoraFile.read(Files.exists(inFolder) ? inFolder : PEERS.resolve(name + ".safetensors"));
    }

    private static float[] output(Lora lora, double strength) {
        try (Checkpoint view = AdapterStack.apply(base, List.of(new Entry(lora, strength, strength)))) {
            return output(view);
        }
    }

    private static float[] output(Checkpoint model) {
        try (NDManager manager = base.compute().newManager();
                Scope scope = Scope.open()) {
            NDArray sample = Golden.array(manager, inputs, "unet.sample").get("0:1");
            int[][] ids = {Golden.ids(inputs, "text.input_ids")[0]};
            NDArray context = model.textEncoder().encode(ids, model.textPatches());
            NDArray timesteps = manager.create(new float[] {321});
            NDArray out = model.unet().forward(sample, timesteps, context, model.unetPatches());
            return scope.keep(out, manager).toFloatArray();
        }
    }

    @ParameterizedTest
    @MethodSource("adapters")
    void aPeersFileActsAsInThePeer(String name) {
        float[] wanted = expected.floats(name);
        assertThat(Golden.error(without, wanted)).as("what it changes").isGreaterThan(0.2);
        assertThat(Golden.error(output(read(name), 1), wanted)).isLessThan(CALL);
    }

    @ParameterizedTest
    @MethodSource("adapters")
    void whatIsWrittenAsKohyaIsReadBackAsItWas(String name) {
        Lora lora = read(name);
        Path file = folder.resolve("mine.safetensors");
        LoraFile.write(file, lora, DType.F32, Map.of());
        Lora back = LoraFile.read(file);

        assertThat(flat(back.unet())).isEqualTo(flat(lora.unet()));
        assertThat(flat(back.text())).isEqualTo(flat(lora.text()));
        assertThat(back.kind()).isEqualTo(lora.kind());
    }

    private static Map<String, Lora.Part> flat(Map<String, Lora.Part> parts) {
        Map<String, Lora.Part> flat = new java.util.TreeMap<>();
        parts.forEach(
                (module, part) -> flat.put(LoraKey.flatten(module).replaceFirst("^text_model_", ""), rounded(part)));
        return flat;
    }

    /** kohya's files keep alpha as a float. */
    private static Lora.Part rounded(Lora.Part part) {
        if (part instanceof Lora.Dora dora) {
            return new Lora.Dora(rounded(dora.direction()), dora.magnitude());
        }
        return part instanceof Lora.LowRank low
                ? new Lora.LowRank(low.down(), low.up(), low.mid(), (float) low.alpha())
                : part;
    }

    @ParameterizedTest
    @CsvSource({
        "peft-lora, PEFT",
        "peft-rslora, DIFFUSERS",
        "peft-conv, DIFFUSERS",
        "peft-dora-conv, PEFT",
        "lycoris-locon, DIFFUSERS",
        "lycoris-locon-rs, PEFT",
        "lycoris-dora, PEFT",
        "diffusers-lora, DIFFUSERS",
        "diffusers-dora, PEFT"
    })
    void whatIsWrittenOtherwiseActsTheSame(String name, LoraFormat format) {
        Path file = folder.resolve("mine.safetensors");
        LoraFile.write(file, read(name), format, DType.F32, Map.of());

        assertThat(Golden.error(output(LoraFile.read(file), 1), expected.floats(name)))
                .isLessThan(CALL);
    }

    @ParameterizedTest
    @CsvSource({
        "lycoris-loha, PEFT, it is a LoHa; choose the format kohya",
        "lycoris-lokr-tucker, DIFFUSERS, it is a LoKr; choose the format kohya",
        "lycoris-locon-tucker, PEFT, it is a LoCon with Tucker decomposition",
        "lycoris-full, DIFFUSERS, it is a full difference",
        "lycoris-dora-input, PEFT, it is a DoRA with a norm per input; choose the format kohya",
        "peft-dora, DIFFUSERS, it is a DoRA; choose the format peft or kohya"
    })
    void whatAFormatCannotHoldIsNamedAndNothingIsWritten(String name, LoraFormat format, String why) {
        Path file = folder.resolve("mine.safetensors");

        assertThatThrownBy(() -> LoraFile.write(file, read(name), format, DType.F32, Map.of()))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("that format has no place for its layer ")
                .hasMessageContaining(why);
        assertThat(file).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"peft-dora-conv", "lycoris-loha-tucker", "lycoris-lokr-dora", "lycoris-full", "lycoris-text"})
    void strengthZeroIsTheBaseBitForBitAndTakingItOffLeavesTheBaseAndNoArrays(String name) {
        Lora lora = read(name);
        assertThat(output(lora, 0)).isEqualTo(without);
        output(lora, 1); // each operator keeps one array from its first call on
        long arrays = NativeArrays.count();
        output(lora, 1);
        assertThat(NativeArrays.count()).isEqualTo(arrays);
        assertThat(output(base)).isEqualTo(without);
    }

    /** As in ComfyUI: strength · (changed − W), each from the base's own W. */
    @ParameterizedTest
    @ValueSource(strings = {"peft-dora", "lycoris-loha", "lycoris-lokr-dora", "lycoris-full"})
    void halvesOfOneLoraAddUpToTheWhole(String name) {
        Entry half = new Entry(read(name), 0.5, 0.5);
        try (Checkpoint both = AdapterStack.apply(base, List.of(half, half))) {
            assertThat(Golden.error(output(both), expected.floats(name))).isLessThan(CALL);
        }
    }

    @Test
    void aLoHaForAnotherModelIsRefusedByItsSizes() {
        Lora loha = read("lycoris-loha");
        Map.Entry<String, Lora.Part> layer = loha.unet().entrySet().iterator().next();
        Lora moved = Lora.of("moved", Map.of("mid_block.resnets.0.conv1", layer.getValue()), Map.of(), Map.of());

        assertThatThrownBy(() -> output(moved, 1))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("its layer mid_block.resnets.0.conv1 goes from");
    }
}
