package graft.app.editor.canvas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.swing.edt.GuiActionRunner.execute;

import graft.app.editor.OpensWindows;
import graft.app.editor.Theme;
import graft.app.editor.WrittenWords;
import graft.app.editor.WrittenWords.Written;
import graft.app.workflow.OpenWorkflow;
import graft.node.Problem;
import java.awt.Rectangle;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What can be read on a canvas: when it opens, and from far away. */
@OpensWindows
class FirstViewTest {

    /** What a window of 1366 × 768 leaves for the canvas beside its inspector. */
    private static final Rectangle SMALL = new Rectangle(1000, 640);

    private final List<Written> written = new ArrayList<>();

    private static boolean isOf(Written written, String title) {
        String cut = written.text().replace("…", "");
        return !cut.isBlank() && title.startsWith(cut);
    }

    @BeforeEach
    void look() {
        execute(() -> Theme.DARK.install(Theme.ACCENT));
    }

    private static GraphCanvas canvas(String name, Rectangle size) {
        return execute(() -> {
            GraphCanvas canvas =
                    new GraphCanvas(OpenWorkflow.unkept(Shipped.workflow(name)), Shipped.LIBRARY, new CanvasContext() {
                        @Override
                        public void open(Path file) {}

                        @Override
                        public void tell(Problem problem) {}
                    });
            canvas.setBounds(size);
            canvas.doLayout();
            return canvas;
        });
    }

    private List<Written> painted(GraphCanvas canvas) {
        BufferedImage image = new BufferedImage(canvas.getWidth(), canvas.getHeight(), BufferedImage.TYPE_INT_RGB);
        written.clear();
        execute(() -> canvas.paint(new WrittenWords(image.createGraphics(), written)));
        return List.copyOf(written);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.05, 0.11, 0.2, 0.28, 0.4, 0.5, 0.74, 0.75, 0.8, 0.9, 1})
    void noLetterIsTooSmallToRead(double zoom) {
        GraphCanvas canvas = canvas("guidance", new Rectangle(4000, 3000));
        execute(() -> canvas.zoomBy(zoom / canvas.zoom()));

        assertThat(painted(canvas))
                .allSatisfy(each -> assertThat(each.size()).as(each.text()).isGreaterThanOrEqualTo(8.99));
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.15, 0.2, 0.28, 0.45, 0.6, 0.75})
    void titlesAreReadFromFarAway(double zoom) {
        GraphCanvas canvas = canvas("compare-methods", new Rectangle(3200, 1600));
        execute(() -> canvas.fit());
        execute(() -> canvas.zoomBy(zoom / canvas.zoom()));

        List<Written> texts = painted(canvas);
        assertThat(canvas.projection().stack())
                .allSatisfy(node -> assertThat(texts).as(node.title()).anyMatch(text -> isOf(text, node.title())));
        assertThat(canvas.shown().groups())
                .allSatisfy(frame -> assertThat(texts).as(frame.title()).anyMatch(text -> isOf(text, frame.title())));
    }

    @Test
    void settingsVanishBeforeTitles() {
        GraphCanvas canvas = canvas("text-to-image", new Rectangle(2400, 1000));

        execute(() -> canvas.zoomBy(1 / canvas.zoom()));
        assertThat(painted(canvas)).extracting(Written::text).contains("Sample", "Steps");

        execute(() -> canvas.zoomBy(0.6));
        assertThat(painted(canvas)).extracting(Written::text).contains("Sample").doesNotContain("Steps");
    }

    @Test
    void aSmallGraphIsSeenWhollyWhenItOpensAndALargeOneFromItsBeginning() {
        GraphCanvas large = canvas("guidance", SMALL);
        assertThat(large.zoom()).isEqualTo(Beginning.ZOOM);
        assertThat(new Rectangle(SMALL).contains(large.place("model").orElseThrow()))
                .isTrue();

        GraphCanvas wide = canvas("text-to-image", new Rectangle(3000, 1400));
        assertThat(wide.zoom()).isEqualTo(1);
        assertThat(wide.shown().nodes().keySet())
                .allSatisfy(node -> assertThat(wide.place(node).orElseThrow().x).isBetween(0, 3000));
    }

    @Test
    void theBeginningStaysInViewWhileTheWindowTakesItsSize() {
        GraphCanvas canvas = canvas("train-lora", new Rectangle(300, 200));
        execute(() -> {
            canvas.setBounds(SMALL);
            canvas.doLayout();
        });
        assertThat(new Rectangle(SMALL).contains(canvas.place("model").orElseThrow()))
                .isTrue();
        Rectangle before = canvas.place("model").orElseThrow();

        execute(() -> {
            canvas.setViewport(canvas.viewport().moved(-50, 0));
            canvas.setBounds(new Rectangle(900, 500));
            canvas.doLayout();
        });
        assertThat(canvas.place("model").orElseThrow().x).isEqualTo(before.x - 50);
    }
}
