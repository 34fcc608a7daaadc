package graft.picture;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/**
 * A small picture of what a file of weights does, kept in its metadata as a {@code data:} URI ({@code modelspec.thumbnail} of Stability
 * AI's model specification).
 */
public final class Thumbnail {

    /** How wide and high it is at most, in pixels: a JPEG of that size takes some ten kilobytes. */
    public static final int SIZE = 256;

    private static final Pattern URI = Pattern.compile("data:image/(?:jpeg|jpg|png|webp);base64,(.*)", Pattern.DOTALL);

    /** Wider or higher ones are no thumbnails but an attack on memory. */
    private static final int MOST_PIXELS = 4096;

    private Thumbnail() {}

    /** A picture made small, as a JPEG; the same picture gives the same text. */
    public static String of(Picture picture) {
        double scale = Math.min(1, (double) SIZE / Math.max(picture.width(), picture.height()));
        int width = Math.max(1, (int) Math.round(picture.width() * scale));
        int height = Math.max(1, (int) Math.round(picture.height() * scale));
        BufferedImage small = picture.fitted(width, height, Fit.CROP).toBufferedImage();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
        try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
            writer.setOutput(out);
            writer.write(small);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            writer.dispose();
        }
        return "data:image/jpeg;base64," + Base64.getEncoder().encodeToString(bytes.toByteArray());
    }

    /** The picture of a {@code data:} URI, or of Base64 alone; empty where it is none. */
    public static Optional<BufferedImage> read(String uri) {
        Matcher whole = URI.matcher(uri);
        try (ImageInputStream in = new MemoryCacheImageInputStream(
                new ByteArrayInputStream(Base64.getMimeDecoder().decode(whole.matches() ? whole.group(1) : uri)))) {
            if (!ImageIO.getImageReaders(in).hasNext()) {
                return Optional.empty();
            }
            ImageReader reader = ImageIO.getImageReaders(in).next();
            try {
                reader.setInput(in, true, true);
                return reader.getWidth(0) > MOST_PIXELS || reader.getHeight(0) > MOST_PIXELS
                        ? Optional.empty()
                        : Optional.ofNullable(reader.read(0));
            } finally {
                reader.dispose();
            }
        } catch (IOException | IllegalArgumentException damaged) {
            return Optional.empty();
        }
    }
}
