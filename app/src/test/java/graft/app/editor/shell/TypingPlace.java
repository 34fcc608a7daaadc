package graft.app.editor.shell;

import static org.assertj.swing.edt.GuiActionRunner.execute;

import graft.app.editor.canvas.GraphCanvas;
import graft.app.workflow.Workflow;
import java.awt.Point;
import java.awt.Rectangle;
import java.awt.event.KeyEvent;
import java.util.Set;
import org.assertj.swing.fixture.JTextComponentFixture;

/** Where one types in the workflow of {@link WordNodes}. */
enum TypingPlace {
    NODE_NUMBER("canvas.edit.steps"),
    NODE_PROMPT("canvas.edit.prompt"),
    NODE_LIST("canvas.edit.weights"),
    NODE_TITLE("canvas.rename"),
    NOTE("canvas.comment"),
    GROUP("canvas.rename"),
    FORM_NUMBER("setting.steps"),
    FORM_SEED("setting.seed"),
    FORM_PROMPT("setting.prompt"),
    FORM_LIST("setting.weights"),
    FORM_TITLE("inspector.title"),
    WORKFLOW_TITLE("inspector.workflow.title"),
    WORKFLOW_NOTES("inspector.workflow.notes");

    private final String name;

    TypingPlace(String name) {
        this.name = name;
    }

    /** A text of its own for each number. */
    private String typed(int n) {
        return switch (this) {
            case NODE_NUMBER, FORM_NUMBER -> String.valueOf(100 + n);
            case FORM_SEED -> String.valueOf(9_007_199_254_740_000L + n);
            case NODE_LIST, FORM_LIST -> "1, " + n;
            default -> "fir " + n;
        };
    }

    /** What a workflow holds of it, as it is typed. */
    String held(Workflow workflow) {
        return switch (this) {
            case NODE_TITLE, FORM_TITLE -> workflow.nodes().get("first").title();
            case NOTE -> workflow.comments().get(0).text();
            case GROUP -> workflow.groups().get(0).title();
            case WORKFLOW_TITLE -> workflow.title();
            case WORKFLOW_NOTES -> workflow.notes();
            default ->
                String.valueOf(workflow.nodes().get("first").settings().get(name.substring(name.lastIndexOf('.') + 1)))
                        .replaceAll("[\"\\[\\]]", "")
                        .replace(".0", "")
                        .replace(",", ", ");
        };
    }

    /** Opens the editor and gives it the keyboard. */
    void open(OpenedEditor editor) {
        GraphCanvas canvas = editor.canvas();
        String node = this == NOTE ? "note" : this == GROUP ? "group" : "first";
        execute(() -> {
            canvas.requestFocusInWindow();
            canvas.select(name.startsWith("inspector.workflow") ? Set.of() : Set.of(node));
            canvas.fit();
        });
        editor.robot().waitForIdle();
        if (name.startsWith("canvas.edit.")) {
            Rectangle row = execute(() ->
                    canvas.row("first", name.substring("canvas.edit.".length())).orElseThrow());
            editor.robot().click(canvas, new Point((int) row.getCenterX(), (int) row.getCenterY()));
        } else if (name.startsWith("canvas.")) {
            editor.awaitCanvas();
            editor.press(KeyEvent.VK_F2);
        } else {
            text(editor).click();
        }
        editor.await("the text has the keyboard", () -> text(editor).target().isFocusOwner());
    }

    JTextComponentFixture text(OpenedEditor editor) {
        return editor.frame().textBox(name);
    }

    /**
     * Types over what stands in the editor, as a hand does.
     *
     * @param n another text for each
     */
    String type(OpenedEditor editor, int n) {
        String typed = typed(n);
        editor.press(KeyEvent.VK_A, KeyEvent.VK_CONTROL);
        editor.robot().enterText(typed);
        editor.robot().waitForIdle();
        return typed;
    }
}
