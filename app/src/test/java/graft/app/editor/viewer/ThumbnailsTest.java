package graft.app.editor.viewer;

import static org.assertj.core.api.Assertions.assertThat;

import graft.file.PngFile;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.swing.SwingUtilities;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ThumbnailsTest {

    @TempDir
    private Path folder;

    private BufferedImage read(Thumbnails thumbnails, Path file) throws Exception {
        CountDownLatch there = new CountDownLatch(1);
        BufferedImage[] image = new BufferedImage[1];
        SwingUtilities.invokeAndWait(() -> {
            Optional<BufferedImage> now = thumbnails.get(file, 32, there::countDown);
            if (now.isPresent()) {
                there.countDown();
            }
        });
        assertThat(there.await(5, TimeUnit.MINUTES)).isTrue();
        SwingUtilities.invokeAndWait(
                () -> image[0] = thumbnails.get(file, 32, () -> {}).orElse(null));
        return image[0];
    }

    @Test
    void whatIsKeptIsBounded() throws Exception {
        Thumbnails thumbnails = new Thumbnails(3 * 4 * 32 * 16);
        for (int i = 0; i < 8; i++) {
            Path file = folder.resolve(i + ".png");
            PngFile.write(file, new BufferedImage(200, 100, BufferedImage.TYPE_INT_RGB), Map.of());
            BufferedImage small = read(thumbnails, file);
            assertThat(small.getWidth()).isEqualTo(32);
            assertThat(small.getHeight()).isEqualTo(16);
            assertThat(thumbnails.bytes()).isLessThanOrEqualTo(3 * 4 * 32 * 16);
        }
    }

    @Test
    void aMeanStaysAMean() {
        BufferedImage stripes = new BufferedImage(256, 256, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < 256; y++) {
            for (int x = 0; x < 256; x++) {
                stripes.setRGB(x, y, x % 2 == 0 ? 0xffffff : 0);
            }
        }
        int grey = Thumbnails.small(stripes, 32).getRGB(16, 16) & 0xff;
        assertThat(grey).isBetween(120, 136);
    }
}
