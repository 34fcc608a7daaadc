package graft.nodes.sampling;

import graft.file.Location;
import graft.model.Control;
import graft.model.sd.ControlNetFile;
import graft.node.Node;
import graft.node.NodeType;
import graft.node.Output;
import graft.node.Problem;
import graft.node.Run;
import graft.node.Setting;
import graft.node.Setting.Collection;
import graft.node.Specs;
import graft.tensor.Compute;
import java.nio.file.Path;

/** Loads a ControlNet. */
@NodeType(
        id = "graft/control/load",
        title = "Load ControlNet",
        category = "conditioning",
        help =
                "Loads a ControlNet of Stable Diffusion 1.x, 2.x or XL, which steers what is drawn by a picture: by edges, depth, a"
                        + " pose. Control-LoRAs, which are small as they share the model's layers, and T2I-Adapters, which look at the"
                        + " picture once, are loaded alike. Take the one that was made for the family of your model.",
        words = {
            "controlnetloader",
            "t2i",
            "adapter",
            "control-lora",
            "canny",
            "depth",
            "openpose",
            "control",
            "scribble",
            "lineart"
        })
public final class LoadControlNet implements Node {

    private static final String WANTED =
            "a ControlNet: a .safetensors or .pth file, or a folder in the layout of diffusers";

    @Setting(
            control = Setting.Control.FILE,
            collection = Collection.CONTROLNETS,
            help =
                    "A .safetensors or .pth file, a folder in the layout of diffusers, or the name of either in your model folders.")
    String file = "";

    @Output(help = "The ControlNet, to be applied to prompts.")
    Control control;

    @Override
    public void configure(Specs specs) {
        Path place = Location.of(file, "file", WANTED);
        specs.reads(place);
        try {
            specs.output("control", ControlNetFile.look(place));
        } catch (Problem e) {
            throw e.at("file");
        }
    }

    @Override
    public void run(Run run) {
        Compute.prepareThread();
        control = ControlNetFile.open(Location.of(file, "file", WANTED), Compute.of(run.device()));
    }
}
