package graft.app.editor.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.swing.edt.GuiActionRunner.execute;

import com.formdev.flatlaf.util.UIScale;
import graft.app.editor.Commands;
import graft.app.editor.OpensWindows;
import graft.app.editor.ScreenRoom;
import graft.app.editor.canvas.GraphCanvas;
import java.awt.Color;
import java.awt.Component;
import java.awt.Container;
import java.awt.Rectangle;
import java.awt.Window;
import java.awt.event.ActionEvent;
import java.awt.event.KeyEvent;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.swing.JLabel;
import javax.swing.UIDefaults;
import javax.swing.UIManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Scale and theme, changed while all is on the screen. */
@OpensWindows
class LookSwitchedTest {

    /** Of one colour; letters are mixed of two, and some mixture is some other colour. */
    private static final int MOST_PIXELS = 500;

    @TempDir
    private Path config;

    private OpenedEditor editor;

    @BeforeEach
    void open() {
        editor = new OpenedEditor(config, OpenedEditor.begun(), OpenedEditor.WORKFLOWS.resolve("train-lora.json"));
        editor.awaitWorkflow();
        editor.awaitFileWork();
    }

    @AfterEach
    void close() {
        editor.close();
        UIScale.setZoomFactor(1);
    }

    private void apply(Preferences next) {
        execute(() -> editor.window().apply(next));
        editor.awaitFileWork();
    }

    @Test
    void aScaleOf200PercentIsThatOfWindowCanvasAndPanels() {
        GraphCanvas canvas = editor.canvas();
        double zoom = execute(() -> canvas.zoom());
        Rectangle node = execute(() -> canvas.place("train").orElseThrow());
        int words = execute(() -> label().getFont().getSize());
        int side = execute(() -> inspector().getWidth());

        apply(Preferences.DEFAULT.withWorker(false).withScale(2));

        assertThat(execute(() -> canvas.zoom())).isCloseTo(zoom, within(1e-9));
        assertThat(execute(() -> canvas.place("train").orElseThrow().width)).isCloseTo(2 * node.width, within(2));
        assertThat(execute(() -> label().getFont().getSize())).isCloseTo(2 * words, within(1));
        assertThat(execute(() -> inspector().getWidth())).isCloseTo(2 * side, within(12));
        Rectangle window = editor.frame().target().getBounds();
        assertThat(ScreenRoom.now().screens()).anyMatch(screen -> screen.contains(window));
        assertThat(window.width).isGreaterThan(1280);

        apply(Preferences.DEFAULT.withWorker(false));

        assertThat(execute(() -> canvas.zoom())).isCloseTo(zoom, within(1e-9));
        assertThat(execute(() -> canvas.place("train").orElseThrow().width)).isCloseTo(node.width, within(2));
    }

    private JLabel label() {
        return editor.robot().finder().findByName(editor.frame().target(), "status.message", JLabel.class, false);
    }

    private Component inspector() {
        return editor.robot().finder().findByName(editor.frame().target(), "inspector", false);
    }

    @Test
    void nothingOfTheOldThemeIsLeft() {
        editor.clickNode("train");
        // Built, shown and put away again: they are still there when the theme is another.
        editor.press(KeyEvent.VK_SPACE);
        editor.press(KeyEvent.VK_ESCAPE);
        for (Commands each : List.of(
                Commands.NODES,
                Commands.MODELS,
                Commands.PROBLEMS,
                Commands.QUEUE,
                Commands.LOG,
                Commands.FIND,
                Commands.SHORTCUTS,
                Commands.SETTINGS)) {
            execute(() -> editor.window().action(each).orElseThrow().actionPerformed(new ActionEvent(this, 0, "")));
            editor.robot().waitForIdle();
        }
        Set<Integer> dark = colours();

        apply(Preferences.DEFAULT.withWorker(false).withLook(Preferences.Look.LIGHT));

        Set<Integer> gone = new HashSet<>(dark);
        gone.removeAll(colours());
        assertThat(gone).hasSizeGreaterThan(50);
        List<String> left = new ArrayList<>();
        execute(() -> {
            for (Window window : Window.getWindows()) {
                if (window.isDisplayable()) {
                    look(window, gone, left);
                    paint(window, gone, left);
                }
            }
        });
        assertThat(left).isEmpty();
    }

    /** Opaque colours of the look that is installed. */
    private static Set<Integer> colours() {
        return execute(() -> {
            UIDefaults defaults = UIManager.getLookAndFeelDefaults();
            Set<Integer> found = new HashSet<>();
            for (Object key : new ArrayList<>(defaults.keySet())) {
                if (defaults.get(key) instanceof Color colour && colour.getAlpha() == 255) {
                    found.add(colour.getRGB());
                }
            }
            return found;
        });
    }

    /** What a component was told to be coloured by, that is a colour of before. */
    private static void look(Component component, Set<Integer> gone, List<String> left) {
        if (component.isBackgroundSet()
                && gone.contains(component.getBackground().getRGB())) {
            left.add("background of " + component);
        }
        if (component.isForegroundSet()
                && gone.contains(component.getForeground().getRGB())) {
            left.add("foreground of " + component);
        }
        if (component instanceof Container container) {
            for (Component each : container.getComponents()) {
                look(each, gone, left);
            }
        }
    }

    /** What a window draws in colours of before. */
    private static void paint(Window window, Set<Integer> gone, List<String> left) {
        if (window.getWidth() == 0 || window.getHeight() == 0) {
            return;
        }
        BufferedImage picture = new BufferedImage(window.getWidth(), window.getHeight(), BufferedImage.TYPE_INT_RGB);
        window.validate();
        window.printAll(picture.getGraphics());
        Map<Integer, Integer> counts = new HashMap<>();
        for (int y = 0; y < picture.getHeight(); y++) {
            for (int x = 0; x < picture.getWidth(); x++) {
                counts.merge(picture.getRGB(x, y), 1, Integer::sum);
            }
        }
        counts.forEach((colour, count) -> {
            if (count > MOST_PIXELS && gone.contains(colour)) {
                left.add(count + " pixels of #" + Integer.toHexString(colour & 0xFFFFFF) + " in " + window.getName());
            }
        });
    }
}
