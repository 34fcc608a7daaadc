package graft.app.editor.shell;

import graft.app.editor.Strings;
import graft.app.engine.ComfyWorkflow;
import graft.app.engine.ParameterWorkflow;
import graft.app.plugin.NodeLibrary;
import graft.app.user.ModelFolders;
import graft.app.workflow.Drafts;
import graft.app.workflow.OpenWorkflow;
import graft.app.workflow.Workflow;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.WeakHashMap;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Opens workflows in tabs, wherever they come from.
 *
 * <p>A file is in one tab, by whichever path it is asked for. Where a process that is no more left newer work of it, that is what is
 * shown, with a way back to the file.
 */
final class Opener {

    private final OpenTabs tabs;
    private final Drafts drafts;
    private final Leftovers leftovers;
    private final FileWork work;
    private final StatusBar status;
    private final NodeLibrary library;
    private final Supplier<ModelFolders> models;
    private final Consumer<OpenWorkflow> add;
    private final Consumer<Path> remember;

    /** The templates that documents are copies of. */
    private final Map<OpenWorkflow, Path> copies = new WeakHashMap<>();

    /**
     * Opens nothing yet.
     *
     * @param models where what pictures of other programs name is looked for
     * @param add puts a document into a tab
     * @param remember takes a file that was opened
     */
    Opener(
            OpenTabs tabs,
            Drafts drafts,
            Leftovers leftovers,
            FileWork work,
            StatusBar status,
            NodeLibrary library,
            Supplier<ModelFolders> models,
            Consumer<OpenWorkflow> add,
            Consumer<Path> remember) {
        this.tabs = tabs;
        this.drafts = drafts;
        this.leftovers = leftovers;
        this.work = work;
        this.status = status;
        this.library = library;
        this.models = models;
        this.add = add;
        this.remember = remember;
    }

    /** Opens a workflow that has no file. */
    void untitled(Workflow workflow) {
        add.accept(OpenWorkflow.untitled(workflow, drafts));
    }

    /** Opens a copy of a template, unless it is open itself, or as a copy that nobody has changed. */
    void template(Path file) {
        if (!showsTemplate(file)) {
            work.soon(() -> Workflow.read(file), workflow -> {
                // Another click may have been faster.
                if (!showsTemplate(file)) {
                    OpenWorkflow copy = OpenWorkflow.untitled(workflow, drafts);
                    copies.put(copy, file);
                    add.accept(copy);
                }
            });
        }
    }

    private boolean showsTemplate(Path file) {
        Optional<WorkflowTab> open = tabs.of(file).or(() -> tabs.all().stream()
                .filter(tab -> file.equals(copies.get(tab.document()))
                        && tab.document().file().isEmpty()
                        && !tab.document().dirty())
                .findFirst());
        open.ifPresent(tabs::show);
        return open.isPresent();
    }

    /** Goes on with what a crash left: in the tab of its file, where it has one. */
    void draft(Drafts.Draft draft) {
        if (draft.file().isEmpty()) {
            recover(draft);
            return;
        }
        Path file = draft.file().get();
        BiConsumer<Drafts.Draft, WorkflowTab> take = (taken, tab) -> takeUp(draft, tab);
        tabs.of(file)
                .ifPresentOrElse(
                        tab -> {
                            tabs.show(tab);
                            takeUp(draft, tab);
                        },
                        () -> work.soon(
                                () -> read(file, take),
                                Runnable::run,
                                // What is not in a file any more is in the draft.
                                unreadable -> recover(draft)));
    }

    private void recover(Drafts.Draft draft) {
        leftovers.taken(draft);
        add.accept(OpenWorkflow.recover(draft, drafts));
    }

    /** Opens a file, or brings the tab that it is open in to the front. */
    void file(Path file) {
        if (!shows(file)) {
            work.soon(() -> read(file, this::newest), Runnable::run);
        }
    }

    private boolean shows(Path file) {
        Optional<WorkflowTab> open = tabs.of(file);
        open.ifPresent(tabs::show);
        return open.isPresent();
    }

    /**
     * Reads a file, and gives what puts it into a tab.
     *
     * @param draft takes the newest draft of the file, where there is one, with its tab
     */
    private Runnable read(Path file, BiConsumer<Drafts.Draft, WorkflowTab> draft) {
        if (ComfyWorkflow.isOne(file)) {
            ComfyWorkflow theirs = ComfyWorkflow.read(file, library, models.get());
            return () -> {
                if (!shows(file)) {
                    takeOver(file, theirs.workflow(), said(nameOf(file), theirs));
                }
            };
        }
        if (ParameterWorkflow.isOne(file)) {
            ParameterWorkflow told = ParameterWorkflow.read(file, library, models.get());
            return () -> {
                if (!shows(file)) {
                    takeOver(file, told.workflow(), said(nameOf(file), told));
                }
            };
        }
        OpenWorkflow document = OpenWorkflow.open(file, drafts);
        return () -> {
            // It may have been opened by another path or click meanwhile.
            if (!shows(file)) {
                add.accept(document);
                document.file().ifPresent(remember);
            }
            tabs.of(file).ifPresent(tab -> leftovers.newest(file).ifPresent(left -> draft.accept(left, tab)));
        };
    }

    /** Shows the newest that there is of a file: what was left of it, unless the file was saved since. */
    private void newest(Drafts.Draft draft, WorkflowTab tab) {
        if (tab.document().dirty()) {
            return;
        }
        if (!tab.document().isNewerThan(draft.at())) {
            takeUp(draft, tab);
        } else {
            tab.say(
                    Strings.get("tab.banner.older", Leftovers.when(draft)),
                    Strings.get("tab.banner.older.show"),
                    () -> takeUp(draft, tab));
        }
    }

    private void takeUp(Drafts.Draft draft, WorkflowTab tab) {
        leftovers.taken(draft);
        tab.sayNothing();
        if (tab.document().takeUp(draft, Strings.get("tab.recovered"))) {
            tab.say(
                    Strings.get("tab.banner.recovered", Leftovers.when(draft)),
                    Strings.get("tab.banner.back"),
                    () -> work.soon(tab.document()::reread, file -> {
                        tab.document().goBack(file, Strings.get("tab.back"));
                        tab.sayNothing();
                        tabs.showTitle(tab);
                    }));
        }
    }

    /** Opens a file of another program as a workflow without a file, so that theirs stays as it is. */
    private void takeOver(Path file, Workflow workflow, String said) {
        Workflow titled = workflow.withTitle(nameOf(file).replaceFirst("\\.[A-Za-z]+$", ""));
        add.accept(OpenWorkflow.from(file, titled, drafts));
        status.say(said);
    }

    private static String nameOf(Path file) {
        return file.getFileName().toString();
    }

    private static String said(String name, ParameterWorkflow told) {
        return told.findings().isEmpty()
                ? Strings.get("status.told", name)
                : Strings.get(
                        "status.told.otherwise",
                        name,
                        told.findings().size(),
                        told.findings().get(0).sentence());
    }

    /** All of it is in the workflow's notes too. */
    private static String said(String name, ComfyWorkflow read) {
        if (read.findings().isEmpty()) {
            return Strings.get("status.comfy", name);
        }
        return read.kept().isEmpty()
                ? Strings.get(
                        "status.comfy.otherwise",
                        name,
                        read.findings().size(),
                        read.findings().get(0).sentence())
                : Strings.get(
                        "status.comfy.kept",
                        name,
                        String.join(", ", read.kept()),
                        read.findings().size());
    }
}
