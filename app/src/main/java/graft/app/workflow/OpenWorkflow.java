package graft.app.workflow;

import graft.file.PictureText;
import graft.node.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
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

    /** What its file holds now, read to go back to it. */
    public record Reread(Workflow workflow, String state) {}

    private final String id = UUID.randomUUID().toString();
    private final History history;
    private final Optional<Drafts> drafts;
    private final Optional<Path> source;
    private final List<Consumer<Workflow>> listeners = new CopyOnWriteArrayList<>();
    private volatile Workflow workflow;
    private volatile Saved saved;

    private OpenWorkflow(Workflow workflow, Saved saved, Optional<Path> source, Optional<Drafts> drafts) {
        this.workflow = workflow;
        this.saved = saved;
        this.source = source;
        this.drafts = drafts;
        history = new History(workflow);
    }

    /** A workflow without a file, such as a template or a new one; without changes until it is edited. */
    public static OpenWorkflow untitled(Workflow workflow, Drafts drafts) {
        return new OpenWorkflow(
                workflow, new Saved(Optional.empty(), workflow, ""), Optional.empty(), Optional.of(drafts));
    }

    /** A workflow without a file of its own that a file of another kind brought, such as a picture or one of ComfyUI. */
    public static OpenWorkflow from(Path source, Workflow workflow, Drafts drafts) {
        return new OpenWorkflow(
                workflow,
                new Saved(Optional.empty(), workflow, ""),
                Optional.of(FileIdentity.plain(source)),
                Optional.of(drafts));
    }

    /** A workflow that nothing keeps on disk. */
    public static OpenWorkflow unkept(Workflow workflow) {
        return new OpenWorkflow(
                workflow, new Saved(Optional.empty(), workflow, ""), Optional.empty(), Optional.empty());
    }

    /**
     * Opens a file. A picture with a workflow inside opens as a workflow without a file.
     *
     * @throws Problem when it is no workflow
     */
    public static OpenWorkflow open(Path file, Drafts drafts) {
        Path own = FileIdentity.plain(file);
        String state = state(own);
        Workflow workflow = Workflow.read(own);
        return PictureText.isPicture(own)
                ? from(own, workflow, drafts)
                : new OpenWorkflow(
                        workflow, new Saved(Optional.of(own), workflow, state), Optional.empty(), Optional.of(drafts));
    }

    /**
     * Takes up what a process that is no more left unsaved of a document whose file is not there, or that had none; the old
     * draft goes once the new one is written.
     */
    public static OpenWorkflow recover(Drafts.Draft draft, Drafts drafts) {
        // Nothing holds what was edited, so the document is changed until it is saved.
        OpenWorkflow open = new OpenWorkflow(
                draft.workflow(),
                new Saved(
                        draft.file(),
                        Workflow.EMPTY,
                        draft.file().map(OpenWorkflow::state).orElse("")),
                Optional.empty(),
                Optional.of(drafts));
        open.keep();
        drafts.replace(open.id, draft);
        return open;
    }

    /**
     * Takes up what a process that is no more left unsaved of this file, as a step that can be undone; the old draft goes once
     * the new one is written.
     *
     * @param label what the undo list calls it
     * @return whether there is anything in it that is not here already
     */
    public boolean takeUp(Drafts.Draft draft, String label) {
        boolean more = !draft.workflow().equals(workflow);
        edit(label, old -> draft.workflow());
        drafts.ifPresent(kept -> {
            if (dirty()) {
                kept.replace(id, draft);
            } else {
                kept.discard(draft);
            }
        });
        return more;
    }

    /**
     * Reads its file once more, to go back to it; on any thread.
     *
     * @throws Problem when it has none any more, or it cannot be read
     */
    public Reread reread() {
        Path file = saved.file()
                .orElseThrow(() -> new Problem(
                        "cannot go back to the saved file",
                        "the workflow has none",
                        "save it, or undo what is not wanted"));
        String state = state(file);
        return new Reread(Workflow.read(file), state);
    }

    /** Goes back to what its file holds, as a step that can be undone; its draft goes. */
    public void goBack(Reread file, String label) {
        saved = new Saved(saved.file(), file.workflow(), file.state());
        edit(label, old -> file.workflow());
        if (!dirty()) {
            drafts.ifPresent(kept -> kept.drop(id));
        }
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

    /** The file of another kind that brought it; empty for one that has been in a file of its own from the start. */
    public Optional<Path> source() {
        return source;
    }

    /** Its file is another document's from now on: it keeps what it holds, as changes that are not saved. */
    public void leaveFile() {
        saved = new Saved(Optional.empty(), Workflow.EMPTY, "");
        if (dirty()) {
            keep();
        }
    }

    /** Whether its file was written after a time; one that is not there was not. */
    public boolean isNewerThan(Instant time) {
        return file().map(OpenWorkflow::written).filter(time::isBefore).isPresent();
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

    /** Takes what was edited under a key last back for good, as when a gesture is broken off; else changes nothing. */
    public void takeBack(String mergeKey) {
        history.takeBack(mergeKey);
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
        Path target = FileIdentity.plain(file);
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

    private static Instant written(Path file) {
        try {
            return Files.getLastModifiedTime(file).toInstant();
        } catch (IOException e) {
            return Instant.MIN;
        }
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
