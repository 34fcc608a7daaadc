package graft.app.editor.shell;

import graft.app.editor.Strings;
import graft.node.Problem;
import java.awt.Component;
import javax.swing.JOptionPane;

/** What the window says and asks in a box over itself. */
final class MessageBoxes {

    /** What to do with changes that are not saved. */
    enum Unsaved {
        SAVE,
        DISCARD,
        KEEP_OPEN
    }

    private final Component over;

    MessageBoxes(Component over) {
        this.over = over;
    }

    /** Says what went wrong. */
    void tell(Problem problem) {
        JOptionPane.showMessageDialog(
                over,
                Strings.get(
                        "problem.words",
                        problem.getMessage().replaceFirst(": ", ":\n").replaceFirst("; ", ".\n")),
                Strings.get("shell.name"),
                JOptionPane.ERROR_MESSAGE);
    }

    /** Asks before what cannot be meant by mistake; {@code yes} is the word for going on. */
    boolean confirm(String question, String yes) {
        Object[] choices = {yes, Strings.get("close.cancel")};
        return JOptionPane.showOptionDialog(
                        over,
                        question,
                        Strings.get("shell.name"),
                        JOptionPane.DEFAULT_OPTION,
                        JOptionPane.WARNING_MESSAGE,
                        null,
                        choices,
                        choices[1])
                == 0;
    }

    /** Asks what to do with the changes of a workflow that is to be closed. */
    Unsaved askToSave(String title) {
        Object[] choices = {Strings.get("close.save"), Strings.get("close.discard"), Strings.get("close.cancel")};
        int choice = JOptionPane.showOptionDialog(
                over,
                Strings.get("close.question", title),
                Strings.get("close.title"),
                JOptionPane.DEFAULT_OPTION,
                JOptionPane.QUESTION_MESSAGE,
                null,
                choices,
                choices[0]);
        return switch (choice) {
            case 0 -> Unsaved.SAVE;
            case 1 -> Unsaved.DISCARD;
            default -> Unsaved.KEEP_OPEN;
        };
    }
}
