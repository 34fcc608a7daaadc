package graft.app.editor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.swing.edt.GuiActionRunner.execute;

import java.awt.event.ActionEvent;
import java.awt.event.KeyEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.swing.AbstractAction;
import javax.swing.JFrame;
import javax.swing.JPanel;
import javax.swing.JTextField;
import javax.swing.KeyStroke;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@OpensWindows
class CommandKeysTest {

    private final List<Commands> done = new ArrayList<>();
    private JFrame window;
    private JPanel canvas;
    private JTextField text;
    private CommandKeys keys;

    @BeforeEach
    void open() {
        execute(() -> {
            window = new JFrame();
            canvas = new JPanel();
            text = new JTextField();
            canvas.add(text);
            window.add(canvas);
            keys = new CommandKeys(
                    window,
                    () -> Keymap.DEFAULT,
                    command -> Optional.of(new AbstractAction(command.title()) {
                        private static final long serialVersionUID = 1;

                        @Override
                        public void actionPerformed(ActionEvent event) {
                            done.add(command);
                        }
                    }));
        });
    }

    @AfterEach
    void close() {
        execute(window::dispose);
    }

    private boolean press(JPanel focus, int code, char letter) {
        return execute(() -> keys.dispatchKeyEvent(new KeyEvent(focus, KeyEvent.KEY_PRESSED, 0, 0, code, letter)));
    }

    private boolean type(char letter) {
        return execute(() ->
                keys.dispatchKeyEvent(new KeyEvent(text, KeyEvent.KEY_TYPED, 0, 0, KeyEvent.VK_UNDEFINED, letter)));
    }

    /** A slow machine hands the letter to the text that the command gave the keyboard to. */
    @Test
    void theLetterOfACommandIsNotTypedIntoWhatTheCommandOpened() {
        assertThat(press(canvas, KeyEvent.VK_W, 'w')).isTrue();
        assertThat(done).containsExactly(Commands.WORKFLOWS);
        assertThat(type('w')).isTrue();
        assertThat(press(canvas, KeyEvent.VK_Z, 'z')).isFalse();
        assertThat(type('z')).isFalse();
    }

    @Test
    void escapeIsLeftToThePanelThatBindsIt() {
        assertThat(press(canvas, KeyEvent.VK_ESCAPE, KeyEvent.CHAR_UNDEFINED)).isTrue();
        execute(() -> canvas.registerKeyboardAction(
                event -> {}, KeyStroke.getKeyStroke("ESCAPE"), JPanel.WHEN_ANCESTOR_OF_FOCUSED_COMPONENT));
        assertThat(press(canvas, KeyEvent.VK_ESCAPE, KeyEvent.CHAR_UNDEFINED)).isFalse();
        assertThat(done).containsExactly(Commands.LEAVE);
    }
}
