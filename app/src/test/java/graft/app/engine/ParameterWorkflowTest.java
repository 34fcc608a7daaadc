package graft.app.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonPrimitive;
import graft.app.plugin.NodeLibrary;
import graft.app.user.ModelFolders;
import graft.app.user.ModelFolders.Folder;
import graft.app.workflow.Workflow;
import graft.file.ModelHash;
import graft.file.PngFile;
import graft.file.SafeTensors;
import graft.file.SafeTensors.DType;
import graft.file.SafeTensors.Tensor;
import graft.node.Setting.Collection;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pictures of A1111, Forge and InvokeAI, whose texts become workflows of the nodes that the build has made. */
class ParameterWorkflowTest {

    private static final String A1111 = """
            masterpiece, (a dog:1.2) in a park <lora:ink style:0.7>, shiny,
            second line <lora:dog:0.5:1>
            Negative prompt: blurry, [text]
            Steps: 24, Sampler: DPM++ 2M Karras, CFG scale: 6.5, Seed: 3141592653, Size: 768x512, Model hash: HASH, \
            Model: renamed, VAE hash: 0123456789, VAE: none.safetensors, Clip skip: 2, ENSD: 31337, \
            Lora hashes: "ink style: LORA, dog: aaaaaaaaaaaa", TI hashes: "shiny: 112233445566", \
            ADetailer model: face_yolov8n.pt, Version: v1.10.1, Hashes: {"model": "HASH", "lora:dog": "aaaaaaaaaa"}""";

    private static NodeLibrary library;

    @TempDir
    private Path folder;

    @BeforeAll
    static void load() {
        library = NodeLibrary.load(Path.of("").toAbsolutePath().resolveSibling("plugins"), Versions.graft());
    }

    @AfterAll
    static void close() {
        library.close();
    }

    private Path png(Map<String, String> texts) {
        Path file = folder.resolve("theirs.png");
        PngFile.write(file, new BufferedImage(8, 8, BufferedImage.TYPE_INT_RGB), texts);
        return file;
    }

    private ParameterWorkflow read(String parameters) {
        return ParameterWorkflow.read(png(Map.of("parameters", parameters)), library, ModelFolders.NONE);
    }

    private static String set(Workflow workflow, String node, String setting) {
        JsonElement value = workflow.nodes().get(node).settings().get(setting);
        return value == null ? "" : value.getAsString();
    }

    private static List<String> sentences(ParameterWorkflow told) {
        return told.findings().stream().map(Finding::sentence).toList();
    }

    private Path weights(Path file) throws IOException {
        Files.createDirectories(file.getParent());
        List<Tensor> tensors = List.of(Tensor.of(
                "a", DType.F32, new long[] {1}, new float[] {file.toString().length()}));
        SafeTensors.write(file, tensors, Map.of("sshs_model_hash", SafeTensors.dataHash(tensors)));
        return file;
    }

    @Test
    void thePictureOfA1111BecomesTheGraphThatDrawsIt() throws IOException {
        Path model = weights(folder.resolve("checkpoints/other name.safetensors"));
        Path lora = weights(folder.resolve("loras/styles/ink_renamed.safetensors"));
        weights(folder.resolve("loras/dog.safetensors"));
        ModelFolders folders = new ModelFolders(
                List.of(
                        new Folder(Collection.CHECKPOINTS, folder.resolve("checkpoints")),
                        new Folder(Collection.LORAS, folder.resolve("loras"))),
                List.of());
        Path file = png(Map.of(
                "parameters",
                A1111.replace("HASH", ModelHash.of(model).substring(0, 10))
                        .replace("LORA", ModelHash.ofTensors(lora).substring(0, 12))));
        assertThat(ParameterWorkflow.isOne(file)).isTrue();

        ParameterWorkflow told = ParameterWorkflow.read(file, library, folders);

        Workflow drawn = told.workflow();
        assertThat(set(drawn, "model", "file")).isEqualTo("other name.safetensors");
        assertThat(set(drawn, "lora1", "file")).isEqualTo("styles/ink_renamed.safetensors");
        assertThat(set(drawn, "with1", "unetStrength")).isEqualTo("0.7");
        assertThat(set(drawn, "lora2", "file")).isEqualTo("dog.safetensors");
        assertThat(set(drawn, "with2", "textStrength")).isEqualTo("0.5");
        assertThat(set(drawn, "with2", "unetStrength")).isEqualTo("1.0");
        assertThat(set(drawn, "positive", "prompt"))
                .isEqualTo("masterpiece, (a dog:1.2) in a park, embedding:shiny,\nsecond line");
        assertThat(set(drawn, "negative", "prompt")).isEqualTo("blurry, [text]");
        assertThat(set(drawn, "empty", "width")).isEqualTo("768");
        assertThat(set(drawn, "empty", "height")).isEqualTo("512");
        assertThat(set(drawn, "sample", "seed")).isEqualTo("3141592653");
        assertThat(set(drawn, "sample", "steps")).isEqualTo("24");
        assertThat(set(drawn, "sample", "guidance")).isEqualTo("6.5");
        assertThat(set(drawn, "sample", "sampler")).isEqualTo("dpmpp_2m");
        assertThat(set(drawn, "sample", "spacing")).isIn("karras", "comfy_karras");
        assertThat(drawn.notes())
                .startsWith("Taken over from what AUTOMATIC1111 wrote into theirs.png.")
                .contains("there is no VAE none.safetensors (hash 0123456789) in your model folders")
                .contains("not taken over: ENSD (31337), ADetailer model (face_yolov8n.pt)")
                .contains("its noise was drawn on the graphics card");
    }

    @Test
    void whatItBecomesRuns() {
        Workflow drawn = read("a red apple\nSteps: 3, Sampler: Euler a, CFG scale: 2, Seed: 1, Size: 64x64, Model: x")
                .workflow()
                .with("model", "file", new JsonPrimitive("builtin:emoji-sd"));
        assertSound(drawn);
    }

    @Test
    void aModelThatIsNotThereIsNamedWithItsHash() {
        ParameterWorkflow told = read("a dog\nSteps: 3, Sampler: Euler, Seed: 1, Model hash: 6ce0161689, Model: v1-5");
        assertThat(set(told.workflow(), "model", "file")).isEqualTo("v1-5.safetensors");
        assertThat(sentences(told))
                .contains("model: there is no model v1-5 (hash 6ce0161689) in your model folders: choose one as file");
    }

    @Test
    void aSamplerThatGraftHasNotIsSaid() {
        assertThat(sentences(read("a dog\nSteps: 3, Sampler: Restart, Seed: 1, RNG: CPU")))
                .contains("sample: Graft has no sampler Restart: it draws with the one that Sample has chosen")
                .noneMatch(sentence -> sentence.contains("graphics card"));
    }

    @Test
    void aPictureDrawnOverAnotherSaysSo() {
        ParameterWorkflow told = read("a dog\nSteps: 3, Sampler: Euler, Seed: 1, Denoising strength: 0.4");
        assertThat(sentences(told)).anyMatch(sentence -> sentence.startsWith("it was drawn over another picture"));
        assertThat(set(told.workflow(), "sample", "denoise")).isEmpty();
    }

    @Test
    void aSecondPassOfLatentsIsASecondSample() {
        Workflow drawn =
                read("a (red:1.2) apple\nSteps: 6, Sampler: DPM++ 2M, Schedule type: Karras, CFG scale: 2, Seed: 1,"
                                + " Size: 64x64, Model: x, Clip skip: 2, Denoising strength: 0.5, Hires upscale: 1.5, Hires steps: 4,"
                                + " Hires upscaler: Latent (bicubic), RNG: CPU")
                        .workflow()
                        .with("model", "file", new JsonPrimitive("builtin:emoji-sd"));
        assertThat(set(drawn, "larger", "width")).isEqualTo("96");
        assertThat(set(drawn, "larger", "method")).isEqualTo("bicubic");
        assertThat(set(drawn, "second", "steps")).isEqualTo("8");
        assertThat(set(drawn, "second", "denoise")).isEqualTo("0.53125");
        assertThat(set(drawn, "skip", "skip")).isEqualTo("2");
        assertThat(set(drawn, "positive", "weighting")).isEqualTo("a1111");
        assertThat(set(drawn, "sample", "seeds")).isEqualTo("each");
        assertThat(drawn.notes())
                .isEqualTo("Taken over from what AUTOMATIC1111 wrote into theirs.png."
                        + "\n- model: there is no model x in your model folders: choose one as file");
        assertSound(drawn);
    }

    @Test
    void aSecondPassOfThePictureScalesIt() {
        ParameterWorkflow told =
                read("a dog\nSteps: 6, Sampler: Euler, Seed: 1, Size: 64x64, Model: x, Denoising strength: 0.5,"
                        + " Hires resize: 128x96, Hires upscaler: R-ESRGAN 4x+");
        assertThat(set(told.workflow(), "larger", "height")).isEqualTo("96");
        assertThat(told.workflow().nodes()).containsKey("again");
        assertThat(sentences(told))
                .contains(
                        "larger: the upscaler R-ESRGAN 4x+ is not in your model folders: the picture is scaled by Lanczos");
        assertSound(told.workflow().with("model", "file", new JsonPrimitive("builtin:emoji-sd")));
    }

    /** Every name that A1111 gives a sampler or a schedule is one of Sample's, where Graft has it at all. */
    @Test
    void samplersAndSchedulesOfA1111AreThoseOfSample() {
        for (String sampler : List.of(
                "DPM++ 2M",
                "DPM++ SDE",
                "DPM++ 2M SDE",
                "DPM++ 2M SDE Heun",
                "DPM++ 2S a",
                "DPM++ 3M SDE",
                "Euler a",
                "Euler",
                "LMS",
                "Heun",
                "DPM2",
                "DPM2 a",
                "DPM fast",
                "DPM adaptive",
                "DDIM",
                "UniPC",
                "LCM")) {
            for (String type : List.of(
                    "Automatic",
                    "Uniform",
                    "Karras",
                    "Exponential",
                    "SGM Uniform",
                    "KL Optimal",
                    "Simple",
                    "Normal",
                    "DDIM",
                    "Beta")) {
                ParameterWorkflow told = read("a dog\nSteps: 6, Sampler: " + sampler + ", Schedule type: " + type
                        + ", Seed: 1, Model: x, RNG: CPU");
                assertThat(sentences(told)).as("%s, %s", sampler, type).hasSize(1);
            }
        }
    }

    @Test
    void wordsThatChangeOnTheWayAreAPromptSchedule() {
        Workflow drawn = read("a [dog:cat:0.5]\nSteps: 6, Sampler: Euler, Seed: 1, Model: x")
                .workflow()
                .with("model", "file", new JsonPrimitive("builtin:emoji-sd"));
        assertThat(drawn.nodes().get("positive").type()).isEqualTo("graft/prompt/schedule");
        assertThat(set(drawn, "positive", "steps")).isEqualTo("6");
        assertThat(drawn.nodes().get("negative").type()).isEqualTo("graft/prompt/encode");
        assertSound(drawn);
    }

    private static void assertSound(Workflow workflow) {
        try (Cache cache = Cache.none()) {
            assertThat(new Engine(library, cache, () -> ModelFolders.NONE)
                            .check(workflow)
                            .findings())
                    .filteredOn(Finding::isError)
                    .isEmpty();
        }
    }

    @Test
    void jpegAndItsKinKeepTheTextInTheirExifData() throws IOException {
        String text = "a dög\nNegative prompt: 猫\nSteps: 5, Sampler: Euler, Seed: 4, Size: 64x64";
        for (Charset order : List.of(StandardCharsets.UTF_16BE, StandardCharsets.UTF_16LE)) {
            Path file = jpeg(text, order);
            assertThat(ParameterWorkflow.isOne(file)).isTrue();
            Workflow drawn =
                    ParameterWorkflow.read(file, library, ModelFolders.NONE).workflow();
            assertThat(set(drawn, "positive", "prompt")).isEqualTo("a dög");
            assertThat(set(drawn, "negative", "prompt")).isEqualTo("猫");
            assertThat(set(drawn, "sample", "seed")).isEqualTo("4");
        }
    }

    /** A JPEG whose EXIF data have nothing but a comment. */
    private Path jpeg(String text, Charset order) throws IOException {
        ByteArrayOutputStream plain = new ByteArrayOutputStream();
        ImageIO.write(new BufferedImage(8, 8, BufferedImage.TYPE_INT_RGB), "jpg", plain);
        byte[] words = text.getBytes(order);
        ByteArrayOutputStream exif = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(exif);
        out.write("Exif\0\0MM\0*".getBytes(StandardCharsets.ISO_8859_1));
        out.writeInt(8);
        out.writeShort(1); // one entry: where the EXIF directory is
        out.writeShort(0x8769);
        out.writeShort(4);
        out.writeInt(1);
        out.writeInt(26);
        out.writeInt(0);
        out.writeShort(1); // one entry: the comment
        out.writeShort(0x9286);
        out.writeShort(7);
        out.writeInt(8 + words.length);
        out.writeInt(44);
        out.writeInt(0);
        out.write("UNICODE\0".getBytes(StandardCharsets.ISO_8859_1));
        out.write(words);
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        DataOutputStream file = new DataOutputStream(whole);
        file.write(plain.toByteArray(), 0, 2);
        file.writeShort(0xFFE1);
        file.writeShort(2 + exif.size());
        file.write(exif.toByteArray());
        file.write(plain.toByteArray(), 2, plain.size() - 2);
        return Files.write(folder.resolve(order + ".jpg"), whole.toByteArray());
    }

    @Test
    void thePictureOfInvokeAiBecomesOneToo() {
        Path file = png(Map.of("invokeai_metadata", """
                {"generation_mode": "txt2img", "positive_prompt": "a castle", "negative_prompt": "blurry", "width": 640,
                 "height": 512, "seed": 42, "rand_device": "cpu", "cfg_scale": 7.5, "cfg_rescale_multiplier": 0, "steps": 30,
                 "scheduler": "dpmpp_2m_k", "clip_skip": 0, "model": {"name": "dreamy", "hash": "blake3:00", "base": "sd-1"},
                 "loras": [{"model": {"name": "ink"}, "weight": 0.75}], "controlnets": [], "refiner_steps": 12,
                 "app_version": "5.4.0"}"""));
        assertThat(ParameterWorkflow.isOne(file)).isTrue();
        ParameterWorkflow told = ParameterWorkflow.read(file, library, ModelFolders.NONE);
        Workflow drawn = told.workflow();
        assertThat(set(drawn, "model", "file")).isEqualTo("dreamy.safetensors");
        assertThat(set(drawn, "lora1", "file")).isEqualTo("ink.safetensors");
        assertThat(set(drawn, "with1", "unetStrength")).isEqualTo("0.75");
        assertThat(set(drawn, "positive", "prompt")).isEqualTo("a castle");
        assertThat(set(drawn, "sample", "sampler")).isEqualTo("dpmpp_2m");
        assertThat(set(drawn, "sample", "spacing")).isEqualTo("karras");
        assertThat(set(drawn, "empty", "width")).isEqualTo("640");
        assertThat(drawn.notes()).contains("not taken over: refiner_steps (12)").doesNotContain("graphics card");
    }

    @Test
    void graftsOwnPicturesComfysAndPlainOnesAreNone() throws IOException {
        String text = "a\nSteps: 5, Sampler: Euler, Seed: 4";
        assertThat(ParameterWorkflow.isOne(png(Map.of("parameters", text, "workflow", "{}"))))
                .isFalse();
        assertThat(ParameterWorkflow.isOne(png(Map.of("parameters", text, "prompt", "{}"))))
                .isFalse();
        assertThat(ParameterWorkflow.isOne(png(Map.of("parameters", "a holiday in Rome"))))
                .isFalse();
        assertThat(ParameterWorkflow.isOne(png(Map.of()))).isFalse();
        assertThat(ParameterWorkflow.isOne(folder.resolve("missing.png"))).isFalse();
        assertThat(ParameterWorkflow.isOne(Files.writeString(folder.resolve("x.json"), text)))
                .isFalse();
    }

    /** Whatever a stranger wrote, it opens or is none. */
    @Test
    void oddTextsOpen() {
        for (String text : List.of(
                "Steps: 1, a: b, c: d",
                "x\nSteps: , Sampler: , Seed: 99999999999999999999, Size: 0x0, Clip skip: -1",
                "x <lora:> <lora:a> <lora:b:c:d:e> <hypernet:h:1>\nSteps: 20, Sampler: Euler, Hires upscale: 2",
                "x\nSteps: 20, Sampler: \"q\\\"uo,te\", Hashes: {\"model\": 3, Lora hashes: \"a\"")) {
            Path file = png(Map.of("parameters", text));
            if (ParameterWorkflow.isOne(file)) {
                assertThat(ParameterWorkflow.read(file, library, ModelFolders.NONE)
                                .workflow()
                                .nodes()
                                .keySet())
                        .contains("sample", "save");
            }
        }
    }
}
