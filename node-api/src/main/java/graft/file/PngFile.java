package graft.file;

import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.Map;

/** PNG files with text beside the picture, as ComfyUI ({@code workflow}, {@code prompt}) and A1111 ({@code parameters}) keep it. */
@SuppressWarnings("DoNotCallSuggester") // until it is written, within this issue
public final class PngFile {

    private PngFile() {}

    /** Writes the picture and its texts, whole or not at all; the same input gives the same bytes. */
    public static void write(Path target, BufferedImage image, Map<String, String> text) {
        throw new UnsupportedOperationException(target + " " + image + text);
    }

    /** Reads every tEXt, zTXt and iTXt text of a PNG in the order of the file; an empty map when there is none. */
    public static Map<String, String> readText(Path file) {
        throw new UnsupportedOperationException(file.toString());
    }
}
