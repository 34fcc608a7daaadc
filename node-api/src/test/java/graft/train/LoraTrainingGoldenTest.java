package graft.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import graft.Golden;
import graft.adapter.Lora;
import graft.file.SafeTensors;
import graft.model.Checkpoint;
import graft.model.Context;
import graft.model.LowRank;
import graft.model.Parts;
import graft.model.Patches;
import graft.model.sd.UNet;
import graft.sample.NoiseSchedule;
import graft.tensor.Compute;
import graft.tensor.NativeArrays;
import graft.train.optimizer.AdamW;
import graft.train.optimizer.Optimizer;
import graft.train.optimizer.ParameterGroup;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Eight steps of a LoRA beside peft's on the same noise and timesteps. */
class LoraTrainingGoldenTest {

    private static final String PREFIX = "lora.init.";

    private SafeTensors expected;
    private Checkpoint model;
    private NDManager manager;
    private Context context;
    private LoraWeights weights;

    @BeforeEach
    void open() {
        Compute compute = Compute.choose("cpu");
        expected = SafeTensors.open(Golden.path("training/expected.safetensors"));
        model = Checkpoint.load(Golden.path("sd15"), compute);
        manager = compute.newManager();
        int[][] ids = Golden.ids(expected, "input_ids");
        context = Context.of(model.encoder(Parts.TEXT).encode(ids, Patches.NONE));
        context.states().attach(manager);
        Map<String, Lora.Part> parts = parts(PREFIX);
        weights = LoraWeights.of(Lora.of("golden", Map.of(Parts.DENOISER, parts), Map.of()), model, 0, manager);
    }

    @AfterEach
    void close() {
        manager.close();
        model.close();
        expected.close();
    }

    @Test
    void learnsAndDrawsAsPeftDoes() {
        assertThat(Golden.error(output(), array("lora.init.out"))).isLessThan(1e-4);
        AdamBeside adam = new AdamBeside(AdamW.Settings.DEFAULT);
        TrainingLoop loop = loop(adam);
        float[] losses = expected.floats("lora.losses");
        float[] norms = expected.floats("lora.grad_norms");
        for (int step = 0; step < losses.length; step++) {
            Losses.Step taken = loop.step(step + 1, (number, part) -> batch(number - 1));
            assertThat(taken.loss())
                    .as("loss of step %d", step + 1)
                    .isCloseTo(losses[step], within(1e-4 * losses[step]));
            assertThat(taken.gradientNorm())
                    .as("gradient norm of step %d", step + 1)
                    .isCloseTo(norms[step], within(1e-4 * norms[step]));
        }
        Patches learnt = weights.patches().get(Parts.DENOISER);
        for (String module : ((UNet) model.network()).attentionLinears()) {
            LowRank change = (LowRank) learnt.at(module).get(0);
            adam.assertLearnt(change.down(), expected, "lora.final." + module + ".lora_A.weight");
            adam.assertLearnt(change.up(), expected, "lora.final." + module + ".lora_B.weight");
        }
        adam.assertLearntAlike();
        assertThat(Golden.error(output(), array("lora.final.out"))).isLessThan(1e-4);
    }

    @Test
    void weighsTimestepsByMinSnr() {
        int[] timesteps = Golden.ids(expected, "timesteps")[0];
        float[] snr = expected.floats("min_snr5.epsilon");
        Batch batch = batch(0);
        Objective plain = new Objective(NoiseSchedule.of(model.scheduler()), 0);
        Objective weighted = new Objective(plain.schedule(), 5);
        NDArray first = row(batch.noise(), 0).sub(row(prediction(batch), 0));
        NDArray second = row(batch.noise(), 1).sub(row(prediction(batch), 1));
        double a = first.mul(first).mean().getFloat();
        double b = second.mul(second).mean().getFloat();
        assertThat((double) plain.loss(network(), batch).getFloat()).isCloseTo((a + b) / 2, within(1e-5 * a));
        double whole = (snr[timesteps[0]] * a + snr[timesteps[1]] * b) / 2;
        assertThat((double) weighted.loss(network(), batch).getFloat()).isCloseTo(whole, within(1e-5 * whole));
    }

    @Test
    void leavesNoArrayBehindAfterAStep() {
        TrainingLoop loop = loop(AdamW.Settings.DEFAULT);
        List<Long> counts = new ArrayList<>();
        for (int step = 1; step <= 6; step++) {
            // A scope of the loop frees the batch too.
            loop.step(step, (number, part) -> batch((number - 1) % 8));
            counts.add(NativeArrays.count());
        }
        assertThat(counts.subList(1, 6)).containsOnly(counts.get(1));
    }

    private TrainingLoop loop(Optimizer.Settings method) {
        return new TrainingLoop(
                List.of(new ParameterGroup(weights.leaves(), 1e-3)),
                new Objective(NoiseSchedule.of(model.scheduler()), 0),
                network(),
                new TrainingLoop.Plan(8, 1, RateSchedule.CONSTANT, 1, false),
                method,
                manager);
    }

    private LearningNetwork network() {
        return LearningNetwork.of(weights.over(model));
    }

    private NDArray prediction(Batch batch) {
        NoiseSchedule schedule = NoiseSchedule.of(model.scheduler());
        float[] times = new float[batch.timesteps().length];
        for (int i = 0; i < times.length; i++) {
            times[i] = batch.timesteps()[i];
        }
        return network()
                .predict(
                        schedule.noised(batch.latents(), batch.noise(), batch.timesteps()),
                        manager.create(times),
                        batch.context().get());
    }

    private NDArray output() {
        NDArray sample = row(array("latents"), 0);
        float[] times = new float[(int) sample.getShape().get(0)];
        Arrays.fill(times, 321);
        return network().predict(sample, manager.create(times), context);
    }

    private Batch batch(int step) {
        return Batch.of(
                row(array("latents"), step),
                row(array("noise"), step),
                Golden.ids(expected, "timesteps")[step],
                context.map(NDArray::duplicate));
    }

    /** One entry along the first axis, without that axis. */
    private static NDArray row(NDArray array, int index) {
        return array.get(index);
    }

    private NDArray array(String name) {
        return Golden.array(manager, expected, name);
    }

    private Map<String, Lora.Part> parts(String prefix) {
        Map<String, Lora.Part> parts = new LinkedHashMap<>();
        for (String module : ((UNet) model.network()).attentionLinears()) {
            String down = prefix + module + ".lora_A.weight";
            String up = prefix + module + ".lora_B.weight";
            long[] shape = expected.entry(down).shape();
            parts.put(
                    module,
                    Lora.Part.lowRank(
                            expected.floats(down),
                            shape,
                            expected.floats(up),
                            expected.entry(up).shape(),
                            2.0 * shape[0]));
        }
        return parts;
    }
}
