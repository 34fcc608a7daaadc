package graft.app.editor.canvas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.swing.edt.GuiActionRunner.execute;

import graft.app.editor.OpensWindows;
import graft.app.editor.Theme;
import graft.app.workflow.OpenWorkflow;
import graft.node.Problem;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.Rectangle;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Pictures of the run before, while the next one makes new ones. */
@OpensWindows
class OutdatedPicturesTest {

    private GraphCanvas canvas;

    @BeforeEach
    void drawn() {
        canvas = execute(() -> {
            Theme.DARK.install(Theme.ACCENT);
            GraphCanvas made = new GraphCanvas(
                    OpenWorkflow.unkept(Shipped.workflow("text-to-image")), Shipped.LIBRARY, new CanvasContext() {
                        @Override
                        public void open(Path file) {}

                        @Override
                        public void tell(Problem problem) {}
                    });
            made.setBounds(0, 0, 2000, 1000);
            made.doLayout();
            made.preview("decode", List.of(plain(Color.WHITE), plain(Color.WHITE)));
            return made;
        });
    }

    private static BufferedImage plain(Color colour) {
        BufferedImage image = new BufferedImage(8, 8, BufferedImage.TYPE_INT_RGB);
        Graphics2D g = image.createGraphics();
        g.setColor(colour);
        g.fillRect(0, 0, 8, 8);
        g.dispose();
        return image;
    }

    /** The brightness in the middle of each picture of the node. */
    private List<Integer> seen() {
        return execute(() -> {
            BufferedImage image = new BufferedImage(2000, 1000, BufferedImage.TYPE_INT_RGB);
            canvas.paint(image.createGraphics());
            return canvas.pictures("decode").stream()
                    .map((Rectangle at) -> image.getRGB((int) at.getCenterX(), (int) at.getCenterY()) & 0xFF)
                    .toList();
        });
    }

    private void state(NodeState state) {
        execute(() -> canvas.show("decode", state));
    }

    @Test
    void theyAreDimmedFromWhenTheNodeWaitsUntilANewOneIsThere() {
        assertThat(seen()).containsExactly(255, 255);

        state(NodeState.of(NodeState.Kind.WAITING, ""));
        assertThat(seen()).hasSize(2).allMatch(bright -> bright < 150);
        state(NodeState.running(0.5));
        assertThat(seen()).hasSize(2).allMatch(bright -> bright < 150);

        execute(() -> canvas.preview("decode", List.of(plain(Color.WHITE))));
        assertThat(seen()).containsExactly(255);
        state(NodeState.running(0.7));
        assertThat(seen()).containsExactly(255);
        state(NodeState.done(1));
        assertThat(seen()).containsExactly(255);
    }

    @Test
    void whatTheRunTakesOverOrLeavesIsNotDimmedAnyMore() {
        state(NodeState.of(NodeState.Kind.WAITING, ""));
        state(NodeState.of(NodeState.Kind.CACHED, ""));
        assertThat(seen()).containsExactly(255, 255);

        state(NodeState.of(NodeState.Kind.WAITING, ""));
        state(NodeState.FRESH);
        assertThat(seen()).containsExactly(255, 255);
    }
}
