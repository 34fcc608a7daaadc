package graft.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import graft.Golden;
import graft.file.SafeTensors;
import graft.model.Checkpoint;
import graft.model.Context;
import graft.model.Network;
import graft.model.Parts;
import graft.model.Patches;
import graft.model.TextEncoder;
import graft.sample.NoiseSchedule;
import graft.tensor.Compute;
import graft.tensor.Gradient;
import graft.tensor.Operators;
import graft.tensor.Precision;
import graft.train.optimizer.AdamW;
import graft.train.optimizer.ParameterGroup;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Three steps of DreamBooth on UNet and text encoder, at rates of their own, beside torch 2.13, diffusers 0.42 and
 * transformers on the golden set's noise and timesteps: rates 1e-4 and 2.5e-5, AdamW with decay 1e-2, one clipping to 1.
 */
class TextEncoderTrainingPeerTest {

    @Test
    void bothLearnAsInTorch() {
        Compute compute = Compute.choose("cpu");
        Compute.prepareThread();
        try (SafeTensors inputs = SafeTensors.open(Golden.ours("training/expected.safetensors"));
                SafeTensors peer = SafeTensors.open(Golden.resource("/graft/train/text-encoder-training.safetensors"));
                Checkpoint model = Checkpoint.load(Golden.ours("sd15"), compute);
                Network unet = model.network().copy(compute, Precision.FP32);
                TextEncoder text = model.encoder(Parts.TEXT).copy(compute);
                NDManager manager = compute.newManager()) {
            List<ParameterGroup> groups = List.of(
                    new ParameterGroup(unet.weights().arrays(), 1e-4),
                    new ParameterGroup(text.weights().arrays(), 2.5e-5));
            groups.forEach(group -> group.weights().forEach(Gradient::leaf));
            int[][] ids = Golden.ids(inputs, "input_ids");
            TrainingLoop loop = new TrainingLoop(
                    groups,
                    new Objective(NoiseSchedule.of(model.scheduler()), 0),
                    LearningNetwork.of(unet, Patches.NONE),
                    new TrainingLoop.Plan(3, 1, RateSchedule.CONSTANT, 1, false),
                    AdamW.Settings.DEFAULT,
                    manager);
            TrainingLoop.Batches subject = (step, part) -> half(manager, inputs, text, ids, step, 0);
            TrainingLoop.Batches classes = (step, part) -> half(manager, inputs, text, ids, step, 1);
            for (int i = 0; i < 3; i++) {
                Losses.Step step = loop.step(i + 1, new PriorPreservation(subject, classes, 1));
                close(step.loss(), peer.floats("losses")[i]);
                close(step.prior().orElseThrow(), peer.floats("prior")[i]);
                close(step.loss() - step.prior().orElseThrow(), peer.floats("instance")[i]);
                close(step.gradientNorm(), peer.floats("grad_norms")[i]);
            }
            for (String name : peer.names()) {
                if (name.startsWith("text.") || name.startsWith("unet.")) {
                    float[] found = (name.startsWith("text.") ? text.weights() : unet.weights())
                            .get(name.substring("text.".length()))
                            .toFloatArray();
                    assertThat(Golden.error(found, peer.floats(name))).as(name).isLessThan(1e-4);
                }
            }
        }
    }

    /** One sample of the golden batch, its caption read by what learns. */
    private static Batch half(NDManager manager, SafeTensors inputs, TextEncoder text, int[][] ids, int step, int row) {
        String which = row + ":" + (row + 1);
        return Batch.of(
                Golden.array(manager, inputs, "latents").get(step - 1).get(which),
                Golden.array(manager, inputs, "noise").get(step - 1).get(which),
                new int[] {Golden.ids(inputs, "timesteps")[step - 1][row]},
                () -> Context.of(text.encode(new int[][] {ids[row]}, Patches.NONE, Operators.NONE)));
    }

    private static void close(double found, float expected) {
        assertThat(found).isCloseTo(expected, within(1e-4 * expected));
    }
}
