package graft.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import graft.Golden;
import graft.tensor.Compute;
import graft.tensor.Gradient;
import graft.tensor.KeyedRandom;
import graft.tensor.Operators;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PatchesTest {

    private static final Compute CPU = Compute.choose("cpu");

    /** Of the central difference. */
    private static final double STEP = 0.02;

    private Checkpoint model;
    private NDManager manager;
    private NDArray latents;
    private NDArray timesteps;
    private NDArray context;

    @BeforeEach
    void open() {
        Compute.prepareThread();
        model = Checkpoint.load(Golden.ours("sd15"), CPU);
        manager = CPU.newManager();
        latents = random("latents", 1, 4, 8, 8);
        timesteps = manager.create(new float[] {321});
        context = random("context", 1, 7, model.spec().contextWidth());
    }

    @AfterEach
    void close() {
        manager.close();
        model.close();
    }

    private NDArray random(String purpose, long... shape) {
        Shape wanted = new Shape(shape);
        return manager.create(KeyedRandom.of(5, "patches", 0, purpose).normal((int) wanted.size()), wanted);
    }

    private NDArray predict(Patches patches) {
        return model.network().forward(latents, timesteps, Context.of(context), patches);
    }

    /** Rank-2 changes of every module of the UNet, convolutions too. */
    private Patches everywhere(double scale, boolean zeroUp) {
        Map<String, List<Change>> changes = new LinkedHashMap<>();
        for (String module : model.network().moduleNames()) {
            changes.put(module, List.of(change(module, scale, zeroUp)));
        }
        return Patches.of(changes);
    }

    private LowRank change(String module, double scale, boolean zeroUp) {
        long[] down = model.network().weightShape(module).clone();
        long out = down[0];
        down[0] = 2;
        NDArray up = random(module + " up", out, 2).mul(0.05);
        return new LowRank(random(module + " down", down).mul(0.2), zeroUp ? up.zerosLike() : up, scale);
    }

    @Test
    void anUntrainedChangeGivesTheBaseBitForBit() {
        assertThat(predict(everywhere(1, true)).toFloatArray())
                .isEqualTo(predict(Patches.NONE).toFloatArray());
    }

    @Test
    void aChangeAtNoStrengthGivesTheBaseBitForBit() {
        assertThat(predict(everywhere(0, false)).toFloatArray())
                .isEqualTo(predict(Patches.NONE).toFloatArray());
    }

    @Test
    void aChangeActsAsIfItWereAddedToTheWeight() {
        Patches patches = everywhere(0.7, false);
        float[] patched = predict(patches).toFloatArray();
        for (String module : model.network().moduleNames()) {
            NDArray weight = model.network().weights().get(module + ".weight");
            LowRank change = (LowRank) patches.at(module).get(0);
            NDArray product = change.up().matMul(change.down().reshape(2, -1));
            weight.addi(product.mul(change.scale()).reshape(weight.getShape()));
        }
        assertThat(Golden.error(patched, predict(Patches.NONE).toFloatArray())).isLessThan(1e-4);
    }

    @Test
    void changesOfOneModuleAddUp() {
        Patches once = everywhere(1, false);
        Patches halfTwice = everywhere(0.5, false).plus(everywhere(0.5, false));
        assertThat(Golden.error(predict(halfTwice), predict(once))).isLessThan(1e-5);
    }

    @Test
    void theGradientOfAChangeIsThatOfFiniteDifferences() {
        Patches patches = everywhere(0.7, false);
        NDArray target = random("target", 1, 4, 8, 8);
        NDArray one = manager.ones(new Shape(1));
        List<NDArray> factors = new ArrayList<>();
        for (String module : model.network().moduleNames()) {
            patches.at(module).get(0).arrays().forEach(factor -> factors.add(Gradient.leaf(factor)));
        }
        List<NDArray> gradients = Gradient.on(() -> Gradient.of(
                Operators.sampleLosses(predict(patches), target, one, Operators.NONE, Operators.NONE)
                        .mean(),
                factors));
        // A central difference cannot be more exact than the rounding of the two losses.
        float loss = Operators.sampleLosses(predict(patches), target, one, Operators.NONE, Operators.NONE)
                .mean()
                .getFloat();
        double rounding = 4 * Math.ulp(loss) / (2 * STEP);
        for (String module : List.of(
                "conv_in",
                "time_embedding.linear_2",
                "down_blocks.0.resnets.0.time_emb_proj",
                "down_blocks.1.attentions.0.transformer_blocks.0.attn1.to_q",
                "down_blocks.1.attentions.0.transformer_blocks.0.attn2.to_v",
                "mid_block.attentions.0.proj_in",
                "up_blocks.1.resnets.0.conv_shortcut",
                "up_blocks.2.attentions.1.transformer_blocks.0.ff.net.2",
                "conv_out")) {
            for (NDArray factor : patches.at(module).get(0).arrays()) {
                NDArray direction = gradients.get(factors.indexOf(factor));
                double norm = Math.sqrt(direction.square().sum().getFloat());
                double slope = slopeAlong(factor, direction.div(norm), patches, target, one);
                assertThat(slope).as(module).isCloseTo(norm, within(norm * 0.01 + rounding));
            }
        }
    }

    /** The loss's slope by a central difference. */
    private double slopeAlong(NDArray factor, NDArray direction, Patches patches, NDArray target, NDArray one) {
        factor.setRequiresGradient(false);
        factor.addi(direction.mul(STEP));
        double ahead = Operators.sampleLosses(predict(patches), target, one, Operators.NONE, Operators.NONE)
                .mean()
                .getFloat();
        factor.subi(direction.mul(2 * STEP));
        double behind = Operators.sampleLosses(predict(patches), target, one, Operators.NONE, Operators.NONE)
                .mean()
                .getFloat();
        factor.addi(direction.mul(STEP));
        return (ahead - behind) / (2 * STEP);
    }

    @Test
    void aViewAddsItsChangesToThoseOfItsBaseAndSharesTheWeights() {
        Checkpoint first = model.with(Map.of(Parts.DENOISER, everywhere(0.5, false)), AddedTokens.NONE, List.of());
        Checkpoint second = first.with(Map.of(Parts.DENOISER, everywhere(0.5, false)), AddedTokens.NONE, List.of());
        assertThat(second.network()).isSameAs(model.network());
        assertThat(second.uses()).contains(first);
        assertThat(second.patches(Parts.DENOISER).at("conv_in")).hasSize(2);
        assertThat(Golden.error(predict(second.patches(Parts.DENOISER)), predict(everywhere(1, false))))
                .isLessThan(1e-5);
    }

    @Test
    void adamWAndClippingMatchTheirFormulas() {
        NDArray weight = manager.create(new float[] {1f, -2f, 3f});
        NDArray gradient = manager.create(new float[] {3f, 0f, 4f});
        NDArray first = manager.zeros(new Shape(3), DataType.FLOAT32);
        NDArray second = manager.zeros(new Shape(3), DataType.FLOAT32);
        assertThat(Operators.globalNormClip(List.of(gradient), 1)).isCloseTo(5, within(1e-5));
        assertThat(gradient.toFloatArray()).containsExactly(new float[] {0.6f, 0f, 0.8f}, within(1e-5f));
        Operators.fusedAdamW(
                List.of(weight), List.of(gradient), List.of(first), List.of(second), 1, 0.1, 0.9, 0.999, 1e-8, 0.01);
        // After one step the bias-corrected ratio is the gradient's sign: w - lr·decay·w - lr·sign.
        assertThat(weight.toFloatArray()).containsExactly(new float[] {0.899f, -1.998f, 2.897f}, within(1e-5f));
        assertThat(first.toFloatArray()).containsExactly(new float[] {0.06f, 0f, 0.08f}, within(1e-6f));
    }
}
