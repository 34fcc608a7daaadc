package graft.file;

import com.drew.imaging.ImageMetadataReader;
import com.drew.imaging.ImageProcessingException;
import com.drew.metadata.Metadata;
import com.drew.metadata.MetadataException;
import com.drew.metadata.exif.ExifIFD0Directory;
import com.twelvemonkeys.imageio.plugins.webp.WebPImageReaderSpi;
import graft.node.Problem;
import java.awt.Dimension;
import java.awt.image.BufferedImage;
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.FileImageInputStream;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * Reads pictures as they are meant to be seen: PNG, JPEG and WebP, turned as their EXIF says, on white where clear.
 *
 * <p>Safe for several threads, and for threads of any class loader: readers are made directly, not looked up.
 */
public final class ImageFile {

    /** More would not fit the heap; the largest cameras stay below. */
    private static final long MAX_PIXELS = 150_000_000;

    private static final Set<String> ENDINGS = Set.of("png", "jpg", "jpeg", "webp");

    private ImageFile() {}

    /**
     * Reads one picture as {@link BufferedImage#TYPE_INT_RGB}; its kind is told by its bytes, not its name.
     *
     * @throws Problem naming the file when it is missing, no picture, damaged or too large
     */
    public static BufferedImage read(Path file) {
        byte[] bytes = bytes(file);
        ImageReader reader = reader(file, bytes);
        try (ImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(bytes))) {
            reader.setInput(in, true, true);
            long pixels = (long) reader.getWidth(0) * reader.getHeight(0);
            if (pixels > MAX_PIXELS) {
                throw cannotRead(
                        file,
                        "it has " + pixels / 1_000_000 + " million pixels",
                        "make it smaller than " + MAX_PIXELS / 1_000_000 + " million");
            }
            // Half a picture would be trained on as if it were whole, so a warning of a short file is a failure.
            boolean[] cut = new boolean[1];
            reader.addIIOReadWarningListener((source, warning) -> cut[0] |= warning.contains("premature end of data"));
            BufferedImage picture = CmykJpeg.is(bytes) ? CmykJpeg.decode(reader, bytes) : Rgb.onWhite(reader.read(0));
            if (cut[0]) {
                throw damaged(file, "the file ends early");
            }
            return Rgb.turned(picture, orientation(new ByteArrayInputStream(bytes)));
        } catch (IOException | RuntimeException e) {
            if (e instanceof Problem problem) {
                throw problem;
            }
            throw damaged(file, String.valueOf(e.getMessage())).causedBy(e);
        } finally {
            reader.dispose();
        }
    }

    /**
     * How large a picture will be once it is read, from its header alone.
     *
     * @throws Problem naming the file when it is missing or no picture
     */
    public static Dimension size(Path file) {
        byte[] start;
        try (InputStream in = Files.newInputStream(file)) {
            start = in.readNBytes(16);
        } catch (IOException e) {
            throw cannotRead(file, String.valueOf(e.getMessage()), "check the path and the file's rights")
                    .causedBy(e);
        }
        ImageReader reader = reader(file, start);
        try (ImageInputStream in = new FileImageInputStream(file.toFile());
                InputStream again = new BufferedInputStream(Files.newInputStream(file))) {
            reader.setInput(in, true, true);
            int width = reader.getWidth(0);
            int height = reader.getHeight(0);
            return orientation(again) >= 5 ? new Dimension(height, width) : new Dimension(width, height);
        } catch (IOException | RuntimeException e) {
            throw damaged(file, String.valueOf(e.getMessage())).causedBy(e);
        } finally {
            reader.dispose();
        }
    }

    /**
     * How opaque a picture is, as a grey picture of its size: white where it is wholly, and everywhere when it has no
     * transparency.
     *
     * @throws Problem naming the file when it is missing, no picture or damaged
     */
    public static BufferedImage alpha(Path file) {
        byte[] bytes = bytes(file);
        ImageReader reader = reader(file, bytes);
        try (ImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(bytes))) {
            reader.setInput(in, true, true);
            return Rgb.turned(Rgb.opacity(reader.read(0)), orientation(new ByteArrayInputStream(bytes)));
        } catch (IOException | RuntimeException e) {
            throw damaged(file, String.valueOf(e.getMessage())).causedBy(e);
        } finally {
            reader.dispose();
        }
    }

    /**
     * The picture files directly in a folder, "dog-2" before "dog-10"; hidden files are left out.
     *
     * @throws Problem when the folder is missing, is none, or holds no picture
     */
    public static List<Path> list(Path folder) {
        String happened = "cannot use the picture folder " + folder;
        if (!Files.exists(folder)) {
            throw new Problem(happened, "there is no such folder", "check the path");
        }
        if (!Files.isDirectory(folder)) {
            throw new Problem(happened, "it is a file", "give the folder that the pictures are in");
        }
        List<Path> pictures;
        try (Stream<Path> files = Files.list(folder)) {
            pictures = files.filter(file -> isPicture(name(file)) && Files.isRegularFile(file))
                    .sorted(Comparator.comparing(ImageFile::name, new NaturalOrder()))
                    .toList();
        } catch (IOException e) {
            throw new Problem(happened, String.valueOf(e.getMessage()), "check the folder's rights").causedBy(e);
        }
        if (pictures.isEmpty()) {
            throw new Problem(
                    happened,
                    "it holds no PNG, JPEG or WebP picture",
                    "put pictures in it, or give the folder that they are in");
        }
        return pictures;
    }

    private static String name(Path file) {
        return String.valueOf(file.getFileName());
    }

    private static boolean isPicture(String name) {
        String ending = name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
        return !name.startsWith(".") && ENDINGS.contains(ending);
    }

    private static byte[] bytes(Path file) {
        if (!Files.exists(file)) {
            throw cannotRead(file, "there is no such file", "check the path");
        }
        if (Files.isDirectory(file)) {
            throw cannotRead(file, "it is a folder", "give a picture inside it");
        }
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw cannotRead(file, String.valueOf(e.getMessage()), "check the file's rights and the disk")
                    .causedBy(e);
        }
    }

    private static ImageReader reader(Path file, byte[] bytes) {
        if (starts(bytes, 0, "\u0089PNG\r\n")) {
            return ImageIO.getImageReadersByFormatName("png").next();
        }
        if (starts(bytes, 0, "\u00ff\u00d8\u00ff")) {
            return ImageIO.getImageReadersByFormatName("jpeg").next();
        }
        if (starts(bytes, 0, "RIFF") && starts(bytes, 8, "WEBP")) {
            return new WebPImageReaderSpi().createReaderInstance(null);
        }
        throw cannotRead(file, "it is not a picture", "remove it or save it as PNG, JPEG or WebP");
    }

    private static boolean starts(byte[] bytes, int at, String latin1) {
        byte[] wanted = latin1.getBytes(StandardCharsets.ISO_8859_1);
        for (int i = 0; i < wanted.length; i++) {
            if (at + i >= bytes.length || bytes[at + i] != wanted[i]) {
                return false;
            }
        }
        return true;
    }

    /** The EXIF orientation, 1 (upright) to 8; broken metadata does not make a picture unreadable. */
    private static int orientation(InputStream in) {
        try {
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

    private static Problem damaged(Path file, String detail) {
        return cannotRead(file, "the picture is damaged (" + detail + ")", "replace or remove it");
    }

    private static Problem cannotRead(Path file, String why, String remedy) {
        return new Problem("cannot read " + file, why, remedy);
    }
}
