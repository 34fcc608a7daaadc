package example;

import graft.adapter.Lora;
import graft.adapter.LoraSpec;
import graft.file.Location;
import graft.file.SafeTensors;
import graft.model.Parts;
import graft.node.Node;
import graft.node.NodeType;
import graft.node.Output;
import graft.node.Problem;
import graft.node.Run;
import graft.node.Setting;
import graft.node.Setting.Control;
import graft.node.Specs;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/** Reads an (IA)³ as LyCORIS writes it: a tensor {@code .weight} of [out,1] or [1,in] for each layer. */
@NodeType(
        id = "example/adapters/load-ia3",
        title = "Load (IA)³",
        category = "adapters",
        help = "Reads an (IA)³ from a .safetensors file that LyCORIS wrote. Wire it where a LoRA goes.",
        words = {"ia3", "lycoris", "adapter", "lora"})
public final class LoadIa3 implements Node {

    private static final String ENDING = ".weight";

    @Setting(control = Control.ADAPTER, help = "The .safetensors file.")
    String file = "ia3.safetensors";

    @Output(help = "The (IA)³.")
    Lora lora;

    @Override
    public void configure(Specs specs) {
        specs.reads(place());
        specs.output("lora", new LoraSpec(name(place()), OptionalInt.empty()));
    }

    @Override
    public void run(Run run) {
        Map<String, Ia3> unet = new LinkedHashMap<>();
        Map<String, Ia3> text = new LinkedHashMap<>();
        try (SafeTensors tensors = SafeTensors.open(place())) {
            for (String key : tensors.names()) {
                if (key.endsWith(ENDING)) {
                    String layer = key.substring(0, key.length() - ENDING.length());
                    boolean ofUnet = layer.startsWith("lora_unet_");
                    (ofUnet ? unet : text).put(layer.replaceFirst("^lora_(unet|te)_", ""), part(tensors, key));
                }
            }
        }
        if (unet.isEmpty() && text.isEmpty()) {
            throw new Problem("cannot read " + file, "it holds no (IA)³", "choose a file that LyCORIS wrote with algo=ia3")
                    .at("file");
        }
        lora = Lora.of(name(place()), Map.of(Parts.DENOISER, unet, Parts.TEXT, text), Map.of());
        run.log("Read " + lora.name() + ": " + lora.kind() + ", " + (unet.size() + text.size()) + " layers.");
    }

    private static Ia3 part(SafeTensors tensors, String key) {
        List<Float> factors = new ArrayList<>();
        for (float factor : tensors.floats(key)) {
            factors.add(factor);
        }
        return new Ia3(List.copyOf(factors), tensors.entry(key).shape()[0] != 1);
    }

    private Path place() {
        return Location.ofFile(file, "file", "a .safetensors file", "the (IA)³");
    }

    private static String name(Path file) {
        return String.valueOf(file.getFileName()).replaceFirst("\\.safetensors$", "");
    }
}
