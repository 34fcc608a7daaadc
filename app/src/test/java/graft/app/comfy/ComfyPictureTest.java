package graft.app.comfy;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import graft.app.command.Graft;
import graft.app.workflow.Workflow;
import graft.app.workflow.WorkflowNode;
import graft.node.Problem;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import javax.imageio.ImageIO;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Workflows of ComfyUI in JPEG and WebP pictures, in the fields of EXIF that it and its nodes write. */
class ComfyPictureTest {

    private static final int DESCRIPTION = 0x010E;
    private static final int MAKE = 0x010F;
    private static final int MODEL = 0x0110;
    private static final int COMMENT = 0x9286;

    private static final String RAN = "{\"first\": {\"class_type\": \"Image Maker.v2\", \"inputs\": {\"seed\": 5}}}";

    /** EXIF 2.3: a header, and one directory of texts, with the user's comment in one of its own. */
    private static byte[] exif(Map<Integer, String> texts, ByteOrder order) {
        ByteBuffer out = ByteBuffer.allocate(200_000).order(order);
        out.put((order == ByteOrder.LITTLE_ENDIAN ? "II" : "MM").getBytes(StandardCharsets.US_ASCII));
        out.putShort((short) 42).putInt(8);
        String comment = texts.get(COMMENT);
        Map<Integer, String> plain = new LinkedHashMap<>(texts);
        plain.remove(COMMENT);
        out.putShort((short) (plain.size() + (comment == null ? 0 : 1)));
        int data = 8 + 2 + 12 * (plain.size() + (comment == null ? 0 : 1)) + 4;
        for (Map.Entry<Integer, String> text : plain.entrySet()) {
            byte[] bytes = (text.getValue() + "\0").getBytes(StandardCharsets.UTF_8);
            out.putShort(text.getKey().shortValue()).putShort((short) 2).putInt(bytes.length);
            out.putInt(data);
            out.duplicate().position(data).put(bytes);
            data += bytes.length;
        }
        if (comment != null) {
            out.putShort((short) 0x8769).putShort((short) 4).putInt(1).putInt(data);
            byte[] bytes = ("ASCII\0\0\0" + comment).getBytes(StandardCharsets.UTF_8);
            ByteBuffer inner = out.duplicate().order(order).position(data);
            inner.putShort((short) 1);
            inner.putShort((short) COMMENT)
                    .putShort((short) 7)
                    .putInt(bytes.length)
                    .putInt(data + 18);
            inner.putInt(0).put(bytes);
            data += 18 + bytes.length;
        }
        byte[] all = new byte[data];
        out.get(0, all);
        return all;
    }

    private static Path jpeg(Path file, byte[] exif) throws IOException {
        ByteArrayOutputStream plain = new ByteArrayOutputStream();
        ImageIO.write(new BufferedImage(8, 8, BufferedImage.TYPE_INT_RGB), "jpg", plain);
        byte[] picture = plain.toByteArray();
        ByteBuffer out = ByteBuffer.allocate(picture.length + exif.length + 10);
        out.put(picture, 0, 2);
        out.putShort((short) 0xFFE1).putShort((short) (exif.length + 8));
        out.put("Exif\0\0".getBytes(StandardCharsets.US_ASCII)).put(exif);
        out.put(picture, 2, picture.length - 2);
        return Files.write(file, out.array());
    }

    /** Only what a reader of its texts looks at. */
    private static Path webp(Path file, byte[] exif) throws IOException {
        int padded = exif.length + exif.length % 2;
        ByteBuffer out = ByteBuffer.allocate(12 + 18 + 8 + padded).order(ByteOrder.LITTLE_ENDIAN);
        out.put("RIFF".getBytes(StandardCharsets.US_ASCII)).putInt(4 + 18 + 8 + padded);
        out.put("WEBPVP8X".getBytes(StandardCharsets.US_ASCII))
                .putInt(10)
                .putInt(8)
                .put(new byte[] {7, 0, 0, 7, 0, 0});
        out.put("EXIF".getBytes(StandardCharsets.US_ASCII)).putInt(exif.length).put(exif);
        return Files.write(file, out.array());
    }

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
