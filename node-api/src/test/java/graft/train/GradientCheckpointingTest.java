package graft.train;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import graft.Golden;
import graft.file.SafeTensors;
import graft.model.Checkpoint;
import graft.model.Context;
import graft.model.Network;
import graft.model.Parts;
import graft.model.Patches;
import graft.sample.NoiseSchedule;
import graft.tensor.Compute;
import graft.tensor.Gradient;
import graft.tensor.NativeArrays;
import graft.tensor.Precision;
import graft.tensor.Scope;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Gradients through blocks that are computed twice beside those of one whole record. */
class GradientCheckpointingTest {

    private SafeTensors expected;
    private Checkpoint model;
    private NDManager manager;

    @BeforeEach
    void open() {
        Compute compute = Compute.choose("cpu");
        Compute.prepareThread();
        expected = SafeTensors.open(Golden.ours("training/expected.safetensors"));
        model = Checkpoint.load(Golden.ours("sd15"), compute);
        manager = compute.newManager();
    }

    @AfterEach
    void close() {
        manager.close();
        model.close();
        expected.close();
    }

    private Batch batch(Supplier<Context> context) {
        return new Batch(
                Golden.array(manager, expected, "latents").get(0),
                Golden.array(manager, expected, "noise").get(0),
                Golden.ids(expected, "timesteps")[0],
                context,
                new float[] {1, 1});
    }

    /** Loss and all gradients, to the heap. */
    private List<float[]> learnt(LearningNetwork network, List<NDArray> leaves, Supplier<Context> context) {
        Objective objective = new Objective(NoiseSchedule.of(model.scheduler()), 0);
        try (Scope scope = Scope.open()) {
            return Gradient.on(() -> {
                NDArray loss = objective.loss(network, batch(context));
                List<float[]> numbers = new ArrayList<>(List.of(loss.toFloatArray()));
                network.gradients(loss, leaves).forEach(gradient -> {
                    numbers.add(gradient.toFloatArray());
                    gradient.close();
                });
                return numbers;
            });
        }
    }

    private void theSameWithAndWithout(Checkpoint view, List<NDArray> leaves, Supplier<Context> context) {
        LearningNetwork whole = LearningNetwork.of(view);
        List<float[]> once = learnt(whole, leaves, context);
        List<float[]> twice = learnt(whole.checkpointed(manager), leaves, context);
        for (int i = 0; i < once.size(); i++) {
            assertThat(twice.get(i)).as("leaf %d", i - 1).containsExactly(once.get(i));
        }
    }

    @Test
    void allWeightsOfTheUnetGetTheGradientsThatOneRecordGives() {
        try (Network learning = model.network().copy(model.compute(), Precision.FP32)) {
            List<NDArray> leaves = learning.weights().arrays();
            leaves.forEach(Gradient::leaf);
            theSameWithAndWithout(model.withNetwork(learning), leaves, states());
        }
    }

    @Test
    void lowRankFactorsGetTheGradientsThatOneRecordGives() {
        LoraWeights lora =
                LoraWeights.fresh(model, LoraSettings.plain(4, 4, LoraSettings.Targets.ATTENTION), 1, "node", manager);
        Checkpoint view = lora.over(model);
        theSameWithAndWithout(view, lora.leaves(), states());
    }

    /** With dropout, which has to be the same both times, and with the text encoder. */
    @ParameterizedTest
    @EnumSource(LoraSettings.Kind.class)
    void everyKindOfAdapterGetsTheGradientsThatOneRecordGives(LoraSettings.Kind kind) {
        LoraSettings settings = new LoraSettings(
                kind,
                new LoraSettings.Rank(2, 4),
                new LoraSettings.Rank(2, 1),
                false,
                LoraSettings.Targets.ALL_LINEAR,
                BlockRanks.NONE,
                true,
                -1,
                0.4);
        LoraWeights lora = LoraWeights.fresh(model, settings, 1, "node", manager);
        lora.dropping(1, "node").begin(1, 0);
        Checkpoint view = lora.learning(model);
        int[][] ids = Golden.ids(expected, "input_ids");
        theSameWithAndWithout(
                view, lora.leaves(), () -> Context.of(model.encoder(Parts.TEXT).encode(ids, view.patches(Parts.TEXT))));
    }

    @Test
    void aWordGetsTheGradientThatOneRecordGives() {
        float[] initial = expected.floats("ti.init");
        NDArray word = Gradient.leaf(manager.create(initial, new Shape(1, initial.length)));
        int[][] ids = Golden.ids(expected, "ti.input_ids");
        theSameWithAndWithout(
                model, List.of(word), () -> Context.of(model.encoder(Parts.TEXT).encode(ids, Patches.NONE, word)));
    }

    @Test
    void aLeafThatTheLossDoesNotDependOnGetsNoughts() {
        NDArray other = Gradient.leaf(manager.ones(new Shape(3)));
        assertThat(learnt(LearningNetwork.of(model).checkpointed(manager), List.of(other), states())
                        .get(1))
                .containsExactly(0, 0, 0);
    }

    @Test
    void leavesNoArrayBehind() {
        LoraWeights lora =
                LoraWeights.fresh(model, LoraSettings.plain(4, 4, LoraSettings.Targets.ATTENTION), 1, "node", manager);
        Checkpoint view = lora.over(model);
        LearningNetwork network = LearningNetwork.of(view).checkpointed(manager);
        Supplier<Context> states = states();
        learnt(network, lora.leaves(), states);
        long before = NativeArrays.count();
        learnt(network, lora.leaves(), states);
        assertThat(NativeArrays.count()).isEqualTo(before);
    }

    private Supplier<Context> states() {
        NDArray states = model.encoder(Parts.TEXT).encode(Golden.ids(expected, "input_ids"), Patches.NONE);
        states.attach(manager);
        return () -> Context.of(states.duplicate());
    }
}
