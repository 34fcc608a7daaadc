package graft.app.editor.shell;

import graft.app.editor.Strings;
import java.awt.Component;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import javax.swing.Timer;

/** Saves workflows: when the user says so, and by itself a while after an edit. */
final class Saving implements AutoCloseable {

    private final OpenTabs tabs;
    private final FileWork work;
    private final MessageBoxes boxes;
    private final StatusBar status;
    private final Component over;
    private final Consumer<Path> remember;
    private final Timer pause = new Timer(1000, event -> saveChanged());

    /**
     * Saves nothing yet.
     *
     * @param over what dialogs for files lie over
     * @param remember takes a file that was saved
     */
    Saving(
            OpenTabs tabs,
            FileWork work,
            MessageBoxes boxes,
            StatusBar status,
            Component over,
            Consumer<Path> remember) {
        this.tabs = tabs;
        this.work = work;
        this.boxes = boxes;
        this.status = status;
        this.over = over;
        this.remember = remember;
        pause.setRepeats(false);
    }

    /** Saves a workflow in its file; {@code then} is left out when the user keeps it from that, or it fails. */
    void save(WorkflowTab tab, Runnable then) {
        if (tab.document().file().isEmpty()) {
            saveAs(tab, then);
            return;
        }
        Path file = tab.document().file().get();
        if (!tab.document().changedOnDisk()
                || boxes.confirm(Strings.get("save.changed", file), Strings.get("save.over"))) {
            write(tab, file, then);
        }
    }

    /** Saves a workflow where the user says; {@code then} is left out when the user does not, or it fails. */
    void saveAs(WorkflowTab tab, Runnable then) {
        Path suggested = tab.document()
                .file()
                .orElseGet(() -> Path.of(System.getProperty("user.home"), fileName(tab.title()) + ".json"));
        Choosers.save(over, suggested).ifPresent(file -> saveAs(tab, file, then));
    }

    /**
     * Saves a workflow in a file, which is its own from then on. Another that has been in it goes on without a file, with all that
     * it holds, when the user wants that; {@code then} is left out when not, or it fails.
     */
    void saveAs(WorkflowTab tab, Path file, Runnable then) {
        Optional<WorkflowTab> other = tabs.of(file)
                .filter(open -> open != tab && open.document().file().isPresent());
        if (other.isPresent() && !boxes.confirm(Strings.get("save.elsewhere", file), Strings.get("save.over"))) {
            return;
        }
        write(tab, file, () -> {
            other.ifPresent(open -> {
                open.document().leaveFile();
                tabs.showTitle(open);
            });
            then.run();
        });
    }

    private static String fileName(String title) {
        String plain = title.toLowerCase(Locale.ROOT).replaceAll("[^\\p{L}\\p{N}]+", "-");
        return plain.replaceAll("^-|-$", "");
    }

    private void write(WorkflowTab tab, Path file, Runnable then) {
        work.soon(() -> tab.document().saveAs(file), () -> {
            tabs.showTitle(tab);
            tab.sayNothing();
            remember.accept(file);
            status.say(Strings.get("status.saved", file));
            then.run();
        });
    }

    /**
     * There was an edit: what has changes is saved when no other follows for a while.
     *
     * @param seconds how long; 0 leaves it to the user
     */
    void edited(int seconds) {
        if (seconds > 0) {
            pause.setInitialDelay(1000 * seconds);
            pause.restart();
        }
    }

    /** Saves what has a file and changes, unless another program changed the file too. */
    private void saveChanged() {
        for (WorkflowTab tab : tabs.all()) {
            if (tab.document().dirty()
                    && tab.document().file().isPresent()
                    && !tab.document().changedOnDisk()) {
                write(tab, tab.document().file().get(), () -> {});
            }
        }
    }

    @Override
    public void close() {
        pause.stop();
    }
}
