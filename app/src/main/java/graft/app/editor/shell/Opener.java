package graft.app.editor.shell;

import graft.app.editor.Strings;
import graft.app.engine.ComfyWorkflow;
import graft.app.workflow.Drafts;
import graft.app.workflow.OpenWorkflow;
import graft.app.workflow.Workflow;
import java.nio.file.Path;
import java.util.function.Consumer;

/** Opens workflows in tabs, wherever they come from. */
final class Opener {

    private final OpenTabs tabs;
    private final Drafts drafts;
    private final FileWork work;
    private final StatusBar status;
    private final Consumer<OpenWorkflow> add;
    private final Consumer<Path> remember;

    /**
     * Opens nothing yet.
     *
     * @param add puts a document into a tab
     * @param remember takes a file that was opened
     */
    Opener(
            OpenTabs tabs,
            Drafts drafts,
            FileWork work,
            StatusBar status,
            Consumer<OpenWorkflow> add,
            Consumer<Path> remember) {
        this.tabs = tabs;
        this.drafts = drafts;
        this.work = work;
        this.status = status;
        this.add = add;
        this.remember = remember;
    }

    /** Opens a workflow that has no file. */
    void untitled(Workflow workflow) {
        add.accept(OpenWorkflow.untitled(workflow, drafts));
    }

    /** Opens a copy of a template. */
    void template(Path file) {
        work.soon(() -> Workflow.read(file), this::untitled);
    }

    /** Goes on with what a crash left. */
    void draft(Drafts.Draft draft) {
        add.accept(OpenWorkflow.recover(draft, drafts));
    }

    /** Opens a file, or brings the tab that it is open in to the front. */
    void file(Path file) {
        Path whole = file.toAbsolutePath().normalize();
        tabs.of(whole)
                .ifPresentOrElse(
                        tabs::show,
                        () -> work.soon(() -> ComfyWorkflow.isOne(whole), theirs -> {
                            if (theirs) {
                                takeOver(whole);
                            } else {
                                own(whole);
                            }
                        }));
    }

    private void own(Path file) {
        work.soon(() -> OpenWorkflow.open(file, drafts), document -> {
            add.accept(document);
            remember.accept(file);
        });
    }

    /** Opens a file of ComfyUI as a workflow without a file, so that theirs stays as it is. */
    private void takeOver(Path file) {
        String name = file.getFileName().toString();
        work.soon(() -> ComfyWorkflow.read(file), read -> {
            untitled(read.workflow().withTitle(name.replaceFirst("\\.[A-Za-z]+$", "")));
            status.say(
                    read.kept().isEmpty()
                            ? Strings.get("status.comfy", name)
                            : Strings.get("status.comfy.kept", name, String.join(", ", read.kept())));
        });
    }
}
