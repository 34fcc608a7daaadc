package graft.nodes.lora;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import graft.adapter.Lora;
import graft.adapter.LoraFile;
import graft.adapter.LoraSpec;
import graft.file.SafeTensors;
import graft.file.SafeTensors.DType;
import graft.model.Parts;
import graft.node.Cancelled;
import graft.node.Problem;
import graft.node.testing.KnownSpecs;
import graft.node.testing.RecordedRun;
import graft.tensor.Compute;
import graft.tensor.NativeArrays;
import java.nio.file.Path;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A LoRA that is made smaller is torch's nearest of that rank, and its ranks are those that kohya's resize_lora.py finds. */
class ResizeLoraTest {

    private static final Path REFERENCE = Path.of("src/test/resources/graft/nodes/lora/singular.safetensors");

    @TempDir
    private Path folder;

    @BeforeAll
    static void theEngineIsThere() {
        Compute.choose("cpu").newManager().close();
        Compute.prepareThread();
    }

    private static Lora trained() {
        return LoraFile.read(GoldenModel.path("training/lora_kohya.safetensors"));
    }

    private Lora resize(Lora lora, Consumer<ResizeLora> change) throws Exception {
        return resize(lora, change, new RecordedRun(folder));
    }

    private static Lora resize(Lora lora, Consumer<ResizeLora> change, RecordedRun run) throws Exception {
        ResizeLora node = new ResizeLora();
        node.lora = lora;
        change.accept(node);
        node.run(run);
        return node.resized;
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 5, 64})
    void aRankThatIsNotBelowItsOwnChangesNothing(int rank) throws Exception {
        Lora lora = trained();
        Lora same = resize(lora, node -> node.choice.rank = rank);
        assertThat(same.layers(Parts.DENOISER)).isEqualTo(lora.layers(Parts.DENOISER));
    }

    /** Rank 4 in matrices of rank 12: what is beyond the true rank says nothing. */
    @Test
    void aRankThatIsNotBelowTheTrueOneChangesWhatItDoesByRoundingAlone() throws Exception {
        Map<String, Lora.Part> layers = new java.util.LinkedHashMap<>();
        trained().layers(Parts.DENOISER).forEach((module, part) -> layers.put(module, padded((Lora.LowRank) part)));
        Lora padded = Lora.of("padded", Map.of(Parts.DENOISER, layers), Map.of());
        Lora small = resize(padded, node -> node.choice.rank = 4);

        assertThat(padded.rank()).isEqualTo(12);
        assertThat(small.rank()).isEqualTo(4);
        small.layers(Parts.DENOISER).forEach((module, part) -> assertThat(
                        GoldenModel.error(Products.of(part), Products.of(layers.get(module))))
                .isLessThan(1e-5));
    }

    private static Lora.Part padded(Lora.LowRank low) {
        int rank = low.rank();
        int out = Math.toIntExact(low.out());
        int in = low.down().numbers().length / rank;
        float[] up = new float[out * 3 * rank];
        float[] down = new float[3 * rank * in];
        for (int o = 0; o < out; o++) {
            for (int r = 0; r < 3 * rank; r++) {
                up[o * 3 * rank + r] = low.up().numbers()[o * rank + r % rank];
            }
        }
        for (int r = 0; r < 3 * rank; r++) {
            System.arraycopy(low.down().numbers(), r % rank * in, down, r * in, in);
        }
        return Lora.Part.lowRank(down, new long[] {3L * rank, in}, up, new long[] {out, 3L * rank}, low.alpha());
    }

    @Test
    void theNearestOfARankIsFoundAndActsAsStrongly() throws Exception {
        Lora small = resize(trained(), node -> node.choice.rank = 2);
        assertThat(small.layers(Parts.DENOISER))
                .hasSameSizeAs(trained().layers(Parts.DENOISER))
                .allSatisfy((module, part) -> {
                    assertThat(part.rank()).isEqualTo(2);
                    assertThat(part.scale()).isEqualTo(2.0);
                });
        try (SafeTensors reference = SafeTensors.open(REFERENCE)) {
            small.layers(Parts.DENOISER).forEach((module, part) -> assertThat(GoldenModel.error(
                            Products.of(part), reference.floats("resize.lora_unet_" + module.replace('.', '_'))))
                    .as(module)
                    .isLessThan(1e-4));
        }
    }

    @ParameterizedTest
    @CsvSource({"RATIO, 0, 2", "CUMULATIVE, 1, 0.8", "NORM, 2, 0.9"})
    void eachLayerGetsTheRankThatKohyaFinds(RankChoice.Rule rule, int column, double number) throws Exception {
        RecordedRun run = new RecordedRun(folder);
        Lora small = resize(
                trained(),
                node -> {
                    node.choice.rankBy = rule;
                    node.choice.share = Math.min(1, number);
                    node.choice.limit = number;
                },
                run);
        try (SafeTensors reference = SafeTensors.open(REFERENCE)) {
            small.layers(Parts.DENOISER).forEach((module, part) -> assertThat(part.rank())
                    .as(module)
                    .isEqualTo((int) reference.floats("ranks.lora_unet_" + module.replace('.', '_'))[column]));
        }
        assertThat(run.log).anyMatch(line -> line.matches(".*attn1.to_k: rank 4 to [123] keeps \\d\\d\\.\\d\\d %\\."));
    }

    @Test
    void aLimitKeepsWhatIsAboveIt() {
        RankChoice choice = new RankChoice();
        choice.rankBy = RankChoice.Rule.THRESHOLD;
        choice.limit = 0.5;
        float[] values = {4, 1, 0.6f, 0.5f, 0.1f};
        assertThat(choice.of(values, 17.62, 16)).isEqualTo(3);
        assertThat(choice.of(values, 17.62, 2)).isEqualTo(2);
        choice.limit = 10;
        assertThat(choice.of(values, 17.62, 16)).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"lycoris-locon", "lycoris-locon-tucker", "peft-conv", "lycoris-dora", "peft-lora-bias"})
    void convolutionsCoresDoraAndBiasesAreReadAndWritten(String name) throws Exception {
        Lora lora = LoraFile.read(GoldenModel.peer(name));
        Lora small = resize(lora, node -> node.choice.rank = 1);
        assertThat(lora.rank()).isGreaterThan(1);
        assertThat(small.rank()).isEqualTo(1);
        assertThat(small.kind()).isEqualTo(lora.kind());
        Path file = folder.resolve("small.safetensors");
        LoraFile.write(file, small, DType.F32, Map.of());
        assertThat(LoraFile.read(file).rank()).isEqualTo(1);
    }

    @Test
    void otherKindsAreRefused() {
        Lora loha = LoraFile.read(GoldenModel.peer("lycoris-loha"));
        assertThatThrownBy(() -> resize(loha, node -> node.choice.rank = 1))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("is of the kind LoHa")
                .hasMessageContaining("Convert LoRA");
    }

    @Test
    void itStopsBetweenTwoLayersAndLeavesNothing() throws Exception {
        resize(trained(), node -> node.choice.rank = 2);
        long arrays = NativeArrays.count();
        RecordedRun run = new RecordedRun(folder);
        run.stopAfter = 5;
        assertThatThrownBy(() -> resize(trained(), node -> node.choice.rank = 2, run))
                .isInstanceOf(Cancelled.class);
        assertThat(run.progress).hasSize(5);
        assertThat(NativeArrays.count()).isEqualTo(arrays);
    }

    @Test
    void whatItMakesIsKnownBefore() {
        LoraSpec spec = new LoraSpec("a", OptionalInt.of(768));
        KnownSpecs specs = new KnownSpecs().with("lora", spec);
        new ResizeLora().configure(specs);
        assertThat(specs.outputs).containsEntry("resized", spec);
    }

    @Test
    void aRatioThatNoneCouldHaveIsRefusedBefore() {
        ResizeLora node = new ResizeLora();
        node.choice.rankBy = RankChoice.Rule.RATIO;
        node.choice.limit = 0.5;
        assertThatThrownBy(() -> node.configure(new KnownSpecs()))
                .isInstanceOfSatisfying(
                        Problem.class, problem -> assertThat(problem.socket()).contains("limit"));
    }
}
