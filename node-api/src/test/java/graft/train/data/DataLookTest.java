package graft.train.data;

import static org.assertj.core.api.Assertions.assertThat;

import graft.file.BuiltIn;
import graft.file.ImageFile;
import graft.model.AddedTokens;
import graft.model.Tokenizer;
import graft.picture.Fit;
import graft.train.data.DataFinding.Kind;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.awt.image.ConvolveOp;
import java.awt.image.Kernel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is wrong with a folder of pictures is found before it is learnt, and nothing else is. */
class DataLookTest {

    private static final List<Path> SAMPLES = ImageFile.list(BuiltIn.path("builtin:samples/style-pixel"));

    private static final Tokenizer TOKENIZER = Tokenizer.of(BuiltIn.path("builtin:emoji-sd"));

    @TempDir
    Path folder;

    private final DataLook look = new DataLook();
    private final List<Dataset.Item> items = new ArrayList<>();

    private static List<String> sampleSets() {
        return BuiltIn.sampleSets();
    }

    private static String unread(String text) {
        return TOKENIZER.reading(text, AddedTokens.NONE).unseen();
    }

    private Path put(String name, BufferedImage image, String caption) throws IOException {
        Path file = folder.resolve(name);
        ImageIO.write(image, name.substring(name.lastIndexOf('.') + 1), file.toFile());
        items.add(new Dataset.Item(file, caption, 64, 64, Fit.CROP));
        return file;
    }

    private static BufferedImage sample(int index) {
        return ImageFile.read(SAMPLES.get(index));
    }

    private static BufferedImage drawn(BufferedImage from, int width, int height, boolean mirrored) {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        graphics.setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BICUBIC);
        graphics.drawImage(from, mirrored ? width : 0, 0, mirrored ? -width : width, height, null);
        graphics.dispose();
        return image;
    }

    private static BufferedImage brighter(BufferedImage from) {
        BufferedImage image = drawn(from, from.getWidth(), from.getHeight(), false);
        for (int y = 0; y < image.getHeight(); y++) {
            for (int x = 0; x < image.getWidth(); x++) {
                int rgb = image.getRGB(x, y);
                int brighter = 0;
                for (int shift = 0; shift <= 16; shift += 8) {
                    brighter |= Math.min(255, Math.round((rgb >> shift & 0xFF) * 1.03f)) << shift;
                }
                image.setRGB(x, y, brighter);
            }
        }
        return image;
    }

    private static BufferedImage blurred(BufferedImage from, int radius) {
        float[] weights = new float[(2 * radius + 1) * (2 * radius + 1)];
        Arrays.fill(weights, 1f / weights.length);
        ConvolveOp blur =
                new ConvolveOp(new Kernel(2 * radius + 1, 2 * radius + 1, weights), ConvolveOp.EDGE_NO_OP, null);
        // What lies at the edges stays as it is, and is cut off.
        int edge = 2 * radius;
        BufferedImage wide = drawn(from, from.getWidth() + 2 * edge, from.getHeight() + 2 * edge, false);
        wide.createGraphics().drawImage(from, edge, edge, null);
        return blur.filter(blur.filter(wide, null), null).getSubimage(edge, edge, from.getWidth(), from.getHeight());
    }

    /** Kinds with the pictures that they are about. */
    private Map<Kind, List<String>> found(String trigger) {
        Map<Kind, List<String>> found = new TreeMap<>();
        look.findings(items, DataLook.Words.of(new Dataset(items), trigger, DataLookTest::unread))
                .forEach(finding -> found.put(
                        finding.kind(),
                        finding.files().stream()
                                .map(file -> file.getFileName().toString())
                                .toList()));
        return found;
    }

    @Test
    void everyPlantedFaultIsFoundAndNothingElse() throws IOException {
        for (int i = 0; i < 8; i++) {
            put("good-" + i + ".png", sample(i), "a sks toy, number " + i);
        }
        put("same-0.png", sample(0), "a sks toy, number 0");
        BufferedImage bright = brighter(sample(1));
        put("near-1.jpg", drawn(bright, bright.getWidth() * 9 / 10, bright.getHeight() * 9 / 10, false), "a sks toy");
        put("turned-2.png", drawn(sample(2), 256, 256, true), "a sks toy, number 2");
        put("tiny.png", drawn(sample(8), 40, 40, false), "a sks toy, far away");
        put("soft.png", blurred(sample(9), 6), "a sks toy, in fog");
        put("wide.png", drawn(sample(10), 1536, 256, false), "a sks toy, in a row");
        put("mute.png", sample(11), "a toy");
        put("other.png", drawn(sample(5), 300, 180, false), "a sks cat");
        put("empty.png", drawn(sample(6), 180, 250, false), "");
        put("long.png", drawn(sample(7), 250, 180, false), "a sks toy" + ", and on and on".repeat(40));

        assertThat(found("sks"))
                .containsOnly(
                        Map.entry(Kind.COPY, List.of("good-0.png", "same-0.png")),
                        Map.entry(Kind.ALIKE, List.of("good-1.png", "near-1.jpg")),
                        Map.entry(Kind.CONTRADICTING, List.of("good-1.png", "near-1.jpg")),
                        Map.entry(Kind.MIRRORED, List.of("good-2.png", "turned-2.png")),
                        Map.entry(Kind.SMALL, List.of("tiny.png")),
                        Map.entry(Kind.BLURRED, List.of("soft.png")),
                        Map.entry(Kind.CUT, List.of("wide.png", "other.png")),
                        Map.entry(Kind.NO_TRIGGER, List.of("mute.png")),
                        Map.entry(Kind.OTHER_CLASS, List.of("other.png")),
                        Map.entry(Kind.NO_CAPTION, List.of("empty.png")),
                        Map.entry(Kind.TOO_LONG, List.of("long.png")));
    }

    @ParameterizedTest
    @MethodSource("sampleSets")
    void nothingIsWrongWithThePicturesThatShip(String set) throws IOException {
        for (Path file : ImageFile.list(BuiltIn.path(set))) {
            Path text = Path.of(file.toString().replaceFirst("[.][a-z]+$", ".txt"));
            items.add(new Dataset.Item(
                    file, Files.exists(text) ? Files.readString(text).strip() : "", 64, 64, Fit.CROP));
        }

        assertThat(found("")).isEmpty();
    }

    @Test
    void aFileThatIsNoPictureIsTold() throws IOException {
        put("good.png", sample(0), "a");
        Path broken = put("broken.png", sample(1), "b");
        byte[] bytes = Files.readAllBytes(broken);
        Files.write(broken, Arrays.copyOf(bytes, bytes.length / 2));

        assertThat(found("")).containsOnly(Map.entry(Kind.UNREADABLE, List.of("broken.png")));
    }

    @Test
    void onlyThePartThatIsTrainedOnIsLookedAt() throws IOException {
        BufferedImage wide = new BufferedImage(1536, 256, BufferedImage.TYPE_INT_RGB);
        wide.createGraphics().drawImage(sample(3), 512, 0, null);
        Path file = put("wide.png", wide, "");
        items.set(
                0,
                new Dataset.Item(
                        file,
                        "",
                        64,
                        64,
                        Fit.CROP,
                        Augment.NONE,
                        Optional.empty(),
                        Optional.of(new Region(512, 0, 256, 256))));

        assertThat(found("")).isEmpty();
    }
}
