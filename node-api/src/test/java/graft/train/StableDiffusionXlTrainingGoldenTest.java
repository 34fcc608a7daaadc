package graft.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import graft.CopiedFolder;
import graft.Golden;
import graft.adapter.Lora;
import graft.file.SafeTensors;
import graft.model.AddedTokens;
import graft.model.Checkpoint;
import graft.model.Context;
import graft.model.LowRank;
import graft.model.Network;
import graft.model.Parts;
import graft.model.Patches;
import graft.model.sd.GoldenText;
import graft.sample.NoiseSchedule;
import graft.tensor.Compute;
import graft.tensor.Gradient;
import graft.tensor.NativeArrays;
import graft.tensor.Precision;
import graft.tensor.Scope;
import graft.train.optimizer.AdamW;
import graft.train.optimizer.Optimizer;
import graft.train.optimizer.ParameterGroup;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Eight steps of each method on Stable Diffusion XL beside diffusers' and peft's, both text encoders learning where they may. */
class StableDiffusionXlTrainingGoldenTest {

    private static final int STEPS = 8;

    private static final LearningRates RATES = new LearningRates(1e-3, "", true, 5e-4, "");

    /** What the files call the parts of a model. */
    private static final Map<String, String> NAMES =
            Map.of(Parts.DENOISER, "unet.", Parts.TEXT, "text_encoder.", Parts.TEXT_2, "text_encoder_2.");

    private static final String DOWN = ".lora_A.weight";
    private static final String UP = ".lora_B.weight";

    private SafeTensors expected;
    private Checkpoint model;
    private NDManager manager;

    @BeforeEach
    void open() {
        Compute compute = Compute.choose("cpu");
        Compute.prepareThread();
        expected = SafeTensors.open(Golden.path("sdxl-training/expected.safetensors"));
        model = Checkpoint.load(Golden.path("sdxl"), compute);
        manager = compute.newManager();
    }

    @AfterEach
    void close() {
        manager.close();
        model.close();
        expected.close();
    }

    // --- LoRA
    // -----------------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aLoraOfNetworkAndBothTextEncodersLearnsAsPeftDoes(boolean checkpointed) {
        LoraWeights weights = lora("lora.init.");
        Checkpoint view = weights.over(model);
        assertReadsAndDraws(view, "lora.init");
        AdamBeside adam = new AdamBeside(AdamW.Settings.DEFAULT);
        TrainingLoop loop = loop(weights.groups(RATES, 1), network(LearningNetwork.of(view), checkpointed), adam);
        float[] losses = expected.floats("lora.losses");
        float[] norms = expected.floats("lora.grad_norms");
        for (int step = 0; step < losses.length; step++) {
            Losses.Step taken = loop.step(step + 1, (number, part) -> batch(number - 1, view));
            assertClose(taken.loss(), losses[step], "loss", step);
            assertClose(taken.gradientNorm(), norms[step], "gradient norm", step);
        }
        NAMES.forEach((part, start) -> modules("lora.final." + start).forEach((module, name) -> {
            LowRank change = (LowRank) weights.patches().get(part).at(module).get(0);
            adam.assertLearnt(change.down(), expected, name + DOWN);
            adam.assertLearnt(change.up(), expected, name + UP);
        }));
        adam.assertLearntAlike();
        assertReadsAndDraws(view, "lora.final");
        try (Scope scope = Scope.open()) {
            Context plain = new Context(array("context"), array("pooled"), array("time_ids"));
            assertSame(draw(view, plain), "lora.final.out_unet_only");
        }
    }

    @Test
    void aStepWithBothTextEncodersLeavesNoArrayBehind() {
        LoraWeights weights = lora("lora.init.");
        Checkpoint view = weights.over(model);
        TrainingLoop loop = loop(weights.groups(RATES, 1), LearningNetwork.of(view), AdamW.Settings.DEFAULT);
        List<Long> counts = new ArrayList<>();
        for (int step = 1; step <= 6; step++) {
            loop.step(step, (number, part) -> batch(number - 1, view));
            counts.add(NativeArrays.count());
        }
        assertThat(counts.subList(1, 6)).containsOnly(counts.get(1));
    }

    @ParameterizedTest
    @EnumSource
    void blocksThatAreComputedTwiceGiveTheGradientsOfOneRecordBitForBit(LoraSettings.Kind kind) {
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
        LoraWeights weights = LoraWeights.fresh(model, settings, 1, "node", manager);
        weights.dropping(1, "node").begin(1, 0);
        Checkpoint view = weights.learning(model);
        List<float[]> once = gradients(view, weights.leaves(), false);
        List<float[]> twice = gradients(view, weights.leaves(), true);
        for (int i = 0; i < once.size(); i++) {
            assertThat(twice.get(i)).as("leaf %d", i).containsExactly(once.get(i));
        }
    }

    private List<float[]> gradients(Checkpoint view, List<NDArray> leaves, boolean checkpointed) {
        LearningNetwork network = network(LearningNetwork.of(view), checkpointed);
        try (Scope scope = Scope.open()) {
            return Gradient.on(() -> {
                NDArray loss = objective().loss(network, batch(0, view));
                List<float[]> numbers = new ArrayList<>();
                network.gradients(loss, leaves).forEach(gradient -> {
                    numbers.add(gradient.toFloatArray());
                    gradient.close();
                });
                return numbers;
            });
        }
    }

    private LoraWeights lora(String prefix) {
        return LoraWeights.of(Lora.of("golden", parts(prefix), Map.of()), model, 0, manager);
    }

    /** The LoRA of a prefix, by part and module; alpha is twice the rank. */
    private Map<String, Map<String, Lora.Part>> parts(String prefix) {
        Map<String, Map<String, Lora.Part>> parts = new LinkedHashMap<>();
        NAMES.forEach((part, start) -> {
            Map<String, Lora.Part> layers = new LinkedHashMap<>();
            modules(prefix + start).forEach((module, name) -> {
                long[] shape = expected.entry(name + DOWN).shape();
                layers.put(
                        module,
                        Lora.Part.lowRank(
                                expected.floats(name + DOWN),
                                shape,
                                expected.floats(name + UP),
                                expected.entry(name + UP).shape(),
                                2.0 * shape[0]));
            });
            parts.put(part, layers);
        });
        return parts;
    }

    /** What the file calls the layers whose names start so, by their modules. */
    private Map<String, String> modules(String start) {
        Map<String, String> modules = new LinkedHashMap<>();
        for (String down : expected.names()) {
            if (down.startsWith(start) && down.endsWith(DOWN)) {
                String name = down.substring(0, down.length() - DOWN.length());
                String module = name.substring(start.length());
                modules.put(start.contains("text_encoder") ? Golden.textName(module) : module, name);
            }
        }
        assertThat(modules).as(start).isNotEmpty();
        return modules;
    }

    private void assertReadsAndDraws(Checkpoint view, String name) {
        try (Scope scope = Scope.open()) {
            Context context = told(view, "");
            assertSame(context.states(), name + ".context");
            assertSame(context.pooled(), name + ".pooled");
            assertSame(draw(view, context), name + ".out");
        }
    }

    // --- DreamBooth
    // -----------------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void allWeightsOfTheNetworkLearnAsWithDiffusers(boolean checkpointed) {
        try (Network learning = model.network().copy(model.compute(), Precision.FP32)) {
            List<NDArray> weights = learning.weights().arrays();
            weights.forEach(Gradient::leaf);
            LearningNetwork network = network(LearningNetwork.of(learning, Patches.NONE), checkpointed);
            AdamBeside adam = new AdamBeside(AdamW.Settings.DEFAULT);
            TrainingLoop loop = loop(List.of(new ParameterGroup(weights, 1e-4)), network, adam);
            Objective objective = objective();
            float[] losses = expected.floats("dreambooth.losses");
            float[] instances = expected.floats("dreambooth.instance_losses");
            float[] priors = expected.floats("dreambooth.prior_losses");
            float[] norms = expected.floats("dreambooth.grad_norms");
            for (int step = 0; step < losses.length; step++) {
                try (Scope scope = Scope.open()) {
                    Batch batch = batch(step, model);
                    assertClose(objective.loss(network, half(batch, 0)).getFloat(), instances[step], "instance", step);
                    assertClose(objective.loss(network, half(batch, 1)).getFloat(), priors[step], "prior", step);
                }
                Losses.Step taken = loop.step(step + 1, (number, part) -> priorBatch(number - 1));
                assertClose(taken.loss(), losses[step], "loss", step);
                assertClose(taken.gradientNorm(), norms[step], "gradient norm", step);
            }
            for (String name : expected.names()) {
                String weight = name.substring(name.lastIndexOf("final.") + "final.".length());
                if (name.startsWith("dreambooth.final.") && !weight.equals("out")) {
                    adam.assertLearnt(learning.weights().get(weight), expected, name);
                }
            }
            adam.assertLearntAlike();
            try (Scope scope = Scope.open()) {
                assertSame(draw(model.withNetwork(learning), told(model, "")), "dreambooth.final.out");
            }
        }
    }

    /** The first half is the subject, the other of its class. */
    private Batch priorBatch(int step) {
        PriorPreservation both = new PriorPreservation(
                (number, part) -> half(batch(number, model), 0), (number, part) -> half(batch(number, model), 1), 1);
        return both.batch(step, 0);
    }

    private static Batch half(Batch batch, int which) {
        int size = batch.timesteps().length / 2;
        String rows = which * size + ":" + (which + 1) * size;
        return Batch.of(
                batch.latents().get(rows),
                batch.noise().get(rows),
                Arrays.copyOfRange(batch.timesteps(), which * size, (which + 1) * size),
                () -> batch.context().get().map(array -> array.get(rows)));
    }

    // --- textual inversion
    // -----------------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aWordOfTwoVectorsInEachTextEncoderLearnsAsWithDiffusers(boolean checkpointed) {
        NDArray first = vectors("ti.init.clip_l");
        NDArray second = vectors("ti.init.clip_g");
        int count = (int) first.getShape().get(0);
        AddedTokens added = AddedTokens.of(
                List.of(new AddedTokens.Word("<word>", count)), Map.of(Parts.TEXT, first, Parts.TEXT_2, second));
        Checkpoint view = model.with(Map.of(), added, List.of());
        AdamBeside adam = new AdamBeside(new AdamW.Settings(0.9, 0.999, 1e-8, 0));
        TrainingLoop loop = new TrainingLoop(
                List.of(new ParameterGroup(List.of(first, second), 5e-3)),
                objective(),
                network(LearningNetwork.of(view), checkpointed),
                new TrainingLoop.Plan(STEPS, 1, RateSchedule.CONSTANT, 0, false),
                adam,
                manager);
        float[] losses = expected.floats("ti.losses");
        for (int step = 0; step < losses.length; step++) {
            Losses.Step taken = loop.step(step + 1, (number, part) -> batch(number - 1, view, "ti."));
            assertClose(taken.loss(), losses[step], "loss", step);
        }
        adam.assertLearnt(first, expected, "ti.final.clip_l");
        adam.assertLearnt(second, expected, "ti.final.clip_g");
        adam.assertLearntAlike();
        try (Scope scope = Scope.open()) {
            Context context = told(view, "ti.");
            assertSame(context.states(), "ti.final.context");
            assertSame(context.pooled(), "ti.final.pooled");
        }
    }

    private NDArray vectors(String name) {
        return Gradient.leaf(manager.create(
                expected.floats(name), new Shape(expected.entry(name).shape())));
    }

    // --- velocity, up to nothing but noise
    // -----------------------------------------------------------------------------------------------------------

    @Test
    void velocityIsLearntFromNothingButNoiseToo(@TempDir Path folder) throws IOException {
        Path said = CopiedFolder.of(Golden.path("sdxl"), folder).resolve("scheduler/scheduler_config.json");
        JsonObject config = JsonParser.parseString(Files.readString(said)).getAsJsonObject();
        config.addProperty("prediction_type", "v_prediction");
        config.addProperty("rescale_betas_zero_snr", true);
        Files.writeString(said, config.toString());
        try (Checkpoint velocity = Checkpoint.load(folder, model.compute());
                SafeTensors base = SafeTensors.open(Golden.path("sdxl/expected.safetensors"));
                Scope scope = Scope.open()) {
            NoiseSchedule schedule = NoiseSchedule.of(velocity.scheduler());
            Context context = new Context(
                    Golden.array(manager, base, "unet.context"),
                    Golden.array(manager, base, "text2.pooled"),
                    Golden.array(manager, base, "unet.time_ids"));
            Batch batch = Batch.of(array("latents").get(0), array("noise").get(0), whole("vpred.t"), context);
            float[] losses = new Objective(schedule, 0)
                    .losses(LearningNetwork.of(velocity), batch)
                    .toFloatArray();
            float[] wanted = expected.floats("vpred.loss");
            for (int i = 0; i < wanted.length; i++) {
                assertThat(losses[i]).isCloseTo(wanted[i], within(1e-4f * wanted[i]));
            }
            Objective weighted = new Objective(schedule, 5);
            float[] weights = expected.floats("vpred.min_snr5");
            for (int t = 0; t < weights.length; t++) {
                assertThat(weighted.weightAt(t)).as("weight of %d", t).isCloseTo(weights[t], within(1e-5f));
            }
        }
    }

    private int[] whole(String name) {
        float[] numbers = expected.floats(name);
        return IntStream.range(0, numbers.length).map(i -> (int) numbers[i]).toArray();
    }

    // --- what all share
    // -----------------------------------------------------------------------------------------------------------

    private LearningNetwork network(LearningNetwork network, boolean checkpointed) {
        return checkpointed ? network.checkpointed(manager) : network;
    }

    private TrainingLoop loop(List<ParameterGroup> groups, LearningNetwork network, Optimizer.Settings method) {
        return new TrainingLoop(
                groups,
                objective(),
                network,
                new TrainingLoop.Plan(STEPS, 1, RateSchedule.CONSTANT, 1, false),
                method,
                manager);
    }

    private Objective objective() {
        return new Objective(NoiseSchedule.of(model.scheduler()), 0);
    }

    private Batch batch(int step, Checkpoint view) {
        return batch(step, view, "");
    }

    /** @param prefix of the names of the token ids */
    private Batch batch(int step, Checkpoint view, String prefix) {
        return Batch.of(
                array("latents").get(step),
                array("noise").get(step),
                Golden.ids(expected, "timesteps")[step],
                () -> told(view, prefix));
    }

    private Context told(Checkpoint view, String prefix) {
        return GoldenText.read(
                        view,
                        Map.of(
                                Parts.TEXT, Golden.ids(expected, prefix + "input_ids"),
                                Parts.TEXT_2, Golden.ids(expected, prefix + "input_ids_2")))
                .withSizes(array("time_ids"));
    }

    /** What a view predicts of the first latents, as they are. */
    private NDArray draw(Checkpoint view, Context context) {
        NDArray sample = array("latents").get(0);
        float[] times = new float[(int) sample.getShape().get(0)];
        Arrays.fill(times, 321);
        return view.network().forward(sample, manager.create(times), context, view.patches(Parts.DENOISER));
    }

    private NDArray array(String name) {
        return Golden.array(manager, expected, name);
    }

    private void assertSame(NDArray found, String name) {
        assertThat(Golden.error(found.toFloatArray(), expected.floats(name)))
                .as(name)
                .isLessThan(1e-4);
    }

    private static void assertClose(double found, float wanted, String which, int step) {
        assertThat(found).as("%s of step %d", which, step + 1).isCloseTo(wanted, within(1e-4 * wanted));
    }
}
