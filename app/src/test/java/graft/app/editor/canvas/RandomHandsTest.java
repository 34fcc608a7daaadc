package graft.app.editor.canvas;

import static org.assertj.core.api.Assertions.assertThat;

import graft.app.editor.Commands;
import graft.app.editor.Theme;
import graft.app.workflow.OpenWorkflow;
import graft.app.workflow.Workflow;
import graft.node.Problem;
import java.awt.Graphics2D;
import java.awt.event.InputEvent;
import java.awt.event.MouseEvent;
import java.awt.event.MouseWheelEvent;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import javax.swing.SwingUtilities;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever mouse and keys do, in any order, the canvas shows the document, and undo brings it back. */
class RandomHandsTest {

    private static final int GESTURES = 400;
    private static final int WIDTH = 1200;
    private static final int HEIGHT = 800;

    /** Commands that ask for nothing more: no clipboard, no dialog. */
    private static final List<Commands> COMMANDS = List.of(
            Commands.UNDO,
            Commands.REDO,
            Commands.DUPLICATE,
            Commands.DELETE,
            Commands.SELECT_ALL,
            Commands.ADD_NODE,
            Commands.ADD_COMMENT,
            Commands.RENAME,
            Commands.GROUP,
            Commands.UNGROUP,
            Commands.TO_SUBGRAPH,
            Commands.UNPACK,
            Commands.ENTER_SUBGRAPH,
            Commands.LEAVE,
            Commands.MUTE,
            Commands.BYPASS,
            Commands.COLLAPSE,
            Commands.PIN,
            Commands.ARRANGE,
            Commands.ALIGN_LEFT,
            Commands.DISTRIBUTE_DOWN,
            Commands.FIT,
            Commands.ZOOM_IN,
            Commands.MINIMAP,
            Commands.SNAP);

    private static final int[] MODIFIERS = {
        0,
        0,
        0,
        InputEvent.SHIFT_DOWN_MASK,
        InputEvent.CTRL_DOWN_MASK,
        InputEvent.ALT_DOWN_MASK,
        InputEvent.CTRL_DOWN_MASK | InputEvent.ALT_DOWN_MASK
    };

    private final Workflow start = Shipped.workflow("train-lora");
    private final OpenWorkflow document = OpenWorkflow.unkept(start);
    private final BufferedImage screen = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB);
    private Random random;
    private GraphCanvas canvas;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void whateverHandsDoTheCanvasShowsTheDocumentAndUndoBringsItBack(long seed) throws Exception {
        random = new Random(seed);
        SwingUtilities.invokeAndWait(this::open);
        for (int i = 0; i < GESTURES; i++) {
            int number = i;
            SwingUtilities.invokeAndWait(() -> {
                act();
                check("after gesture " + number);
            });
        }
        SwingUtilities.invokeAndWait(() -> {
            canvas.rowEditor().commit();
            while (document.history().canUndo()) {
                document.undo();
            }
            assertThat(document.workflow()).isEqualTo(start);
            check("after undoing all");
            while (document.history().canRedo()) {
                document.redo();
            }
            check("after doing all again");
        });
    }

    private void open() {
        Theme.LIGHT.install(Theme.ACCENT);
        canvas = new GraphCanvas(document, Shipped.LIBRARY, new CanvasContext() {
            @Override
            public void open(Path file) {
                throw new AssertionError("nothing was dropped");
            }

            @Override
            public void tell(Problem problem) {
                throw problem;
            }
        });
        canvas.setSize(WIDTH, HEIGHT);
        canvas.doLayout();
    }

    private void act() {
        int what = random.nextInt(10);
        if (what < 2) {
            canvas.actions().perform(COMMANDS.get(random.nextInt(COMMANDS.size())));
        } else if (what < 3) {
            canvas.dispatchEvent(new MouseWheelEvent(
                    canvas,
                    MouseEvent.MOUSE_WHEEL,
                    0,
                    0,
                    random.nextInt(WIDTH),
                    random.nextInt(HEIGHT),
                    0,
                    false,
                    MouseWheelEvent.WHEEL_UNIT_SCROLL,
                    1,
                    random.nextInt(5) - 2));
        } else if (what < 4 && canvas.search().isOpen()) {
            canvas.search().field().setText(List.of("load", "sam", "", "x").get(random.nextInt(4)));
            canvas.search().choose();
        } else {
            gesture();
        }
    }

    /** A press, some drags or none, and a release, often on or near a node. */
    private void gesture() {
        int modifiers = MODIFIERS[random.nextInt(MODIFIERS.length)];
        int x = random.nextInt(WIDTH);
        int y = random.nextInt(HEIGHT);
        List<NodeView> nodes = canvas.projection().stack();
        if (!nodes.isEmpty() && random.nextInt(4) > 0) {
            NodeView node = nodes.get(random.nextInt(nodes.size()));
            var box = canvas.place(node.id()).orElseThrow();
            boolean edge = random.nextBoolean();
            x = box.x + (edge ? (random.nextBoolean() ? 0 : box.width) : random.nextInt(box.width + 1));
            y = box.y + random.nextInt(box.height + 1);
        }
        int clicks = random.nextInt(6) == 0 ? 2 : 1;
        mouse(MouseEvent.MOUSE_MOVED, x, y, modifiers, 0);
        mouse(MouseEvent.MOUSE_PRESSED, x, y, modifiers, clicks);
        int drags = random.nextInt(4);
        for (int i = 0; i < drags; i++) {
            x += random.nextInt(300) - 150;
            y += random.nextInt(200) - 100;
            mouse(MouseEvent.MOUSE_DRAGGED, x, y, modifiers, clicks);
        }
        if (random.nextInt(12) == 0) {
            canvas.actions().perform(Commands.LEAVE);
        }
        mouse(MouseEvent.MOUSE_RELEASED, x, y, modifiers, clicks);
    }

    private void mouse(int id, int x, int y, int modifiers, int clicks) {
        boolean down = id == MouseEvent.MOUSE_PRESSED || id == MouseEvent.MOUSE_DRAGGED;
        int button = id == MouseEvent.MOUSE_PRESSED || id == MouseEvent.MOUSE_RELEASED ? MouseEvent.BUTTON1 : 0;
        canvas.dispatchEvent(new MouseEvent(
                canvas, id, 0, modifiers | (down ? InputEvent.BUTTON1_DOWN_MASK : 0), x, y, clicks, false, button));
    }

    private void check(String when) {
        Workflow shown = canvas.shown();
        assertThat(canvas.projection().stack())
                .as(when)
                .extracting(NodeView::id)
                .containsExactlyInAnyOrderElementsOf(shown.nodes().keySet());
        assertThat(canvas.projection().wires())
                .as(when)
                .extracting(WireView::wire)
                .containsExactlyInAnyOrderElementsOf(shown.wires());
        assertThat(canvas.projection().ids()).as(when).containsAll(canvas.selected());
        Graphics2D g = screen.createGraphics();
        canvas.paint(g);
        g.dispose();
    }
}
