package graft.app.editor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import javax.swing.KeyStroke;
import org.junit.jupiter.api.Test;

class CommandsTest {

    @Test
    void everyCommandAndMenuHasWords() {
        assertThat(Commands.values())
                .allSatisfy(command -> assertThat(command.title()).isNotBlank());
    }

    @Test
    void noTwoCommandsShareAKey() {
        assertThat(Arrays.stream(Commands.values()).flatMap(command -> command.defaultKeys().stream()))
                .doesNotContainNull()
                .doesNotHaveDuplicates();
    }

    @Test
    void anotherKeyReplacesThoseThatACommandHad() {
        KeyStroke key = KeyStroke.getKeyStroke("F9");
        Keymap keymap = Keymap.DEFAULT.with(Commands.RUN, List.of(key));
        assertThat(keymap.command(key)).contains(Commands.RUN);
        assertThat(keymap.command(KeyStroke.getKeyStroke("ctrl ENTER"))).isEmpty();
        assertThat(keymap.with(Commands.RUN, Commands.RUN.defaultKeys())).isEqualTo(Keymap.DEFAULT);
    }

    @Test
    void keysReadAsPeopleWriteThem() {
        assertThat(Keymap.DEFAULT.words(Commands.REDO)).isEqualTo("Ctrl+Y, Ctrl+Shift+Z");
        assertThat(Keymap.DEFAULT.words(Commands.FIT)).isEqualTo(".");
    }
}
