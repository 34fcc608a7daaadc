package graft.model;

import graft.file.FileFault;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Names what a GGUF file is, which Graft does not read. Source: ggml {@code docs/gguf.md}. */
final class Gguf {

    private static final byte[] ARCHITECTURE = "general.architecture".getBytes(StandardCharsets.US_ASCII);
    private static final int LOOKED_AT = 1 << 16;
    private static final int LONGEST_NAME = 64;

    private static final Map<String, String> MODELS = Map.ofEntries(
            Map.entry("flux", "a FLUX.1 model"),
            Map.entry("sd1", "a Stable Diffusion 1.x model"),
            Map.entry("sdxl", "a Stable Diffusion XL model"),
            Map.entry("sd3", "a Stable Diffusion 3 model"),
            Map.entry("aura", "an AuraFlow model"),
            Map.entry("hidream", "a HiDream model"),
            Map.entry("cosmos", "a Cosmos model"),
            Map.entry("ltxv", "an LTX-Video model"),
            Map.entry("hyvid", "a HunyuanVideo model"),
            Map.entry("wan", "a Wan model"),
            Map.entry("lumina2", "a Lumina 2 or Z-Image model"),
            Map.entry("qwen_image", "a Qwen-Image model"),
            Map.entry("t5", "a text model (T5)"),
            Map.entry("t5encoder", "a text model (T5)"),
            Map.entry("llama", "a text model (Llama)"),
            Map.entry("qwen2", "a text model (Qwen2)"),
            Map.entry("qwen2vl", "a text model (Qwen2-VL)"),
            Map.entry("qwen3", "a text model (Qwen3)"),
            Map.entry("gemma2", "a text model (Gemma 2)"),
            Map.entry("gemma3", "a text model (Gemma 3)"));

    private Gguf() {}

    static FileKind kind(Path file) {
        byte[] start;
        try (InputStream in = Files.newInputStream(file)) {
            start = in.readNBytes(LOOKED_AT);
        } catch (IOException e) {
            throw FileFault.reading(file, e);
        }
        String model = MODELS.get(architecture(start));
        return FileKind.other(model == null ? "a GGUF file" : model + " as a GGUF file");
    }

    /** The key is followed by its type, the length of its text, and the text; empty when it is not there. */
    private static String architecture(byte[] start) {
        for (int at = 0; at + ARCHITECTURE.length + 12 < start.length; at++) {
            if (java.util.Arrays.equals(start, at, at + ARCHITECTURE.length, ARCHITECTURE, 0, ARCHITECTURE.length)) {
                int length = at + ARCHITECTURE.length + Integer.BYTES;
                long size =
                        ByteBuffer.wrap(start).order(ByteOrder.LITTLE_ENDIAN).getLong(length);
                int text = length + Long.BYTES;
                return size > 0 && size <= LONGEST_NAME && text + size <= start.length
                        ? new String(start, text, (int) size, StandardCharsets.UTF_8)
                        : "";
            }
        }
        return "";
    }
}
