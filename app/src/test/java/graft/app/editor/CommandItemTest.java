package graft.app.editor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.swing.edt.GuiActionRunner.execute;

import com.formdev.flatlaf.util.Graphics2DProxy;
import java.awt.Graphics;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import javax.swing.KeyStroke;
import org.junit.jupiter.api.Test;

@OpensWindows
class CommandItemTest {

    private final List<String> written = new ArrayList<>();

    private final class Recorder extends Graphics2DProxy {

        private final Graphics2D real;

        Recorder(Graphics2D real) {
            super(real);
            this.real = real;
        }

        @Override
        public Graphics create() {
            return new Recorder((Graphics2D) real.create());
        }

        @Override
        public void drawString(String text, int x, int y) {
            written.add(text);
        }

        @Override
        public void drawString(String text, float x, float y) {
            written.add(text);
        }
    }

    @Test
    void keysAreShownAsTheyStandOnTheKeyboard() {
        execute(() -> {
            Theme.DARK.install(Theme.ACCENT);
            CommandItem item = new CommandItem(Commands.FIT);
            item.setAccelerator(KeyStroke.getKeyStroke("ctrl PERIOD"));
            item.setSize(item.getPreferredSize());
            item.paint(new Recorder(new BufferedImage(400, 60, BufferedImage.TYPE_INT_RGB).createGraphics()));
        });

        assertThat(written).contains("Ctrl+.");
    }
}
