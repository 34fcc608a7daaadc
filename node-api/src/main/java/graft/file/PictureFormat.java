package graft.file;

import com.drew.imaging.ImageMetadataReader;
import com.drew.imaging.ImageProcessingException;
import com.drew.metadata.Metadata;
import com.drew.metadata.MetadataException;
import com.drew.metadata.exif.ExifIFD0Directory;
import com.twelvemonkeys.imageio.plugins.webp.WebPImageReaderSpi;
import graft.node.Choice;
import graft.node.QuickAnswer;
import java.awt.Dimension;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.FileImageInputStream;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;
import org.pf4j.ExtensionPoint;

/**
 * A kind of picture file that can be read wherever pictures are: by Load Image, in folders of training pictures, in the editor.
 *
 * <p>Those that come with Graft are {@link Kind}. A plugin offers another as a class with a public constructor without
 * arguments, annotated with {@link org.pf4j.Extension}. One instance serves all files, from several threads at once, so it keeps
 * nothing. {@link ImageFile} asks it; nobody else has to.
 */
@Choice.Set(builtIn = PictureFormat.Kind.class)
public interface PictureFormat extends Choice, ExtensionPoint {

    /** The formats that come with Graft. */
    enum Kind implements PictureFormat, Choice.BuiltIn {
        PNG,
        JPEG,
        WEBP,
        BMP,
        GIF,
        TIFF;

        @Override
        public String title() {
            return this == WEBP ? "WebP" : name();
        }

        @Override
        public List<String> endings() {
            return switch (this) {
                case JPEG -> List.of("jpg", "jpeg", "jpe", "jfif", "jif");
                case BMP -> List.of("bmp", "dib");
                case TIFF -> List.of("tif", "tiff");
                default -> List.of(id());
            };
        }

        @Override
        public boolean knows(byte[] start) {
            return switch (this) {
                case PNG -> has(start, 0, "\u0089PNG\r\n");
                case JPEG -> has(start, 0, "\u00ff\u00d8\u00ff");
                case WEBP -> has(start, 0, "RIFF") && has(start, 8, "WEBP");
                // With the size of the header that follows, which is below 256: two letters alone begin texts too.
                case BMP -> has(start, 0, "BM") && has(start, 15, "\0\0\0");
                case GIF -> has(start, 0, "GIF87a") || has(start, 0, "GIF89a");
                case TIFF -> has(start, 0, "II*\0") || has(start, 0, "MM\0*");
            };
        }

        private static boolean has(byte[] bytes, int at, String latin1) {
            byte[] wanted = latin1.getBytes(StandardCharsets.ISO_8859_1);
            for (int i = 0; i < wanted.length; i++) {
                if (at + i >= bytes.length || bytes[at + i] != wanted[i]) {
                    return false;
                }
            }
            return true;
        }

        /** Made directly, not looked up by a thread's class loader, where Java does not bring it. */
        private ImageReader reader() throws IOException {
            return this == WEBP
                    ? new WebPImageReaderSpi().createReaderInstance(null)
                    : ImageIO.getImageReadersByFormatName(id()).next();
        }

        @Override
        public Dimension size(Path file) throws IOException {
            if (this == GIF) {
                return GifScreen.size(file);
            }
            ImageReader reader = reader();
            try (ImageInputStream in = new FileImageInputStream(file.toFile())) {
                reader.setInput(in, true, true);
                return new Dimension(reader.getWidth(0), reader.getHeight(0));
            } finally {
                reader.dispose();
            }
        }

        @Override
        public BufferedImage read(Path file) throws IOException {
            byte[] bytes = Files.readAllBytes(file);
            ImageReader reader = reader();
            try (ImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(bytes))) {
                // A GIF says in its metadata where on its screen the first picture lies.
                reader.setInput(in, true, this != GIF);
                // Half a picture would be trained on as if it were whole, so a warning of a short file is a failure.
                boolean[] cut = new boolean[1];
                reader.addIIOReadWarningListener(
                        (source, warning) -> cut[0] |= warning.contains("premature end of data"));
                BufferedImage picture = CmykJpeg.is(bytes) ? CmykJpeg.decode(reader, bytes) : reader.read(0);
                if (cut[0]) {
                    throw new FileFault.Told("the file ends early");
                }
                if (this == TIFF && !isRgbOrGrey(picture)) {
                    // Java turns them into others than every other program does.
                    throw new FileFault.Told("its colours are neither RGB nor grey");
                }
                return this == GIF ? GifScreen.whole(file, picture, reader.getImageMetadata(0)) : picture;
            } finally {
                reader.dispose();
            }
        }

        private static boolean isRgbOrGrey(BufferedImage picture) {
            int type = picture.getColorModel().getColorSpace().getType();
            return type == ColorSpace.TYPE_RGB || type == ColorSpace.TYPE_GRAY;
        }

        /** Broken metadata does not make a picture unreadable. */
        @Override
        public int orientation(Path file) throws IOException {
            try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
                Metadata metadata = ImageMetadataReader.readMetadata(in);
                for (ExifIFD0Directory directory : metadata.getDirectoriesOfType(ExifIFD0Directory.class)) {
                    if (directory.containsTag(ExifIFD0Directory.TAG_ORIENTATION)) {
                        return directory.getInt(ExifIFD0Directory.TAG_ORIENTATION);
                    }
                }
            } catch (ImageProcessingException | MetadataException | IOException | RuntimeException e) {
                return 1;
            }
            return 1;
        }
    }

    /** How many bytes {@link #knows} gets to see, unless the file is shorter. */
    int START = 64;

    /** How names of its files end, in small letters without the dot. */
    List<String> endings();

    /** Whether a file is of this format, by its first {@link #START} bytes. */
    @QuickAnswer(orNo = true)
    boolean knows(byte[] start);

    /**
     * How large a picture is, in pixels as it lies in the file; soon told, without decoding it.
     *
     * @throws IOException saying what is wrong with the file
     */
    @QuickAnswer
    Dimension size(Path file) throws IOException;

    /**
     * The picture as it lies in the file, of any type of image, with transparency where it has any.
     *
     * @throws IOException saying what is wrong with the file
     */
    @QuickAnswer(seconds = 60)
    BufferedImage read(Path file) throws IOException;

    /** How it lies in the file, as EXIF counts: 1 upright, to 8. */
    @QuickAnswer
    default int orientation(Path file) throws IOException {
        return 1;
    }
}
