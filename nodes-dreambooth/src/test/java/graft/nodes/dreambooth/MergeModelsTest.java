package graft.nodes.dreambooth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import graft.adapter.AdapterStack;
import graft.adapter.AdapterStack.Entry;
import graft.adapter.LoraFile;
import graft.file.SafeTensors;
import graft.file.SafeTensors.DType;
import graft.file.SafeTensors.Tensor;
import graft.model.Checkpoint;
import graft.model.ModelMerge;
import graft.model.Parts;
import graft.model.sd.CheckpointFile;
import graft.node.Cancelled;
import graft.node.Problem;
import graft.node.testing.KnownSpecs;
import graft.node.testing.RecordedRun;
import graft.tensor.Compute;
import graft.tensor.KeyedRandom;
import graft.tensor.NativeArrays;
import graft.tensor.Operators;
import graft.tensor.Scope;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is written of a merged model holds, number by number, what the formula gives of the files that it was made of. */
class MergeModelsTest {

    private static final Path RESOURCES = Path.of("../node-api/src/test/resources");
    private static final String UNET = "unet/diffusion_pytorch_model.safetensors";
    private static final String TEXT = "text_encoder/model.safetensors";
    private static final String VAE = "vae/diffusion_pytorch_model.safetensors";

    @TempDir
    private static Path models;

    @TempDir
    private Path folder;

    private static Checkpoint first;
    private static Checkpoint second;
    private static Checkpoint third;

    private static Path golden(String name) {
        return RESOURCES.resolve("golden").resolve(name);
    }

    private static Checkpoint open(Path path) {
        return Checkpoint.load(path, Compute.choose("cpu"));
    }

    @BeforeAll
    static void theModelsAreThere() throws Exception {
        first = open(golden("sd15"));
        Compute.prepareThread();
        Path other = changed(golden("sd15"), "second", 1);
        vaeOf(other, 0.5f);
        second = open(other);
        third = open(changed(golden("sd15"), "third", 2));
    }

    @AfterAll
    static void theModelsAreFreed() {
        List.of(first, second, third).forEach(Checkpoint::close);
    }

    /** A folder of a model whose UNet and text encoders differ in every weight. */
    private static Path changed(Path from, String name, long seed) throws Exception {
        Path to = models.resolve(name);
        try (Checkpoint model = open(from)) {
            List<String> parts = new ArrayList<>(List.of(Parts.DENOISER));
            parts.addAll(model.texts());
            try (ModelMerge merge = new ModelMerge(model, parts);
                    NDManager manager = model.compute().newManager()) {
                merge.blend((part, key, weight) -> {
                    float[] noise = KeyedRandom.of(seed, part, 0, key).normal(Math.toIntExact(weight.size()));
                    try (NDArray more = manager.create(noise, weight.getShape());
                            NDArray scaled = Operators.scaled(more, 0.02)) {
                        Operators.addTo(List.of(weight), List.of(scaled));
                    }
                });
                try (Checkpoint made = merge.done(Optional.empty())) {
                    CheckpointFile.writeFolder(to, made, DType.F32);
                }
            }
        }
        return to;
    }

    private static void vaeOf(Path model, float factor) throws Exception {
        Path file = model.resolve(VAE);
        List<Tensor> tensors = new ArrayList<>();
        try (SafeTensors vae = SafeTensors.open(file)) {
            for (String name : vae.names()) {
                float[] numbers = vae.floats(name);
                for (int i = 0; i < numbers.length; i++) {
                    numbers[i] *= factor;
                }
                tensors.add(Tensor.of(name, DType.F32, vae.entry(name).shape(), numbers));
            }
        }
        Files.delete(file);
        SafeTensors.write(file, tensors, Map.of());
    }

    private MergeModels merge(Consumer<MergeModels> change, RecordedRun run) throws Exception {
        MergeModels node = new MergeModels();
        node.model = first;
        node.other = second;
        change.accept(node);
        node.run(run);
        return node;
    }

    /** The folder that is written of the merged model. */
    private Path written(Consumer<MergeModels> change) throws Exception {
        Path to = folder.resolve("merged");
        try (Checkpoint merged = merge(change, new RecordedRun(folder)).merged) {
            CheckpointFile.writeFolder(to, merged, DType.F32);
        }
        return to;
    }

    /** a·A + b·B + c·C */
    private record Sum(double a, double b, double c) {}

    private static void check(Path merged, String file, java.util.function.Function<String, Sum> wanted) {
        try (SafeTensors found = SafeTensors.open(merged.resolve(file));
                SafeTensors a = SafeTensors.open(first.spec().files().resolve(file));
                SafeTensors b = SafeTensors.open(second.spec().files().resolve(file));
                SafeTensors c = SafeTensors.open(third.spec().files().resolve(file))) {
            assertThat(found.names()).isNotEmpty();
            for (String name : found.names()) {
                Sum sum = wanted.apply(name);
                float[] is = found.floats(name);
                float[] inA = a.floats(name);
                float[] inB = b.floats(name);
                float[] inC = c.floats(name);
                for (int i = 0; i < is.length; i++) {
                    double should = sum.a() * inA[i] + sum.b() * inB[i] + sum.c() * inC[i];
                    assertThat(Math.abs(is[i] - should)).as(name).isLessThan(1e-6 * (1 + Math.abs(should)));
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 0.3, 1, -0.5, 1.5})
    void theWeightedSumIsThatOfEveryWeight(double share) throws Exception {
        Path merged = written(node -> node.share = share);
        check(merged, UNET, name -> new Sum(1 - share, share, 0));
        check(merged, TEXT, name -> new Sum(1 - share, share, 0));
        check(merged, VAE, name -> new Sum(1, 0, 0));
    }

    @Test
    void theDifferenceOfTwoIsAddedToAThird() throws Exception {
        Path merged = written(node -> {
            node.base = third;
            node.method = MergeModels.Method.ADD_DIFFERENCE;
            node.share = 0.8;
        });
        check(merged, UNET, name -> new Sum(1, 0.8, -0.8));
        check(merged, TEXT, name -> new Sum(1, 0.8, -0.8));
    }

    @Test
    void blocksHaveSharesOfTheirOwn() throws Exception {
        Path merged = written(node -> {
            node.share = 0.1;
            node.blockShares = "down_blocks.1=0.3, mid=0.5, up=1, up_blocks.1.attentions.0=.25, text=0.75";
        });
        ToDoubleFunction<String> shares = name -> {
            if (name.startsWith("up_blocks.1.attentions.0.")) {
                return 0.25;
            } else if (name.startsWith("up_blocks.")) {
                return 1;
            } else if (name.startsWith("mid_block.")) {
                return 0.5;
            }
            return name.startsWith("down_blocks.1.") ? 0.3 : 0.1;
        };
        check(merged, UNET, name -> new Sum(1 - shares.applyAsDouble(name), shares.applyAsDouble(name), 0));
        check(merged, TEXT, name -> new Sum(0.25, 0.75, 0));
    }

    @ParameterizedTest
    @CsvSource({"MERGED, 0.7, 0.3", "OF_MODEL, 1, 0", "OF_OTHER, 0, 1"})
    void textEncodersAreMixedOrOfOneModel(MergeModels.TextEncoders choice, double a, double b) throws Exception {
        Path merged = written(node -> {
            node.share = 0.3;
            node.textEncoders = choice;
        });
        check(merged, TEXT, name -> new Sum(a, b, 0));
        check(merged, UNET, name -> new Sum(0.7, 0.3, 0));
    }

    @Test
    void anotherModelsTextEncoderTakesNoDifference() throws Exception {
        Path merged = written(node -> {
            node.base = third;
            node.method = MergeModels.Method.ADD_DIFFERENCE;
            node.share = 1;
            node.textEncoders = MergeModels.TextEncoders.OF_OTHER;
        });
        check(merged, TEXT, name -> new Sum(0, 1, 0));
    }

    @Test
    void theVaeIsThatOfTheModelThatIsChosen() throws Exception {
        Consumer<MergeModels> ofOther = node -> node.vae = MergeModels.Autoencoder.OF_OTHER;
        check(written(ofOther), VAE, name -> new Sum(0, 1, 0));
        Path file = folder.resolve("single.safetensors");
        try (Checkpoint merged = merge(
                        node -> {
                            ofOther.accept(node);
                            node.model = singleFile();
                        },
                        new RecordedRun(folder))
                .merged) {
            assertThat(decoded(merged)).containsExactly(decoded(second)).isNotEqualTo(decoded(first));
            assertThat(merged.hash()).isNotEqualTo(first.hash());
            CheckpointFile.writeSingle(file, merged, DType.F32);
            String key = "decoder.conv_in.weight";
            try (SafeTensors found = SafeTensors.open(file);
                    SafeTensors wanted = SafeTensors.open(second.spec().files().resolve(VAE))) {
                assertThat(found.floats("first_stage_model." + key)).containsExactly(wanted.floats(key));
            }
        } finally {
            single.close();
        }
    }

    private Checkpoint single;

    private Checkpoint singleFile() {
        single = open(golden("sd15/single_file.safetensors"));
        return single;
    }

    private static float[] decoded(Checkpoint model) {
        try (NDManager manager = model.compute().newManager();
                Scope scope = Scope.open()) {
            return scope.keep(model.vae().decode(manager.ones(new Shape(1, 4, 4, 4))), manager)
                    .toFloatArray();
        }
    }

    /** Each with what lies over it, as a model by itself. */
    @Test
    void loRAsOverTheModelsAreMergedToo() throws Exception {
        Path file = RESOURCES.resolve("graft/adapter/peers/lycoris-full.safetensors");
        String weight = "down_blocks.1.attentions.0.proj_in.weight";
        try (Checkpoint view = AdapterStack.apply(first, List.of(new Entry(LoraFile.read(file), 1, 1)));
                SafeTensors lora = SafeTensors.open(file);
                SafeTensors a = SafeTensors.open(golden("sd15").resolve(UNET));
                SafeTensors b = SafeTensors.open(second.spec().files().resolve(UNET))) {
            Path merged = written(node -> {
                node.model = view;
                node.share = 0.5;
            });
            float[] delta = lora.floats("lora_unet_down_blocks_1_attentions_0_proj_in.diff");
            try (SafeTensors found = SafeTensors.open(merged.resolve(UNET))) {
                for (int i = 0; i < delta.length; i++) {
                    assertThat((double) found.floats(weight)[i])
                            .isCloseTo(
                                    0.5 * (a.floats(weight)[i] + delta[i]) + 0.5 * b.floats(weight)[i],
                                    org.assertj.core.api.Assertions.within(1e-6));
                }
            }
        }
    }

    @Test
    void ofXlBothTextEncodersAreMixed() throws Exception {
        try (Checkpoint one = open(golden("sdxl"));
                Checkpoint two = open(changed(golden("sdxl"), "xl", 3))) {
            MergeModels node = merge(
                    each -> {
                        each.model = one;
                        each.other = two;
                        each.share = 1;
                    },
                    new RecordedRun(folder));
            try (Checkpoint merged = node.merged) {
                for (String part : List.of(Parts.TEXT, Parts.TEXT_2, Parts.DENOISER)) {
                    var weights = merged.layered(part).weights();
                    for (String key : weights.names()) {
                        assertThat(weights.get(key).toFloatArray())
                                .as(part + " " + key)
                                .containsExactly(
                                        two.layered(part).weights().get(key).toFloatArray());
                    }
                }
            }
        }
    }

    @Test
    void modelsThatDoNotFitAreRefusedBeforeAndInTheRun() {
        try (Checkpoint other = open(golden("sd21"))) {
            assertThatThrownBy(() -> merge(node -> node.other = other, new RecordedRun(folder)))
                    .isInstanceOf(Problem.class)
                    .hasMessageStartingWith("Cannot merge sd15 and sd21: \"")
                    .hasMessageEndingWith("choose models of one family and shape.");
            KnownSpecs specs = new KnownSpecs().with("model", first.spec()).with("other", other.spec());
            assertThatThrownBy(() -> new MergeModels().configure(specs))
                    .isInstanceOfSatisfying(Problem.class, problem -> assertThat(problem.socket())
                            .contains("other"))
                    .hasMessageContaining("one is of the family sd1");
        }
        try (Checkpoint xl = open(golden("sdxl"))) {
            assertThatThrownBy(() -> merge(node -> node.model = xl, new RecordedRun(folder)))
                    .isInstanceOf(Problem.class)
                    .hasMessageContaining("Cannot merge sdxl and second");
        }
    }

    @Test
    void whatIsMissingOrUnknownIsToldBefore() {
        KnownSpecs specs = new KnownSpecs().with("model", first.spec()).with("other", second.spec());
        MergeModels difference = new MergeModels();
        difference.method = MergeModels.Method.ADD_DIFFERENCE;
        assertThatThrownBy(() -> difference.configure(specs))
                .isInstanceOfSatisfying(
                        Problem.class, problem -> assertThat(problem.socket()).contains("base"));
        for (String blocks : List.of("down_blocks.1", "down_blocks.77=1", "mid=1e3")) {
            MergeModels node = new MergeModels();
            node.blockShares = blocks;
            assertThatThrownBy(() -> node.configure(specs))
                    .isInstanceOfSatisfying(Problem.class, problem -> assertThat(problem.socket())
                            .contains("blockShares"));
        }
        MergeModels node = new MergeModels();
        node.blockShares = "mid=0.2";
        node.configure(specs);
        assertThat(specs.outputs).containsEntry("merged", first.spec());
        assertThat(specs.forecasts.get(0).on("cpu", false).peakBytes()).isPositive();
    }

    @Test
    void itStopsBetweenTwoWeightsAndNothingIsLeft() throws Exception {
        merge(node -> {}, new RecordedRun(folder)).merged.close();
        long arrays = NativeArrays.count();
        merge(node -> {}, new RecordedRun(folder)).merged.close();
        assertThat(NativeArrays.count()).isEqualTo(arrays);
        RecordedRun run = new RecordedRun(folder);
        run.stopAfter = 4;
        assertThatThrownBy(() -> merge(node -> {}, run)).isInstanceOf(Cancelled.class);
        assertThat(run.progress).containsExactly(1L, 2L, 3L, 4L);
        assertThat(NativeArrays.count()).isEqualTo(arrays);
    }
}
