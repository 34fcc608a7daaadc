package graft.app.editor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.swing.edt.GuiActionRunner.execute;

import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import javax.swing.KeyStroke;
import org.junit.jupiter.api.Test;

@OpensWindows
class CommandItemTest {

    private final List<WrittenWords.Written> written = new ArrayList<>();

    @Test
    void keysAreShownAsTheyStandOnTheKeyboard() {
        execute(() -> {
            Theme.DARK.install(Theme.ACCENT);
            CommandItem item = new CommandItem(Commands.FIT);
            item.setAccelerator(KeyStroke.getKeyStroke("ctrl PERIOD"));
            item.setSize(item.getPreferredSize());
            item.paint(
                    new WrittenWords(new BufferedImage(400, 60, BufferedImage.TYPE_INT_RGB).createGraphics(), written));
        });

        assertThat(written).extracting(WrittenWords.Written::text).contains("Ctrl+.");
    }
}
