package graft.nodes.sampling;

import graft.file.Location;
import graft.model.FileKind;
import graft.model.upscale.Upscaler;
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

/** Loads a network that makes pictures larger. */
@NodeType(
        id = "graft/upscaler/load",
        title = "Load Upscaler",
        category = "model",
        help =
                "Loads a network that makes pictures larger: ESRGAN, RealESRGAN or its compact form, as .pth or .safetensors.",
        words = {"upscale model", "upscalemodelloader", "esrgan", "realesrgan", "ultrasharp", "super resolution"})
public final class LoadUpscaler implements Node {

    private static final String WANTED = "an ESRGAN or RealESRGAN model, .pth or .safetensors";

    @Setting(
            control = Control.FILE,
            collection = Collection.UPSCALERS,
            help = "The file, or its name in your model folders.")
    String file = "";

    @Output(help = "The upscaler.")
    Upscaler upscaler;

    @Override
    public void configure(Specs specs) {
        Path place = place();
        specs.reads(place);
        try {
            FileKind.of(place)
                    .refuseUnless(FileKind.Role.UPSCALER, "cannot load the upscaler " + place, "choose " + WANTED);
        } catch (Problem e) {
            throw e.at("file");
        }
    }

    @Override
    public void run(Run run) {
        Compute compute = Compute.of(run.device());
        Compute.prepareThread();
        upscaler = Upscaler.load(place(), compute);
        run.log("It makes each side " + upscaler.scale() + " times larger.");
    }

    private Path place() {
        return Location.ofFile(file, "file", WANTED, "the upscaler");
    }
}
