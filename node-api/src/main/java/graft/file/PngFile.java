package graft.file;

import graft.node.Problem;
import java.awt.image.BufferedImage;
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.InflaterInputStream;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/**
 * PNG files with text beside the picture, as ComfyUI ({@code workflow}, {@code prompt}) and A1111 ({@code parameters})
 * keep it.
 *
 * <p>Latin-1 texts are tEXt chunks, others iTXt (PNG specification, third edition, §11.3.3).
 */
public final class PngFile {

    private static final long SIGNATURE = 0x89504E470D0A1A0AL;
    /** Length of the signature and the header chunk, after which texts are put. */
    private static final int HEADER_END = 33;
    /** A text larger than this is no workflow but an attack on memory. */
    private static final int MAX_TEXT = 64 << 20;

    private PngFile() {}

    /**
     * Writes the picture and its texts, whole or not at all; the same input gives the same bytes.
     *
     * @param text by keyword, 1 to 79 Latin-1 characters; texts go into the file in the map's order
     * @throws Problem naming the file when it cannot be written
     */
    public static void write(Path target, BufferedImage image, Map<String, String> text) {
        AtomicFile.write(target, out -> {
            byte[] plain = encoded(image);
            out.write(plain, 0, HEADER_END);
            for (Map.Entry<String, String> entry : text.entrySet()) {
                writeText(out, entry.getKey(), entry.getValue());
            }
            out.write(plain, HEADER_END, plain.length - HEADER_END);
        });
    }

    private static byte[] encoded(BufferedImage image) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ImageWriter writer = ImageIO.getImageWritersByFormatName("png").next();
        try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
            writer.setOutput(out);
            writer.write(image);
        } finally {
            writer.dispose();
        }
        return bytes.toByteArray();
    }

    private static void writeText(OutputStream out, String keyword, String text) throws IOException {
        if (keyword.isEmpty() || keyword.length() > 79 || keyword.indexOf(0) >= 0 || !isLatin1(keyword)) {
            throw new IllegalArgumentException("not a PNG keyword: " + keyword);
        }
        ByteArrayOutputStream data = new ByteArrayOutputStream();
        data.writeBytes(keyword.getBytes(StandardCharsets.ISO_8859_1));
        data.write(0);
        // A NUL would end the text for every reader.
        String clean = text.replace("\0", "");
        if (isLatin1(clean)) {
            data.writeBytes(clean.getBytes(StandardCharsets.ISO_8859_1));
            writeChunk(out, "tEXt", data.toByteArray());
        } else {
            // Not compressed, no language, no translated keyword.
            data.writeBytes(new byte[] {0, 0, 0, 0});
            data.writeBytes(clean.getBytes(StandardCharsets.UTF_8));
            writeChunk(out, "iTXt", data.toByteArray());
        }
    }

    private static boolean isLatin1(String text) {
        return text.chars().allMatch(c -> c < 256);
    }

    private static void writeChunk(OutputStream out, String type, byte[] data) throws IOException {
        byte[] name = type.getBytes(StandardCharsets.ISO_8859_1);
        CRC32 crc = new CRC32();
        crc.update(name);
        crc.update(data);
        DataOutputStream chunk = new DataOutputStream(out);
        chunk.writeInt(data.length);
        chunk.write(name);
        chunk.write(data);
        chunk.writeInt((int) crc.getValue());
        chunk.flush();
    }

    /**
     * Reads every tEXt, zTXt, iTXt and comf text of a PNG in the order of the file; an empty map when there is none.
     *
     * @throws Problem naming the file when it is missing, no PNG, or damaged
     */
    public static Map<String, String> readText(Path file) {
        try (DataInputStream in = new DataInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
            if (Files.size(file) < HEADER_END || in.readLong() != SIGNATURE) {
                throw new Problem("cannot read " + file, "it is not a PNG picture", "choose a PNG file");
            }
            return texts(in, Files.size(file));
        } catch (NoSuchFileException e) {
            throw new Problem("cannot read " + file, "there is no such file", "check the path").causedBy(e);
        } catch (FileSystemException e) {
            throw FileFault.reading(file, e);
        } catch (IOException e) {
            String how = e instanceof FileFault.Told ? " (" + e.getMessage() + ")" : "";
            throw new Problem("cannot read " + file, "the PNG is damaged" + how, "replace it by an undamaged copy")
                    .causedBy(e);
        }
    }

    private static Map<String, String> texts(DataInputStream in, long fileSize) throws IOException {
        Map<String, String> texts = new LinkedHashMap<>();
        while (true) {
            int length = in.readInt();
            byte[] type = new byte[4];
            in.readFully(type);
            String name = new String(type, StandardCharsets.ISO_8859_1);
            if (length < 0 || length > fileSize) {
                throw new FileFault.Told("a chunk is longer than the file");
            }
            if (name.equals("IEND")) {
                return texts;
            }
            boolean text = name.equals("tEXt") || name.equals("zTXt") || name.equals("iTXt") || name.equals("comf");
            if (text && length <= MAX_TEXT) {
                readText(name, in.readNBytes(length), texts);
            } else {
                in.skipNBytes(length);
            }
            in.skipNBytes(4); // the checksum
        }
    }

    private static void readText(String type, byte[] data, Map<String, String> texts) throws IOException {
        int end = zero(data, 0);
        String keyword = new String(data, 0, end, StandardCharsets.ISO_8859_1);
        switch (type) {
            // ComfyUI's own, in animated pictures.
            case "tEXt", "comf" -> texts.put(keyword, string(data, end + 1, false, StandardCharsets.ISO_8859_1));
            case "zTXt" -> texts.put(keyword, string(data, end + 2, true, StandardCharsets.ISO_8859_1));
            default -> {
                int language = zero(data, end + 3);
                int translated = zero(data, language + 1);
                boolean compressed = data[end + 1] == 1;
                texts.put(keyword, string(data, translated + 1, compressed, StandardCharsets.UTF_8));
            }
        }
    }

    private static int zero(byte[] data, int from) throws IOException {
        for (int i = from; i < data.length; i++) {
            if (data[i] == 0) {
                return i;
            }
        }
        throw new FileFault.Told("a text chunk is cut short");
    }

    private static String string(byte[] data, int from, boolean compressed, Charset charset) throws IOException {
        byte[] text = Arrays.copyOfRange(data, Math.min(from, data.length), data.length);
        if (!compressed) {
            return new String(text, charset);
        }
        try (InputStream in = new InflaterInputStream(new ByteArrayInputStream(text))) {
            byte[] inflated = in.readNBytes(MAX_TEXT + 1);
            if (inflated.length > MAX_TEXT) {
                throw new FileFault.Told("a text is larger than 64 MB");
            }
            return new String(inflated, charset);
        }
    }
}
