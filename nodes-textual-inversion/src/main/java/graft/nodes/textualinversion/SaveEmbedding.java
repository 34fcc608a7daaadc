package graft.nodes.textualinversion;

import graft.adapter.Embedding;
import graft.adapter.EmbeddingFile;
import graft.adapter.EmbeddingFile.Form;
import graft.adapter.EmbeddingSpec;
import graft.file.Destination;
import graft.file.FileName;
import graft.file.Location;
import graft.file.Rescue;
import graft.node.Input;
import graft.node.Node;
import graft.node.NodeType;
import graft.node.Run;
import graft.node.Setting;
import graft.node.Setting.Control;
import graft.node.Specs;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

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

    private static final String ENDING = ".safetensors";

    @Input(help = "The embedding to write.")
    Embedding embedding;

    @Setting(control = Control.SAVE_NAME, help = "The file's name; empty for the embedding's word.")
    String name = "";

    @Setting(control = Control.FOLDER, help = "Where to write; empty for the folder of the run.")
    String folder = "";

    @Setting(
            advanced = true,
            help =
                    "How the file names the vectors: as kohya does (emb_params; clip_l and clip_g for Stable Diffusion XL), or as"
                            + " diffusers does, by the word itself, with a second file for XL's second text encoder. ComfyUI,"
                            + " A1111 and diffusers read kohya's; two files are for diffusers.")
    Form form = Form.KOHYA;

    @Override
    public void configure(Specs specs) {
        String known = name.isBlank()
                ? specs.of("embedding", EmbeddingSpec.class)
                        .map(EmbeddingSpec::word)
                        .orElse("embedding")
                : FileName.checked(name, "name");
        Destination.check(folder, "folder", stem(known) + ENDING);
    }

    /** The file's name without its ending. A word such as {@code <dog>} is fine in a prompt and not in a file's name. */
    private static String stem(String name) {
        String plain = name.replaceAll("[<>]", "");
        return FileName.near(plain.endsWith(ENDING) ? plain.substring(0, plain.length() - ENDING.length()) : plain);
    }

    @Override
    public void run(Run run) {
        String stem = stem(name.isBlank() ? embedding.word() : name.strip());
        Path target = folder.isBlank() ? run.folder() : Location.of(folder, "folder", "a folder to write to");
        Rescue.write(run, target, (into, asAsked) -> {
            Path file = FileName.free(into, stem, ENDING);
            Form as = asAsked ? form : Form.KOHYA;
            for (int number = 2;
                    EmbeddingFile.written(file, embedding, as).stream().anyMatch(Files::exists);
                    number++) {
                file = into.resolve(stem + "-" + number + ENDING);
            }
            List<Path> files = EmbeddingFile.write(file, embedding, as);
            files.forEach(run::wrote);
            return files;
        });
    }
}
