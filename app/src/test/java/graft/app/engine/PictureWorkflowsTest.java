package graft.app.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.Gson;
import graft.app.plugin.NodeLibrary;
import graft.app.workflow.Workflow;
import graft.picture.Picture;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The shipped workflows that begin with a picture or draw one twice, at a few steps, on the built-in model. */
class PictureWorkflowsTest {

    private static final Path HOME = Path.of("").toAbsolutePath().getParent();
    private static final NodeLibrary LIBRARY = NodeLibrary.load(HOME.resolve("plugins"), "0.1.0");
    private static final int GAP = 8;

    @TempDir
    private Path folder;

    @Test
    void imageToImageStaysNearThePictureByDenoise() throws Exception {
        Picture near = drawn("image-to-image", Map.of("sample.steps", 4, "sample.denoise", 0.25));
        Picture far = drawn("image-to-image", Map.of("sample.steps", 4, "sample.denoise", 1));

        assertThat(distance(near, 0, 64)).isLessThan(distance(far, 0, 64) / 2).isPositive();
    }

    @Test
    void inpaintingChangesTheBackgroundAndKeepsTheCrab() throws Exception {
        Picture page = drawn("inpaint", Map.of("sample.steps", 4));

        // the first rows are background, the middle ones are the crab's body
        assertThat(distance(page, 0, 12)).isGreaterThan(0.1);
        assertThat(middle(page)).isLessThan(0.08);
    }

    @Test
    void theSecondPassDrawsALargerPicture() throws Exception {
        Picture page = drawn("second-pass", Map.of("first.steps", 3, "second.steps", 4));

        assertThat(page.width()).isEqualTo(2 * 96 * 3 + 3 * GAP);
        assertThat(page.height()).isEqualTo(96 * 3 + 2 * GAP);
    }

    /** The page that a workflow writes. */
    private Picture drawn(String name, Map<String, Object> settings) throws Exception {
        Workflow workflow = Workflow.read(HOME.resolve("workflows").resolve(name + ".json"));
        for (Map.Entry<String, Object> each : settings.entrySet()) {
            String[] at = each.getKey().split("\\.", 2);
            workflow = workflow.with(at[0], at[1], new Gson().toJsonTree(each.getValue()));
        }
        try (Cache cache = Cache.none()) {
            Engine engine = new Engine(LIBRARY, cache);
            Plan plan = engine.check(workflow);
            assertThat(plan.findings()).isEmpty();
            RunResult run = engine.run(plan, new RunOptions(folder, "cpu", event -> {}));
            try (Stream<Path> files = Files.walk(run.folder().resolve("save"))) {
                List<Path> pictures =
                        files.filter(file -> file.toString().endsWith(".png")).toList();
                assertThat(pictures).hasSize(1);
                return Picture.of(ImageIO.read(pictures.get(0).toFile()));
            }
        }
    }

    /** Mean absolute difference of both pictures of a page, of 64 × 64 each four times enlarged, over some rows. */
    private static double distance(Picture page, int from, int to) {
        return distance(page, 0, 64, from, to);
    }

    private static double middle(Picture page) {
        return distance(page, 28, 36, 32, 40);
    }

    private static double distance(Picture page, int left, int right, int from, int to) {
        double sum = 0;
        for (int y = from; y < to; y++) {
            for (int x = left; x < right; x++) {
                int row = (GAP + 4 * y + 1) * page.width() + GAP + 4 * x + 1;
                for (int colour = 0; colour < 3; colour++) {
                    sum += Math.abs(page.rgb()[3 * row + colour] - page.rgb()[3 * (row + 4 * 64 + GAP) + colour]);
                }
            }
        }
        return sum / (3 * (right - left) * (to - from));
    }
}
