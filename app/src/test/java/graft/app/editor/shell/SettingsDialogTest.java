package graft.app.editor.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.swing.edt.GuiActionRunner.execute;

import graft.app.editor.Commands;
import graft.app.editor.OpensWindows;
import java.awt.event.ActionEvent;
import java.awt.event.KeyEvent;
import java.nio.file.Path;
import javax.swing.JComboBox;
import javax.swing.JComponent;
import javax.swing.JSpinner;
import javax.swing.SwingUtilities;
import javax.swing.text.JTextComponent;
import org.assertj.swing.fixture.DialogFixture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What stands in a box of the settings is what is kept, or is red with the reason and goes when the box is left. */
@OpensWindows
class SettingsDialogTest {

    @TempDir
    private Path config;

    private OpenedEditor editor;
    private DialogFixture settings;

    @BeforeEach
    void open() {
        editor = new OpenedEditor(config, OpenedEditor.begun(), WordNodes.library());
        execute(() -> editor.window()
                .action(Commands.SETTINGS)
                .orElseThrow()
                .actionPerformed(new ActionEvent(editor, 0, "")));
        settings = editor.dialog("settings");
        settings.list("settings.pages").selectItem("Running and saving");
    }

    @AfterEach
    void close() {
        editor.close();
    }

    private JTextComponent device() {
        return settings.textBox("settings.device.text").target();
    }

    private JTextComponent autosave() {
        JSpinner box = settings.spinner("settings.autosave").target();
        return execute(() -> ((JSpinner.DefaultEditor) box.getEditor()).getTextField());
    }

    private void type(JTextComponent text, String typed) {
        editor.await("it has the keyboard", () -> {
            if (!text.isFocusOwner()) {
                text.requestFocus();
            }
            return text.isFocusOwner();
        });
        editor.press(KeyEvent.VK_A, KeyEvent.VK_CONTROL);
        editor.press(KeyEvent.VK_DELETE);
        editor.robot().enterText(typed);
        editor.robot().waitForIdle();
        assertThat(execute(() -> text.getText())).isEqualTo(typed);
    }

    private static boolean isRed(JTextComponent text, Class<? extends JComponent> box) {
        return execute(() -> "error"
                .equals(((JComponent) SwingUtilities.getAncestorOfClass(box, text))
                        .getClientProperty("JComponent.outline")));
    }

    private Preferences kept() {
        return Preferences.read(config.resolve("settings.json"));
    }

    /** What is kept when all is written that was typed: of 601 that was 60 for a moment. */
    private Preferences keptAtLast() {
        editor.awaitFileWork();
        return kept();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "gpu", "cuda:", "cuda:x", "cpu, please", "CPU"})
    void whatIsNoDeviceIsRedAndMakesPlaceForTheOneThatIsKept(String typed) {
        type(device(), "cuda:1");
        editor.press(KeyEvent.VK_TAB);
        editor.await("it is kept", () -> kept().device().equals("cuda:1"));
        type(device(), typed);
        assertThat(isRed(device(), JComboBox.class)).isTrue();
        assertThat(execute(() -> ((JComponent) device()).getToolTipText())).contains("cuda:1");
        assertThat(keptAtLast().device()).isEqualTo("cuda:1");
        editor.press(KeyEvent.VK_TAB);
        editor.await("the one that is kept is back", () -> device().getText().equals("cuda:1"));
        assertThat(isRed(device(), JComboBox.class)).isFalse();
        assertThat(keptAtLast().device()).isEqualTo("cuda:1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"601", "-1", "1.5", "soon", ""})
    void whatIsNoTimeIsRedAndMakesPlaceForTheOneThatIsKept(String typed) {
        type(autosave(), "30");
        editor.press(KeyEvent.VK_TAB);
        editor.await("it is kept", () -> kept().autosave() == 30);
        type(autosave(), typed);
        assertThat(isRed(autosave(), JSpinner.class)).isTrue();
        assertThat(execute(() -> ((JComponent) autosave()).getToolTipText())).contains("0 to 600");
        assertThat(keptAtLast().autosave()).isEqualTo(30);
        editor.press(KeyEvent.VK_TAB);
        editor.await("the one that is kept is back", () -> autosave().getText().equals("30"));
        assertThat(isRed(autosave(), JSpinner.class)).isFalse();
        assertThat(keptAtLast().autosave()).isEqualTo(30);
    }

    @Test
    void whatIsTypedIsKeptThoughTheDialogIsClosedAtOnce() {
        type(device(), "cpu");
        type(autosave(), "45");
        editor.press(KeyEvent.VK_ESCAPE);
        editor.await("it is closed", () -> !settings.target().isVisible());
        editor.await("both are kept", () -> kept().device().equals("cpu") && kept().autosave() == 45);
    }
}
