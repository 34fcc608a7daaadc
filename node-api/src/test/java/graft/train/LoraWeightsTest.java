package graft.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import graft.Golden;
import graft.adapter.AdapterStack;
import graft.adapter.Lora;
import graft.adapter.LoraFile;
import graft.model.Checkpoint;
import graft.model.Context;
import graft.model.Parts;
import graft.node.Problem;
import graft.tensor.Compute;
import graft.tensor.Gradient;
import graft.tensor.KeyedRandom;
import graft.tensor.NativeArrays;
import graft.tensor.Operators;
import graft.tensor.Scope;
import graft.train.LoraSettings.Kind;
import graft.train.LoraSettings.Rank;
import graft.train.LoraSettings.Targets;
import graft.train.optimizer.ParameterGroup;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class LoraWeightsTest {

    /** At half the side the middle would be one pixel, whose attention to itself alone gives to_q and to_k no gradient. */
    private static final Shape LATENTS = new Shape(1, 4, 16, 16);

    private Checkpoint model;
    private NDManager manager;

    @BeforeEach
    void open() {
        Compute compute = Compute.choose("cpu");
        Compute.prepareThread();
        model = Checkpoint.load(Golden.ours("sd15"), compute);
        manager = compute.newManager();
    }

    @AfterEach
    void close() {
        manager.close();
        model.close();
    }

    /** Everything learns: all layers of the transformers, convolutions, the text encoder. */
    private static LoraSettings everything(Kind kind, double dropout) {
        return new LoraSettings(
                kind, new Rank(2, 4), new Rank(3, 1), false, Targets.ALL_LINEAR, BlockRanks.NONE, true, -1, dropout);
    }

    private static LoraSettings blocks(String ranks, boolean stabilised) {
        return new LoraSettings(
                Kind.LORA,
                new Rank(4, 6),
                new Rank(0, 1),
                stabilised,
                Targets.ATTENTION,
                BlockRanks.parse(ranks),
                false,
                -1,
                0);
    }

    private LoraWeights fresh(LoraSettings settings) {
        return LoraWeights.fresh(model, settings, 3, "node", manager);
    }

    private float[] output(Checkpoint view) {
        try (Scope scope = Scope.open()) {
            return scope.keep(predict(view), manager).toFloatArray();
        }
    }

    private NDArray predict(Checkpoint view) {
        float[] noise = KeyedRandom.of(1, "test", 0, "latents").normal((int) LATENTS.size());
        NDArray states = view.encoder(Parts.TEXT).encode(new int[][] {{998, 3, 5, 999}}, view.patches(Parts.TEXT));
        return view.network()
                .forward(
                        manager.create(noise, LATENTS),
                        manager.create(new float[] {321}),
                        Context.of(states),
                        view.patches(Parts.DENOISER));
    }

    private void nudge(LoraWeights weights) {
        for (NDArray leaf : weights.leaves()) {
            leaf.setRequiresGradient(false);
            leaf.addi(0.05f);
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void aFreshAdapterChangesNothingYetAndEveryLayerIsThereToLearn(Kind kind) {
        LoraWeights weights = fresh(everything(kind, 0));

        // The changed weights are the same numbers at another address, which can sway a product's last bit.
        assertThat(Golden.error(output(weights.over(model)), output(model))).isLessThan(1e-5);
        assertThat(weights.patches().get(Parts.DENOISER).at("down_blocks.1.resnets.0.conv1"))
                .hasSize(1);
        assertThat(weights.patches().get(Parts.DENOISER).at("down_blocks.0.downsamplers.0.conv"))
                .hasSize(1);
        assertThat(weights.patches().get(Parts.DENOISER).at("mid_block.attentions.0.proj_in"))
                .hasSize(1);
        assertThat(weights.patches().get(Parts.DENOISER).at("conv_in")).isEmpty();
        assertThat(weights.patches().get(Parts.TEXT).at("text_model.encoder.layers.0.mlp.fc1"))
                .hasSize(1);
        nudge(weights);
        assertThat(Golden.error(output(weights.over(model)), output(model))).isGreaterThan(0.01);
    }

    /** What a file gives back acts as what was learnt. */
    @ParameterizedTest
    @EnumSource(Kind.class)
    void whatWasLearntActsTheSameInAStackAndIsTakenUpAgainAsItWas(Kind kind) {
        LoraWeights weights = fresh(everything(kind, 0));
        nudge(weights);
        Lora lora = weights.toLora("learnt", Map.of());
        float[] learnt = output(weights.over(model));

        try (Checkpoint stacked = AdapterStack.apply(model, List.of(new AdapterStack.Entry(lora, 1, 1)))) {
            assertThat(output(stacked)).isEqualTo(learnt);
        }
        LoraWeights again = LoraWeights.of(lora, model, 0, manager);
        assertThat(again.toLora("learnt", Map.of()).layers(Parts.DENOISER)).isEqualTo(lora.layers(Parts.DENOISER));
        assertThat(again.toLora("learnt", Map.of()).layers(Parts.TEXT)).isEqualTo(lora.layers(Parts.TEXT));
        assertThat(output(again.over(model))).isEqualTo(learnt);
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void dropoutIsOfTheStepAloneAndNotOfTheViewThatSamplesAreDrawnWith(Kind kind) {
        LoraWeights weights = fresh(everything(kind, 0.5));
        nudge(weights);
        float[] whole = output(weights.over(model));
        Learner.Around dropping = weights.dropping(7, "node");
        dropping.begin(1, 0);
        float[] first = output(weights.learning(model));
        dropping.begin(2, 0);
        float[] second = output(weights.learning(model));
        dropping.begin(1, 0);
        long arrays = NativeArrays.count();

        assertThat(output(weights.learning(model))).isEqualTo(first).isNotEqualTo(second);
        assertThat(output(weights.over(model))).isEqualTo(whole).isNotEqualTo(first);
        dropping.begin(3, 1);
        // The two outputs, which the manager of the test holds.
        assertThat(NativeArrays.count()).isEqualTo(arrays + 2);
    }

    @Test
    void theFactorsThatBeginAtNoughtLearnFasterWithLoraPlusAndTheTextEncoderAtARateOfItsOwn() {
        LoraWeights weights = fresh(everything(Kind.LORA, 0));
        List<ParameterGroup> groups = weights.groups(new LearningRates(1e-3, "", true, 5e-4, ""), 16);

        assertThat(groups).extracting(ParameterGroup::rate).containsExactly(1e-3, 16e-3, 5e-4, 8e-3);
        assertThat(ParameterGroup.weights(groups)).containsExactlyInAnyOrderElementsOf(weights.leaves());
        assertThat(groups.get(1).weights()).allMatch(up -> up.abs().sum().getFloat() == 0);
    }

    @Test
    void blocksMayHaveRanksOfTheirOwnAndActAtTheSameAlphaOverRank() {
        Lora lora = fresh(blocks("down_blocks.1=2, mid=0, up=8, up_blocks.1=1", false))
                .toLora("x", Map.of());

        assertThat(lora.layers(Parts.DENOISER).keySet()).noneMatch(module -> module.startsWith("mid_block"));
        lora.layers(Parts.DENOISER).forEach((module, part) -> {
            int rank = module.startsWith("down_blocks.1.")
                    ? 2
                    : module.startsWith("up_blocks.1.") ? 1 : module.startsWith("up_blocks.") ? 8 : 4;
            assertThat(part.rank()).as(module).isEqualTo(rank);
            assertThat(part.scale()).as(module).isCloseTo(1.5, within(1e-12));
        });
    }

    @Test
    void rankStabilisedUpdatesActAtAlphaOverTheRootOfTheRankInEveryReadersEyes() {
        Lora lora = fresh(blocks("mid=16", true)).toLora("x", Map.of());

        lora.layers(Parts.DENOISER).forEach((module, part) -> assertThat(part.alpha() / part.rank())
                .isCloseTo(module.startsWith("mid") ? 6 / 4.0 : 6 / 2.0, within(1e-12)));
    }

    @Test
    void aBlockThatIsNotThereIsNamed() {
        assertThatThrownBy(() -> fresh(blocks("down_blocks.7=2", false)))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("down_blocks.7");
        assertThatThrownBy(() -> fresh(blocks("down=0, mid=0, up=0", false)))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("the settings leave no layer that learns");
        assertThatThrownBy(() -> BlockRanks.parse("mid=4, up_blocks 8"))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("\"up_blocks 8\" is not a block and its rank");
    }

    /** Files of other tools, one of each kind. */
    static Stream<String> peers() {
        return Stream.of(
                "lycoris-full",
                "lycoris-oft-rescaled",
                "lycoris-boft",
                "lycoris-glora",
                "lycoris-ia3",
                "lycoris-norms",
                "comfy-trained",
                "comfy-set-weight",
                "kohya-boft",
                "peft-oft",
                "peft-oft-conv",
                "peft-ia3",
                "peft-lora-whole");
    }

    private Lora peer(String name) {
        Path inFolder = Golden.resource("/graft/adapter/peers").resolve(name).resolve("adapter_model.safetensors");
        Path single = Golden.resource("/graft/adapter/peers").resolve(name + ".safetensors");
        return AdapterStack.fitted(LoraFile.read(Files.exists(inFolder) ? inFolder : single), model);
    }

    /** Of a file of another tool: what it begins with is what it was, each of its numbers learns, and its kinds stay. */
    @ParameterizedTest
    @MethodSource("peers")
    void trainingGoesOnFromEveryKind(String name) {
        Lora begun = peer(name);
        LoraWeights weights = LoraWeights.of(begun, model, 0.1, manager);
        try (Checkpoint view = AdapterStack.apply(model, List.of(new AdapterStack.Entry(begun, 1, 1)))) {
            assertThat(Golden.error(output(weights.over(model)), output(view))).isLessThan(1e-5);
        }
        assertThat(weights.toLora("same", Map.of()).kind()).isEqualTo(begun.kind());

        float[] target = output(model);
        double before = Golden.error(output(weights.over(model)), target);
        for (int step = 1; step <= 4; step++) {
            learn(weights, target);
        }
        Lora learnt = weights.toLora("learnt", Map.of());
        assertThat(Golden.error(output(weights.over(model)), target)).isLessThan(before);
        assertThat(learnt.kind()).isEqualTo(begun.kind());
        assertThat(learnt.layers(Parts.DENOISER).keySet())
                .isEqualTo(begun.layers(Parts.DENOISER).keySet());
        learnt.layers(Parts.DENOISER).forEach((module, part) -> assertThat(part)
                .as(module)
                .isNotEqualTo(begun.layers(Parts.DENOISER).get(module)));
        try (Checkpoint view = AdapterStack.apply(model, List.of(new AdapterStack.Entry(learnt, 1, 1)))) {
            assertThat(Golden.error(output(view), output(weights.over(model)))).isLessThan(1e-4);
        }
    }

    /** One step down the gradient, each leaf by 0.02, towards a target. */
    private void learn(LoraWeights weights, float[] target) {
        try (Scope scope = Scope.open()) {
            List<NDArray> gradients = gradients(weights, target, () -> {});
            for (int i = 0; i < gradients.size(); i++) {
                NDArray leaf = weights.leaves().get(i);
                NDArray gradient = gradients.get(i);
                assertThat(gradient.norm().getFloat()).isFinite().isPositive();
                Operators.assign(
                        List.of(leaf),
                        List.of(leaf.sub(gradient.mul(0.02f / gradient.norm().getFloat()))));
            }
        }
    }

    /**
     * The gradient of each leaf by the square of what the model's output is away from a target.
     *
     * @param between what happens after the loss is known and before the backward pass
     */
    private List<NDArray> gradients(LoraWeights weights, float[] target, Runnable between) {
        Checkpoint view = weights.learning(model);
        return Gradient.on(() -> {
            NDArray loss =
                    predict(view).sub(manager.create(target, LATENTS)).square().sum();
            between.run();
            return Gradient.of(loss, weights.leaves());
        });
    }

    @ParameterizedTest
    @MethodSource("peers")
    void theGradientsOfEveryKindThatWasReadAreTheSameWhenJavaCollectsItsGarbageBeforeTheBackwardPass(String name) {
        assertThatGarbageChangesNoGradient(LoraWeights.of(peer(name), model, 0.1, manager));
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void theGradientsOfAFreshAdapterAreTheSameWhenJavaCollectsItsGarbageBeforeTheBackwardPass(Kind kind) {
        LoraWeights weights = fresh(everything(kind, 0.5));
        nudge(weights);
        weights.leaves().forEach(Gradient::leaf);
        weights.dropping(7, "node").begin(1, 0);

        assertThatGarbageChangesNoGradient(weights);
    }

    private void assertThatGarbageChangesNoGradient(LoraWeights weights) {
        float[] target = output(model);
        try (Scope scope = Scope.open()) {
            List<NDArray> undisturbed = gradients(weights, target, () -> {});
            // As large as the arrays of one Java number: a float or an int, a double or a long.
            List<NDArray> disturbed = gradients(weights, target, () -> FreedBuffers.reuse(Float.BYTES, Double.BYTES));
            for (int i = 0; i < undisturbed.size(); i++) {
                assertThat(disturbed.get(i).toFloatArray())
                        .as("leaf " + i)
                        .isEqualTo(undisturbed.get(i).toFloatArray());
            }
        }
    }

    /** LyCORIS' factorization. */
    @ParameterizedTest
    @CsvSource({
        "127, -1, 1, 127",
        "128, -1, 8, 16",
        "128, 4, 4, 32",
        "250, -1, 10, 25",
        "250, 4, 2, 125",
        "250, 8, 5, 50",
        "360, -1, 18, 20",
        "512, 8, 8, 64",
        "1024, 16, 16, 64",
        "8, 4, 2, 4",
        "320, 16, 16, 20"
    })
    void aNumberIsSplitAsLycorisDoes(long number, int factor, long small, long large) {
        assertThat(FreshChange.split(number, factor)).containsExactly(small, large);
    }
}
