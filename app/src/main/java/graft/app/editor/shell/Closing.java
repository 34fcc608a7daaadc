package graft.app.editor.shell;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/** Closes workflows, asking first what to do with changes, and knows which files to open again. */
final class Closing {

    private final OpenTabs tabs;
    private final Saving saving;
    private final MessageBoxes boxes;
    private final SessionKeeper session;
    private final Deque<Path> closedFiles = new ArrayDeque<>();

    Closing(OpenTabs tabs, Saving saving, MessageBoxes boxes, SessionKeeper session) {
        this.tabs = tabs;
        this.saving = saving;
        this.boxes = boxes;
        this.session = session;
    }

    /** Closes a workflow, asking first when it has changes; {@code then} is left out when the user keeps it. */
    void close(WorkflowTab tab, Runnable then) {
        Runnable end = () -> {
            end(tab);
            then.run();
        };
        if (!tab.document().dirty()) {
            end.run();
            return;
        }
        tabs.show(tab);
        switch (boxes.askToSave(tab.title())) {
            case SAVE -> saving.save(tab, end);
            case DISCARD -> end.run();
            case KEEP_OPEN -> {
                // The user keeps working on it.
            }
        }
    }

    /**
     * Asks what to do with the changes of every workflow that has some, and leaves all open, so that the session knows them;
     * {@code then} is left out when the user keeps one.
     */
    void settle(Runnable then) {
        settle(tabs.unsaved(), then);
    }

    private void settle(List<WorkflowTab> unsaved, Runnable then) {
        if (unsaved.isEmpty()) {
            then.run();
            return;
        }
        Runnable next = () -> settle(unsaved.subList(1, unsaved.size()), then);
        tabs.show(unsaved.get(0));
        switch (boxes.askToSave(unsaved.get(0).title())) {
            case SAVE -> saving.save(unsaved.get(0), next);
            case DISCARD -> next.run();
            case KEEP_OPEN -> {
                // The user goes on.
            }
        }
    }

    private void end(WorkflowTab tab) {
        tab.document().file().ifPresent(closedFiles::push);
        tab.document().close();
        tabs.remove(tab);
        tab.dispose();
        session.keep();
    }

    /** The file that was closed last and not opened again since. */
    Optional<Path> takeLast() {
        return Optional.ofNullable(closedFiles.poll());
    }
}
