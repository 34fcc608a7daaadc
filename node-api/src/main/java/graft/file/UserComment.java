package graft.file;

import com.drew.imaging.ImageMetadataReader;
import com.drew.imaging.ImageProcessingException;
import com.drew.metadata.Metadata;
import com.drew.metadata.exif.ExifSubIFDDirectory;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/**
 * The comment in the EXIF data of a JPEG, WebP or PNG, where programs keep what they keep in a PNG's texts.
 *
 * <p>Format: EXIF 2.3, 4.6.5: eight bytes name the character code. "UNICODE" leaves the byte order open: A1111 writes UTF-16 from the
 * high byte (piexif), others as the file's own.
 */
public final class UserComment {

    private static final int CODE = 8;

    private UserComment() {}

    /** Empty where there is none, or the file cannot be read. */
    public static Optional<String> of(Path file) {
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
            Metadata metadata = ImageMetadataReader.readMetadata(in);
            for (ExifSubIFDDirectory directory : metadata.getDirectoriesOfType(ExifSubIFDDirectory.class)) {
                byte[] comment = directory.getByteArray(ExifSubIFDDirectory.TAG_USER_COMMENT);
                if (comment != null && comment.length > CODE) {
                    return Optional.of(text(comment));
                }
            }
            return Optional.empty();
        } catch (IOException | ImageProcessingException | RuntimeException broken) {
            // Broken metadata is none.
            return Optional.empty();
        }
    }

    private static String text(byte[] comment) {
        String code = new String(comment, 0, CODE, StandardCharsets.ISO_8859_1);
        byte[] text = Arrays.copyOfRange(comment, CODE, comment.length);
        Charset charset = code.startsWith("UNICODE") ? utf16(text) : StandardCharsets.UTF_8;
        return new String(text, charset).replace("\0", "").strip();
    }

    /** Of letters below 256, which every such text has most of, the high byte is zero. */
    private static Charset utf16(byte[] text) {
        int high = 0;
        for (int i = 0; i < text.length; i++) {
            if (text[i] == 0) {
                high += i % 2 == 0 ? 1 : -1;
            }
        }
        return high >= 0 ? StandardCharsets.UTF_16BE : StandardCharsets.UTF_16LE;
    }
}
