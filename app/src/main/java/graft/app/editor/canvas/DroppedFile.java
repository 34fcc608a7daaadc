package graft.app.editor.canvas;

import graft.app.engine.ComfyWorkflow;
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
     * @param type id of the node's type
     * @param setting that names the file
     */
    record Loads(String type, String setting, Path file) implements DroppedFile {}

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
        return switch (kind.role()) {
            case MODEL -> new Loads("graft/model/load", "file", file);
            case ADAPTER -> new Loads("graft/lora/load", "file", file);
            case EMBEDDING -> new Loads("graft/embedding/load", "file", file);
            case CONTROLNET -> new Loads("graft/control/load", "file", file);
            case PICTURE -> carriesWorkflow(file) ? new Opens(file) : new Loads("graft/images/load", "file", file);
            case PICTURES -> new Loads("graft/images/folder", "folder", file);
            case UPSCALER -> new Loads("graft/upscaler/load", "file", file);
            case WORKFLOW -> new Opens(file);
            case UNKNOWN -> {
                // Pictures may lie in folders within.
                if (Files.isDirectory(file)) {
                    yield new Loads("graft/images/folder", "folder", file);
                }
                throw kind.noUse(file);
            }
            case VAE, TEXT_ENCODER, VISION, OTHER -> throw kind.noUse(file);
        };
    }

    private static boolean carriesWorkflow(Path file) {
        return (PictureText.isPicture(file)
                        && PictureText.of(file).keySet().stream().anyMatch(WORKFLOW_TEXTS::contains))
                || ComfyWorkflow.isOne(file)
                || ParameterWorkflow.isOne(file);
    }
}
