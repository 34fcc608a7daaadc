package graft.nodes.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import graft.model.Area;
import graft.model.Conditioning;
import graft.model.ConditioningEntry;
import graft.model.ConditioningSpec;
import graft.model.Context;
import graft.node.Node;
import graft.node.Problem;
import graft.node.Resource;
import graft.node.testing.KnownSpecs;
import graft.node.testing.NodeTrial;
import graft.node.testing.RecordedRun;
import graft.picture.Mask;
import graft.tensor.Operators;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConditioningNodesTest {

    @TempDir
    Path folder;

    @Test
    void combinedPromptsAreEntriesOfOneThatKeepsBothOpen() {
        Conditioning one = plain("one", 2, 1);
        Conditioning other = plain("other", 2, 5);
        CombineConditioning node = new CombineConditioning();
        node.first = one;
        node.second = other;
        node.run(new RecordedRun(folder));

        assertThat(node.conditioning.entries())
                .extracting(ConditioningEntry::prompt)
                .containsExactly("one", "other");
        assertThat(node.conditioning.uses()).containsExactly(one, other);
        node.conditioning.close();
        assertThat(numbers(node.conditioning.entries().get(1).context().states()))
                .containsExactly(5, 6, 7, 8);
    }

    @Test
    void concatenatedPromptsAreOneOfAllTokensWithTheFirstsPooledText() {
        ConcatenateConditioning node = new ConcatenateConditioning();
        node.first = pooled("one", 1, 1);
        node.second = pooled("other", 2, 5);
        node.run(new RecordedRun(folder));

        Context joined = node.conditioning.context();
        assertThat(joined.states().getShape()).isEqualTo(new Shape(1, 3, 2));
        assertThat(numbers(joined.states())).containsExactly(1, 2, 5, 6, 7, 8);
        assertThat(numbers(joined.pooled())).containsExactly(10);
        assertThat(node.conditioning.prompt()).isEqualTo("one\nother");
    }

    /** As ComfyUI's ConditioningAverage: by hand 0.75·first + 0.25·second, the second filled up with zeros or cut. */
    @Test
    void anAverageLiesBetween() {
        AverageConditioning node = new AverageConditioning();
        node.first = pooled("one", 2, 4);
        node.second = pooled("other", 1, 8);
        node.share = 0.75;
        node.run(new RecordedRun(folder));
        assertThat(numbers(node.conditioning.context().states()))
                .containsExactly(0.75f * 4 + 0.25f * 8, 0.75f * 5 + 0.25f * 9, 0.75f * 6, 0.75f * 7);
        assertThat(numbers(node.conditioning.context().pooled())).containsExactly(0.75f * 40 + 0.25f * 80);

        node.first = plain("one", 1, 4);
        node.second = pooled("other", 2, 8);
        node.run(new RecordedRun(folder));
        assertThat(numbers(node.conditioning.context().states())).containsExactly(5, 6);
        assertThat(numbers(node.conditioning.context().pooled())).containsExactly(80);
    }

    @Test
    void anAverageWithABatchOfPromptsIsABatch() {
        AverageConditioning node = new AverageConditioning();
        node.first = batch("two", 2);
        node.second = plain("one", 1, 8);
        node.share = 0.5;
        node.run(new RecordedRun(folder));
        assertThat(numbers(node.conditioning.context().states())).containsExactly(4.5f, 5.5f, 5, 6);

        node.second = batch("three", 3);
        assertThatThrownBy(() -> node.run(new RecordedRun(folder)))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("3 prompts to 2");
    }

    @Test
    void ofSeveralSecondPromptsTheFirstIsTakenAndSaid() {
        ConcatenateConditioning node = new ConcatenateConditioning();
        node.first = plain("one", 1, 1);
        node.second = plain("two", 1, 3).and(plain("three", 1, 5));
        RecordedRun run = new RecordedRun(folder);
        node.run(run);
        assertThat(numbers(node.conditioning.context().states())).containsExactly(1, 2, 3, 4);
        assertThat(run.warnings).singleElement().asString().contains("2 prompts");
    }

    @Test
    void zerosKeepTheSize() {
        ZeroConditioning node = new ZeroConditioning();
        node.conditioning = pooled("one", 2, 4);
        node.run(new RecordedRun(folder));
        assertThat(numbers(node.zero.context().states())).containsExactly(0, 0, 0, 0);
        assertThat(numbers(node.zero.context().pooled())).containsExactly(0);
        assertThat(numbers(node.conditioning.context().states())).containsExactly(4, 5, 6, 7);
    }

    @Test
    void placesAndTimesAreTheEntrys() {
        AreaConditioning area = new AreaConditioning();
        area.conditioning = plain("one", 1, 1);
        area.x = 16;
        area.width = 128;
        area.strength = 2;
        area.run(new RecordedRun(folder));
        AreaShareConditioning share = new AreaShareConditioning();
        share.conditioning = plain("one", 1, 1);
        share.y = 0.5;
        share.height = 0.5;
        share.run(new RecordedRun(folder));
        RangeConditioning range = new RangeConditioning();
        range.conditioning = area.placed;
        range.start = 0.25;
        range.run(new RecordedRun(folder));
        MaskConditioning mask = new MaskConditioning();
        mask.conditioning = range.timed.and(share.placed);
        mask.mask = Mask.filled(3, 2, 0.5f);
        mask.strength = 0.7;
        mask.bounds = MaskBounds.MASK_BOUNDS;
        mask.run(new RecordedRun(folder));

        ConditioningEntry one = mask.placed.entries().get(0);
        assertThat(one.area()).contains(Area.ofPixels(16, 0, 128, 256));
        assertThat(one.area().get().in(40, 60, 8)).isEqualTo(new Area.Box(2, 0, 16, 32));
        assertThat(one.strength()).isEqualTo(2);
        assertThat(one.start()).isEqualTo(0.25);
        assertThat(one.end()).isEqualTo(1);
        assertThat(one.mask().get().strength()).isEqualTo(0.7);
        assertThat(one.mask().get().inBounds()).isTrue();
        ConditioningEntry other = mask.placed.entries().get(1);
        assertThat(other.area().get().in(64, 48, 8)).isEqualTo(new Area.Box(0, 24, 64, 24));
        assertThat(mask.placed.uses()).hasSize(1);
        assertThat(area.placed.uses()).containsExactly((Resource) area.conditioning);
    }

    @Test
    void whatCannotBeIsRefusedBeforeARun() {
        KnownSpecs widths =
                new KnownSpecs().with("first", new ConditioningSpec(128)).with("second", new ConditioningSpec(768));
        assertThatThrownBy(() -> new CombineConditioning().configure(widths))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("width of 128, the second of 768");
        RangeConditioning range = new RangeConditioning();
        range.start = 0.5;
        range.end = 0.25;
        assertThatThrownBy(() -> range.configure(new KnownSpecs()))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("end before it begins");
    }

    @ParameterizedTest
    @ValueSource(
            classes = {
                AreaConditioning.class,
                AreaShareConditioning.class,
                AverageConditioning.class,
                CombineConditioning.class,
                ConcatenateConditioning.class,
                MaskConditioning.class,
                RangeConditioning.class,
                ZeroConditioning.class
            })
    void settingsAreSavedAndRefusedAsTheySay(Class<? extends Node> node) {
        NodeTrial.of(node).checkSettings();
    }

    private static float[] numbers(NDArray array) {
        return array.toFloatArray();
    }

    /** One prompt of so many tokens of two numbers, counted up. */
    private static Conditioning plain(String prompt, int tokens, float first) {
        return new Conditioning(Context.of(states(1, tokens, first)), prompt);
    }

    private static Conditioning pooled(String prompt, int tokens, float first) {
        NDArray pooled = NDManager.newBaseManager().create(new float[] {10 * first}, new Shape(1, 1));
        return new Conditioning(new Context(states(1, tokens, first), pooled, Operators.NONE), prompt);
    }

    /** So many prompts of one token, from 1 on. */
    private static Conditioning batch(String prompt, int count) {
        NDManager manager = NDManager.newBaseManager();
        List<NDArray> rows = java.util.stream.IntStream.rangeClosed(1, count)
                .mapToObj(i -> manager.create(new float[] {i, i + 1}, new Shape(1, 1, 2)))
                .toList();
        return new Conditioning(Context.concat(rows.stream().map(Context::of).toList()), prompt);
    }

    private static NDArray states(int prompts, int tokens, float first) {
        float[] numbers = new float[prompts * tokens * 2];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = first + i;
        }
        return NDManager.newBaseManager().create(numbers, new Shape(prompts, tokens, 2));
    }
}
