package graft.app.editor.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.swing.edt.GuiActionRunner.execute;

import graft.app.editor.Commands;
import graft.app.editor.OpensWindows;
import java.awt.Component;
import java.awt.Rectangle;
import java.awt.event.ActionEvent;
import java.awt.event.KeyEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.swing.JButton;
import javax.swing.SwingUtilities;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the start page offers stays where a hand has found it, although the page looks for files and templates again and again. */
@OpensWindows
class StartPageTest {

    private static final String CARD = "template.text-to-image.json";
    private static final String RECENT = "recent.mine.json";

    @TempDir
    private Path config;

    private Path file;

    @BeforeEach
    void write() throws IOException {
        file = Files.copy(OpenedEditor.WORKFLOWS.resolve("text-to-image.json"), config.resolve("mine.json"));
    }

    private static void perform(OpenedEditor editor, Commands command) {
        editor.window().action(command).orElseThrow().actionPerformed(new ActionEvent(editor, 0, ""));
    }

    private static Component find(OpenedEditor editor, String name) {
        return editor.robot().finder().findByName(name, JButton.class, false);
    }

    private static Rectangle place(OpenedEditor editor, Component component) {
        return SwingUtilities.convertRectangle(
                component.getParent(), component.getBounds(), editor.window().frame());
    }

    /** Goes to a button by the keyboard, lets the page look again for all that it offers, and presses the button. */
    private static void pressAfterThePageLookedAgain(OpenedEditor editor, String name) {
        Component button = find(editor, name);
        editor.await("the button has the keyboard", () -> {
            if (!button.isFocusOwner()) {
                button.requestFocus();
            }
            return button.isFocusOwner();
        });
        execute(() -> perform(editor, Commands.REFRESH));
        editor.awaitFileWork();
        assertThat(find(editor, name)).isSameAs(button);
        editor.press(KeyEvent.VK_SPACE);
        editor.awaitWorkflow();
    }

    /** Beside a workflow stands the inspector; without it there is room for another column. */
    @Test
    void thePageIsLaidOutAtOnceWhenItGetsWider() {
        try (OpenedEditor editor = new OpenedEditor(config, OpenedEditor.begun(), file)) {
            editor.awaitWorkflow();
            editor.awaitFileWork();
            Component recent = find(editor, RECENT);
            Rectangle atOnce = execute(() -> {
                perform(editor, Commands.START_PAGE);
                editor.window().frame().validate();
                return place(editor, recent);
            });
            editor.awaitFileWork();
            Rectangle later = execute(() -> {
                find(editor, CARD).invalidate();
                editor.window().frame().validate();
                return place(editor, recent);
            });
            assertThat(later).isEqualTo(atOnce);
        }
    }

    @Test
    void aTemplateKeepsTheKeyboardWhileTheTemplatesAreReadAgain() {
        try (OpenedEditor editor = new OpenedEditor(config, OpenedEditor.begun())) {
            editor.awaitFileWork();
            pressAfterThePageLookedAgain(editor, CARD);
        }
    }

    @Test
    void aFileKeepsTheKeyboardWhileTheFilesAreLookedForAgain() {
        try (OpenedEditor editor = new OpenedEditor(config, OpenedEditor.begun().opened(file))) {
            editor.awaitFileWork();
            pressAfterThePageLookedAgain(editor, RECENT);
            assertThat(execute(() ->
                            editor.window().current().orElseThrow().document().file()))
                    .contains(file);
        }
    }
}
