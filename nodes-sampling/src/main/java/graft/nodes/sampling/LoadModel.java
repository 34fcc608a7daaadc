package graft.nodes.sampling;

import graft.file.Location;
import graft.model.Checkpoint;
import graft.node.Node;
import graft.node.NodeType;
import graft.node.Output;
import graft.node.Problem;
import graft.node.Run;
import graft.node.Setting;
import graft.node.Setting.Collection;
import graft.node.Setting.Control;
import graft.node.Specs;
import graft.tensor.Compute;
import java.nio.file.Path;

/** Loads a Stable Diffusion model: its text encoder, UNet and VAE. */
@NodeType(
        id = "graft/model/load",
        title = "Load Model",
        category = "model",
        help = "Loads a Stable Diffusion model: a .safetensors file, a folder in the layout of diffusers, or the small"
                + " model that comes with Graft.",
        words = {"checkpoint", "base", "stable diffusion", "safetensors", "diffusers"})
public final class LoadModel implements Node {

    private static final String WANTED = "a .safetensors file, a diffusers folder or builtin:emoji-sd";

    @Setting(
            control = Control.MODEL,
            collection = Collection.CHECKPOINTS,
            help =
                    "A .safetensors file, a folder in the layout of diffusers, the name of either in your model folders, or"
                            + " builtin:emoji-sd, which draws emoji of"
                            + " 64 by 64 pixels.")
    String file = "builtin:emoji-sd";

    @Output(help = "The model, shared by all that it is wired to.")
    Checkpoint model;

    @Override
    public void configure(Specs specs) {
        Path place = Location.of(file, "file", WANTED);
        specs.reads(place);
        try {
            specs.output("model", Checkpoint.inspect(place));
            // Beside a single file too there may be its tokenizer and configs.
            Checkpoint.contents(place).stream()
                    .filter(file -> !file.startsWith(place))
                    .forEach(specs::reads);
        } catch (Problem e) {
            throw e.at("file");
        }
    }

    @Override
    public void run(Run run) {
        Compute compute = Compute.of(run.device());
        Compute.prepareThread();
        model = Checkpoint.load(Location.of(file, "file", WANTED), compute);
    }
}
