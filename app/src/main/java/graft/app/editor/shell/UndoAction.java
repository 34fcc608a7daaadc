package graft.app.editor.shell;

import graft.app.editor.Commands;
import java.awt.event.ActionEvent;
import java.util.Optional;
import javax.swing.AbstractAction;

/** Undo or redo in the workflow in front; its name says of what, as "Undo: Move". */
final class UndoAction extends AbstractAction {
    private static final long serialVersionUID = 1;

    private final transient OpenTabs tabs;
    private final boolean redo;

    UndoAction(OpenTabs tabs, boolean redo) {
        this.tabs = tabs;
        this.redo = redo;
    }

    @Override
    public void actionPerformed(ActionEvent event) {
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
        return tabs.front()
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
