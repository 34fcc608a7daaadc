package graft.app.editor.canvas;

import graft.file.ImageFile;
import graft.file.PngFile;
import graft.file.SafeTensors;
import graft.node.Problem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
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

    /** A workflow, or a picture that carries one: opened in a tab of its own. */
    record Opens(Path file) implements DroppedFile {}

    /** Words of metadata in which Graft's own pictures, and other programs', keep their workflow. */
    Set<String> WORKFLOW_TEXTS = Set.of("graft", "workflow", "prompt");

    /**
     * Looks into a file, of which it reads the header only.
     *
     * @throws Problem when it is nothing that Graft can use
     */
    static DroppedFile of(Path file) {
        String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
        String ending = name.substring(name.lastIndexOf('.') + 1);
        if (Files.isDirectory(file)) {
            return Files.exists(file.resolve("model_index.json"))
                    ? new Loads("graft/model/load", "file", file)
                    : new Loads("graft/images/folder", "folder", file);
        }
        if (ending.equals("json")) {
            return new Opens(file);
        }
        if (ImageFile.endings().contains(ending)) {
            return ending.equals("png") && carriesWorkflow(file)
                    ? new Opens(file)
                    : new Loads("graft/images/load", "file", file);
        }
        return switch (ending) {
            case "safetensors" -> ofTensors(file);
            case "ckpt" -> new Loads("graft/model/load", "file", file);
            case "pt", "bin" -> new Loads("graft/embedding/load", "file", file);
            default ->
                throw new Problem(
                        "cannot use " + file.getFileName() + " here",
                        "it is neither a picture, a folder, a model, a LoRA, an embedding nor a workflow",
                        "drop a .png, .jpg, .webp, .safetensors, .ckpt, .pt, .bin or .json file, or a folder");
        };
    }

    private static boolean carriesWorkflow(Path file) {
        return PngFile.readText(file).keySet().stream().anyMatch(WORKFLOW_TEXTS::contains);
    }

    private static DroppedFile ofTensors(Path file) {
        try (SafeTensors tensors = SafeTensors.open(file)) {
            Set<String> names = Set.copyOf(tensors.names());
            if (names.stream().anyMatch(DroppedFile::isOfAdapter)) {
                return new Loads("graft/lora/load", "file", file);
            }
            boolean model = names.stream()
                    .anyMatch(tensor -> tensor.startsWith("model.diffusion_model.")
                            || tensor.startsWith("first_stage_model.")
                            || tensor.startsWith("cond_stage_model."));
            // What is left with a handful of tensors holds the vectors of a word.
            return model || names.size() > 8
                    ? new Loads("graft/model/load", "file", file)
                    : new Loads("graft/embedding/load", "file", file);
        }
    }

    private static boolean isOfAdapter(String tensor) {
        return tensor.contains("lora_")
                || tensor.contains(".lora")
                || tensor.contains("hada_w")
                || tensor.contains("lokr_w")
                || tensor.contains("oft_");
    }
}
