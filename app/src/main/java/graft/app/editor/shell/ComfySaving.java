package graft.app.editor.shell;

import graft.app.editor.Strings;
import graft.app.engine.ComfyFiles;
import graft.app.plugin.NodeLibrary;
import graft.app.user.ModelFolders;
import graft.app.workflow.Workflow;
import java.awt.Component;
import java.nio.file.Path;
import java.util.function.Supplier;

/** Saves workflows as files of ComfyUI, beside their own. */
final class ComfySaving {

    private final NodeLibrary library;
    private final Supplier<ModelFolders> models;
    private final FileWork work;
    private final StatusBar status;
    private final Component over;

    /** @param over what the dialog for files lies over */
    ComfySaving(NodeLibrary library, Supplier<ModelFolders> models, FileWork work, StatusBar status, Component over) {
        this.library = library;
        this.models = models;
        this.work = work;
        this.status = status;
        this.over = over;
    }

    /** Saves a workflow where the user says, in the form that the user says. */
    void save(WorkflowTab tab) {
        Choosers.comfy(over, tab.title())
                .ifPresent(chosen -> save(tab.document().workflow(), chosen.form(), chosen.file()));
    }

    /** Saves a workflow; what ComfyUI has nothing like is told. */
    void save(Workflow workflow, ComfyFiles.Form form, Path file) {
        work.soon(
                () -> new ComfyFiles(library, models.get()).write(workflow, form, file),
                () -> status.say(Strings.get("status.exported", file)));
    }
}
