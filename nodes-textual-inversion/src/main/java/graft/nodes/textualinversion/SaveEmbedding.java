package graft.nodes.textualinversion;

import graft.adapter.Embedding;
import graft.adapter.EmbeddingFile;
import graft.adapter.EmbeddingFile.Form;
import graft.file.FileName;
import graft.file.Location;
import graft.node.Input;
import graft.node.Node;
import graft.node.NodeType;
import graft.node.Run;
import graft.node.Setting;
import graft.node.Setting.Control;
import graft.node.Specs;
import java.nio.file.Path;

/** Writes an embedding in kohya's or diffusers' form, which ComfyUI, A1111 and diffusers read. */
@NodeType(
        id = "graft/embedding/save",
        title = "Save Embedding",
        category = "output",
        help =
                "Writes an embedding as a small .safetensors file that ComfyUI, A1111 and diffusers load; its name is the word"
                        + " in prompts there. An older file is never replaced.",
        words = {"textual inversion", "export", "write"},
        output = true)
public final class SaveEmbedding implements Node {

    @Input(help = "The embedding to write.")
    Embedding embedding;

    @Setting(control = Control.SAVE_NAME, help = "The file's name; empty for the embedding's word.")
    String name = "";

    @Setting(control = Control.FOLDER, help = "Where to write; empty for the folder of the run.")
    String folder = "";

    @Setting(
            advanced = true,
            help =
                    "How the file names the vectors: as kohya does (emb_params), or as diffusers does, by the word itself."
                            + " ComfyUI, A1111 and diffusers read either.")
    Form form = Form.KOHYA;

    @Override
    public void configure(Specs specs) {
        if (!name.isBlank()) {
            FileName.checked(name, "name");
        }
    }

    @Override
    public void run(Run run) {
        // A word such as <dog> is fine in a prompt and not in a file's name.
        String given = name.isBlank() ? embedding.word().replaceAll("[<>]", "") : name;
        String stem = FileName.checked(given, "name").replaceFirst("\\.safetensors$", "");
        Path target = folder.isBlank() ? run.folder() : Location.of(folder, "folder", "a folder to write to");
        Path file = FileName.free(target, stem, ".safetensors");
        EmbeddingFile.write(file, embedding, form);
        run.wrote(file);
    }
}
