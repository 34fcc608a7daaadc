package graft.app.comfy;

import static graft.app.comfy.ComfyPictures.COMMENT;
import static graft.app.comfy.ComfyPictures.DESCRIPTION;
import static graft.app.comfy.ComfyPictures.MAKE;
import static graft.app.comfy.ComfyPictures.MODEL;
import static graft.app.comfy.ComfyPictures.exif;
import static graft.app.comfy.ComfyPictures.jpeg;
import static graft.app.comfy.ComfyPictures.webp;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import graft.app.command.Graft;
import graft.app.workflow.Workflow;
import graft.app.workflow.WorkflowNode;
import graft.node.Problem;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Workflows of ComfyUI in JPEG and WebP pictures, in the fields of EXIF that it and its nodes write. */
class ComfyPictureTest {

    private static final String RAN = "{\"first\": {\"class_type\": \"Image Maker.v2\", \"inputs\": {\"seed\": 5}}}";

    private static void opens(Path picture) {
        assertThat(ComfyFile.isOne(picture)).isTrue();
        Workflow workflow = ComfyFile.read(picture, type -> true).workflow();
        WorkflowNode maker = workflow.nodes().get("Image-Maker-v");
        assertThat(workflow.groups()).hasSize(1);
        assertThat(maker.settings()).containsEntry("seed", new JsonPrimitive(5));
    }

    @Test
    void webpAndJpegAsComfyUiWritesThem(@TempDir Path folder) throws IOException {
        String drawn = ComfyFormsTest.text("strangers.json");
        Map<Integer, String> texts = Map.of(MODEL, "prompt:" + RAN, MAKE, "workflow:" + drawn);
        opens(webp(folder.resolve("theirs.webp"), exif(texts, ByteOrder.BIG_ENDIAN)));
        opens(webp(folder.resolve("theirs"), exif(texts, ByteOrder.LITTLE_ENDIAN)));
        opens(jpeg(folder.resolve("theirs.jpg"), exif(texts, ByteOrder.LITTLE_ENDIAN)));
        Map<Integer, String> elsewhere = Map.of(DESCRIPTION, "Workflow", MAKE, "prompt: " + RAN);
        assertThat(ComfyFile.isOne(jpeg(folder.resolve("ran.jpg"), exif(elsewhere, ByteOrder.BIG_ENDIAN))))
                .isTrue();
    }

    @Test
    void aCommentThatHoldsBoth(@TempDir Path folder) throws IOException {
        JsonObject both = new JsonObject();
        both.add("workflow", JsonParser.parseString(ComfyFormsTest.text("strangers.json")));
        both.addProperty("prompt", RAN);
        opens(jpeg(folder.resolve("both.jpg"), exif(Map.of(COMMENT, both.toString()), ByteOrder.LITTLE_ENDIAN)));
        String drawn = ComfyFormsTest.text("strangers.json");
        assertThat(ComfyFile.isOne(
                        webp(folder.resolve("one.webp"), exif(Map.of(COMMENT, drawn), ByteOrder.LITTLE_ENDIAN))))
                .isTrue();
    }

    @Test
    void theCommandLineChecksSuchAPictureAndOneWithoutIsNamed(@TempDir Path folder) throws IOException {
        Path theirs = webp(
                folder.resolve("theirs.webp"),
                exif(Map.of(MAKE, "workflow:" + ComfyFormsTest.text("strangers.json")), ByteOrder.BIG_ENDIAN));
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine command = Graft.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
        assertThat(command.execute("check", theirs.toString())).isEqualTo(2);
        assertThat(out.toString()).contains("From ComfyUI: ", "Image Maker.v2: kept as it came");
        Path empty = jpeg(folder.resolve("empty.jpg"), exif(Map.of(MAKE, "a camera"), ByteOrder.BIG_ENDIAN));
        assertThat(command.execute("check", empty.toString())).isEqualTo(2);
        assertThat(err.toString()).contains("Cannot read a workflow from " + empty, "the picture has none inside");
    }

    /** Bytes of strangers: no stack trace, whatever is in them. */
    @Property(tries = 100, shrinking = ShrinkingMode.OFF)
    void damagedPicturesAreNone(@ForAll long seed) throws IOException {
        Random random = new Random(seed);
        Path folder = Files.createTempDirectory("graft-comfy");
        Path picture = folder.resolve("any");
        try {
            byte[] exif = exif(Map.of(MODEL, "prompt:" + RAN, COMMENT, "{\"workflow\": 3}"), ByteOrder.LITTLE_ENDIAN);
            byte[] bytes = Files.readAllBytes(random.nextBoolean() ? webp(picture, exif) : jpeg(picture, exif));
            for (int i = 0; i < 1 + random.nextInt(20); i++) {
                bytes[12 + random.nextInt(bytes.length - 12)] = (byte) random.nextInt();
            }
            Files.write(picture, bytes);
            if (ComfyFile.isOne(picture)) {
                ComfyFile.read(picture, type -> true);
            }
        } catch (Problem refused) {
            assertThat(refused.getMessage()).doesNotContain("Exception");
        } finally {
            Files.deleteIfExists(picture);
            Files.delete(folder);
        }
    }
}
