package graft.file;

import com.drew.imaging.ImageMetadataReader;
import com.drew.imaging.ImageProcessingException;
import com.drew.metadata.Metadata;
import com.drew.metadata.StringValue;
import com.drew.metadata.Tag;
import com.drew.metadata.exif.ExifDirectoryBase;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What programs keep beside the pixels of a picture, as text by word: in the text chunks of a PNG; in the EXIF data of a JPEG or WebP,
 * where ComfyUI writes {@code workflow:{…}} and {@code prompt:{…}} into the camera's make and model and other programs into the user's
 * comment.
 */
public final class PictureText {

    /** The word for a comment that is JSON as a whole. */
    public static final String COMMENT = "comment";

    private static final Pattern WORD = Pattern.compile("\\s*(\\w{1,40}):\\s*(\\{.*)", Pattern.DOTALL);

    private PictureText() {}

    /** Whether a file is a PNG, JPEG or WebP by its first bytes, whatever its name. */
    public static boolean isPicture(Path file) {
        String start = start(file);
        return start.startsWith("\u0089PNG\r\n\u001a\n")
                || start.startsWith("\u00ff\u00d8\u00ff")
                || (start.startsWith("RIFF") && start.startsWith("WEBP", 8));
    }

    private static String start(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            return new String(in.readNBytes(12), StandardCharsets.ISO_8859_1);
        } catch (IOException unreadable) {
            return "";
        }
    }

    /**
     * The texts of a picture; none in EXIF data that is damaged.
     *
     * @throws graft.node.Problem when a PNG is damaged
     */
    public static Map<String, String> of(Path file) {
        return start(file).startsWith("\u0089PNG") ? PngFile.readText(file) : ofExif(file);
    }

    private static Map<String, String> ofExif(Path file) {
        Map<String, String> texts = new LinkedHashMap<>();
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
            Metadata metadata = ImageMetadataReader.readMetadata(in);
            for (ExifDirectoryBase directory : metadata.getDirectoriesOfType(ExifDirectoryBase.class)) {
                for (Tag tag : directory.getTags()) {
                    StringValue value = directory.getStringValue(tag.getTagType());
                    if (value != null) {
                        add(new String(value.getBytes(), StandardCharsets.UTF_8), texts);
                    }
                }
            }
        } catch (IOException | ImageProcessingException | RuntimeException broken) {
            // Broken metadata is none; what was read before stays.
        }
        UserComment.of(file).ifPresent(comment -> {
            add(comment, texts);
            if (comment.startsWith("{")) {
                texts.putIfAbsent(COMMENT, comment);
            }
        });
        return texts;
    }

    private static void add(String text, Map<String, String> to) {
        Matcher word = WORD.matcher(text.replace("\0", ""));
        if (word.matches()) {
            to.putIfAbsent(word.group(1), word.group(2));
        }
    }
}
