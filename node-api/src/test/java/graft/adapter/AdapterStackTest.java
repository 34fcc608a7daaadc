package graft.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import graft.Golden;
import graft.adapter.AdapterStack.Entry;
import graft.model.Change;
import graft.model.Checkpoint;
import graft.model.LowRank;
import graft.model.Parts;
import graft.node.Problem;
import graft.tensor.Compute;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** On the small reference model of SD 1.x shape: text states 16 wide, the first level 8 channels. */
final class AdapterStackTest {

    private static final String TO_K = "down_blocks.0.attentions.0.transformer_blocks.0.attn2.to_k";
    private static final String TO_Q = "down_blocks.0.attentions.0.transformer_blocks.0.attn2.to_q";
    private static final String CONV = "down_blocks.0.resnets.0.conv1";
    private static final String PROJ_IN = "down_blocks.0.attentions.0.proj_in";
    private static final String Q_PROJ = "text_model.encoder.layers.0.self_attn.q_proj";

    private static Checkpoint base;

    @BeforeAll
    static void load() {
        base = Checkpoint.load(Golden.ours("sd15"), Compute.choose("cpu"));
    }

    @AfterAll
    static void close() {
        base.close();
    }

    private static Lora.Part part(long[] down, long[] up) {
        return Lora.Part.lowRank(new float[size(down)], down, new float[size(up)], up, 4);
    }

    private static int size(long[] shape) {
        long size = 1;
        for (long dimension : shape) {
            size *= dimension;
        }
        return (int) size;
    }

    private static Entry unet(String module, Lora.Part part) {
        return new Entry(Lora.of("mine", Map.of(Parts.DENOISER, Map.of(module, part)), Map.of()), 0.5, 0.25);
    }

    private static void assertRefused(Entry entry, String sentence) {
        assertThatThrownBy(() -> AdapterStack.apply(base, List.of(entry)))
                .isInstanceOf(Problem.class)
                .hasMessage(sentence);
    }

    @Test
    void scaleIsStrengthTimesAlphaOverRank() {
        Entry entry = unet(TO_K, part(new long[] {2, 16}, new long[] {8, 2}));
        try (Checkpoint view = AdapterStack.apply(base, List.of(entry))) {
            assertThat(view.patches(Parts.DENOISER).at(TO_K))
                    .extracting(Change::scale)
                    .containsExactly(1.0);
            assertThat(base.patches(Parts.DENOISER).at(TO_K)).isEmpty();
            assertThat(view.uses()).containsExactly(base);
        }
    }

    @Test
    void theTextEncoderHasAStrengthOfItsOwn() {
        Lora lora = Lora.of(
                "mine",
                Map.of(Parts.TEXT, Map.of(LoraKey.flatten(Q_PROJ), part(new long[] {2, 16}, new long[] {16, 2}))),
                Map.of());
        try (Checkpoint view = AdapterStack.apply(base, List.of(new Entry(lora, 1, 0.25)))) {
            assertThat(view.patches(Parts.TEXT).at(Q_PROJ))
                    .extracting(Change::scale)
                    .containsExactly(0.5);
        }
    }

    @Test
    void convolutionsTakeTheirKernelAndOnePixelKernelsMayBeWrittenAsMatrices() {
        Entry kernel = unet(CONV, part(new long[] {2, 8, 3, 3}, new long[] {8, 2, 1, 1}));
        Entry matrix = unet(PROJ_IN, part(new long[] {2, 8}, new long[] {8, 2}));
        try (Checkpoint view = AdapterStack.apply(base, List.of(kernel, matrix))) {
            LowRank convolution =
                    (LowRank) view.patches(Parts.DENOISER).at(CONV).get(0);
            LowRank pixel = (LowRank) view.patches(Parts.DENOISER).at(PROJ_IN).get(0);
            assertThat(convolution.down().getShape().getShape()).containsExactly(2, 8, 3, 3);
            assertThat(convolution.up().getShape().getShape()).containsExactly(8, 2, 1, 1);
            assertThat(pixel.down().getShape().getShape()).containsExactly(2, 8, 1, 1);
        }
    }

    @Test
    void aLoraForAnotherFamilyIsOneSentenceWithBothWidths() {
        assertRefused(
                unet(TO_K, part(new long[] {4, 768}, new long[] {320, 4})),
                "Cannot apply the LoRA mine to sd15: it was trained for a model whose text states are 768 wide (Stable"
                        + " Diffusion 1.x) and this model's are 16 wide; use it with a model of that width, or choose a LoRA that was "
                        + "trained for this one.");
    }

    @Test
    void aLayerOfAnotherSizeIsNamedWithBothSizes() {
        assertRefused(
                unet(TO_Q, part(new long[] {4, 320}, new long[] {320, 4})),
                "Cannot apply the LoRA mine to sd15: its layer " + TO_Q
                        + " goes from [320] to 320 and the model's from "
                        + "[8] to 8; use it with the model that it was trained for.");
    }

    @Test
    void layersThatTheModelLacksAreListed() {
        assertRefused(
                unet("down_blocks_7_attentions_0_proj_in", part(new long[] {2, 8}, new long[] {8, 2})),
                "Cannot apply the LoRA mine to sd15: 1 of its 1 layers are not in the model "
                        + "(down_blocks_7_attentions_0_proj_in); use it with a model of the kind that it was trained "
                        + "for.");
    }
}
