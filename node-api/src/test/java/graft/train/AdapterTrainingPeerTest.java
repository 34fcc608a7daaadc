package graft.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import graft.Golden;
import graft.adapter.AdapterStack;
import graft.adapter.Lora;
import graft.adapter.LoraFile;
import graft.file.SafeTensors;
import graft.model.Checkpoint;
import graft.model.Context;
import graft.model.Parts;
import graft.model.Patches;
import graft.sample.NoiseSchedule;
import graft.tensor.Compute;
import graft.train.optimizer.AdamW;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Four steps of AdamW (rate 1e-3, decay 1e-2, clipping 1) from random adapters, beside peft 0.21 (DoRA, LoRA of both networks)
 * and LyCORIS 3.4 (LoHa, LoKr, convolutions too), on the golden latents, noise and timesteps.
 */
class AdapterTrainingPeerTest {

    private static final double TOLERANCE = 1e-4;

    private SafeTensors expected;
    private SafeTensors golden;
    private Checkpoint model;
    private NDManager manager;

    @BeforeEach
    void open() {
        Compute compute = Compute.choose("cpu");
        Compute.prepareThread();
        expected = SafeTensors.open(Golden.resource("/graft/train/adapters/expected.safetensors"));
        golden = SafeTensors.open(Golden.ours("training/expected.safetensors"));
        model = Checkpoint.load(Golden.ours("sd15"), compute);
        manager = compute.newManager();
    }

    @AfterEach
    void close() {
        manager.close();
        model.close();
        golden.close();
        expected.close();
    }

    private static Lora adapter(String name) {
        return LoraFile.read(Golden.resource("/graft/train/adapters/" + name + ".safetensors"));
    }

    @ParameterizedTest
    @CsvSource({"dora, 0, 1", "loha, 0, 1", "lokr, 0, 1", "lora-text, 5e-4, 4"})
    void aKindLearnsAsInThePeer(String name, double textRate, double upFactor) {
        LoraWeights weights = LoraWeights.of(adapter(name), model, 0, manager);
        TrainingLoop loop = new TrainingLoop(
                weights.groups(new LearningRates(1e-3, "", true, textRate, ""), upFactor),
                new Objective(NoiseSchedule.of(model.scheduler()), 0),
                LearningNetwork.of(weights.over(model)),
                new TrainingLoop.Plan(4, 1, RateSchedule.CONSTANT, 1, false),
                AdamW.Settings.DEFAULT,
                manager);
        int[][] ids = Golden.ids(golden, "input_ids");
        NDArray context = model.encoder(Parts.TEXT).encode(ids, Patches.NONE);
        Supplier<Context> states = weights.learnsText()
                ? () -> Context.of(
                        model.encoder(Parts.TEXT).encode(ids, weights.patches().get(Parts.TEXT)))
                : () -> Context.of(context.duplicate());
        float[] losses = expected.floats(name + ".losses");
        float[] norms = expected.floats(name + ".norms");
        for (int step = 0; step < losses.length; step++) {
            Losses.Step taken = loop.step(step + 1, (number, part) -> batch(number - 1, states));
            assertThat(taken.loss())
                    .as("loss of step %d", step + 1)
                    .isCloseTo(losses[step], within(TOLERANCE * losses[step]));
            assertThat(taken.gradientNorm())
                    .as("gradient norm of step %d", step + 1)
                    .isCloseTo(norms[step], within(TOLERANCE * norms[step]));
        }
        Lora learnt = weights.toLora("learnt", java.util.Map.of());
        Lora wanted = AdapterStack.fitted(adapter(name + "-learnt"), model);
        Lora before = AdapterStack.fitted(adapter(name), model);
        assertThat(learnt.layers(Parts.DENOISER))
                .containsOnlyKeys(wanted.layers(Parts.DENOISER).keySet());
        assertThat(learnt.layers(Parts.TEXT))
                .containsOnlyKeys(wanted.layers(Parts.TEXT).keySet());
        wanted.layers(Parts.DENOISER).forEach((module, part) -> {
            assertThat(distance(learnt.layers(Parts.DENOISER).get(module), part))
                    .as(module)
                    .isLessThan(TOLERANCE);
            assertThat(distance(before.layers(Parts.DENOISER).get(module), part))
                    .as(module)
                    .isGreaterThan(10 * TOLERANCE);
        });
        wanted.layers(Parts.TEXT).forEach((module, part) -> assertThat(
                        distance(learnt.layers(Parts.TEXT).get(module), part))
                .as(module)
                .isLessThan(TOLERANCE));
    }

    private Batch batch(int step, Supplier<Context> states) {
        return Batch.of(
                Golden.array(manager, golden, "latents").get(step),
                Golden.array(manager, golden, "noise").get(step),
                Golden.ids(golden, "timesteps")[step],
                states);
    }

    /** The largest difference over the largest expected value, of all matrices. */
    private static double distance(Lora.Part actual, Lora.Part expected) {
        List<Lora.Values> ours = values(actual).toList();
        List<Lora.Values> theirs = values(expected).toList();
        assertThat(ours).hasSameSizeAs(theirs);
        double most = 0;
        for (int k = 0; k < ours.size(); k++) {
            float[] mine = ours.get(k).numbers();
            float[] wanted = theirs.get(k).numbers();
            double difference = 0;
            double size = 0;
            for (int i = 0; i < wanted.length; i++) {
                difference = Math.max(difference, Math.abs(mine[i] - wanted[i]));
                size = Math.max(size, Math.abs(wanted[i]));
            }
            most = Math.max(most, difference / size);
        }
        return most;
    }

    private static Stream<Lora.Values> values(Lora.Part part) {
        if (part instanceof Lora.LowRank low) {
            return Stream.of(low.down(), low.up());
        } else if (part instanceof Lora.LoHa hadamard) {
            return Stream.concat(values(hadamard.first()), values(hadamard.second()));
        } else if (part instanceof Lora.LoKr kronecker) {
            return Stream.concat(values(kronecker.first()), values(kronecker.second()));
        } else if (part instanceof Lora.Dora dora) {
            return Stream.concat(values(dora.direction()), Stream.of(dora.magnitude()));
        }
        throw new AssertionError(part);
    }

    private static Stream<Lora.Values> values(Lora.Product product) {
        return Stream.concat(Stream.of(product.a()), product.b().stream());
    }
}
