package graft.nodes.lora;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import graft.adapter.AdapterStack;
import graft.adapter.AdapterStack.Entry;
import graft.adapter.Lora;
import graft.adapter.LoraFile;
import graft.adapter.LoraSpec;
import graft.file.SafeTensors;
import graft.file.SafeTensors.DType;
import graft.model.Checkpoint;
import graft.model.Parts;
import graft.node.Cancelled;
import graft.node.Forecast;
import graft.node.Problem;
import graft.node.testing.KnownSpecs;
import graft.node.testing.RecordedRun;
import graft.tensor.NativeArrays;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What sets a model apart from another comes back as the LoRA that was put into it, or as torch's nearest one. */
class ExtractLoraTest {

    private static final Path REFERENCE = Path.of("src/test/resources/graft/nodes/lora/singular.safetensors");

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

    private Checkpoint with(Checkpoint model, Lora lora) throws Exception {
        MergeLora node = new MergeLora();
        node.model = model;
        node.lora = lora;
        node.run(new RecordedRun(folder));
        return node.merged;
    }

    private Lora extract(Checkpoint tuned, Consumer<ExtractLora> change, RecordedRun run) throws Exception {
        ExtractLora node = new ExtractLora();
        node.model = golden.model();
        node.tuned = tuned;
        node.choice.rank = 4;
        node.convRank = 4;
        change.accept(node);
        node.run(run);
        return node.lora;
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aLoraThatWasMergedComesBack(boolean exact) throws Exception {
        Lora given =
                AdapterStack.fitted(LoraFile.read(GoldenModel.path("training/lora_kohya.safetensors")), golden.model());
        RecordedRun run = new RecordedRun(folder);
        try (Checkpoint tuned = with(golden.model(), given)) {
            Lora found = extract(tuned, node -> node.exact = exact, run);

            assertThat(found.layers(Parts.DENOISER).keySet())
                    .containsExactlyInAnyOrderElementsOf(
                            given.layers(Parts.DENOISER).keySet());
            assertThat(found.rank()).isEqualTo(4);
            found.layers(Parts.DENOISER).forEach((module, part) -> assertThat(GoldenModel.error(
                            Products.of(part),
                            Products.of(given.layers(Parts.DENOISER).get(module))))
                    .as(module)
                    .isLessThan(1e-4));
            try (Checkpoint view = AdapterStack.apply(golden.model(), List.of(new Entry(found, 1, 1)))) {
                assertThat(GoldenModel.error(golden.output(view), golden.output(tuned)))
                        .isLessThan(1e-4);
            }
        }
        assertThat(run.log).last().asString().contains("the LoRA holds 100.00 %");
    }

    @Test
    void convolutionsAndTextEncodersComeBackWhereTheyAreAskedFor() throws Exception {
        Lora text = LoraFile.read(GoldenModel.peer("lycoris-text"));
        Lora kernels = LoraFile.read(GoldenModel.peer("peft-conv"));
        try (Checkpoint first = with(golden.model(), text);
                Checkpoint tuned = with(first, kernels)) {
            Lora all = extract(tuned, node -> node.choice.rank = 16, new RecordedRun(folder));
            Lora less = extract(
                    tuned,
                    node -> {
                        node.textEncoders = false;
                        node.convRank = 0;
                    },
                    new RecordedRun(folder));
            try (Checkpoint view = AdapterStack.apply(golden.model(), List.of(new Entry(all, 1, 1)))) {
                assertThat(GoldenModel.error(golden.output(view), golden.output(tuned)))
                        .isLessThan(1e-4);
            }
            assertThat(all.changesText()).isTrue();
            assertThat(all.layers(Parts.DENOISER).keySet()).anyMatch(module -> module.contains(".resnets."));
            assertThat(less.changesText()).isFalse();
            assertThat(less.layers(Parts.DENOISER).keySet()).noneMatch(module -> module.contains(".resnets."));
        }
    }

    /** torch 2.15's linalg.svd in float64, of the same differences, cut to rank 4. */
    @Test
    void ofAWholeDifferenceTheNearestLoraIsFound() throws Exception {
        try (SafeTensors reference = SafeTensors.open(REFERENCE);
                Checkpoint tuned = with(golden.model(), LoraFile.read(GoldenModel.peer("lycoris-full")))) {
            RecordedRun run = new RecordedRun(folder);
            Map<String, Lora.Part> found = extract(tuned, node -> {}, run).layers(Parts.DENOISER);
            int compared = 0;
            for (Map.Entry<String, Lora.Part> layer : found.entrySet()) {
                String name = "extract.lora_unet_" + layer.getKey().replace('.', '_');
                assertThat(GoldenModel.error(Products.of(layer.getValue()), reference.floats(name)))
                        .as(layer.getKey())
                        .isLessThan(1e-4);
                compared++;
            }
            assertThat(compared).isGreaterThan(20);
            assertThat(run.log)
                    .anyMatch(line -> line.matches(
                            "down_blocks\\.1\\.attentions\\.0\\.proj_in: rank 4 keeps \\d\\d\\.\\d\\d %\\."));
        }
    }

    @Test
    void aShareOfTheEnergyGivesEachLayerItsOwnRankAndIsKept() throws Exception {
        try (Checkpoint tuned = with(golden.model(), LoraFile.read(GoldenModel.peer("lycoris-full")))) {
            RecordedRun run = new RecordedRun(folder);
            Map<String, Lora.Part> found = extract(
                            tuned,
                            node -> {
                                node.choice.rank = 64;
                                node.convRank = 64;
                                node.choice.rankBy = RankChoice.Rule.NORM;
                                node.choice.share = Math.sqrt(0.9);
                            },
                            run)
                    .layers(Parts.DENOISER);

            assertThat(found.values().stream()
                            .mapToInt(Lora.Part::rank)
                            .distinct()
                            .count())
                    .isGreaterThan(1);
            List<Double> kept = run.log.stream()
                    .filter(line -> line.contains(": rank "))
                    .map(line -> Double.parseDouble(line.replaceAll(".* keeps ([0-9.]+) %\\.", "$1")))
                    .toList();
            assertThat(kept).hasSize(found.size()).allMatch(share -> share >= 90);
        }
    }

    @Test
    void largeNumbersAreCutWhereItIsAskedFor() throws Exception {
        try (Checkpoint tuned = with(golden.model(), LoraFile.read(GoldenModel.peer("lycoris-full")))) {
            Lora whole = extract(tuned, node -> {}, new RecordedRun(folder));
            Lora cut = extract(tuned, node -> node.clampQuantile = 0.9, new RecordedRun(folder));
            cut.layers(Parts.DENOISER).forEach((module, part) -> {
                float[] numbers = Products.numbers(part);
                float most = Products.most(numbers);
                long atTheLimit = Products.count(numbers, most);
                // 0.9 of all lie below the limit, and about as many are cut on the other side.
                assertThat(atTheLimit).as(module).isGreaterThanOrEqualTo(numbers.length / 10);
                assertThat(most)
                        .isLessThan(Products.most(
                                Products.numbers(whole.layers(Parts.DENOISER).get(module))));
            });
        }
    }

    @Test
    void itsFileIsReadBackAsWhatItWas() throws Exception {
        try (Checkpoint tuned = with(golden.model(), LoraFile.read(GoldenModel.peer("peft-conv")))) {
            Lora found = extract(tuned, node -> node.name = "mine", new RecordedRun(folder));
            Path file = folder.resolve("mine.safetensors");
            LoraFile.write(file, found, DType.F32, Map.of());
            try (Checkpoint view = AdapterStack.apply(golden.model(), List.of(new Entry(LoraFile.read(file), 1, 1)))) {
                assertThat(GoldenModel.error(golden.output(view), golden.output(tuned)))
                        .isLessThan(1e-4);
            }
            assertThat(found.name()).isEqualTo("mine");
            assertThat(found.metadata()).containsEntry("ss_sd_model_name", "sd15");
        }
    }

    @Test
    void ofXlBothTextEncodersAndTheNetworkComeBack() throws Exception {
        try (GoldenModel xl = GoldenModel.open("sdxl")) {
            Lora given = LoraFile.read(GoldenModel.path("sdxl-training/lora_peft.safetensors"));
            try (Checkpoint tuned = with(xl.model(), given)) {
                ExtractLora node = new ExtractLora();
                node.model = xl.model();
                node.tuned = tuned;
                node.run(new RecordedRun(folder));

                assertThat(node.lora.changed()).isEqualTo(given.changed());
                try (Checkpoint view = AdapterStack.apply(xl.model(), List.of(new Entry(node.lora, 1, 1)))) {
                    assertThat(GoldenModel.error(xl.output(view), xl.output(tuned)))
                            .isLessThan(1e-4);
                }
            }
        }
    }

    @Test
    void modelsThatAreAlikeOrDoNotFitAreRefused() {
        assertThatThrownBy(() -> extract(golden.model(), node -> {}, new RecordedRun(folder)))
                .isInstanceOf(Problem.class)
                .hasMessage("There is no LoRA to extract: the two models are alike; wire in a model and the one that it"
                        + " was made from.");
        try (GoldenModel other = GoldenModel.open("sd21")) {
            assertThatThrownBy(() -> extract(other.model(), node -> {}, new RecordedRun(folder)))
                    .isInstanceOf(Problem.class)
                    .hasMessageContaining("Cannot extract a LoRA from sd15 and sd21: \"");
            KnownSpecs specs = new KnownSpecs()
                    .with("model", golden.model().spec())
                    .with("tuned", other.model().spec());
            assertThatThrownBy(() -> new ExtractLora().configure(specs))
                    .isInstanceOf(Problem.class)
                    .hasMessageContaining("one is of the family sd1 and the other of sd2");
        }
    }

    @Test
    void itStopsBetweenTwoLayersAndLeavesNothing() throws Exception {
        try (Checkpoint tuned = with(golden.model(), LoraFile.read(GoldenModel.peer("peft-lora")))) {
            extract(tuned, node -> {}, new RecordedRun(folder));
            long arrays = NativeArrays.count();
            extract(tuned, node -> {}, new RecordedRun(folder));
            assertThat(NativeArrays.count()).isEqualTo(arrays);
            RecordedRun run = new RecordedRun(folder);
            run.stopAfter = 5;
            assertThatThrownBy(() -> extract(tuned, node -> {}, run)).isInstanceOf(Cancelled.class);
            assertThat(run.progress).hasSize(5);
            assertThat(NativeArrays.count()).isEqualTo(arrays);
        }
    }

    @Test
    void whatItMakesAndTakesIsKnownBefore() {
        KnownSpecs specs = new KnownSpecs()
                .with("model", golden.model().spec())
                .with("tuned", golden.model().spec());
        ExtractLora node = new ExtractLora();
        node.name = "mine";
        node.configure(specs);
        assertThat(specs.outputs)
                .containsEntry(
                        "lora",
                        new LoraSpec(
                                "mine", OptionalInt.of(golden.model().spec().contextWidth())));
        Forecast quick = specs.forecasts.get(0).on("cpu", true);
        assertThat(quick.seconds()).isPositive();
        assertThat(quick.fileBytes()).isPositive();
        assertThat(specs.forecasts.get(0).on("cpu", false).timed()).isFalse();
    }
}
