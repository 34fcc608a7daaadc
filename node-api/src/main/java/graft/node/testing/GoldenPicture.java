package graft.node.testing;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import javax.imageio.ImageIO;

/**
 * A picture in a file that a test's result must look like.
 *
 * <p>With {@code -Dgolden.write=true} the file is written instead, to be looked at before it is kept.
 *
 * @param tolerance by how much a channel may differ, of 255
 */
public record GoldenPicture(Path file, int tolerance) {

    /** One that allows a rounding of 1. */
    public static GoldenPicture at(Path file) {
        return new GoldenPicture(file, 1);
    }

    public GoldenPicture within(int ofTwoHundredFiftyFive) {
        return new GoldenPicture(file, ofTwoHundredFiftyFive);
    }

    /** @throws AssertionError when the picture differs; the one that was made then lies beside the golden one */
    public void check(BufferedImage made) throws IOException {
        if (Boolean.getBoolean("golden.write")) {
            write(made, file);
            return;
        }
        if (!Files.exists(file)) {
            throw new AssertionError(file + " is not there; make it with -Dgolden.write=true and look at it");
        }
        BufferedImage golden = Objects.requireNonNull(ImageIO.read(file.toFile()), () -> file + " is no picture");
        if (golden.getWidth() != made.getWidth() || golden.getHeight() != made.getHeight()) {
            throw differs(
                    made,
                    made.getWidth() + "×" + made.getHeight() + " instead of " + golden.getWidth() + "×"
                            + golden.getHeight());
        }
        for (int y = 0; y < made.getHeight(); y++) {
            for (int x = 0; x < made.getWidth(); x++) {
                for (int shift = 0; shift < 24; shift += 8) {
                    int is = (made.getRGB(x, y) >> shift) & 0xFF;
                    int wanted = (golden.getRGB(x, y) >> shift) & 0xFF;
                    if (Math.abs(is - wanted) > tolerance) {
                        throw differs(
                                made,
                                "at " + x + ", " + y + " a channel is " + is + " instead of " + wanted + " of 255");
                    }
                }
            }
        }
    }

    private AssertionError differs(BufferedImage made, String how) throws IOException {
        Path beside = file.resolveSibling(file.getFileName().toString().replaceFirst("\\.png$", "") + ".made.png");
        write(made, beside);
        return new AssertionError("it does not look like " + file + ": " + how + "; see " + beside);
    }

    private static void write(BufferedImage image, Path to) throws IOException {
        Files.createDirectories(to.toAbsolutePath().getParent());
        ImageIO.write(image, "png", to.toFile());
    }
}
