package graft.nodes.lora;

import graft.adapter.Lora;
import graft.adapter.LoraFile;
import graft.adapter.LoraSpec;
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
import java.util.List;

/** Reads a LoRA file in whichever spelling it comes. */
@NodeType(
        id = "graft/lora/load",
        title = "Load LoRA",
        category = "adapters",
        help =
                "Reads a LoRA, LoCon, DoRA, LoHa, LoKr, GLoRA, OFT, BOFT, (IA)³ or differences of weights, norms and biases, also"
                        + " several of them in one file, from a .safetensors file as kohya, ComfyUI, diffusers, peft or"
                        + " LyCORIS write it, or from an older .pt or .bin, of which nothing is run. Wire it into Stack"
                        + " Adapters.",
        words = {
            "adapter",
            "lora loader",
            "open",
            "kohya",
            "peft",
            "lycoris",
            "dora",
            "loha",
            "lokr",
            "locon",
            "glora",
            "oft",
            "boft",
            "ia3",
            "norm",
            "diff"
        })
public final class LoadLora implements Node {

    @Setting(
            control = Control.ADAPTER,
            collection = Collection.LORAS,
            help = "The .safetensors, .pt or .bin file, or its name in your model folders.")
    String file = "lora.safetensors";

    @Output(help = "The LoRA.")
    Lora lora;

    @Override
    public void configure(Specs specs) {
        Path place = place();
        specs.reads(place);
        try {
            specs.output("lora", LoraSpec.of(place));
        } catch (Problem e) {
            throw e.at("file");
        }
    }

    @Override
    public void run(Run run) {
        lora = LoraFile.read(place());
        run.log("Read " + lora.name() + ": " + lora.kind() + ", rank " + lora.rank() + ", "
                + lora.changed().stream()
                        .mapToInt(part -> lora.layers(part).size())
                        .sum()
                + " layers.");
        List<String> words = LoraFile.bundled(place());
        if (!words.isEmpty()) {
            run.warn(lora.name() + " brings embeddings with it (" + String.join(", ", words)
                    + "): its prompts may need them. Load the same file in Load Embedding too.");
        }
    }

    private Path place() {
        return Location.ofFile(file, "file", "a .safetensors, .pt or .bin file", "the LoRA");
    }
}
