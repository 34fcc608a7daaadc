package graft.app.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonParser;
import graft.app.engine.Assignment;
import graft.app.engine.Axis;
import graft.app.plugin.NodeLibrary;
import graft.app.workflow.Workflow;
import graft.job.JobPlace;
import graft.node.Problem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a sweep is asked for, the jobs that it makes, and what people may ask for. */
class SweepPlanTest {

    private static final Path HOME = Path.of("").toAbsolutePath().getParent();

    private static NodeLibrary library;
    private static Workflow training;

    @TempDir
    private Path folder;

    @BeforeAll
    static void load() {
        library = NodeLibrary.load(HOME.resolve("plugins"), "0.1.0");
        training = Workflow.read(HOME.resolve("workflows/train-lora.json"));
    }

    private static SweepRequest varying(String... vary) {
        return SweepRequest.NONE.varying(List.of(vary));
    }

    private static SweepRequest all() {
        return new SweepRequest(
                List.of("train.rank=4,8"),
                List.of("train.steps=3"),
                List.of("train"),
                5,
                7,
                "train.batch=1..9:3",
                "losses.loss",
                true,
                "slurm",
                List.of("partition=gpu"),
                2);
    }

    @Test
    void itsWordsAreThoseOfTheCommandLine() {
        assertThat(varying("train.rank=4,8").words()).containsExactly("--vary", "train.rank=4,8");
        assertThat(String.join(" ", all().words()))
                .isEqualTo("--vary train.rank=4,8 --random 5 --seed 7 --halving train.batch=1..9:3 --score losses.loss"
                        + " --least --set train.steps=3 --output train --on slurm --with partition=gpu --at-once 2");
    }

    @Test
    void aFolderRemembersWhatWasAskedFor() {
        SweepRequest asked = new SweepRequest(
                List.of("train.rank=4,8"),
                List.of(),
                List.of(),
                0,
                0,
                "train.steps=1..9:3",
                "losses.loss",
                true,
                SweepRequest.HERE,
                List.of(),
                2);
        SweepFolder.open(folder).describe(SweepPlan.of(asked, training, library), Path.of("x.json"));

        assertThat(SweepFolder.asked(folder)).contains(asked);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[]", "{}", "{\"vary\": 3}", "no JSON"})
    void aFolderThatSaysNothingOfItHasNothing(String text) throws Exception {
        Files.writeString(folder.resolve("sweep.json"), text);

        assertThat(SweepFolder.asked(folder)).isEmpty();
        assertThat(SweepFolder.asked(folder.resolve("none"))).isEmpty();
    }

    @Test
    void allRoundsOfAHalvingAreCounted() {
        SweepRequest asked = varying("train.rank=1..9");
        assertThat(SweepPlan.of(asked, training, library).jobs()).isEqualTo(9);
        SweepRequest halved = new SweepRequest(
                asked.vary(),
                List.of(),
                List.of(),
                0,
                0,
                "train.steps=50..450",
                "",
                false,
                SweepRequest.HERE,
                List.of(),
                0);
        assertThat(SweepPlan.of(halved, training, library).jobs()).isEqualTo(9 + 3 + 1);
    }

    @Test
    void aNumberOfANodeThatIsNotThereRanksNothing() {
        SweepRequest asked = new SweepRequest(
                List.of("train.rank=4"),
                List.of(),
                List.of(),
                0,
                0,
                "",
                "score.fidelity",
                false,
                SweepRequest.HERE,
                List.of(),
                0);
        assertThatThrownBy(() -> SweepPlan.of(asked, training, library))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("score.fidelity");
        assertThat(Ranking.choices(training, library)).containsExactly("losses.loss");
        assertThat(Ranking.choices(Workflow.read(HOME.resolve("workflows/sweep-lora.json")), library))
                .contains("score.fidelity", "score.leak");
    }

    @Test
    void thisMachineIsAPlaceAndTheMoonIsNone() {
        assertThat(SweepRequest.NONE.place()).isEqualTo(JobPlace.Kind.LOCAL);
        assertThatThrownBy(() -> all().place()).isInstanceOf(Problem.class).hasMessageContaining("slurm");
    }

    @Test
    void whatAWireDrivesCannotBeVariedAndAllElseCan() {
        List<String> ids = SweepSetting.all(training, library).stream()
                .map(SweepSetting::id)
                .toList();
        assertThat(ids)
                .contains("train.rank", "train.learningRate", "pictures.width")
                .doesNotHaveDuplicates();
        training.wires().forEach(wire -> assertThat(ids).doesNotContain(wire.toNode() + "." + wire.input()));
    }

    @Test
    void valuesThatASettingCannotHaveAreSaid() {
        SweepSetting rank = SweepSetting.all(training, library).stream()
                .filter(each -> each.id().equals("train.rank"))
                .findFirst()
                .orElseThrow();
        assertThat(rank.complaint(Axis.of("train.rank=4,8", training, library))).isEmpty();
        assertThat(rank.complaint(Axis.of("train.rank=4,0.5", training, library)))
                .hasValueSatisfying(
                        words -> assertThat(words).startsWith("0.5: ").contains("whole number"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "4 | 4",
                "true | true",
                "\"euler\" | euler",
                "\"a cat, asleep\" | \"a cat, asleep\"",
                "\"12\" | \"12\"",
                "\"a\\nb\" | \"a\\nb\"",
                "\"true\" | \"true\"",
                "\"\" | \"\"",
                "[1, 2] | [1,2]",
                "{\"id\": \"a/b\", \"x\": 1} | {\"id\":\"a/b\",\"x\":1}"
            })
    void aValueIsWrittenSoThatItIsReadAsItself(String json, String text) {
        assertThat(SweepSetting.text(JsonParser.parseString(json))).isEqualTo(text);
        Axis axis = Axis.of("a.b=" + text, training, library);
        assertThat(axis.values()).containsExactly(text);
        assertThat(Assignment.of("a.b=" + text).value()).isEqualTo(JsonParser.parseString(json));
    }

    @ParameterizedTest
    @CsvSource({"7, 24, 0, 171", "7, 24, 2, 40", "24, 24, 0, 0"})
    void aSentenceOfProgressIsReadAsItWasSaid(int ended, int of, int failed, double left) {
        String sentence = new SweepProgress(ended, of, failed, left).sentence();
        Optional<SweepProgress> read = SweepProgress.of(sentence);
        assertThat(read).isPresent();
        assertThat(read.get().sentence()).isEqualTo(sentence);
        assertThat(read.get().ended()).isEqualTo(ended);
        assertThat(SweepProgress.of("3 of 8 jobs are done")).isEmpty();
    }
}
