package graft.app.engine;

import graft.app.comfy.ComfyFile;
import graft.app.comfy.Translation;
import graft.app.plugin.NodeLibrary;
import graft.app.user.ModelFolders;
import graft.app.workflow.Workflow;
import graft.node.Problem;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * A workflow of ComfyUI as one of Graft: its core nodes become those of Graft that are installed, all others stay as nodes of a
 * type that is not.
 *
 * @param workflow what it became
 * @param kept classes of nodes that Graft has no counterpart of
 * @param findings warnings: what was not taken over, and what Graft does otherwise, by node, setting and wire
 * @param report lines for people: what became of each class of nodes
 */
public record ComfyWorkflow(Workflow workflow, Set<String> kept, List<Finding> findings, List<String> report) {

    /** Whether a file is of ComfyUI; not when it cannot be read, which the reading of it explains. */
    public static boolean isOne(Path file) {
        return ComfyFile.isOne(file);
    }

    /**
     * Reads a file of ComfyUI: the drawn format 0.4 or 1.0, the API format, or a PNG, JPEG or WebP with one of them inside.
     *
     * @param folders where what its prompts call is looked for
     * @throws Problem when it is none
     */
    public static ComfyWorkflow read(Path file, NodeLibrary library, ModelFolders folders) {
        return of(ComfyFile.read(file, type -> library.node(type).isPresent()), library, folders);
    }

    /**
     * Reads the text of a file of ComfyUI.
     *
     * @param name what messages call it
     * @param folders where what its prompts call is looked for
     * @throws Problem when it is none
     */
    public static ComfyWorkflow parse(String json, String name, NodeLibrary library, ModelFolders folders) {
        return of(ComfyFile.parse(json, name, type -> library.node(type).isPresent()), library, folders);
    }

    private static ComfyWorkflow of(Translation translation, NodeLibrary library, ModelFolders folders) {
        List<Finding> findings = new ArrayList<>();
        translation.remarks().forEach(remark -> findings.add(Finding.warning(remark.node(), remark.sentence())));
        findings.addAll(CalledEmbeddings.missing(translation.workflow(), library, folders));
        return new ComfyWorkflow(
                translation.workflow(), translation.kept(), List.copyOf(findings), translation.report());
    }
}
