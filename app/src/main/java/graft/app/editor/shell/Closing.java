package graft.app.editor.shell;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
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

    /** Closes every workflow that has changes, asking each time; {@code then} is left out when the user keeps one. */
    void closeUnsaved(Runnable then) {
        tabs.unsaved().ifPresentOrElse(tab -> close(tab, () -> closeUnsaved(then)), then);
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
