package graft.file;

import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.List;

/** Reads pictures as they are meant to be seen: PNG, JPEG and WebP, turned as their EXIF says, on white where clear. */
@SuppressWarnings("DoNotCallSuggester") // until it is written, within this issue
public final class ImageFile {

    private ImageFile() {}

    /**
     * Reads one picture as {@link BufferedImage#TYPE_INT_RGB}.
     *
     * @throws graft.node.Problem naming the file when it is missing or no picture
     */
    public static BufferedImage read(Path file) {
        throw new UnsupportedOperationException(file.toString());
    }

    /**
     * The picture files directly in a folder, "dog-2" before "dog-10".
     *
     * @throws graft.node.Problem when the folder is missing, is none, or holds no picture
     */
    public static List<Path> list(Path folder) {
        throw new UnsupportedOperationException(folder.toString());
    }
}
