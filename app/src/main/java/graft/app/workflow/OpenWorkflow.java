package graft.app.workflow;

import graft.node.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * A workflow that is open: its history, its file, and whether it has changes that are not saved.
 *
 * <p>Edited, undone and listened to on one thread; saved on any.
 */
public final class OpenWorkflow {

    /** A file as it was when it was last read or written here. */
    private record Saved(Optional<Path> file, Workflow workflow, String state) {}

    private final String id = UUID.randomUUID().toString();
    private final History history;
    private final Optional<Drafts> drafts;
    private final List<Consumer<Workflow>> listeners = new CopyOnWriteArrayList<>();
    private volatile Workflow workflow;
    private volatile Saved saved;

    private OpenWorkflow(Workflow workflow, Saved saved, Optional<Drafts> drafts) {
        this.workflow = workflow;
        this.saved = saved;
        this.drafts = drafts;
        history = new History(workflow);
    }

    /** A workflow without a file, such as a template or a new one; without changes until it is edited. */
    public static OpenWorkflow untitled(Workflow workflow, Drafts drafts) {
        return new OpenWorkflow(workflow, new Saved(Optional.empty(), workflow, ""), Optional.of(drafts));
    }

    /** A workflow that nothing keeps on disk. */
    public static OpenWorkflow unkept(Workflow workflow) {
        return new OpenWorkflow(workflow, new Saved(Optional.empty(), workflow, ""), Optional.empty());
    }

    /**
     * Opens a file. A picture with a workflow inside opens as a workflow without a file.
     *
     * @throws Problem when it is no workflow
     */
    public static OpenWorkflow open(Path file, Drafts drafts) {
        String state = state(file);
        Workflow workflow = Workflow.read(file);
        return WorkflowFile.isPicture(file)
                ? untitled(workflow, drafts)
                : new OpenWorkflow(
                        workflow, new Saved(Optional.of(file.toAbsolutePath()), workflow, state), Optional.of(drafts));
    }

    /** Takes up what a process that is no more left unsaved; the old draft goes once the new one is written. */
    public static OpenWorkflow recover(Drafts.Draft draft, Drafts drafts) {
        // What the file holds is not what was edited, so the document is changed until it is saved.
        OpenWorkflow open = new OpenWorkflow(
                draft.workflow(),
                new Saved(
                        draft.file(),
                        Workflow.EMPTY,
                        draft.file().map(OpenWorkflow::state).orElse("")),
                Optional.of(drafts));
        open.keep();
        drafts.replace(open.id, draft);
        return open;
    }

    /** The workflow as it is now. */
    public Workflow workflow() {
        return workflow;
    }

    public History history() {
        return history;
    }

    /** Where it was read from or last saved to. */
    public Optional<Path> file() {
        return saved.file();
    }

    /** Whether it has changes that its file has not. */
    public boolean dirty() {
        return !workflow.equals(saved.workflow());
    }

    /** Told of the workflow after every edit, undo and redo, by the thread that edits. */
    public void addListener(Consumer<Workflow> listener) {
        listeners.add(listener);
    }

    public void removeListener(Consumer<Workflow> listener) {
        listeners.remove(listener);
    }

    /** Changes the workflow as one step. */
    public void edit(String label, UnaryOperator<Workflow> edit) {
        edit(label, "", edit);
    }

    /** Changes the workflow, as one step with the edit before when that had the same key. */
    public void edit(String label, String mergeKey, UnaryOperator<Workflow> edit) {
        history.apply(label, mergeKey, edit.apply(workflow));
        changed();
    }

    /** Changes the workflow by an edit that makes new things, and gives their ids. */
    public Set<String> make(String label, Function<Workflow, Edited> edit) {
        Edited edited = edit.apply(workflow);
        edit(label, old -> edited.workflow());
        return edited.ids();
    }

    /** Makes all edits of {@code edits} one step. */
    public void group(Runnable edits) {
        history.group(edits);
    }

    public void undo() {
        history.undo();
        changed();
    }

    public void redo() {
        history.redo();
        changed();
    }

    private void changed() {
        Workflow now = history.current();
        if (now.equals(workflow)) {
            return;
        }
        workflow = now;
        if (dirty()) {
            keep();
        } else {
            drafts.ifPresent(kept -> kept.drop(id));
        }
        listeners.forEach(listener -> listener.accept(now));
    }

    private void keep() {
        drafts.ifPresent(kept -> kept.keep(id, saved.file(), workflow));
    }

    /** Whether another program has changed or removed the file since it was read or saved here. */
    public boolean changedOnDisk() {
        Saved now = saved;
        return now.file().isPresent() && !state(now.file().get()).equals(now.state());
    }

    /**
     * Saves to its file.
     *
     * @throws Problem when it has none, when another program changed it meanwhile, or when it cannot be written
     */
    public void save() {
        Path file = saved.file()
                .orElseThrow(() ->
                        new Problem("cannot save the workflow", "it has no file yet", "choose a name and folder"));
        if (Files.exists(file) && changedOnDisk()) {
            throw new Problem(
                    "did not save " + file,
                    "another program changed it since it was opened here",
                    "save under another name, or save over it if its changes are not needed");
        }
        saveAs(file);
    }

    /**
     * Saves to a file, which is its own from then on; what is there is replaced.
     *
     * @throws Problem when it cannot be written
     */
    public void saveAs(Path file) {
        Path target = file.toAbsolutePath();
        Workflow now = workflow;
        now.write(target);
        saved = new Saved(Optional.of(target), now, state(target));
        drafts.ifPresent(kept -> kept.drop(id));
        if (dirty()) {
            // It was edited while it was written.
            keep();
        }
    }

    /** The document is closed, saved or given up: its draft goes. */
    public void close() {
        listeners.clear();
        drafts.ifPresent(kept -> kept.drop(id));
    }

    /** Size and time of a file; empty when it is not there. */
    private static String state(Path file) {
        try {
            return Files.size(file) + " " + Files.getLastModifiedTime(file).toMillis();
        } catch (IOException e) {
            return "";
        }
    }
}
