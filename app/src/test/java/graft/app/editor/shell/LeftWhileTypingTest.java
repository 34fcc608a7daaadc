package graft.app.editor.shell;

import static org.assertj.core.api.Assertions.assertThat;

import graft.app.editor.Hands;
import graft.app.editor.OpensWindows;
import graft.app.workflow.Workflow;
import java.awt.event.KeyEvent;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is typed when the editor is left, by its key or by the death of its process. */
@OpensWindows
class LeftWhileTypingTest {

    @TempDir
    private Path config;

    private Path file;

    @BeforeEach
    void write() {
        file = WordNodes.write(config.resolve("words.json"));
    }

    /** Opens the editor, types, and answers the question that comes when it is left. */
    private String typedAndLeft(TypingPlace place, String answer) {
        try (OpenedEditor editor = new OpenedEditor(config, OpenedEditor.begun(), WordNodes.library(), file)) {
            editor.awaitWorkflow();
            place.open(editor);
            String typed = place.type(editor, 1);
            editor.press(KeyEvent.VK_Q, KeyEvent.VK_CONTROL);
            editor.answer(answer);
            editor.await("the editor is left", editor::isClosed);
            return typed;
        }
    }

    @ParameterizedTest
    @EnumSource(TypingPlace.class)
    void itIsInTheFileWhenItIsToBeSaved(TypingPlace place) {
        String typed = typedAndLeft(place, "Save");

        assertThat(place.held(Workflow.read(file))).isEqualTo(typed);
        assertThat(WrittenDrafts.in(config)).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(names = {"NODE_PROMPT", "FORM_NUMBER", "NOTE"})
    void itIsNowhereWhenItIsNotToBeSaved(TypingPlace place) {
        Workflow before = Workflow.read(file);
        typedAndLeft(place, "Don’t save");

        assertThat(Workflow.read(file)).isEqualTo(before);
        assertThat(WrittenDrafts.in(config)).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(names = {"NODE_NUMBER", "NODE_PROMPT", "NODE_TITLE", "FORM_PROMPT"})
    @Timeout(600)
    void itIsShownAgainAfterAKill(TypingPlace place) throws Exception {
        String typed;
        Process editing = TypingEditor.start(config, file, place);
        try (BufferedReader said = editing.inputReader()) {
            typed = typed(said);
            Hands.await("it is on the disk", () -> WrittenDrafts.in(config).stream()
                    .anyMatch(draft -> place.held(draft).equals(typed)));
        } finally {
            // SIGKILL, where there are signals.
            editing.destroyForcibly().waitFor();
        }
        assertThat(place.held(Workflow.read(file))).isNotEqualTo(typed);
        Session session = Session.read(config.resolve("session.json"));
        try (OpenedEditor editor = new OpenedEditor(config, session, WordNodes.library())) {
            editor.awaitWorkflow();
            editor.awaitFileWork();
            editor.await("what was typed is shown", () -> place.held(
                            editor.window().current().orElseThrow().document().workflow())
                    .equals(typed));
            editor.frame().button("tab.banner.do").requireVisible();
        }
    }

    private static String typed(BufferedReader said) throws IOException {
        String line = said.readLine();
        while (line != null && !line.startsWith(TypingEditor.TYPED)) {
            line = said.readLine();
        }
        assertThat(line).as("the editor lives until it is killed").isNotNull();
        return line.substring(TypingEditor.TYPED.length());
    }
}
