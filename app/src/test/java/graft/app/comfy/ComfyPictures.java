package graft.app.comfy;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.imageio.ImageIO;

/** Writes pictures with texts in the fields of EXIF, as ComfyUI and its nodes do. */
public final class ComfyPictures {

    public static final int DESCRIPTION = 0x010E;
    public static final int MAKE = 0x010F;
    public static final int MODEL = 0x0110;
    public static final int COMMENT = 0x9286;

    private ComfyPictures() {}

    /** EXIF 2.3: a header, and one directory of texts, with the user's comment in one of its own. */
    public static byte[] exif(Map<Integer, String> texts, ByteOrder order) {
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

    /** A JPEG of one segment with these fields. */
    public static Path jpeg(Path file, byte[] exif) throws IOException {
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
    public static Path webp(Path file, byte[] exif) throws IOException {
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
}
