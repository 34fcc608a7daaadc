package graft.nodes.textualinversion;

import graft.adapter.Embedding;
import graft.adapter.EmbeddingFile;
import graft.file.Location;
import graft.node.Node;
import graft.node.NodeType;
import graft.node.Output;
import graft.node.Problem;
import graft.node.Run;
import graft.node.Setting;
import graft.node.Setting.Control;
import graft.node.Specs;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads an embedding, to stack it over a model. */
@NodeType(
        id = "graft/embedding/load",
        title = "Load Embedding",
        category = "adapters",
        help = "Reads an embedding from a .safetensors file as kohya, A1111 or diffusers write it. Wire it into Stack"
                + " Adapters, and use its word in prompts: the file's name without its ending.",
        words = {"textual inversion", "open", "token", "concept"})
public final class LoadEmbedding implements Node {

    @Setting(control = Control.ADAPTER, help = "The .safetensors file.")
    String file = "embedding.safetensors";

    @Setting(help = "What calls it up in a prompt; empty for the file's name.")
    String word = "";

    @Output(help = "The embedding.")
    Embedding embedding;

    @Override
    public void configure(Specs specs) {
        Path place = place();
        if (!Files.isRegularFile(place)) {
            throw new Problem(
                            "cannot read the embedding " + place,
                            Files.exists(place) ? "it is not a file" : "there is no such file",
                            "choose a .safetensors file")
                    .at("file");
        }
        specs.reads(place);
    }

    @Override
    public void run(Run run) {
        Embedding read = EmbeddingFile.read(place());
        embedding = word.isBlank() ? read : Embedding.of(word.strip(), read.vectors());
        run.log("Read " + embedding.word() + ": " + embedding.vectors().size() + " vectors of " + embedding.width()
                + " numbers.");
    }

    private Path place() {
        return Location.of(file, "file", "a .safetensors file");
    }
}
