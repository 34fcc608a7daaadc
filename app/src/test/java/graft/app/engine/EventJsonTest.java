package graft.app.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonParser;
import graft.node.Problem;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class EventJsonTest {

    private static RunEvent sent(RunEvent event) {
        String line = EventJson.line(event);
        assertThat(line).doesNotContain("\n");
        return EventJson.parse(JsonParser.parseString(line).getAsJsonObject());
    }

    static Stream<RunEvent> plainEvents() {
        return Stream.of(
                new RunEvent.RunStarted(
                        "A \"title\"\nof two lines",
                        Path.of("runs/a"),
                        "cpu",
                        "no CUDA",
                        1L << 40,
                        -1,
                        Map.of("graft", "0.1.0"),
                        List.of("a", "b"),
                        Map.of("a", 12.5)),
                new RunEvent.NodeStarted("a", "Load Model", "it has not run before"),
                new RunEvent.NodeCached("a", "Load Model", "nothing changed"),
                new RunEvent.NodeProgress("a", "Train", "step", 3, 10, Map.of("loss", 0.25, "worst", Double.NaN)),
                new RunEvent.NodeFinished("a", "Train", 1.5, 1L << 33, true),
                new RunEvent.NodeSkipped("a", "Save", "the run was stopped"),
                new RunEvent.Log("a", "said"),
                new RunEvent.Warning("", "warned", "colours"),
                new RunEvent.Wrote("a", Path.of("runs/a/save/x.png")),
                new RunEvent.RunFinished(
                        RunEvent.Outcome.CANCELLED,
                        Path.of("runs/a"),
                        2.5,
                        -1,
                        List.of("Train: Stopped after step 3 of 10. It is in x.safetensors.")));
    }

    @ParameterizedTest
    @MethodSource("plainEvents")
    void anEventIsTheSameOnTheOtherSide(RunEvent event) {
        assertThat(sent(event)).isEqualTo(event);
    }

    @Test
    void aFailureKeepsItsPartsItsPlaceAndItsTrace() {
        Problem problem = new Problem("cannot go on", "the test says so", "change the test")
                .at("size")
                .causedBy(new IllegalStateException("beneath"));
        RunEvent.NodeFailed failed = (RunEvent.NodeFailed)
                sent(new RunEvent.NodeFailed("a", "Fail", "size", problem.getMessage(), problem, "colours"));
        assertThat(failed.problem()).isEqualTo("Cannot go on: the test says so; change the test.");
        assertThat(failed.cause()).isInstanceOfSatisfying(Problem.class, known -> {
            assertThat(known.remedy()).isEqualTo("change the test");
            assertThat(known.socket()).contains("size");
            assertThat(EventJson.trace(known.getCause()))
                    .contains("IllegalStateException: beneath", "at graft.app.engine.EventJsonTest");
        });
    }

    @Test
    void aSmallPreviewIsTheSamePixelForPixel() {
        BufferedImage image = new BufferedImage(64, 48, BufferedImage.TYPE_INT_RGB);
        image.setRGB(3, 5, 0x123456);
        BufferedImage shown = ((RunEvent.NodePreview) sent(new RunEvent.NodePreview("a", image)))
                .images()
                .get(0);
        assertThat(shown.getWidth()).isEqualTo(64);
        assertThat(shown.getRGB(3, 5)).isEqualTo(0xff123456);
    }

    @Test
    void aBatchKeepsItsOrder() {
        BufferedImage first = new BufferedImage(2, 2, BufferedImage.TYPE_INT_RGB);
        BufferedImage second = new BufferedImage(3, 3, BufferedImage.TYPE_INT_RGB);
        RunEvent.NodePreview shown = (RunEvent.NodePreview) sent(new RunEvent.NodePreview("a", List.of(first, second)));
        assertThat(shown.images()).extracting(BufferedImage::getWidth).containsExactly(2, 3);
    }

    @Test
    void aLargePreviewKeepsItsSizeAndLooks() {
        BufferedImage image = new BufferedImage(512, 300, BufferedImage.TYPE_INT_ARGB);
        BufferedImage shown = ((RunEvent.NodePreview) sent(new RunEvent.NodePreview("a", image)))
                .images()
                .get(0);
        assertThat(shown.getWidth()).isEqualTo(512);
        assertThat(shown.getHeight()).isEqualTo(300);
        assertThat(shown.getRGB(100, 100)).isEqualTo(0xffffffff);
    }
}
