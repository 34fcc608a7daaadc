package graft.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import graft.Golden;
import graft.file.SafeTensors;
import graft.model.AddedTokens;
import graft.model.Checkpoint;
import graft.model.Layered;
import graft.model.Learns;
import graft.model.ModelShape;
import graft.model.WeightStorage;
import graft.node.Forecast;
import graft.tensor.Compute;
import graft.tensor.Precision;
import graft.train.data.DatasetSpec;
import graft.train.optimizer.AdamW;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TrainingForecastTest {

    @TempDir
    private Path folder;

    private static final LoraSettings LORA = LoraSettings.plain(4, 4, LoraSettings.Targets.ATTENTION);

    private static TrainingForecast.Method lora(ModelShape shape) {
        return new TrainingForecast.Method(Learns.LOW_RANK, LORA.numbers(shape), false, 0, "lora", (model, memory) -> {
            LoraWeights weights = LoraWeights.fresh(model, LORA, 0, "forecast", memory);
            return Learner.of(weights.leaves(), 1, weights.over(model), false);
        });
    }

    private static TrainingForecast forecast(int batch, int steps, boolean checkpointing) {
        return forecast(batch, steps, checkpointing, Precision.FP32);
    }

    private static TrainingForecast forecast(int batch, int steps, boolean checkpointing, Precision precision) {
        return new TrainingForecast(
                Golden.ours("sd15"),
                WeightStorage.AUTO,
                TrainingForecastTest::lora,
                new TrainingForecast.Work(
                        5, 64, 64, batch, steps, 1, AdamW.Settings.DEFAULT, false, checkpointing, precision, false),
                Optional.empty());
    }

    @ParameterizedTest
    @ValueSource(strings = {"sd15", "sdxl"})
    void countsTheWeightsThatAreLoaded(String name) {
        Compute compute = Compute.choose("cpu");
        Compute.prepareThread();
        ModelShape shape = ModelShape.read(Golden.ours(name));
        try (Checkpoint model = Checkpoint.load(Golden.ours(name), compute)) {
            assertThat(shape.network().numbers()).isEqualTo(numbers(model.network()));
            assertThat(shape.text().numbers())
                    .isEqualTo(model.texts().stream()
                            .mapToLong(part -> numbers(model.encoder(part)))
                            .sum());
        }
    }

    @Test
    void releasedGradientsTakeTheLargestBlocksMemoryInPlaceOfAll() {
        long[] peaks = new long[2];
        long[] numbers = new long[1];
        for (int i = 0; i < 2; i++) {
            TrainingForecast.Work work = new TrainingForecast.Work(
                    5, 64, 64, 1, 10, 1, AdamW.Settings.DEFAULT, false, true, Precision.FP32, i == 1);
            peaks[i] = new TrainingForecast(
                            Golden.ours("sd15"),
                            WeightStorage.AUTO,
                            shape -> {
                                numbers[0] = shape.network().numbers();
                                return new TrainingForecast.Method(
                                        Learns.ALL, numbers[0], false, 0, "all", (model, memory) -> null);
                            },
                            work,
                            Optional.empty())
                    .on("cpu", false)
                    .peakBytes();
        }
        assertThat(peaks[0] - peaks[1]).isBetween(2 * numbers[0], 4 * numbers[0] * 21 / 20);
    }

    private static long numbers(Layered part) {
        return part.weights().arrays().stream().mapToLong(NDArray::size).sum();
    }

    @ParameterizedTest
    @CsvSource({
        "LORA, sd15",
        "DORA, sd15",
        "LOHA, sd15",
        "LOKR, sd15",
        "LORA, sdxl",
        "DORA, sdxl",
        "LOHA, sdxl",
        "LOKR, sdxl"
    })
    void countsTheNumbersThatAnAdapterLearns(LoraSettings.Kind kind, String name) {
        Compute compute = Compute.choose("cpu");
        Compute.prepareThread();
        LoraSettings settings = new LoraSettings(
                kind,
                new LoraSettings.Rank(2, 2),
                new LoraSettings.Rank(3, 3),
                false,
                LoraSettings.Targets.ALL_LINEAR,
                BlockRanks.NONE,
                true,
                -1,
                0);
        ModelShape shape = ModelShape.read(Golden.ours(name));
        try (Checkpoint model = Checkpoint.load(Golden.ours(name), compute);
                var memory = compute.newManager()) {
            LoraWeights weights = LoraWeights.fresh(model, settings, 0, "node", memory);
            assertThat(settings.numbers(shape))
                    .isEqualTo(
                            weights.leaves().stream().mapToLong(NDArray::size).sum());
        }
    }

    @Test
    void aModelOfTwoTextEncodersIsTimedAsItWillLearn() {
        TrainingForecast.Method word = new TrainingForecast.Method(
                Learns.NOTHING, 2, true, 0, "word " + System.nanoTime(), (model, memory) -> {
                    Map<String, NDArray> rows = new LinkedHashMap<>();
                    model.texts()
                            .forEach(part -> rows.put(
                                    part,
                                    memory.zeros(
                                            new Shape(1, model.encoder(part).width()))));
                    AddedTokens added = AddedTokens.of(List.of(new AddedTokens.Word("<word>", 1)), rows);
                    return Learner.of(List.copyOf(rows.values()), 1, model.with(Map.of(), added, List.of()), true);
                });
        TrainingForecast.Work work = new TrainingForecast.Work(
                5, 64, 64, 2, 10, 1, AdamW.Settings.DEFAULT, false, true, Precision.FP32, false);
        Forecast forecast = new TrainingForecast(
                        Golden.ours("sdxl"), WeightStorage.AUTO, shape -> word, work, Optional.empty())
                .on("cpu", true);
        assertThat(forecast.seconds()).isPositive().isLessThan(600);
        assertThat(forecast.peakBytes()).isPositive();
    }

    @Test
    void checkpointingAndSmallerBatchesTakeLessMemory() {
        long plain = forecast(4, 10, false).on("cpu", false).peakBytes();
        assertThat(forecast(1, 10, false).on("cpu", false).peakBytes()).isLessThan(plain);
        assertThat(forecast(4, 10, true).on("cpu", false).peakBytes()).isLessThan(plain);
    }

    @Test
    void halfPrecisionTakesLessMemory() {
        long whole = forecast(16, 10, false).on("cpu", false).peakBytes();
        assertThat(forecast(16, 10, false, Precision.FP16).on("cpu", false).peakBytes())
                .isLessThan(whole * 3 / 4);
    }

    /** A network of 16 bits lies in memory as in its file; its record holds each weight wider, of one block at a time under checkpointing. */
    @Test
    void weightsThatStayAsInTheirFileTakeLessWhereBlocksAreComputedTwice() throws IOException {
        Path model = halved("sd15");
        ModelShape shape = ModelShape.read(model);
        long wide = peak(model, WeightStorage.FP32, true);
        long narrow = peak(model, WeightStorage.AS_IN_FILE, true);
        assertThat(shape.network().isNarrow()).isTrue();
        assertThat(wide - narrow).isGreaterThan(shape.network().numbers());
        assertThat(narrow - peak(model, WeightStorage.INT8, true))
                .isGreaterThan(shape.network().numbers() * 9 / 10);
        assertThat(peak(model, WeightStorage.AS_IN_FILE, false))
                .isGreaterThan(
                        peak(model, WeightStorage.FP32, false) + shape.network().numbers());
    }

    private static long peak(Path model, WeightStorage storage, boolean checkpointing) {
        TrainingForecast.Work work = new TrainingForecast.Work(
                1, 32, 32, 1, 10, 1, AdamW.Settings.DEFAULT, false, checkpointing, Precision.FP32, false);
        return new TrainingForecast(model, storage, TrainingForecastTest::lora, work, Optional.empty())
                .on("cpu", false)
                .peakBytes();
    }

    /** The model of the reference vectors with weights of 16 bits. */
    private Path halved(String model) throws IOException {
        Path from = Golden.ours(model);
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path to = folder.resolve(from.relativize(file));
                Files.createDirectories(to.getParent());
                if (file.toString().endsWith(".safetensors")
                        && file.getParent().getParent().equals(from)) {
                    try (SafeTensors read = SafeTensors.open(file)) {
                        SafeTensors.write(
                                to,
                                read.names().stream()
                                        .map(name -> SafeTensors.Tensor.of(
                                                name,
                                                SafeTensors.DType.F16,
                                                read.entry(name).shape(),
                                                read.floats(name)))
                                        .toList(),
                                Map.of());
                    }
                } else {
                    Files.copy(file, to);
                }
            }
        }
        return folder;
    }

    /** A look takes 1000 seconds a picture that is learnt from, and asks the network for a hundred predictions. */
    private static final Judge.Outlook HUNDRED = new Judge.Outlook() {
        @Override
        public int every() {
            return 50;
        }

        @Override
        public long predictions(int steps) {
            return 100L * looks(steps);
        }

        @Override
        public double seconds(
                DrawingForecast.Model model, DatasetSpec images, int steps, String device, boolean measure) {
            return 1000.0 * looks(steps) * images.count();
        }

        @Override
        public Judge.Held held(ModelShape shape, DatasetSpec images) {
            return new Judge.Held(1L << 30, 1L << 31);
        }
    };

    @Test
    void aJudgesLooksCountInTimeAndMemory() {
        TrainingForecast.Work work = new TrainingForecast.Work(
                5, 64, 64, 1, 600, 1, AdamW.Settings.DEFAULT, false, false, Precision.FP32, false);
        Forecast alone = of(work, Optional.empty());
        Forecast judged =
                of(work, Optional.of(new TrainingForecast.Looks("judge", HUNDRED, new DatasetSpec(5, 64, 64))));

        assertThat(alone.parts()).isEmpty();
        assertThat(judged.parts()).singleElement().satisfies(part -> {
            assertThat(part.input()).isEqualTo("judge");
            double looking = part.share() * judged.seconds();
            assertThat(looking).isBetween(13 * 5 * 1000.0, 13 * 5 * 1000.0 + 60);
            assertThat(judged.seconds()).isCloseTo(alone.seconds() + looking, within(1e-6));
        });
        assertThat(judged.peakBytes()).isGreaterThan(1L << 31).isLessThan((1L << 31) + alone.peakBytes() + (1L << 28));
    }

    /** Forth and back through the network is as far as three times forth, of 600 steps; of 13 looks 100 times forth each. */
    @Test
    void whereNothingWasMeasuredTheLooksAreCountedByTheirPasses() {
        TrainingForecast.Work odd = new TrainingForecast.Work(
                5, 64, 72, 2, 600, 1, AdamW.Settings.DEFAULT, false, false, Precision.FP32, false);
        Forecast judged = new TrainingForecast(
                        Golden.ours("sd15"),
                        WeightStorage.AUTO,
                        TrainingForecastTest::lora,
                        odd,
                        Optional.of(new TrainingForecast.Looks("judge", HUNDRED, new DatasetSpec(5, 64, 72))))
                .on("cpu", false);

        assertThat(judged.timed()).isFalse();
        assertThat(judged.parts()).containsExactly(new Forecast.Part("judge", 1300.0 / (1300 + 3 * 2 * 600)));
    }

    private static Forecast of(TrainingForecast.Work work, Optional<TrainingForecast.Looks> looks) {
        return new TrainingForecast(Golden.ours("sd15"), WeightStorage.AUTO, TrainingForecastTest::lora, work, looks)
                .on("cpu", true);
    }

    @Test
    void saysWhatWouldHelp() {
        Forecast forecast = forecast(4, 10, false).on("cpu", false);
        assertThat(forecast.savings()).contains("gradient checkpointing", "smaller batch", "smaller pictures");
        assertThat(forecast(1, 10, true).on("cpu", false).savings())
                .isEqualTo("choose fp16 as precision on a CUDA device, choose smaller pictures");
    }
}
