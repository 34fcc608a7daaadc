package graft.app.editor.shell;

import graft.app.editor.Commands;
import java.awt.event.ActionEvent;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import javax.swing.AbstractAction;

/** Undo or redo in the workflow in front; its name says of what, as "Undo: Move". */
final class UndoAction extends AbstractAction {
    private static final long serialVersionUID = 1;

    private final transient OpenTabs tabs;
    private final boolean redo;
    private final transient BooleanSupplier open;
    private final transient Runnable settle;

    UndoAction(OpenTabs tabs, boolean redo, BooleanSupplier open, Runnable settle) {
        this.tabs = tabs;
        this.redo = redo;
        this.open = open;
        this.settle = settle;
    }

    @Override
    public void actionPerformed(ActionEvent event) {
        boolean typed = open.getAsBoolean();
        settle.run();
        if (typed && !redo) {
            // What could not be kept was the last thing done, and is undone.
            return;
        }
        tabs.front().ifPresent(tab -> {
            if (redo) {
                tab.document().redo();
            } else {
                tab.document().undo();
            }
        });
    }

    @Override
    public boolean isEnabled() {
        return (!redo && open.getAsBoolean())
                || tabs.front()
                        .map(tab -> tab.document().history())
                        .filter(history -> redo ? history.canRedo() : history.canUndo())
                        .isPresent();
    }

    @Override
    public Object getValue(String key) {
        Commands command = redo ? Commands.REDO : Commands.UNDO;
        if (!key.equals(NAME)) {
            return super.getValue(key);
        }
        Optional<String> label = tabs.front()
                .map(tab -> tab.document().history())
                .flatMap(history -> redo ? history.redoLabel() : history.undoLabel());
        return label.map(words -> command.title() + ": " + words).orElse(command.title());
    }
}
