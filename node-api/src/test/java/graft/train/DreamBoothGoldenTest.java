package graft.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
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
import graft.tensor.Precision;
import graft.tensor.Scope;
import graft.train.optimizer.AdamW;
import graft.train.optimizer.ParameterGroup;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Eight steps of all UNet weights with prior preservation beside diffusers' on the same noise and timesteps. */
class DreamBoothGoldenTest {

    private SafeTensors expected;
    private Checkpoint model;
    private NDManager manager;
    private Network learning;
    private Context context;

    @BeforeEach
    void open() {
        Compute compute = Compute.choose("cpu");
        Compute.prepareThread();
        expected = SafeTensors.open(Golden.path("training/expected.safetensors"));
        model = Checkpoint.load(Golden.path("sd15"), compute);
        manager = compute.newManager();
        learning = model.network().copy(compute, Precision.FP32);
        learning.weights().arrays().forEach(Gradient::leaf);
        context = Context.of(model.encoder(Parts.TEXT).encode(Golden.ids(expected, "input_ids"), Patches.NONE));
        context.states().attach(manager);
    }

    @AfterEach
    void close() {
        manager.close();
        learning.close();
        model.close();
        expected.close();
    }

    private LearningNetwork network() {
        return LearningNetwork.of(learning, Patches.NONE);
    }

    /** Instance and prior, each a mean of its own: twice its share of the mean over both. */
    private Batch batch(int step) {
        int[] timesteps = Golden.ids(expected, "timesteps")[step];
        return new Batch(
                Golden.array(manager, expected, "latents").get(step),
                Golden.array(manager, expected, "noise").get(step),
                timesteps,
                () -> context.map(NDArray::duplicate),
                new float[] {2, 2});
    }

    private static Batch half(Batch batch, int row) {
        String which = row + ":" + (row + 1);
        return Batch.of(
                batch.latents().get(which),
                batch.noise().get(which),
                new int[] {batch.timesteps()[row]},
                batch.context().get().map(states -> states.get(which)));
    }

    @Test
    void learnsAsDiffusersDoes() {
        Objective objective = new Objective(NoiseSchedule.of(model.scheduler()), 0);
        List<NDArray> weights = learning.weights().arrays();
        AdamBeside adam = new AdamBeside(AdamW.Settings.DEFAULT);
        TrainingLoop loop = new TrainingLoop(
                List.of(new ParameterGroup(weights, 1e-4)),
                objective,
                network(),
                new TrainingLoop.Plan(8, 1, RateSchedule.CONSTANT, 1, false),
                adam,
                manager);
        float[] losses = expected.floats("dreambooth.losses");
        float[] instance = expected.floats("dreambooth.instance_losses");
        float[] prior = expected.floats("dreambooth.prior_losses");
        for (int step = 0; step < losses.length; step++) {
            try (Scope scope = Scope.open()) {
                Batch batch = batch(step);
                close(objective.loss(network(), half(batch, 0)).getFloat(), instance[step], "instance", step);
                close(objective.loss(network(), half(batch, 1)).getFloat(), prior[step], "prior", step);
            }
            close(loop.step(step + 1, (number, part) -> batch(number - 1)).loss(), losses[step], "both", step);
        }
        String start = "dreambooth.final.";
        List<String> looked =
                expected.names().stream().filter(name -> name.startsWith(start)).toList();
        assertThat(looked).isNotEmpty();
        looked.forEach(
                name -> adam.assertLearnt(learning.weights().get(name.substring(start.length())), expected, name));
        adam.assertLearntAlike();
    }

    private static void close(double found, float wanted, String which, int step) {
        assertThat(found).as("%s loss of step %d", which, step + 1).isCloseTo(wanted, within(1e-4 * wanted));
    }

    @Test
    void leavesTheModelAsItIs() {
        float[] before = model.network().weights().get("conv_in.weight").toFloatArray();
        learnsAsDiffusersDoes();
        assertThat(model.network().weights().get("conv_in.weight").toFloatArray())
                .containsExactly(before);
    }
}
