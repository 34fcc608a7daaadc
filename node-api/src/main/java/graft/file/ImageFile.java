package graft.file;

import graft.node.Choices;
import graft.node.Problem;
import java.awt.Dimension;
import java.awt.image.BufferedImage;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Reads pictures as they are meant to be seen: PNG, JPEG, WebP and the {@link PictureFormat}s of plugins, turned as their EXIF
 * says, on white where clear.
 *
 * <p>Safe for several threads, and for threads of any class loader.
 */
public final class ImageFile {

    /** More would not fit the heap; the largest cameras stay below. */
    private static final long MAX_PIXELS = 150_000_000;

    private ImageFile() {}

    /** What is asked of the format that a file is of. */
    @FunctionalInterface
    private interface Reading<T> {
        T by(PictureFormat format) throws IOException;
    }

    /** How names of picture files end, in small letters without the dot; changes as plugins come and go. */
    public static Set<String> endings() {
        return Choices.of(PictureFormat.class).stream()
                .flatMap(format -> format.endings().stream())
                .collect(Collectors.toUnmodifiableSet());
    }

    /** Whether a file is a picture by its name. */
    public static boolean isPicture(Path file) {
        String name = name(file);
        return !name.startsWith(".")
                && endings().contains(name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT));
    }

    /**
     * Reads one picture as {@link BufferedImage#TYPE_INT_RGB}; its kind is told by its bytes, not its name.
     *
     * @throws Problem naming the file when it is missing, no picture, damaged or too large
     */
    public static BufferedImage read(Path file) {
        return upright(file, Rgb::onWhite);
    }

    /**
     * How opaque a picture is, as a grey picture of its size: white where it is wholly, and everywhere when it has no
     * transparency.
     *
     * @throws Problem naming the file when it is missing, no picture, damaged or too large
     */
    public static BufferedImage alpha(Path file) {
        return upright(file, Rgb::opacity);
    }

    /**
     * A picture and its transparency, all of {@link BufferedImage#TYPE_INT_RGB}.
     *
     * @param onWhite as {@link #read} gives it
     * @param colours as the file has them, also where it is clear; the same when there is no transparency
     * @param opacity as {@link #alpha} gives it; empty when there is no transparency
     */
    public record Layers(BufferedImage onWhite, BufferedImage colours, Optional<BufferedImage> opacity) {}

    /**
     * Reads one picture with what it has where it is clear.
     *
     * @throws Problem naming the file when it is missing, no picture, damaged or too large
     */
    public static Layers layers(Path file) {
        return upright(file, (stored, orientation) -> {
            BufferedImage onWhite = Rgb.turned(Rgb.onWhite(stored), orientation);
            return stored.getColorModel().hasAlpha()
                    ? new Layers(
                            onWhite,
                            Rgb.turned(Rgb.colours(stored), orientation),
                            Optional.of(Rgb.turned(Rgb.opacity(stored), orientation)))
                    : new Layers(onWhite, onWhite, Optional.empty());
        });
    }

    private static BufferedImage upright(Path file, Function<BufferedImage, BufferedImage> seen) {
        return upright(file, (stored, orientation) -> Rgb.turned(seen.apply(stored), orientation));
    }

    private static <T> T upright(Path file, BiFunction<BufferedImage, Integer, T> seen) {
        PictureFormat format = format(file);
        return read(file, format, of -> {
            Dimension size = of.size(file);
            long pixels = (long) size.width * size.height;
            if (pixels > MAX_PIXELS) {
                throw cannotRead(
                        file,
                        "it has " + pixels / 1_000_000 + " million pixels",
                        "make it smaller than " + MAX_PIXELS / 1_000_000 + " million");
            }
            return seen.apply(of.read(file), of.orientation(file));
        });
    }

    /**
     * How large a picture will be once it is read, from its header alone.
     *
     * @throws Problem naming the file when it is missing or no picture
     */
    public static Dimension size(Path file) {
        return read(file, format(file), of -> {
            Dimension size = of.size(file);
            int across = size.width;
            int down = size.height;
            return of.orientation(file) >= 5 ? new Dimension(down, across) : size;
        });
    }

    private static <T> T read(Path file, PictureFormat format, Reading<T> reading) {
        try {
            return reading.by(format);
        } catch (Problem problem) {
            throw problem;
        } catch (FileSystemException e) {
            throw FileFault.reading(file, e);
        } catch (IOException e) {
            throw damaged(file, format, e);
        } catch (RuntimeException | LinkageError | AssertionError | StackOverflowError e) {
            if (format instanceof PictureFormat.Kind && e instanceof RuntimeException broken) {
                throw damaged(file, format, broken);
            }
            // A fault of the plugin rather than of the file: whoever reports it finds the plugin beneath.
            throw new IllegalStateException("the format " + format.id() + " cannot read " + file + ": " + e, e);
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
        try {
            pictures = Folder.entries(folder).stream()
                    .filter(file -> isPicture(file) && Files.isRegularFile(file))
                    .sorted(Comparator.comparing(ImageFile::name, new NaturalOrder()))
                    .toList();
        } catch (IOException e) {
            throw new Problem(happened, FileFault.why(e), "check the folder's rights").causedBy(e);
        }
        if (pictures.isEmpty()) {
            throw new Problem(
                    happened,
                    "it holds no " + titles() + " picture",
                    "put pictures in it, or give the folder that they are in");
        }
        return pictures;
    }

    private static String name(Path file) {
        return String.valueOf(file.getFileName());
    }

    /**
     * Looks at the first bytes of a file.
     *
     * @return what it is, by its bytes and not by its name
     * @throws Problem naming the file when it is missing, cannot be read, or is no picture of a known format
     */
    public static PictureFormat format(Path file) {
        if (!Files.exists(file)) {
            throw cannotRead(file, "there is no such file", "check the path");
        }
        if (Files.isDirectory(file)) {
            throw cannotRead(file, "it is a folder", "give a picture inside it");
        }
        byte[] start;
        try (InputStream in = Files.newInputStream(file)) {
            start = in.readNBytes(PictureFormat.START);
        } catch (IOException e) {
            throw FileFault.reading(file, e);
        }
        return Choices.of(PictureFormat.class).stream()
                .filter(format -> format.knows(start.clone()))
                .findFirst()
                .orElseThrow(() -> cannotRead(
                        file,
                        "it is no picture of a format that is known here",
                        "remove it, save it as " + titles() + ", or install the plugin that reads it"));
    }

    /** What can be read, as a part of a sentence: "PNG, JPEG or WebP". */
    public static String titles() {
        List<String> titles = Choices.of(PictureFormat.class).stream()
                .map(PictureFormat::title)
                .toList();
        int last = titles.size() - 1;
        return String.join(", ", titles.subList(0, last)) + " or " + titles.get(last);
    }

    private static Problem damaged(Path file, PictureFormat format, Exception e) {
        boolean inWords = e instanceof FileFault.Told || !(format instanceof PictureFormat.Kind);
        boolean cut = Stream.iterate((Throwable) e, Objects::nonNull, Throwable::getCause)
                .anyMatch(EOFException.class::isInstance);
        String how = inWords ? " (" + e.getMessage() + ")" : cut ? " (the file ends early)" : "";
        return cannotRead(file, "the picture is damaged" + how, "replace or remove it")
                .causedBy(e);
    }

    private static Problem cannotRead(Path file, String why, String remedy) {
        return new Problem("cannot read " + file, why, remedy);
    }
}
