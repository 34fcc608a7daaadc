package graft.nodes.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import graft.file.SafeTensors;
import graft.file.SafeTensors.DType;
import graft.file.SafeTensors.Tensor;
import graft.model.Checkpoint;
import graft.model.Conditioning;
import graft.model.ConditioningSpec;
import graft.model.ControlSpec;
import graft.node.Node;
import graft.node.Problem;
import graft.node.testing.KnownSpecs;
import graft.node.testing.NodeTrial;
import graft.node.testing.RecordedRun;
import graft.picture.Images;
import graft.picture.Picture;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A ControlNet of random weights steers the built-in model, node by node. */
class ControlNodesTest {

    @TempDir
    private static Path folder;

    private static Checkpoint model;
    private static LoadControlNet loaded;

    @BeforeAll
    static void load() throws Exception {
        LoadModel node = new LoadModel();
        node.run(new RecordedRun(folder));
        model = node.model;
        Path file = folder.resolve("random-control.safetensors");
        SafeTensors.write(file, random(), Map.of());
        loaded = new LoadControlNet();
        loaded.file = file.toString();
        loaded.configure(new KnownSpecs());
        loaded.run(new RecordedRun(folder));
    }

    @AfterAll
    static void close() {
        loaded.control.close();
        model.close();
    }

    @Test
    void itSteersBothPromptsAsStronglyAndAsLongAsItIsSaidTo() throws Exception {
        float[] free = drawn(null, true);
        float[] steered = drawn(applied(1, 0, 1, true), true);
        assertThat(steered).isNotEqualTo(free);
        assertThat(drawn(applied(1, 0, 1, true), true)).isEqualTo(steered);
        assertThat(drawn(applied(0, 0, 1, true), true)).isEqualTo(free);
        assertThat(drawn(applied(1, 1, 1, true), true)).isEqualTo(free);
        assertThat(drawn(applied(1, 0, 0.5, true), true)).isNotEqualTo(free).isNotEqualTo(steered);
        // without a negative prompt at its input it steers that of the sampler too
        assertThat(drawn(applied(1, 0, 1, false), false)).isEqualTo(steered);
    }

    @Test
    void whatItSteersKeepsPromptAndControlNetOpen() {
        ApplyControlNet node = applied(1, 0, 1, true);
        assertThat(node.steered.uses()).containsExactly(node.positive, loaded.control);
        assertThat(node.steered.prompt()).isEqualTo("a red apple");
    }

    @Test
    void aNegativeOutputWithoutAPromptIsRefusedWhereItIsDrawnWith() throws Exception {
        ApplyControlNet node = applied(1, 0, 1, false);
        assertThatThrownBy(() -> drawn(node, true))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("no prompt to draw with");
    }

    @Test
    void whatDoesNotFitIsRefusedBeforeARun() {
        KnownSpecs specs =
                new KnownSpecs().with("positive", new ConditioningSpec(768)).with("control", new ControlSpec(2048));
        assertThatThrownBy(() -> new ApplyControlNet().configure(specs))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("width of 2048")
                .hasMessageContaining("encoded to 768");
        LoadControlNet none = new LoadControlNet();
        assertThatThrownBy(() -> none.configure(new KnownSpecs()))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("choose a ControlNet");
        Canny canny = new Canny();
        canny.low = 0.9;
        assertThatThrownBy(() -> canny.configure(new KnownSpecs()))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("low is 0.9");
    }

    @ParameterizedTest
    @ValueSource(classes = {ApplyControlNet.class, Canny.class, LoadControlNet.class})
    void settingsAreSavedAndRefusedAsTheySay(Class<? extends Node> node) {
        NodeTrial.of(node).checkSettings();
    }

    private static ApplyControlNet applied(double strength, double start, double end, boolean both) {
        Canny canny = new Canny();
        canny.images = new Images(List.of(square()));
        canny.run(new RecordedRun(folder));
        ApplyControlNet node = new ApplyControlNet();
        node.positive = encoded("a red apple");
        node.negative = both ? encoded("") : null;
        node.control = loaded.control;
        node.images = canny.edges;
        node.strength = strength;
        node.start = start;
        node.end = end;
        node.configure(new KnownSpecs());
        node.run(new RecordedRun(folder));
        return node;
    }

    /** The latents after four steps; of the prompts as they are where nothing steers them. */
    private static float[] drawn(ApplyControlNet steering, boolean ofItsNegative) throws Exception {
        EmptyLatents empty = new EmptyLatents();
        empty.model = model;
        empty.width = 32;
        empty.height = 32;
        empty.batch = 1;
        empty.run(new RecordedRun(folder));
        Sample node = new Sample();
        node.model = model;
        node.positive = steering == null ? encoded("a red apple") : steering.steered;
        node.negative = steering != null && ofItsNegative ? steering.steeredNegative : encoded("");
        node.latents = empty.latents;
        node.steps = 4;
        node.guidance = 3;
        node.run(new RecordedRun(folder));
        return node.samples.array().toFloatArray();
    }

    private static Conditioning encoded(String prompt) {
        EncodePrompt node = new EncodePrompt();
        node.model = model;
        node.prompt = prompt;
        node.run(new RecordedRun(folder));
        return node.conditioning;
    }

    /** White on black. */
    private static Picture square() {
        float[] rgb = new float[64 * 64 * 3];
        for (int i = 0; i < rgb.length; i++) {
            int x = i / 3 % 64;
            int y = i / 3 / 64;
            rgb[i] = x > 15 && x < 48 && y > 15 && y < 48 ? 1 : 0;
        }
        return new Picture(64, 64, rgb);
    }

    /** The weights of one in the built-in model's shape, whose picture is halved twice. */
    private static List<Tensor> random() {
        List<Tensor> all = new ArrayList<>();
        int[] widths = {64, 96, 128};
        add(all, "conv_in", 64, 4, 3, 3);
        add(all, "time_embedding.linear_1", 256, 64);
        add(all, "time_embedding.linear_2", 256, 256);
        int in = 64;
        for (int level = 0; level < 3; level++) {
            String at = "down_blocks." + level + ".";
            resnet(all, at + "resnets.0.", in, widths[level]);
            in = widths[level];
            if (level > 0) {
                attention(all, at + "attentions.0.", in);
            }
            if (level < 2) {
                add(all, at + "downsamplers.0.conv", in, in, 3, 3);
            }
        }
        resnet(all, "mid_block.resnets.0.", 128, 128);
        attention(all, "mid_block.attentions.0.", 128);
        resnet(all, "mid_block.resnets.1.", 128, 128);
        String seen = "controlnet_cond_embedding.";
        add(all, seen + "conv_in", 8, 3, 3, 3);
        add(all, seen + "blocks.0", 8, 8, 3, 3);
        add(all, seen + "blocks.1", 16, 8, 3, 3);
        add(all, seen + "blocks.2", 16, 16, 3, 3);
        add(all, seen + "blocks.3", 16, 16, 3, 3);
        add(all, seen + "conv_out", 64, 16, 3, 3);
        int[] outputs = {64, 64, 64, 96, 96, 128};
        for (int i = 0; i < outputs.length; i++) {
            add(all, "controlnet_down_blocks." + i, outputs[i], outputs[i], 1, 1);
        }
        add(all, "controlnet_mid_block", 128, 128, 1, 1);
        return all;
    }

    private static void resnet(List<Tensor> all, String at, int in, int out) {
        add(all, at + "norm1", in);
        add(all, at + "conv1", out, in, 3, 3);
        add(all, at + "time_emb_proj", out, 256);
        add(all, at + "norm2", out);
        add(all, at + "conv2", out, out, 3, 3);
        if (in != out) {
            add(all, at + "conv_shortcut", out, in, 1, 1);
        }
    }

    private static void attention(List<Tensor> all, String at, int width) {
        add(all, at + "norm", width);
        add(all, at + "proj_in", width, width, 1, 1);
        add(all, at + "proj_out", width, width, 1, 1);
        String block = at + "transformer_blocks.0.";
        for (int i = 1; i <= 3; i++) {
            add(all, block + "norm" + i, width);
        }
        for (int i = 1; i <= 2; i++) {
            weight(all, block + "attn" + i + ".to_q.weight", width, width);
            weight(all, block + "attn" + i + ".to_k.weight", width, i == 1 ? width : 128);
            weight(all, block + "attn" + i + ".to_v.weight", width, i == 1 ? width : 128);
            add(all, block + "attn" + i + ".to_out.0", width, width);
        }
        add(all, block + "ff.net.0.proj", 8L * width, width);
        add(all, block + "ff.net.2", width, 4L * width);
    }

    private static void add(List<Tensor> all, String name, long... shape) {
        weight(all, name + ".weight", shape);
        weight(all, name + ".bias", shape[0]);
    }

    private static void weight(List<Tensor> all, String name, long... shape) {
        Random random = new Random(all.size());
        int count = 1;
        for (long axis : shape) {
            count *= (int) axis;
        }
        double by = shape.length == 1 ? 0.1 : 1 / Math.sqrt(count / (double) shape[0]);
        float[] numbers = new float[count];
        for (int i = 0; i < count; i++) {
            numbers[i] = (float) (random.nextGaussian() * by + (shape.length == 1 && name.endsWith(".weight") ? 1 : 0));
        }
        all.add(Tensor.of(name, DType.F32, shape, numbers));
    }
}
