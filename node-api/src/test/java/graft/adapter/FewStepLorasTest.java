package graft.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import graft.Golden;
import graft.adapter.AdapterStack.Entry;
import graft.file.SafeTensors;
import graft.file.SafeTensors.DType;
import graft.file.SafeTensors.Tensor;
import graft.model.Checkpoint;
import graft.model.Context;
import graft.model.Parts;
import graft.node.Problem;
import graft.tensor.Compute;
import graft.tensor.KeyedRandom;
import graft.tensor.Scope;
import graft.tensor.Tape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * LoRAs that draw in few steps (LCM, TCD, Turbo, DMD2, Lightning, Hyper-SD), which change resnets, embeddings of time and changes
 * of size too, in the spellings that they have on disk: against a model into whose weights they were computed by hand.
 */
final class FewStepLorasTest {

    /** What the scripts of LCM train: everything but the first and last convolution and what tells of sizes. */
    private static final Pattern TRAINED = Pattern.compile(
            ".*\\.(to_q|to_k|to_v|to_out\\.0|proj_in|proj_out|ff\\.net\\.0\\.proj"
                    + "|ff\\.net\\.2|conv1|conv2|conv_shortcut|downsamplers\\.0\\.conv|upsamplers\\.0\\.conv|time_emb_proj)");

    private static final Pattern BLOCK =
            Pattern.compile("(down_blocks|up_blocks|mid_block)\\.(?:(\\d+)\\.)?attentions\\.(\\d+)\\.(.+)");

    private static final int RANK = 2;

    /** How a file spells a layer. */
    enum Spelling {
        /** latent-consistency/lcm-lora-sdxl, ByteDance/Hyper-SD, SDXL-Lightning. */
        KOHYA(0.5, ".lora_down.weight", ".lora_up.weight"),
        /** As trained by kohya's scripts on a single file: the blocks' original names. */
        KOHYA_ORIGINAL(2, ".lora_down.weight", ".lora_up.weight"),
        /** tianweiy/DMD2, TCD and others that diffusers saved by peft: no alpha, so that they act in full. */
        DIFFUSERS(RANK, ".lora_A.weight", ".lora_B.weight"),
        /** As diffusers saved before it used peft. */
        DIFFUSERS_OLD(RANK, ".lora.down.weight", ".lora.up.weight"),
        /** As peft saves by itself. */
        PEFT(RANK, ".lora_A.weight", ".lora_B.weight");

        private final double alpha;
        private final String down;
        private final String up;

        Spelling(double alpha, String down, String up) {
            this.alpha = alpha;
            this.down = down;
            this.up = up;
        }

        String name(String module) {
            return switch (this) {
                case KOHYA -> "lora_unet_" + module.replace('.', '_');
                case KOHYA_ORIGINAL -> original(module);
                case DIFFUSERS, DIFFUSERS_OLD -> "unet." + module;
                case PEFT -> "base_model.model." + module;
            };
        }

        OptionalDouble alpha() {
            return alpha == RANK ? OptionalDouble.empty() : OptionalDouble.of(alpha);
        }

        /** Single-file names of resnets are not among those that are made here. */
        boolean has(String module) {
            return TRAINED.matcher(module).matches()
                    && (this != KOHYA_ORIGINAL || BLOCK.matcher(module).matches());
        }
    }

    private static Checkpoint base;

    @TempDir
    private Path folder;

    @BeforeAll
    static void load() {
        base = Checkpoint.load(Golden.ours("sdxl"), Compute.choose("cpu"));
    }

    @AfterAll
    static void close() {
        base.close();
    }

    @BeforeEach
    void prepareThread() {
        Compute.prepareThread();
    }

    private static String original(String module) {
        Matcher block = BLOCK.matcher(module);
        if (!block.matches()) {
            throw new IllegalArgumentException(module);
        }
        int layer = Integer.parseInt(block.group(3));
        String place =
                switch (block.group(1)) {
                    case "down_blocks" -> "input_blocks_" + (3 * Integer.parseInt(block.group(2)) + layer + 1);
                    case "up_blocks" -> "output_blocks_" + (3 * Integer.parseInt(block.group(2)) + layer);
                    default -> "middle_block";
                };
        return "lora_unet_" + place + "_1_" + block.group(4).replace('.', '_');
    }

    /** The shapes of what is trained, by module. */
    private static Map<String, long[]> layers(Spelling spelling) {
        Map<String, long[]> layers = new LinkedHashMap<>();
        base.network().moduleNames().stream()
                .filter(spelling::has)
                .forEach(module -> layers.put(module, base.network().weightShape(module)));
        return layers;
    }

    private static float[] random(String what, long... shape) {
        long size = 1;
        for (long axis : shape) {
            size *= axis;
        }
        float[] numbers = KeyedRandom.of(1, what, 0, "few steps").normal(Math.toIntExact(size));
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] *= 0.1f;
        }
        return numbers;
    }

    private static long[] down(long[] weight) {
        long[] shape = weight.clone();
        shape[0] = RANK;
        return shape;
    }

    private static long[] up(long[] weight) {
        return weight.length == 2 ? new long[] {weight[0], RANK} : new long[] {weight[0], RANK, 1, 1};
    }

    private Path lora(Spelling spelling) {
        List<Tensor> tensors = new ArrayList<>();
        layers(spelling).forEach((module, weight) -> {
            String name = spelling.name(module);
            tensors.add(Tensor.of(name + spelling.down, DType.F32, down(weight), random(module + "d", down(weight))));
            tensors.add(Tensor.of(name + spelling.up, DType.F32, up(weight), random(module + "u", up(weight))));
            spelling.alpha()
                    .ifPresent(alpha -> tensors.add(
                            Tensor.of(name + ".alpha", DType.F32, new long[0], new float[] {(float) alpha})));
        });
        Path file = folder.resolve("few-steps.safetensors");
        SafeTensors.write(file, tensors, Map.of());
        return file;
    }

    /** The golden model, to whose weights alpha / rank times up · down was added. */
    private Path merged(Spelling spelling) throws IOException {
        Path model = folder.resolve("merged");
        try (Stream<Path> all = Files.walk(Golden.ours("sdxl"))) {
            for (Path each : all.toList()) {
                Path to = model.resolve(Golden.ours("sdxl").relativize(each).toString());
                if (Files.isDirectory(each)) {
                    Files.createDirectories(to);
                } else if (!each.endsWith("single_file.safetensors") && !each.endsWith("expected.safetensors")) {
                    Files.copy(each, to);
                }
            }
        }
        Path weights = model.resolve("unet/diffusion_pytorch_model.safetensors");
        List<Tensor> tensors = new ArrayList<>();
        Map<String, long[]> layers = layers(spelling);
        try (SafeTensors plain =
                SafeTensors.open(Golden.ours("sdxl").resolve("unet/diffusion_pytorch_model.safetensors"))) {
            for (String name : plain.names()) {
                float[] numbers = plain.floats(name);
                String module = name.replaceFirst("\\.weight$", "");
                if (name.endsWith(".weight") && layers.containsKey(module)) {
                    add(numbers, module, layers.get(module), spelling.alpha / RANK);
                }
                tensors.add(Tensor.of(name, DType.F32, plain.entry(name).shape(), numbers));
            }
        }
        Files.delete(weights);
        SafeTensors.write(weights, tensors, Map.of());
        return model;
    }

    private static void add(float[] weight, String module, long[] shape, double scale) {
        float[] down = random(module + "d", down(shape));
        float[] up = random(module + "u", up(shape));
        int inner = down.length / RANK;
        for (int out = 0; out < shape[0]; out++) {
            for (int in = 0; in < inner; in++) {
                double sum = 0;
                for (int rank = 0; rank < RANK; rank++) {
                    sum += (double) up[out * RANK + rank] * down[rank * inner + in];
                }
                weight[out * inner + in] += (float) (scale * sum);
            }
        }
    }

    private static float[] out(Checkpoint model) {
        try (NDManager manager = base.compute().newManager();
                Scope scope = Scope.open();
                SafeTensors expected = SafeTensors.open(Golden.ours("sdxl/expected.safetensors"))) {
            NDArray pooled = Golden.array(manager, expected, "text2.pooled");
            Context told = new Context(
                    Golden.array(manager, expected, "unet.context"),
                    pooled,
                    Golden.array(manager, expected, "unet.time_ids"));
            NDArray out = model.network()
                    .forward(
                            Golden.array(manager, expected, "unet.sample"),
                            manager.create(new float[] {500, 500}),
                            told,
                            model.patches(Parts.DENOISER),
                            Tape.NONE);
            return scope.keep(out, manager).toFloatArray();
        }
    }

    @ParameterizedTest
    @EnumSource(Spelling.class)
    void everySpellingActsAsTheWeightsThatItWasAddedTo(Spelling spelling) throws IOException {
        Path file = lora(spelling);
        LoraSpec.of(file).checkFits(base.spec());
        Lora lora = LoraFile.read(file);
        assertThat(lora.layers(Parts.DENOISER)).hasSameSizeAs(layers(spelling));
        float[] plain = out(base);
        try (Checkpoint view = AdapterStack.apply(base, List.of(new Entry(lora, 1, 1)));
                Checkpoint merged = Checkpoint.load(merged(spelling), base.compute())) {
            float[] expected = out(merged);
            assertThat(Golden.error(plain, expected)).as("what it changes").isGreaterThan(0.05);
            assertThat(Golden.error(out(view), expected)).isLessThan(1e-4);
        }
    }

    /** One for Stable Diffusion 1.5 has layers that Stable Diffusion XL has not. */
    @Test
    void oneForAnotherFamilyIsRefusedByName() {
        String layer = "lora_unet_down_blocks_0_attentions_0_transformer_blocks_0_attn2_to_k";
        Path file = folder.resolve("lcm-sd15.safetensors");
        SafeTensors.write(
                file,
                List.of(
                        Tensor.of(layer + ".alpha", DType.F32, new long[0], new float[] {8}),
                        Tensor.of(layer + ".lora_down.weight", DType.F32, new long[] {2, 768}, new float[1536]),
                        Tensor.of(layer + ".lora_up.weight", DType.F32, new long[] {320, 2}, new float[640])),
                Map.of());
        assertThatThrownBy(() -> LoraSpec.of(file).checkFits(base.spec()))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("lcm-sd15")
                .hasMessageContaining("768 wide (Stable Diffusion 1.x)");
    }
}
