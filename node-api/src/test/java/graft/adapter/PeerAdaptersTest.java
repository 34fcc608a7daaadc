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
 * Files that peft 0.21, LyCORIS 3.4 and 4.1 and diffusers 0.42 wrote, and of the forms that ComfyUI, sd-scripts and older peft
 * write, all values random, against the UNet's output in the tool that wrote them, or with the weights that the tool's formula
 * gives: golden {@code sd15}, t = 321, first sample. peft's OFT of convolutions is that of its merged weights.
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
        base = Checkpoint.load(Golden.ours("sd15"), Compute.choose("cpu"));
        Compute.prepareThread();
        inputs = SafeTensors.open(Golden.ours("sd15/expected.safetensors"));
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
            Context context = Context.of(model.encoder(Parts.TEXT).encode(ids, model.patches(Parts.TEXT)));
            NDArray timesteps = manager.create(new float[] {321});
            NDArray out = model.network().forward(sample, timesteps, context, model.patches(Parts.DENOISER));
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

    /** Which of the files kohya's format can hold. */
    static Stream<String> kohyas() {
        return adapters().filter(name -> !name.equals("peft-ia3") && !name.equals("peft-lora-whole"));
    }

    @ParameterizedTest
    @MethodSource("kohyas")
    void whatIsWrittenAsKohyaIsReadBackAsItWas(String name) {
        Lora lora = read(name);
        Path file = folder.resolve("mine.safetensors");
        LoraFile.write(file, lora, DType.F32, Map.of());
        Lora back = LoraFile.read(file);

        assertThat(flat(back.layers(Parts.DENOISER))).isEqualTo(flat(lora.layers(Parts.DENOISER)));
        assertThat(flat(back.layers(Parts.TEXT))).isEqualTo(flat(lora.layers(Parts.TEXT)));
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
        "diffusers-dora, PEFT",
        "peft-oft, PEFT",
        "peft-oft-conv, PEFT",
        "peft-oft-shared, PEFT",
        "peft-coft, PEFT",
        "peft-oft-013, PEFT",
        "peft-oft-014, PEFT",
        "peft-boft, PEFT",
        "kohya-boft, PEFT",
        "peft-ia3, PEFT",
        "peft-oft-conv, KOHYA",
        "peft-oft-shared, KOHYA",
        "lycoris-glora, KOHYA",
        "comfy-oft, KOHYA"
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
        "peft-dora, DIFFUSERS, it is a DoRA; choose the format peft or kohya",
        "lycoris-oft, PEFT, it is an OFT; choose the format kohya",
        "lycoris-boft, DIFFUSERS, it is a BOFT; choose the format kohya",
        "lycoris-glora, PEFT, it is a GLoRA; choose the format kohya",
        "lycoris-ia3, PEFT, it is an (IA)³; choose the format kohya",
        "lycoris-norms, DIFFUSERS, it is a full difference; choose the format kohya",
        "comfy-trained, PEFT, a difference of its bias; choose the format kohya",
        "comfy-set-weight, DIFFUSERS, it is a replaced weight; choose the format kohya",
        "peft-ia3, KOHYA, 'it is an (IA)³ of peft, which scales the bias too; choose the format peft'",
        "peft-lora-whole, KOHYA, it has a whole bias; choose the format peft"
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
            strings = {
                "peft-dora-conv",
                "lycoris-loha-tucker",
                "lycoris-lokr-dora",
                "lycoris-full",
                "lycoris-text",
                "lycoris-boft",
                "lycoris-glora",
                "lycoris-norms",
                "comfy-trained",
                "comfy-set-weight",
                "peft-oft-conv",
                "peft-ia3"
            })
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
    @ValueSource(
            strings = {
                "peft-dora",
                "lycoris-loha",
                "lycoris-lokr-dora",
                "lycoris-full",
                "lycoris-oft-rescaled",
                "lycoris-boft",
                "lycoris-glora",
                "lycoris-ia3",
                "comfy-trained",
                "comfy-set-weight",
                "peft-ia3"
            })
    void halvesOfOneLoraAddUpToTheWhole(String name) {
        Entry half = new Entry(read(name), 0.5, 0.5);
        try (Checkpoint both = AdapterStack.apply(base, List.of(half, half))) {
            assertThat(Golden.error(output(both), expected.floats(name))).isLessThan(CALL);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "lycoris-oft, conv_in, goes from any number to",
        "lycoris-glora, conv_in, goes from [",
        "lycoris-ia3, conv_in, goes from any number to",
        "lycoris-ia3-input, conv_in, factors for a weight of [",
        "peft-oft, conv_in, goes from [",
        "lycoris-boft, conv_in, goes from any number to",
        "lycoris-loha, conv_norm_out, goes from [",
        "lycoris-ia3-input, conv_norm_out, is of the kind (IA)³ and the model's is a norm",
        "lycoris-norms, down_blocks.1.attentions.0.transformer_blocks.0.attn1.to_q, goes from ["
    })
    void anotherModelsPartIsRefusedByItsSizes(String name, String module, String why) {
        Lora.Part part = read(name).layers(Parts.DENOISER).entrySet().stream()
                .filter(entry -> !entry.getKey().contains("attn2_to_k"))
                .map(Map.Entry::getValue)
                .filter(each -> !(each instanceof Lora.LowRank))
                .filter(each -> each.out() != 8)
                .findFirst()
                .orElseThrow();
        Lora moved = Lora.of("moved", Map.of(Parts.DENOISER, Map.of(module, part)), Map.of());

        assertThatThrownBy(() -> output(moved, 1))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("its layer " + module + " ")
                .hasMessageContaining(why);
    }

    @Test
    void aChangeOfABiasThatTheLayerHasNotIsRefused() {
        String toQ = "mid_block.attentions.0.transformer_blocks.0.attn1.to_q";
        int out = (int) base.network().weightShape(toQ)[0];
        Lora.Part bias = new Lora.Difference(
                java.util.Optional.empty(), java.util.Optional.of(new Lora.Values(new float[out], out)));
        Lora lora = Lora.of("biased", Map.of(Parts.DENOISER, Map.of(toQ, bias)), Map.of());

        assertThatThrownBy(() -> output(lora, 1))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("changes a bias, which the model's has not");
    }

    @Test
    void aLoHaForAnotherModelIsRefusedByItsSizes() {
        Lora loha = read("lycoris-loha");
        Map.Entry<String, Lora.Part> layer =
                loha.layers(Parts.DENOISER).entrySet().iterator().next();
        Lora moved = Lora.of(
                "moved", Map.of(Parts.DENOISER, Map.of("mid_block.resnets.0.conv1", layer.getValue())), Map.of());

        assertThatThrownBy(() -> output(moved, 1))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("its layer mid_block.resnets.0.conv1 goes from");
    }
}
