package graft.model.sd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import graft.Golden;
import graft.file.SafeTensors;
import graft.file.SafeTensors.DType;
import graft.file.SafeTensors.Tensor;
import graft.file.TorchWriter;
import graft.model.Checkpoint;
import graft.model.Parts;
import graft.model.SchedulerConfig;
import graft.model.Tokenizer;
import graft.model.VaeFile;
import graft.model.Weights;
import graft.node.Problem;
import graft.tensor.Compute;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Single files as they are met: with averages and strays, without VAE, as pickles, of the real shape. */
final class SingleFileTest {

    private static final Compute CPU = Compute.of("cpu");

    @TempDir
    private Path folder;

    /** The single file of the reference set with some tensors left out and others put in. */
    private Path written(String model, String name, Predicate<String> kept, String... strays) {
        List<Tensor> tensors = new ArrayList<>();
        Path file = folder.resolve(name);
        try (SafeTensors from = SafeTensors.open(original(model))) {
            from.names().stream()
                    .filter(kept)
                    .forEach(each -> tensors.add(new Tensor(
                            each, from.entry(each).dtype(), from.entry(each).shape(), from.bytes(each))));
            for (String stray : strays) {
                tensors.add(Tensor.of(stray, DType.F32, new long[] {2}, new float[] {1, 2}));
            }
            SafeTensors.write(file, tensors, Map.of());
        }
        return file;
    }

    private static Path original(String model) {
        return Golden.path(model + "/single_file.safetensors");
    }

    @ParameterizedTest
    @ValueSource(strings = {"sd15", "sdxl"})
    void averagesAndStraysAreNamedOnceAndLeftOut(String model) {
        Path file = written(
                model,
                "m.safetensors",
                key -> true,
                "model_ema.diffusion_modelout0bias",
                "model_ema.diffusion_modelout0weight",
                "betas",
                "alphas_cumprod",
                "model.diffusion_model.new_part.weight",
                "embedding_manager.embedder.x",
                "first_stage_model.loss.logvar",
                "cond_stage_model.transformer.text_model.embeddings.position_ids",
                "conditioner.embedders.0.transformer.text_model.embeddings.position_ids");
        try (ModelFiles files = ModelFiles.open(file)) {
            assertThat(files.notes())
                    .singleElement()
                    .asString()
                    .contains("Of m.safetensors is not read:", "2 of model_ema.…", "embedding_manager.…")
                    .contains("first_stage_model.…", "model.…")
                    .doesNotContain("betas", "position_ids");
            assertThat(files.unet(null).keys()).doesNotContain("new_part.weight");
        }
        try (Checkpoint loaded = Checkpoint.load(file, CPU)) {
            assertThat(loaded.encoder(Parts.TEXT).weights().names()).isNotEmpty();
        }
        try (ModelFiles files = ModelFiles.open(written(model, "clean.safetensors", key -> true))) {
            assertThat(files.notes()).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({"sd15,m.vae.safetensors", "sd15,m.vae.pt", "sdxl,m.vae.safetensors"})
    void theVaeMayLieBesideTheFile(String model, String beside) throws IOException {
        Path bare = written(model, "m.safetensors", key -> !key.startsWith("first_stage_model."));
        assertThatThrownBy(() -> ModelFiles.open(bare))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("the file holds no VAE")
                .hasMessageContaining("m.vae.safetensors");
        List<Tensor> vae = new ArrayList<>();
        try (SafeTensors from = SafeTensors.open(original(model))) {
            from.names().stream()
                    .filter(key -> key.startsWith("first_stage_model."))
                    .forEach(key -> vae.add(new Tensor(
                            key.substring("first_stage_model.".length()),
                            from.entry(key).dtype(),
                            from.entry(key).shape(),
                            from.bytes(key))));
            Path file = folder.resolve("m.vae.safetensors");
            SafeTensors.write(file, vae, Map.of());
            if (beside.endsWith(".pt")) {
                try (SafeTensors written = SafeTensors.open(file)) {
                    TorchWriter.write(folder.resolve(beside), written);
                }
                Files.delete(file);
            }
        }
        try (NDManager manager = CPU.newManager();
                ModelFiles files = ModelFiles.open(bare);
                ModelFiles whole = ModelFiles.open(original(model))) {
            same(whole.vae(manager), files.vae(manager));
            assertThat(files.vaeConfig().scaling()).isEqualTo(model.equals("sdxl") ? 0.13025 : 0.18215);
            assertThat(files.contents()).contains(folder.resolve(beside));
            assertThat(files.notes()).contains("Its VAE is read from " + folder.resolve(beside) + ".");
        }
    }

    /** In either layout, as a file or a folder, or out of a whole model. */
    @Test
    void aVaeIsReadFromWhateverHoldsIt() {
        try (NDManager manager = CPU.newManager();
                ModelFiles whole = ModelFiles.open(Golden.path("sd15"))) {
            for (String place : List.of(
                    "sd15",
                    "sd15/vae",
                    "sd15/vae/diffusion_pytorch_model.safetensors",
                    "sd15/single_file.safetensors")) {
                same(whole.vae(manager), VaeFile.open(Golden.path(place)).weights(manager));
            }
        }
        try (NDManager manager = CPU.newManager();
                ModelFiles other = ModelFiles.open(Golden.path("sd21"), Golden.path("sd15/vae"));
                ModelFiles own = ModelFiles.open(Golden.path("sd21"));
                ModelFiles source = ModelFiles.open(Golden.path("sd15"))) {
            same(source.vae(manager), other.vae(manager));
            same(own.unet(manager), other.unet(manager));
            assertThat(other.vaeConfig()).isEqualTo(source.vaeConfig());
            assertThat(other.contents()).containsAll(own.contents()).contains(Golden.path("sd15/vae/config.json"));
        }
        assertThatThrownBy(() -> VaeFile.open(Golden.path("sd15/text_encoder/model.safetensors")))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("it is a CLIP text encoder");
    }

    @ParameterizedTest
    @CsvSource({"sd15,.ckpt", "sd21,.ckpt", "sdxl,.pt"})
    void aPickleGivesWhatSafetensorsGive(String model, String ending) throws IOException {
        Path pickle = folder.resolve("m" + ending);
        try (SafeTensors from = SafeTensors.open(original(model))) {
            TorchWriter.write(pickle, from);
        }
        Path plain = written(model, "m.safetensors", key -> true);
        try (NDManager manager = CPU.newManager();
                ModelFiles files = ModelFiles.open(pickle);
                ModelFiles safe = ModelFiles.open(plain)) {
            assertThat(files.family()).isEqualTo(safe.family());
            assertThat(files.unetConfig()).isEqualTo(safe.unetConfig());
            assertThat(files.textConfigs()).isEqualTo(safe.textConfigs());
            same(safe.unet(manager), files.unet(manager));
            same(safe.vae(manager), files.vae(manager));
            for (int i = 0; i < safe.textConfigs().size(); i++) {
                same(safe.textEncoder(i, manager), files.textEncoder(i, manager));
            }
            assertThat(files.notes()).isEmpty();
        }
    }

    private static void same(Weights.Source expected, Weights.Source found) {
        assertThat(found.keys()).isEqualTo(expected.keys()).isNotEmpty();
        for (String key : expected.keys()) {
            try (NDArray one =
                            expected.read(key, expected.shape(key, new long[0]).orElseThrow());
                    NDArray other =
                            found.read(key, found.shape(key, new long[0]).orElseThrow())) {
                assertThat(other.toFloatArray()).as(key).isEqualTo(one.toFloatArray());
            }
        }
    }

    // --- the real shapes, of which only the header is there --------------------------------------------------

    /** Names and shapes of a model by diffusers' keys: half of what its modules are, since the rest follows. */
    private static final class Shapes {
        final Map<String, long[]> all = new LinkedHashMap<>();

        void put(String module, boolean bias, long... shape) {
            all.put(module + ".weight", shape);
            if (bias) {
                all.put(module + ".bias", new long[] {shape[0]});
            }
        }

        void resnet(String at, long in, long out) {
            put(at + ".norm1", true, in);
            put(at + ".conv1", true, out, in, 3, 3);
            put(at + ".time_emb_proj", true, out, 1280);
            put(at + ".norm2", true, out);
            put(at + ".conv2", true, out, out, 3, 3);
            if (in != out) {
                put(at + ".conv_shortcut", true, out, in, 1, 1);
            }
        }

        void attention(String at, long width, long context, int blocks, boolean linear) {
            put(at + ".norm", true, width);
            for (String side : List.of(".proj_in", ".proj_out")) {
                if (linear) {
                    put(at + side, true, width, width);
                } else {
                    put(at + side, true, width, width, 1, 1);
                }
            }
            for (int i = 0; i < blocks; i++) {
                String block = at + ".transformer_blocks." + i;
                for (int norm = 1; norm <= 3; norm++) {
                    put(block + ".norm" + norm, true, width);
                }
                for (int each = 1; each <= 2; each++) {
                    long from = each == 1 ? width : context;
                    put(block + ".attn" + each + ".to_q", false, width, width);
                    put(block + ".attn" + each + ".to_k", false, width, from);
                    put(block + ".attn" + each + ".to_v", false, width, from);
                    put(block + ".attn" + each + ".to_out.0", true, width, width);
                }
                put(block + ".ff.net.0.proj", true, 8 * width, width);
                put(block + ".ff.net.2", true, width, 4 * width);
            }
        }

        void unet(int in, int[] widths, int[] blocks, long context, boolean linear, long joined) {
            put("conv_in", true, widths[0], in, 3, 3);
            put("time_embedding.linear_1", true, 1280, widths[0]);
            put("time_embedding.linear_2", true, 1280, 1280);
            if (joined > 0) {
                put("add_embedding.linear_1", true, 1280, joined);
                put("add_embedding.linear_2", true, 1280, 1280);
            }
            int last = widths.length - 1;
            List<Long> skips = new ArrayList<>(List.of((long) widths[0]));
            long at = widths[0];
            for (int level = 0; level <= last; level++) {
                for (int layer = 0; layer < 2; layer++) {
                    resnet("down_blocks." + level + ".resnets." + layer, at, widths[level]);
                    at = widths[level];
                    if (blocks[level] > 0) {
                        attention("down_blocks." + level + ".attentions." + layer, at, context, blocks[level], linear);
                    }
                    skips.add(at);
                }
                if (level < last) {
                    put("down_blocks." + level + ".downsamplers.0.conv", true, at, at, 3, 3);
                    skips.add(at);
                }
            }
            resnet("mid_block.resnets.0", at, at);
            attention("mid_block.attentions.0", at, context, Math.max(1, blocks[last]), linear);
            resnet("mid_block.resnets.1", at, at);
            for (int up = 0; up <= last; up++) {
                int level = last - up;
                for (int layer = 0; layer < 3; layer++) {
                    resnet("up_blocks." + up + ".resnets." + layer, at + skips.remove(skips.size() - 1), widths[level]);
                    at = widths[level];
                    if (blocks[level] > 0) {
                        attention("up_blocks." + up + ".attentions." + layer, at, context, blocks[level], linear);
                    }
                }
                if (up < last) {
                    put("up_blocks." + up + ".upsamplers.0.conv", true, at, at, 3, 3);
                }
            }
            put("conv_norm_out", true, widths[0]);
            put("conv_out", true, 4, widths[0], 3, 3);
        }

        void clip(int layers, long width, long projected) {
            all.put("text_model.embeddings.token_embedding.weight", new long[] {49408, width});
            all.put("text_model.embeddings.position_embedding.weight", new long[] {77, width});
            for (int i = 0; i < layers; i++) {
                String at = "text_model.encoder.layers." + i;
                for (String each : List.of("q_proj", "k_proj", "v_proj", "out_proj")) {
                    put(at + ".self_attn." + each, true, width, width);
                }
                put(at + ".layer_norm1", true, width);
                put(at + ".layer_norm2", true, width);
                put(at + ".mlp.fc1", true, 4 * width, width);
                put(at + ".mlp.fc2", true, width, 4 * width);
            }
            put("text_model.final_layer_norm", true, width);
            if (projected > 0) {
                put("text_projection", false, projected, width);
            }
        }

        long numbers() {
            return all.values().stream()
                    .mapToLong(shape -> java.util.Arrays.stream(shape).reduce(1, (one, other) -> one * other))
                    .sum();
        }
    }

    private static void original(Map<String, long[]> into, Map<String, String> names, Map<String, long[]> shapes) {
        names.forEach((ours, theirs) -> into.put(theirs, shapes.get(ours)));
    }

    private static void openClip(Map<String, long[]> into, Shapes text, String prefix) {
        graft.file.OriginalLayout.openClipToWrite(text.all.keySet(), prefix).forEach((theirs, ours) -> {
            long[] shape = text.all.get(ours.get(0)).clone();
            shape[0] *= ours.size();
            into.put(theirs, shape);
        });
    }

    /** A file of 16-bit numbers of these shapes, all of it a hole on the disk but the header. */
    private Path hollow(String name, Map<String, long[]> shapes) throws IOException {
        StringBuilder json = new StringBuilder("{");
        long at = 0;
        for (Map.Entry<String, long[]> each : shapes.entrySet()) {
            long size = 2;
            for (long axis : each.getValue()) {
                size *= axis;
            }
            json.append(json.length() == 1 ? "" : ",")
                    .append("\"" + each.getKey() + "\":{\"dtype\":\"F16\",\"shape\":")
                    .append(java.util.Arrays.toString(each.getValue()))
                    .append(",\"data_offsets\":[" + at + "," + (at + size) + "]}");
            at += size;
        }
        byte[] header = json.append("}").toString().getBytes(StandardCharsets.UTF_8);
        Path file = folder.resolve(name);
        try (FileChannel out = FileChannel.open(
                file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, StandardOpenOption.SPARSE)) {
            out.write(ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(0, header.length));
            out.write(ByteBuffer.wrap(header));
            out.write(ByteBuffer.allocate(1), 8 + header.length + at - 1);
        }
        return file;
    }

    private static final Map<String, long[]> VAE = Map.of(
            "first_stage_model.encoder.conv_in.weight", new long[] {128, 3, 3, 3},
            "first_stage_model.decoder.conv_in.weight", new long[] {512, 4, 3, 3},
            "first_stage_model.quant_conv.weight", new long[] {8, 8, 1, 1});

    @ParameterizedTest
    @ValueSource(ints = {4, 9})
    void theShapeOfStableDiffusionXlIsReadOffItsHeader(int channels) throws IOException {
        Shapes unet = new Shapes();
        unet.unet(channels, new int[] {320, 640, 1280}, new int[] {0, 2, 10}, 2048, true, 2816);
        Shapes clip = new Shapes();
        clip.clip(12, 768, 0);
        Shapes open = new Shapes();
        open.clip(32, 1280, 1280);
        if (channels == 4) { // the published sizes: these really are its shapes
            assertThat(unet.numbers()).isEqualTo(2_567_463_684L);
            assertThat(clip.numbers()).isEqualTo(123_060_480L);
            assertThat(open.numbers()).isEqualTo(694_659_840L);
        }
        Map<String, long[]> shapes = new LinkedHashMap<>(VAE);
        original(shapes, graft.file.OriginalLayout.unetToWrite(unet.all.keySet()), unet.all);
        original(
                shapes,
                graft.file.OriginalLayout.clipToWrite(clip.all.keySet(), graft.file.OriginalLayout.CLIP_XL),
                clip.all);
        openClip(shapes, open, graft.file.OriginalLayout.OPEN_CLIP_XL);
        shapes.put("conditioner.embedders.1.model.logit_scale", new long[] {1});
        try (ModelFiles files = ModelFiles.open(hollow("xl.safetensors", shapes))) {
            assertThat(files.family()).isEqualTo("sdxl");
            assertThat(files.unetConfig())
                    .isEqualTo(new UNetConfig(
                            channels,
                            4,
                            List.of(320, 640, 1280),
                            List.of(2, 2, 2),
                            List.of(false, true, true),
                            List.of(true, true, false),
                            List.of(5, 10, 20),
                            List.of(1, 2, 10),
                            List.of(2048, 2048, 2048),
                            32,
                            1e-5,
                            1280,
                            true,
                            0,
                            java.util.Optional.of(new UNetConfig.Sizes(256, 2816))));
            assertThat(files.textConfigs())
                    .containsExactly(
                            new TextConfig(49408, 768, 3072, 12, 12, 77, 1e-5, true, 49407, 49407, 0),
                            new TextConfig(49408, 1280, 5120, 20, 32, 77, 1e-5, false, 0, 49407, 1280));
            assertThat(files.unet(null).keys()).isEqualTo(unet.all.keySet());
            assertThat(files.textEncoder(1, null).keys()).isEqualTo(open.all.keySet());
            assertThat(files.scheduler()).isEqualTo(SchedulerConfig.STABLE_DIFFUSION);
            assertThat(files.vaeConfig().scaling()).isEqualTo(0.13025);
            assertThat(files.notes()).isEmpty();
            for (int i = 0; i < 2; i++) {
                try (Tokenizer tokenizer = files.tokenizer(i)) {
                    assertThat(tokenizer.encode("a dog")[76]).isEqualTo(i == 0 ? 49407 : 0);
                }
            }
        }
    }

    /** The original files have a 24th layer that nobody uses, and a projection; those made from a folder have neither. */
    @ParameterizedTest
    @CsvSource({"24,1024", "24,0", "23,0"})
    void theShapeOfStableDiffusion2IsReadOffItsHeader(int layers, int projected) throws IOException {
        Shapes unet = new Shapes();
        unet.unet(4, new int[] {320, 640, 1280, 1280}, new int[] {1, 1, 1, 0}, 1024, true, 0);
        assertThat(unet.numbers()).isEqualTo(865_910_724L);
        Shapes open = new Shapes();
        open.clip(layers, 1024, projected);
        Shapes used = new Shapes();
        used.clip(23, 1024, 0);
        assertThat(used.numbers()).isEqualTo(340_387_840L);
        Map<String, long[]> shapes = new LinkedHashMap<>(VAE);
        original(shapes, graft.file.OriginalLayout.unetToWrite(unet.all.keySet()), unet.all);
        openClip(shapes, open, graft.file.OriginalLayout.OPEN_CLIP);
        try (ModelFiles files = ModelFiles.open(hollow("v2.safetensors", shapes))) {
            assertThat(files.family()).isEqualTo("sd2");
            assertThat(files.unetConfig().heads()).containsExactly(5, 10, 20, 20);
            assertThat(files.unetConfig().upAttention()).containsExactly(false, true, true, true);
            assertThat(files.unetConfig().sizes()).isEmpty();
            assertThat(files.textConfigs())
                    .containsExactly(new TextConfig(49408, 1024, 4096, 16, 23, 77, 1e-5, false, 0, 49407, 0));
            assertThat(files.textEncoder(0, null).keys()).isEqualTo(used.all.keySet());
            assertThat(files.notes()).isEmpty();
            assertThat(files.scheduler().predictionType()).isEqualTo("epsilon"); // all biases are 0
        }
    }

    @Test
    void theShapeOfStableDiffusion1IsReadOffItsHeader() throws IOException {
        Shapes unet = new Shapes();
        unet.unet(9, new int[] {320, 640, 1280, 1280}, new int[] {1, 1, 1, 0}, 768, false, 0);
        Shapes clip = new Shapes();
        clip.clip(12, 768, 0);
        Map<String, long[]> shapes = new LinkedHashMap<>(VAE);
        original(shapes, graft.file.OriginalLayout.unetToWrite(unet.all.keySet()), unet.all);
        original(
                shapes,
                graft.file.OriginalLayout.clipToWrite(clip.all.keySet(), graft.file.OriginalLayout.CLIP),
                clip.all);
        try (ModelFiles files = ModelFiles.open(hollow("v1.safetensors", shapes))) {
            assertThat(files.family()).isEqualTo("sd1");
            assertThat(files.unetConfig().inChannels()).isEqualTo(9);
            assertThat(files.unetConfig().heads()).containsExactly(8, 8, 8, 8);
            assertThat(files.textConfigs()).containsExactly(TextConfig.STABLE_DIFFUSION_15);
        }
    }
}
