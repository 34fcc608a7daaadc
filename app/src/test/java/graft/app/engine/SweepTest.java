package graft.app.engine;

import static org.assertj.core.api.Assertions.assertThat;

import graft.app.plugin.NodeLibrary;
import graft.app.workflow.Workflow;
import graft.node.Input;
import graft.node.Node;
import graft.node.NodeType;
import graft.node.Output;
import graft.node.Run;
import graft.node.Setting;
import graft.sample.Sampler;
import graft.sample.SamplerMethod;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A workflow part of which runs once for each combination of settings. */
class SweepTest {

    /** A number, changed. */
    @NodeType(id = "test/learn", title = "Learn", category = "test", help = "Learns.")
    static final class Learn implements Node {
        static final List<String> STREAMS = Collections.synchronizedList(new ArrayList<>());

        @Input
        double from;

        @Setting
        int rank = 1;

        @Setting
        double rate = 0.5;

        @Setting
        SamplerMethod sampler = Sampler.EULER;

        @Output
        double learnt;

        @Override
        public void run(Run run) {
            STREAMS.add(run.stream());
            learnt = from + 10 * rank + rate;
        }
    }

    /** What came of it, in words. */
    @NodeType(id = "test/rate", title = "Rate", category = "test", help = "Rates.")
    static final class Rate implements Node {
        @Input
        double value;

        @Setting(sweep = Setting.Sweep.VARIANT)
        String variant = "none";

        @Output
        String rating;

        @Override
        public void run(Run run) {
            rating = variant + " -> " + value;
        }
    }

    /** A beginning. */
    @NodeType(id = "test/begin", title = "Begin", category = "test", help = "Begins.")
    static final class Begin implements Node {
        @Output
        double value;

        @Override
        public void run(Run run) {
            value = 0;
        }
    }

    /** All ratings. */
    @NodeType(id = "test/gather", title = "Gather", category = "test", help = "Gathers.", output = true)
    static final class Gather implements Node {
        static List<String> gathered = List.of();

        @Input
        List<String> ratings = List.of();

        @Setting(sweep = Setting.Sweep.VARIES)
        String vary = "";

        @Override
        public void run(Run run) {
            gathered = List.copyOf(ratings);
        }
    }

    /** Something else that is done with what was learnt. */
    @NodeType(id = "test/keep", title = "Keep", category = "test", help = "Keeps.", output = true)
    static final class Keep implements Node {
        @Input
        double value;

        @Override
        public void run(Run run) {}
    }

    @TempDir
    private Path folder;

    private final NodeLibrary library =
            NodeLibrary.of(List.of(Learn.class, Rate.class, Begin.class, Gather.class, Keep.class));

    private static Sketch sketch(String vary) {
        return new Sketch()
                .node("begin", "begin")
                .node("plain", "rate")
                .node("learn", "learn")
                .node("rate", "rate")
                .node("gather", "gather", "vary", vary)
                .wire("begin.value", "plain.value")
                .wire("begin.value", "learn.from")
                .wire("learn.learnt", "rate.value")
                .wire("plain.rating", "gather.ratings")
                .wire("rate.rating", "gather.ratings");
    }

    private Plan plan(Workflow workflow) {
        return new Engine(library, Cache.none()).check(workflow);
    }

    private List<String> errors(String vary) {
        return plan(sketch(vary).done()).findings().stream()
                .map(Finding::sentence)
                .toList();
    }

    @Test
    void aSettingOfAChoicesOwnVariesAndTheChoiceStays() {
        assertThat(errors("learn.sampler.eta = 0, 0.5"))
                .containsExactly(
                        "learn--1.sampler: There is no setting eta of euler: it has none of its own; take it out of"
                                + " the workflow, or install the version of the plugin that has it.");
        assertThat(errors("learn.rank.eta = 0, 0.5"))
                .containsExactly(
                        "gather.vary: Cannot vary learn.rank.eta: the workflow has no node learn.rank; its nodes"
                                + " are begin, plain, learn, rate, gather.");
    }

    @Test
    void whatLiesBetweenRunsOnceForEachCombinationAndTheRestOnce() throws Exception {
        Plan plan = plan(sketch("learn.rank = 1, 2\nlearn.rate = 0.25, 0.5").done());

        new Engine(library, Cache.none()).run(plan, new RunOptions(folder, "cpu", event -> {}));

        assertThat(plan.findings()).isEmpty();
        assertThat(plan.steps()).hasSize(1 + 1 + 4 + 4 + 1);
        assertThat(Gather.gathered)
                .containsExactly(
                        "none -> 0.0",
                        "rank=1, rate=0.25 -> 10.25",
                        "rank=1, rate=0.5 -> 10.5",
                        "rank=2, rate=0.25 -> 20.25",
                        "rank=2, rate=0.5 -> 20.5");
    }

    @Test
    void rangesAreWrittenAsForTheCommand() throws Exception {
        new Engine(library, Cache.none())
                .run(
                        plan(sketch("learn.rank = 1..3, 8\nlearn.rate = 0.25..0.75:2")
                                .done()),
                        new RunOptions(folder, "cpu", event -> {}));

        assertThat(Gather.gathered)
                .containsExactly(
                        "none -> 0.0",
                        "rank=1, rate=0.25 -> 10.25",
                        "rank=1, rate=0.75 -> 10.75",
                        "rank=2, rate=0.25 -> 20.25",
                        "rank=2, rate=0.75 -> 20.75",
                        "rank=3, rate=0.25 -> 30.25",
                        "rank=3, rate=0.75 -> 30.75",
                        "rank=8, rate=0.25 -> 80.25",
                        "rank=8, rate=0.75 -> 80.75");
    }

    @Test
    void allCellsDrawTheSameRandomNumbers() throws Exception {
        Learn.STREAMS.clear();

        new Engine(library, Cache.none())
                .run(plan(sketch("learn.rank = 1, 2").done()), new RunOptions(folder, "cpu", event -> {}));

        assertThat(Learn.STREAMS).containsExactly("learn", "learn");
    }

    @Test
    void theRecordKeepsTheSweepAndTheGraphThatRanHasItsCells() {
        Plan plan = plan(sketch("learn.rank = 1, 2").done());

        assertThat(plan.workflow().nodes().keySet()).containsExactly("begin", "plain", "learn", "rate", "gather");
        assertThat(plan.workflow().nodes().get("gather").settings().get("vary").getAsString())
                .isEqualTo("learn.rank = 1, 2");
        assertThat(plan.graph().nodes().keySet())
                .containsExactly("begin", "plain", "learn--1", "learn--2", "rate--1", "rate--2", "gather");
        assertThat(plan(plan.graph()).graph()).isEqualTo(plan.graph());
    }

    @Test
    void aFurtherValueRunsOnlyItsOwnCell() throws Exception {
        List<String> started = Collections.synchronizedList(new ArrayList<>());
        try (Cache cache = Cache.keepAll()) {
            Engine engine = new Engine(library, cache);
            engine.run(engine.check(sketch("learn.rank = 1, 2").done()), new RunOptions(folder, "cpu", event -> {}));
            engine.run(engine.check(sketch("learn.rank = 1, 2, 3").done()), new RunOptions(folder, "cpu", event -> {
                if (event instanceof RunEvent.NodeStarted node) {
                    started.add(node.node());
                }
            }));
        }

        assertThat(started).containsExactly("learn--3", "rate--3", "gather");
    }

    @Test
    void whatSomethingElseNeedsStaysAsItWas() {
        Plan plan = plan(sketch("learn.rank = 3, 4")
                .node("keep", "keep")
                .wire("learn.learnt", "keep.value")
                .done());

        assertThat(plan.findings()).isEmpty();
        assertThat(plan.steps())
                .extracting(Plan.Step::node)
                .contains("learn", "learn--1", "learn--2", "keep")
                .doesNotContain("rate");
    }

    @Test
    void aWrongLineIsToldAtTheSetting() {
        assertThat(errors("learn.rank 1, 2")).singleElement().asString().startsWith("gather.vary: ");
        assertThat(errors("lern.rank = 1")).singleElement().asString().contains("no node lern");
        assertThat(errors("learn.rnk = 1")).singleElement().asString().contains("no such setting");
        assertThat(errors("learn.rank = 1,,2")).singleElement().asString().contains("a value is missing");
        assertThat(errors("learn.rate = 0.1..0.5")).singleElement().asString().contains("write how many");
        assertThat(errors("learn.rank = 8..4")).singleElement().asString().contains("lesser end");
        assertThat(errors("learn.rank = 1\nlearn.rank = 2"))
                .singleElement()
                .asString()
                .contains("twice");
        assertThat(errors("gather.vary = 1")).singleElement().asString().contains("nothing leads from it");
        assertThat(errors("learn.rank = " + "1, ".repeat(200) + "1"))
                .singleElement()
                .asString()
                .contains("more than 200");
    }

    @Test
    void aValueOutOfItsRangeIsToldOfEveryCellThatHasIt() {
        assertThat(errors("learn.rank = 1, many")).singleElement().asString().startsWith("learn--2.rank: ");
    }

    @Test
    void whatEveryCellHasAlikeIsToldOnce() {
        Plan plan = plan(new Sketch()
                .node("learn", "learn")
                .node("rate", "rate")
                .node("gather", "gather", "vary", "learn.rank = 1, 2, 4")
                .wire("learn.learnt", "rate.value")
                .wire("rate.rating", "gather.ratings")
                .done());
        assertThat(plan.findings()).singleElement().satisfies(finding -> assertThat(finding.happened())
                .contains("has nothing at its input from"));
    }
}
