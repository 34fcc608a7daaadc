package graft.app.workflow;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Which edits are one step, and what undo and redo take. */
class HistoryTest {

    private final History history = new History(Workflow.EMPTY);

    private void type(String title, String key) {
        history.apply("Rename", key, history.current().withTitle(title));
    }

    @Test
    void typingIntoOneFieldIsOneStep() {
        type("a", "title");
        type("ab", "title");
        type("abc", "other");
        assertThat(history.labels()).hasSize(2);
        assertThat(history.undo().title()).isEqualTo("ab");
        assertThat(history.undo()).isEqualTo(Workflow.EMPTY);
        assertThat(history.canUndo()).isFalse();
        assertThat(history.redo().title()).isEqualTo("ab");
    }

    @Test
    void anUndoOrASealEndsARunOfTyping() {
        type("a", "title");
        history.seal();
        type("ab", "title");
        history.undo();
        type("ac", "title");
        assertThat(history.labels()).hasSize(2);
        assertThat(history.undo().title()).isEqualTo("a");
    }

    @Test
    void anEditAfterAnUndoForgetsWhatWasUndone() {
        type("a", "");
        type("b", "");
        history.undo();
        type("c", "");
        assertThat(history.canRedo()).isFalse();
        assertThat(history.undo().title()).isEqualTo("a");
    }

    @Test
    void groupedEditsAreOneStepUnderTheFirstLabel() {
        type("a", "");
        history.group(() -> {
            history.apply("Paste", history.current().withTitle("b"));
            history.group(() -> history.apply("Move", history.current().withTitle("c")));
            history.seal();
            history.apply("Colour", history.current().withTitle("d"));
        });
        type("e", "");
        assertThat(history.labels()).containsExactly("Rename", "Paste", "Rename");
        history.undo();
        assertThat(history.undoLabel()).contains("Paste");
        assertThat(history.undo().title()).isEqualTo("a");
    }

    /** As of 99999 where 1000 is the most, on whose way 999 was kept. */
    @Test
    void theLastStepIsTakenBackForGoodByItsKey() {
        type("a", "title");
        type("b", "visit");
        type("bc", "visit");
        history.takeBack("title");
        assertThat(history.current().title()).isEqualTo("bc");
        history.takeBack("visit");
        assertThat(history.current().title()).isEqualTo("a");
        assertThat(history.canRedo()).isFalse();
        type("d", "visit");
        assertThat(history.labels()).hasSize(2);
        history.takeBack("");
        assertThat(history.current().title()).isEqualTo("d");
    }

    @Test
    void whatChangesNothingIsNoStep() {
        type("", "");
        assertThat(history.canUndo()).isFalse();
    }
}
