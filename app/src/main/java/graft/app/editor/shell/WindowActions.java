package graft.app.editor.shell;

import graft.app.editor.Commands;
import java.awt.event.ActionEvent;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import javax.swing.AbstractAction;
import javax.swing.Action;

/** What carries each command out: the window by what was put here, else the canvas in front. */
final class WindowActions {

    private final OpenTabs tabs;
    private final Runnable settle;
    private final Map<Commands, Action> actions = new EnumMap<>(Commands.class);

    /**
     * Knows undo and redo, which the document in front carries out.
     *
     * @param open whether something stands in an editor that its document does not hold, because it cannot
     * @param settle ends every editor that is open, before whatever command
     */
    WindowActions(OpenTabs tabs, BooleanSupplier open, Runnable settle) {
        this.tabs = tabs;
        this.settle = settle;
        actions.put(Commands.UNDO, new UndoAction(tabs, false, open, settle));
        actions.put(Commands.REDO, new UndoAction(tabs, true, open, settle));
    }

    /** Puts a command that can always be carried out. */
    void put(Commands command, Runnable then) {
        putWhile(command, () -> true, then);
    }

    /** Puts a command that needs something to be so. */
    void putWhile(Commands command, BooleanSupplier possible, Runnable then) {
        put(command, possible, then, () -> null);
    }

    /** Puts a command that turns something on and off, of which its menu shows which it is. */
    void putToggle(Commands command, BooleanSupplier on, Runnable then) {
        put(command, () -> true, then, on::getAsBoolean);
    }

    private void put(Commands command, BooleanSupplier possible, Runnable then, Supplier<Boolean> on) {
        actions.put(command, new AbstractAction(command.title()) {
            @Override
            public Object getValue(String key) {
                return key.equals(SELECTED_KEY) ? on.get() : super.getValue(key);
            }

            @Override
            public void actionPerformed(ActionEvent event) {
                settle.run();
                then.run();
            }

            @Override
            public boolean isEnabled() {
                return possible.getAsBoolean();
            }
        });
    }

    /** Puts a command that needs a workflow in front. */
    void putOfTab(Commands command, Consumer<WorkflowTab> then) {
        putWhile(command, () -> tabs.front().isPresent(), () -> tabs.front().ifPresent(then));
    }

    /** What carries a command out now; empty when nothing does. */
    Optional<Action> find(Commands command) {
        Action own = actions.get(command);
        return own != null
                ? Optional.of(own)
                : tabs.front()
                        .filter(WorkflowTab::showsCanvas)
                        .map(tab -> tab.canvas().getActionMap().get(command.id()));
    }

    /** Carries a command out if that can be done now. */
    void perform(Commands command) {
        find(command)
                .filter(Action::isEnabled)
                .ifPresent(action -> action.actionPerformed(
                        new ActionEvent(tabs.pane(), ActionEvent.ACTION_PERFORMED, command.id())));
    }
}
