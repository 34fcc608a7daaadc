package graft.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import graft.adapter.Lora.LowRank;
import graft.adapter.Lora.Part;
import graft.adapter.Lora.Values;
import graft.node.Problem;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A LoRA by blocks, and two side by side. */
class LoraBlockTest {

    private static LowRank low(long seed, int rank, int in, int out, double alpha) {
        Random random = new Random(seed);
        return new LowRank(
                new Values(gaussian(random, rank * in), rank, in),
                new Values(gaussian(random, out * rank), out, rank),
                Optional.empty(),
                alpha);
    }

    private static float[] gaussian(Random random, int count) {
        float[] numbers = new float[count];
        for (int i = 0; i < count; i++) {
            numbers[i] = (float) random.nextGaussian();
        }
        return numbers;
    }

    private static Lora lora(String... modules) {
        Map<String, Part> layers = new LinkedHashMap<>();
        for (String module : modules) {
            layers.put(module, low(module.hashCode(), 2, 6, 5, 1));
        }
        return Lora.of("here", Map.of("denoiser", layers), Map.of());
    }

    private static LoraBlock block(String module) {
        return LoraBlock.of(lora(module)).get("denoiser").get(module);
    }

    @Test
    void layersOfAUnetAreInTheBlockOfTheirLevelInEverySpelling() {
        assertThat(block("down_blocks.1.attentions.0.transformer_blocks.0.attn1.to_q"))
                .isEqualTo(LoraBlock.DOWN_1);
        assertThat(block("down_blocks_1_attentions_0_transformer_blocks_0_attn1_to_q"))
                .isEqualTo(LoraBlock.DOWN_1);
        assertThat(block("mid_block.attentions.0.proj_in")).isEqualTo(LoraBlock.MID);
        assertThat(block("up_blocks.3.resnets.2.conv1")).isEqualTo(LoraBlock.UP_3);
        assertThat(block("input_blocks_4_1_transformer_blocks_0_attn1_to_q")).isEqualTo(LoraBlock.DOWN_1);
        assertThat(block("middle_block_1_proj_in")).isEqualTo(LoraBlock.MID);
        assertThat(block("output_blocks_5_1_proj_out")).isEqualTo(LoraBlock.UP_1);
        assertThat(block("time_embedding.linear_1")).isEqualTo(LoraBlock.OTHER);
    }

    @Test
    void layersOfATransformerAreInTheQuarterInWhichTheyRun() {
        Lora flux = lora(
                "transformer_blocks.0.attn.to_q",
                "transformer_blocks.4.attn.to_q",
                "single_transformer_blocks.0.attn.to_q",
                "single_transformer_blocks.14.attn.to_q");
        assertThat(LoraBlock.of(flux).get("denoiser").values())
                .containsExactly(LoraBlock.QUARTER_1, LoraBlock.QUARTER_1, LoraBlock.QUARTER_2, LoraBlock.QUARTER_4);
        Lora zImage = lora(
                "layers.0.attention.to_q",
                "layers.15.attention.to_q",
                "layers.29.attention.to_q",
                "noise_refiner.0.attention.to_q");
        assertThat(LoraBlock.changedBy(zImage))
                .containsExactly(LoraBlock.QUARTER_1, LoraBlock.QUARTER_3, LoraBlock.QUARTER_4, LoraBlock.OTHER);
    }

    @Test
    void aBlockAtHalfChangesHalfAsMuchAndOneAtNoughtIsLeftOut() {
        Lora whole = lora("down_blocks.0.to_q", "mid_block.to_q", "up_blocks.0.to_q");
        Lora weighed = LoraBlock.weighed(whole, Map.of(LoraBlock.DOWN_0, 0.5, LoraBlock.UP_0, 0.0));

        Map<String, Part> layers = weighed.layers("denoiser");
        assertThat(layers).containsOnlyKeys("down_blocks.0.to_q", "mid_block.to_q");
        assertThat(layers.get("down_blocks.0.to_q").scale()).isEqualTo(0.25);
        assertThat(layers.get("mid_block.to_q"))
                .isSameAs(whole.layers("denoiser").get("mid_block.to_q"));
    }

    @Test
    void aKindThatIsThereOrNotIsRefusedBetween() {
        Part dora = new Lora.Dora(low(1, 2, 6, 5, 1), new Values(new float[5], 5, 1));
        Lora lora = Lora.of("here", Map.of("denoiser", Map.of("mid_block.to_q", dora)), Map.of());

        assertThat(LoraBlock.weighed(lora, Map.of(LoraBlock.MID, 0.0)).changed())
                .isEmpty();
        assertThatThrownBy(() -> LoraBlock.weighed(lora, Map.of(LoraBlock.MID, 0.5)))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("DoRA");
    }

    /** alpha/r · up·down, [out][in]. */
    private static double[][] update(LowRank low) {
        int rank = low.rank();
        int out = (int) low.out();
        int in = (int) low.in();
        double[][] update = new double[out][in];
        for (int o = 0; o < out; o++) {
            for (int i = 0; i < in; i++) {
                for (int r = 0; r < rank; r++) {
                    update[o][i] += low.scale()
                            * low.up().numbers()[o * rank + r]
                            * low.down().numbers()[r * in + i];
                }
            }
        }
        return update;
    }

    private static double[][] times(double[][] a, double[][] b, boolean turnedFirst) {
        int rows = turnedFirst ? a[0].length : a.length;
        int inner = turnedFirst ? a.length : a[0].length;
        int columns = turnedFirst ? b[0].length : b.length;
        double[][] product = new double[rows][columns];
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < columns; j++) {
                for (int k = 0; k < inner; k++) {
                    product[i][j] += turnedFirst ? a[k][i] * b[k][j] : a[i][k] * b[j][k];
                }
            }
        }
        return product;
    }

    private static double squares(double[][] matrix) {
        double sum = 0;
        for (double[] row : matrix) {
            for (double each : row) {
                sum += each * each;
            }
        }
        return sum;
    }

    @Test
    void theOverlapIsThatOfTheUpdatesThemselves() {
        Map<String, Part> mine = new LinkedHashMap<>();
        Map<String, Part> theirs = new LinkedHashMap<>();
        double product = 0;
        double norms = 0;
        double otherNorms = 0;
        double inputs = 0;
        double outputs = 0;
        double sizes = 0;
        for (String module : List.of("mid_block.to_q", "up_blocks.0.to_q")) {
            LowRank one = low(module.hashCode(), 3, 7, 6, 2);
            LowRank other = low(module.hashCode() + 1, 2, 7, 6, 5);
            mine.put(module, one);
            theirs.put(module, other);
            double[][] d = update(one);
            double[][] e = update(other);
            for (int o = 0; o < d.length; o++) {
                for (int i = 0; i < d[0].length; i++) {
                    product += d[o][i] * e[o][i];
                }
            }
            norms += squares(d);
            otherNorms += squares(e);
            inputs += squares(times(d, e, false));
            outputs += squares(times(d, e, true));
            sizes += Math.sqrt(squares(times(d, d, true)) * squares(times(e, e, true)));
        }
        // Of the layer that only one of them changes there is nothing to compare.
        mine.put("mid_block.to_k", low(3, 2, 7, 6, 1));

        LoraOverlap found = LoraOverlap.of(lora(mine), lora(theirs)).orElseThrow();

        assertThat(found.layers()).isEqualTo(2);
        assertThat(found.cosine()).isCloseTo(product / Math.sqrt(norms * otherNorms), within(1e-5));
        assertThat(found.inputs()).isCloseTo(inputs / sizes, within(1e-5));
        assertThat(found.outputs()).isCloseTo(outputs / sizes, within(1e-5));
    }

    private static Lora lora(Map<String, Part> layers) {
        return Lora.of("here", Map.of("denoiser", layers), Map.of());
    }

    @Test
    void aLoraHasAllInCommonWithItselfAndNothingWithOneOfOtherLayers() {
        Lora one = lora("mid_block.to_q", "up_blocks.0.to_q");

        LoraOverlap itself = LoraOverlap.of(one, one).orElseThrow();
        assertThat(itself.share()).isCloseTo(1, within(1e-5));
        assertThat(itself.cosine()).isCloseTo(1, within(1e-5));
        assertThat(LoraOverlap.of(one, lora("down_blocks.0.to_q"))).isEmpty();
    }

    @Test
    void whatIsForgottenIsNotAnsweredAndWhatIsKeptIs() {
        int width = 8;
        float[] keep = {1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0};
        float[] forget = {0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0};
        LowRank low = low(7, 2, width, 4, 2);
        Lora lora = lora(Map.of("up_blocks.0.attn2.to_v", low, "up_blocks.0.attn1.to_v", low));

        assertThat(CrossAttentionEdit.fits(lora, width)).isTrue();
        assertThat(CrossAttentionEdit.fits(lora, 9)).isFalse();
        Lora edited = CrossAttentionEdit.of(keep, forget, width, 1000).of(lora);

        assertThat(edited.layers("denoiser").get("up_blocks.0.attn1.to_v")).isSameAs(low);
        double[][] before = update(low);
        double[][] after = update((LowRank) edited.layers("denoiser").get("up_blocks.0.attn2.to_v"));
        for (int o = 0; o < 4; o++) {
            assertThat(after[o][0]).isCloseTo(before[o][0], within(1e-5));
            assertThat(after[o][1]).isCloseTo(before[o][1], within(1e-5));
            assertThat(after[o][2]).isCloseTo(0, within(1e-5));
            assertThat(after[o][3]).isCloseTo(0, within(1e-5));
            // Neither kept nor forgotten: as it was.
            assertThat(after[o][4]).isCloseTo(before[o][4], within(1e-5));
        }
    }
}
