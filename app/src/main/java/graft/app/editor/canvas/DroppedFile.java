package graft.app.editor.canvas;

import graft.app.engine.ComfyWorkflow;
import graft.app.engine.LoaderNode;
import graft.app.engine.ParameterWorkflow;
import graft.file.PictureText;
import graft.model.FileKind;
import graft.node.Problem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;

/** What a file or folder of the desktop becomes when it is dropped on the canvas, by what is in it. */
sealed interface DroppedFile {

    /**
     * A node that loads it.
     *
     * @param file what it loads
     */
    record Loads(LoaderNode node, Path file) implements DroppedFile {}

    /** A workflow, or a picture that carries one or tells how it was drawn: opened in a tab of its own. */
    record Opens(Path file) implements DroppedFile {}

    /** Words of metadata in which Graft's own pictures, and other programs', keep their workflow. */
    Set<String> WORKFLOW_TEXTS = Set.of("graft", "workflow", "prompt");

    /**
     * Looks into a file, of which it reads the header only.
     *
     * @throws Problem that says what it is, when it is nothing that Graft can use
     */
    static DroppedFile of(Path file) {
        FileKind kind = FileKind.of(file);
        if (kind.role() == FileKind.Role.WORKFLOW || (kind.role() == FileKind.Role.PICTURE && carriesWorkflow(file))) {
            return new Opens(file);
        }
        // Pictures may lie in folders within.
        boolean folder = kind.role() == FileKind.Role.UNKNOWN && Files.isDirectory(file);
        return LoaderNode.of(folder ? FileKind.Role.PICTURES : kind.role())
                .map(node -> new Loads(node, file))
                .orElseThrow(() -> kind.noUse(file));
    }

    private static boolean carriesWorkflow(Path file) {
        return (PictureText.isPicture(file)
                        && PictureText.of(file).keySet().stream().anyMatch(WORKFLOW_TEXTS::contains))
                || ComfyWorkflow.isOne(file)
                || ParameterWorkflow.isOne(file);
    }
}
