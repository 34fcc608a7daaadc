package graft.nodes.lora;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import graft.adapter.AdapterStack;
import graft.adapter.AdapterStack.Entry;
import graft.adapter.Lora;
import graft.adapter.LoraFile;
import graft.adapter.LoraFormat;
import graft.adapter.LoraSpec;
import graft.file.SafeTensors;
import graft.file.StoredPrecision;
import graft.model.Checkpoint;
import graft.node.Cancelled;
import graft.node.Problem;
import graft.node.testing.KnownSpecs;
import graft.node.testing.RecordedRun;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What is written in another form changes the model as the file that came in does. */
class ConvertLoraTest {

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

    private Path convert(Lora lora, Consumer<ConvertLora> change, RecordedRun run) throws Exception {
        ConvertLora node = new ConvertLora();
        node.lora = lora;
        node.precision = StoredPrecision.FP32;
        change.accept(node);
        node.run(run);
        assertThat(node.converted.name()).isEqualTo(lora.name());
        return run.written.get(0);
    }

    private Path convert(Lora lora, Consumer<ConvertLora> change) throws Exception {
        return convert(lora, change, new RecordedRun(folder));
    }

    private static float[] output(Lora lora) {
        try (Checkpoint view = AdapterStack.apply(golden.model(), List.of(new Entry(lora, 1, 1)))) {
            return golden.output(view);
        }
    }

    static Stream<Arguments> spellings() {
        return Stream.of("lora_kohya", "lora_peft", "lora_diffusers_alpha_is_rank")
                .flatMap(name -> Stream.of(LoraFormat.values()).map(format -> Arguments.of(name, format)));
    }

    @ParameterizedTest
    @MethodSource("spellings")
    void anySpellingIsWrittenAsAnyOther(String name, LoraFormat format) throws Exception {
        Lora lora = LoraFile.read(GoldenModel.path("training/" + name + ".safetensors"));
        Path file = convert(lora, node -> node.format = format);
        assertThat(GoldenModel.error(output(LoraFile.read(file)), output(lora))).isLessThan(1e-6);
        try (SafeTensors tensors = SafeTensors.open(file)) {
            assertThat(tensors.names())
                    .allMatch(key -> key.startsWith(
                            switch (format) {
                                case KOHYA -> "lora_unet_";
                                case DIFFUSERS, PEFT -> "unet.";
                            }));
        }
    }

    @ParameterizedTest
    @CsvSource({"FP16, F16, 2e-3", "BF16, BF16, 2e-2", "FP32, F32, 1e-6"})
    void numbersAreKeptAsAsked(StoredPrecision precision, SafeTensors.DType dtype, double tolerance) throws Exception {
        Lora lora = LoraFile.read(GoldenModel.path("training/lora_peft.safetensors"));
        Path file = convert(lora, node -> node.precision = precision);
        assertThat(GoldenModel.error(output(LoraFile.read(file)), output(lora))).isLessThan(tolerance);
        try (SafeTensors tensors = SafeTensors.open(file)) {
            assertThat(tensors.names()).allMatch(name -> tensors.entry(name).dtype() == dtype);
        }
    }

    static Stream<String> peers() {
        return GoldenModel.peers();
    }

    /** At full rank the low-rank change is the whole change. */
    @ParameterizedTest
    @MethodSource("peers")
    void everyKindBecomesPlainLoraThatDoesTheSameAtFullRank(String name) throws Exception {
        Lora lora = LoraFile.read(GoldenModel.peer(name));
        Path file = convert(lora, node -> {
            node.model = golden.model();
            node.kinds = ConvertLora.Kinds.PLAIN_LORA;
            node.choice.rank = 1024;
        });
        Lora plain = LoraFile.read(file);
        assertThat(GoldenModel.error(output(plain), output(lora))).isLessThan(1e-4);
        // No LoRA says what becomes of norms and biases.
        assertThat(plain.kind()).isIn("LoRA", "differences", "LoRA and differences", "LoRA and replaced weights");
    }

    @Test
    void ofALowRankWhatIsKeptIsTold() throws Exception {
        RecordedRun run = new RecordedRun(folder);
        Path file = convert(
                LoraFile.read(GoldenModel.peer("lycoris-loha")),
                node -> {
                    node.model = golden.model();
                    node.kinds = ConvertLora.Kinds.PLAIN_LORA;
                    node.choice.rank = 2;
                    node.format = LoraFormat.DIFFUSERS;
                    node.name = "plain";
                },
                run);
        assertThat(file.getFileName()).hasToString("plain.safetensors");
        assertThat(LoraFile.read(file).rank()).isEqualTo(2);
        assertThat(run.log).anyMatch(line -> line.matches(".*: rank 2 keeps \\d\\d\\.\\d\\d %\\."));
    }

    @Test
    void withoutAModelOtherKindsAreRefused() {
        Lora dora = LoraFile.read(GoldenModel.peer("peft-dora"));
        assertThatThrownBy(() -> convert(dora, node -> node.kinds = ConvertLora.Kinds.PLAIN_LORA))
                .isInstanceOfSatisfying(
                        Problem.class, problem -> assertThat(problem.socket()).contains("model"))
                .hasMessageContaining("wire in the model that it lies over");
    }

    @Test
    void whatAFormatCannotHoldIsRefusedAndNothingIsWritten() {
        RecordedRun run = new RecordedRun(folder);
        Lora loha = LoraFile.read(GoldenModel.peer("lycoris-loha"));
        assertThatThrownBy(() -> convert(loha, node -> node.format = LoraFormat.PEFT, run))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("that format has no place for its layer ");
        assertThat(run.written).isEmpty();
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void loRAsOverTheModelAreRefusedThere() {
        Lora dora = LoraFile.read(GoldenModel.peer("peft-dora"));
        try (Checkpoint view = AdapterStack.apply(golden.model(), List.of(new Entry(dora, 1, 1)))) {
            assertThatThrownBy(() -> convert(dora, node -> {
                        node.model = view;
                        node.kinds = ConvertLora.Kinds.PLAIN_LORA;
                    }))
                    .isInstanceOf(Problem.class)
                    .hasMessageContaining("wire in the model without them");
        }
    }

    @Test
    void itStopsBetweenTwoLayers() {
        RecordedRun run = new RecordedRun(folder);
        run.stopAfter = 2;
        assertThatThrownBy(() -> convert(
                        LoraFile.read(GoldenModel.peer("lycoris-loha")),
                        node -> {
                            node.model = golden.model();
                            node.kinds = ConvertLora.Kinds.PLAIN_LORA;
                        },
                        run))
                .isInstanceOf(Cancelled.class);
        assertThat(run.written).isEmpty();
    }

    @Test
    void whatItMakesIsKnownBefore() {
        LoraSpec spec = new LoraSpec("a", OptionalInt.of(768));
        KnownSpecs specs = new KnownSpecs().with("lora", spec);
        new ConvertLora().configure(specs);
        assertThat(specs.outputs).containsEntry("converted", spec);
        ConvertLora named = new ConvertLora();
        named.name = "a/b";
        assertThatThrownBy(() -> named.configure(new KnownSpecs())).isInstanceOf(Problem.class);
    }
}
