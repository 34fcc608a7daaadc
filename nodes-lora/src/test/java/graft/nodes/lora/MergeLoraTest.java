package graft.nodes.lora;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import graft.adapter.AdapterStack;
import graft.adapter.AdapterStack.Entry;
import graft.adapter.Lora;
import graft.adapter.LoraFile;
import graft.adapter.LoraSpec;
import graft.file.SafeTensors.DType;
import graft.model.Checkpoint;
import graft.model.PatchSchedule;
import graft.model.sd.CheckpointFile;
import graft.node.Cancelled;
import graft.node.Problem;
import graft.node.testing.KnownSpecs;
import graft.node.testing.RecordedRun;
import graft.tensor.Compute;
import graft.tensor.NativeArrays;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A merged model computes what the model with LoRAs over it does, and is a model like others. */
class MergeLoraTest {

    /** Of the output's deviation: the sums are rounded at other places. */
    private static final double ROUNDING = 2e-5;

    @TempDir
    private Path folder;

    private static GoldenModel golden;

    @BeforeAll
    static void load() {
        golden = GoldenModel.open("sd15");
    }

    @AfterAll
    static void close() {
        golden.close();
    }

    private static MergeLora node(Checkpoint model, Lora lora) {
        MergeLora node = new MergeLora();
        node.model = model;
        node.lora = lora;
        return node;
    }

    static Stream<String> peers() {
        return GoldenModel.peers();
    }

    @ParameterizedTest
    @MethodSource("peers")
    void everyKindIsMergedAsItActs(String name) throws Exception {
        Lora lora = LoraFile.read(GoldenModel.peer(name));
        MergeLora node = node(golden.model(), lora);
        node.unetStrength = 0.7;
        node.textStrength = 0.4;
        node.run(new RecordedRun(folder));
        try (Checkpoint merged = node.merged;
                Checkpoint view = AdapterStack.apply(golden.model(), List.of(new Entry(lora, 0.7, 0.4)))) {
            float[] wanted = golden.output(view);

            assertThat(GoldenModel.error(golden.output(golden.model()), wanted)).isGreaterThan(0.02);
            assertThat(GoldenModel.error(golden.output(merged), wanted)).isLessThan(ROUNDING);
            assertThat(merged.isPatched()).isFalse();
        }
    }

    @Test
    void severalOverOneModelAndBothTextEncodersOfXlAreMerged() throws Exception {
        try (GoldenModel xl = GoldenModel.open("sdxl")) {
            Lora lora = LoraFile.read(GoldenModel.path("sdxl-training/lora_peft.safetensors"));
            assertThat(lora.changed()).contains("denoiser");
            try (Checkpoint one = AdapterStack.apply(xl.model(), List.of(new Entry(lora, 0.5, 0.5)));
                    Checkpoint two = AdapterStack.apply(one, List.of(new Entry(lora, -1.5, 1)))) {
                float[] wanted = xl.output(two);
                MergeLora node = node(one, lora);
                node.unetStrength = -1.5;
                node.run(new RecordedRun(folder));
                try (Checkpoint merged = node.merged) {
                    assertThat(GoldenModel.error(xl.output(xl.model()), wanted)).isGreaterThan(1e-3);
                    assertThat(GoldenModel.error(xl.output(merged), wanted)).isLessThan(ROUNDING);
                    assertThat(merged.isPatched()).isFalse();
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"sd15", "sd15/single_file.safetensors"})
    void whatIsWrittenOfItComputesTheSame(String from) throws Exception {
        boolean single = from.endsWith(".safetensors");
        if (single) {
            configs();
        }
        Path file = folder.resolve(single ? "merged.safetensors" : "merged");
        try (Checkpoint model = Checkpoint.load(GoldenModel.path(from), Compute.choose("cpu"))) {
            MergeLora node = node(model, LoraFile.read(GoldenModel.peer("lycoris-text")));
            node.run(new RecordedRun(folder));
            try (Checkpoint merged = node.merged) {
                if (single) {
                    CheckpointFile.writeSingle(file, merged, DType.F32);
                } else {
                    CheckpointFile.writeFolder(file, merged, DType.F32);
                }
                try (Checkpoint back = Checkpoint.load(file, Compute.choose("cpu"))) {
                    assertThat(golden.output(back)).containsExactly(golden.output(merged));
                }
            }
        }
    }

    /** A single file of no usual size is read with the configs beside it. */
    private void configs() throws IOException {
        Path from = GoldenModel.path("sd15");
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file :
                    files.filter(each -> each.toString().endsWith(".json")).toList()) {
                Path to = folder.resolve(from.relativize(file).toString());
                Files.createDirectories(to.getParent());
                Files.copy(file, to);
            }
        }
    }

    @Test
    void theModelStaysAsItWasAndNothingIsLeft() throws Exception {
        float[] before = golden.output(golden.model());
        Lora lora = LoraFile.read(GoldenModel.peer("lycoris-text"));
        for (int i = 0; i < 2; i++) {
            MergeLora warm = node(golden.model(), lora);
            warm.run(new RecordedRun(folder));
            warm.merged.close();
            golden.output(golden.model());
        }
        long arrays = NativeArrays.count();
        MergeLora node = node(golden.model(), lora);
        node.run(new RecordedRun(folder));
        node.merged.close();

        assertThat(golden.output(golden.model())).containsExactly(before);
        assertThat(NativeArrays.count()).isEqualTo(arrays);
    }

    @Test
    void itStopsBetweenTwoWeightsAndLeavesNothing() throws Exception {
        Lora lora = LoraFile.read(GoldenModel.path("training/lora_kohya.safetensors"));
        node(golden.model(), lora).run(new RecordedRun(folder));
        golden.output(golden.model());
        long arrays = NativeArrays.count();
        RecordedRun run = new RecordedRun(folder);
        run.stopAfter = 3;

        assertThatThrownBy(() -> node(golden.model(), lora).run(run)).isInstanceOf(Cancelled.class);
        assertThat(run.progress).containsExactly(1L, 2L, 3L);
        golden.output(golden.model());
        assertThat(NativeArrays.count()).isLessThanOrEqualTo(arrays);
    }

    @Test
    void whatActsAtSomeStepsOnlyIsRefused() {
        Lora lora = LoraFile.read(GoldenModel.peer("peft-lora"));
        try (Checkpoint view =
                AdapterStack.apply(golden.model(), List.of(new Entry(lora, 1, 1, new PatchSchedule(0, 0.5, 0))))) {
            assertThatThrownBy(() -> node(view, null).run(new RecordedRun(folder)))
                    .isInstanceOf(Problem.class)
                    .hasMessage("Cannot compute the LoRAs over sd15 into its weights: one of them acts at some of the"
                            + " steps only, and weights are the same at all of them; let it act from 0 to 1 of the"
                            + " steps, or take it out.");
        }
    }

    @Test
    void aModelWithNothingOverItGoesThrough() throws Exception {
        RecordedRun run = new RecordedRun(folder);
        MergeLora node = node(golden.model(), null);
        node.run(run);
        try (Checkpoint merged = node.merged) {
            assertThat(golden.output(merged)).containsExactly(golden.output(golden.model()));
        }
        assertThat(run.warnings).singleElement().asString().contains("nothing to merge");
    }

    @Test
    void whatItMakesIsKnownBefore() {
        KnownSpecs specs = new KnownSpecs().with("model", golden.model().spec());
        new MergeLora().configure(specs);
        assertThat(specs.outputs).containsEntry("merged", golden.model().spec());
        assertThat(specs.forecasts.get(0).on("cpu", false).peakBytes()).isPositive();

        KnownSpecs wrong = new KnownSpecs()
                .with("model", golden.model().spec())
                .with("lora", new LoraSpec("xl", OptionalInt.of(2048)));
        assertThatThrownBy(() -> new MergeLora().configure(wrong))
                .isInstanceOfSatisfying(
                        Problem.class, problem -> assertThat(problem.socket()).contains("lora"));
    }
}
