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
import graft.node.Setting.Collection;
import graft.node.Setting.Control;
import graft.node.Specs;
import java.nio.file.Path;

/** Reads an embedding, to stack it over a model. */
@NodeType(
        id = "graft/embedding/load",
        title = "Load Embedding",
        category = "adapters",
        help =
                "Reads an embedding as A1111, kohya, OneTrainer or diffusers write it: .safetensors, .pt or .bin, of which"
                        + " nothing is run; for Stable Diffusion XL with vectors for both text encoders (clip_l and clip_g, or"
                        + " learned_embeds and learned_embeds_2 side by side). Wire it into Stack Adapters or Add Embedding, and use its word in prompts: the file's"
                        + " name without its ending.",
        words = {"textual inversion", "open", "token", "concept"})
public final class LoadEmbedding implements Node {

    @Setting(
            control = Control.ADAPTER,
            collection = Collection.EMBEDDINGS,
            help = "The .safetensors, .pt or .bin file, or its name in your model folders.")
    String file = "embedding.safetensors";

    @Setting(
            help = "What calls it up in a prompt; empty for the file's name, or for the word inside diffusers'"
                    + " learned_embeds files. Of several that are bundled with a LoRA, the one to read.")
    String word = "";

    @Output(help = "The embedding.")
    Embedding embedding;

    @Override
    public void configure(Specs specs) {
        Path place = place();
        specs.output("embedding", read(place).spec());
        EmbeddingFile.files(place).forEach(specs::reads);
    }

    @Override
    public void run(Run run) {
        embedding = read(place());
        run.log("Read " + embedding.word() + ": " + embedding.size() + ".");
    }

    private Embedding read(Path place) {
        try {
            Embedding read = EmbeddingFile.read(place, word.strip());
            return word.isBlank() ? read : read.named(word.strip());
        } catch (Problem e) {
            throw e.at("file");
        }
    }

    private Path place() {
        return Location.ofFile(file, "file", "a .safetensors, .pt or .bin file", "the embedding");
    }
}
