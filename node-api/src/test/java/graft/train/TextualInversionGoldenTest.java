package graft.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import graft.Golden;
import graft.file.SafeTensors;
import graft.model.Checkpoint;
import graft.model.Context;
import graft.model.Parts;
import graft.model.Patches;
import graft.sample.NoiseSchedule;
import graft.tensor.Compute;
import graft.tensor.Gradient;
import graft.train.optimizer.AdamW;
import graft.train.optimizer.ParameterGroup;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Eight steps of one new token's embedding beside diffusers' on the same noise and timesteps. */
class TextualInversionGoldenTest {

    private SafeTensors expected;
    private Checkpoint model;
    private NDManager manager;
    private NDArray vector;

    @BeforeEach
    void open() {
        Compute compute = Compute.choose("cpu");
        Compute.prepareThread();
        expected = SafeTensors.open(Golden.path("training/expected.safetensors"));
        model = Checkpoint.load(Golden.path("sd15"), compute);
        manager = compute.newManager();
        float[] initial = expected.floats("ti.init");
        vector = Gradient.leaf(manager.create(initial, new Shape(1, initial.length)));
    }

    @AfterEach
    void close() {
        manager.close();
        model.close();
        expected.close();
    }

    @Test
    void learnsAsDiffusersDoes() {
        int[][] ids = Golden.ids(expected, "ti.input_ids");
        AdamBeside adam = new AdamBeside(new AdamW.Settings(0.9, 0.999, 1e-8, 0));
        TrainingLoop loop = new TrainingLoop(
                List.of(new ParameterGroup(List.of(vector), 5e-3)),
                new Objective(NoiseSchedule.of(model.scheduler()), 0),
                LearningNetwork.of(model),
                new TrainingLoop.Plan(8, 1, RateSchedule.CONSTANT, 0, false),
                adam,
                manager);
        float[] losses = expected.floats("ti.losses");
        for (int step = 0; step < losses.length; step++) {
            Batch batch = new Batch(
                    Golden.array(manager, expected, "latents").get(step),
                    Golden.array(manager, expected, "noise").get(step),
                    Golden.ids(expected, "timesteps")[step],
                    () -> Context.of(model.encoder(Parts.TEXT).encode(ids, Patches.NONE, vector)),
                    new float[] {1, 1});
            assertThat(loop.step(step + 1, (number, part) -> batch).loss())
                    .as("loss of step %d", step + 1)
                    .isCloseTo(losses[step], within(1e-4 * losses[step]));
        }
        adam.assertLearnt(vector, expected, "ti.final");
        adam.assertLearntAlike();
    }

    @Test
    void anAddedTokenWithTheEmbeddingOfAKnownOneReadsTheSame() {
        int known = 7;
        try (NDArray row = model.encoder(Parts.TEXT).tokenTable().get(known + ":" + (known + 1))) {
            float[] plain = model.encoder(Parts.TEXT)
                    .encode(new int[][] {{998, known, 999}}, Patches.NONE)
                    .toFloatArray();
            float[] added = model.encoder(Parts.TEXT)
                    .encode(new int[][] {{998, model.encoder(Parts.TEXT).vocabulary(), 999}}, Patches.NONE, row)
                    .toFloatArray();
            assertThat(added).containsExactly(plain);
        }
    }
}
