package graft.app.editor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import javax.swing.KeyStroke;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

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

    /** The keys of ComfyUI 0.33, and what they do here. */
    @ParameterizedTest
    @CsvSource({
        "ctrl ENTER, RUN",
        "ctrl shift ENTER, RUN_FIRST",
        "ctrl alt ENTER, CANCEL",
        "ctrl Z, UNDO",
        "ctrl Y, REDO",
        "ctrl shift Z, REDO",
        "ctrl S, SAVE",
        "ctrl O, OPEN",
        "ctrl A, SELECT_ALL",
        "ctrl COMMA, SETTINGS",
        "ctrl C, COPY",
        "ctrl V, PASTE",
        "ctrl shift V, PASTE_WIRED",
        "DELETE, DELETE",
        "BACK_SPACE, DELETE",
        "ctrl G, GROUP",
        "ctrl shift E, TO_SUBGRAPH",
        "ESCAPE, LEAVE",
        "ctrl B, BYPASS",
        "ctrl M, MUTE",
        "alt C, COLLAPSE",
        "P, PIN",
        "PERIOD, FIT",
        "alt EQUALS, ZOOM_IN",
        "alt MINUS, ZOOM_OUT",
        "alt M, MINIMAP",
        "V, SELECT_TOOL",
        "H, HAND_TOOL",
        "R, REFRESH",
        "Q, QUEUE",
        "W, WORKFLOWS",
        "N, NODES",
        "M, MODELS",
        "A, ASSETS",
        "F, FOCUS_MODE",
        "ctrl BACK_QUOTE, LOG",
        "ctrl shift K, SHORTCUTS"
    })
    void aKeyOfComfyUiDoesTheSameHere(String key, Commands command) {
        assertThat(Keymap.DEFAULT.command(KeyStroke.getKeyStroke(key))).contains(command);
    }

    /** The others of them; each is listed beside the shortcuts, with the reason. */
    @ParameterizedTest
    @ValueSource(strings = "ctrl shift A")
    void aKeyOfComfyUiThatDoesNothingIsListedAsLeftOut(String key) {
        KeyStroke stroke = KeyStroke.getKeyStroke(key);
        assertThat(Keymap.DEFAULT.command(stroke)).isEmpty();
        String row = Strings.get("shortcuts.left-out.1");
        assertThat(row.substring(0, row.indexOf('|'))).isEqualTo(Keymap.words(stroke));
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
