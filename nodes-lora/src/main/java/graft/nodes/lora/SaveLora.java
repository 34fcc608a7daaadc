package graft.nodes.lora;

import graft.adapter.AdapterFormat;
import graft.adapter.Lora;
import graft.adapter.LoraFile;
import graft.adapter.LoraFormat;
import graft.adapter.LoraSpec;
import graft.file.Destination;
import graft.file.FileName;
import graft.file.Location;
import graft.file.Rescue;
import graft.file.SafeTensors.DType;
import graft.node.Input;
import graft.node.Node;
import graft.node.NodeType;
import graft.node.Run;
import graft.node.Setting;
import graft.node.Setting.Control;
import graft.node.Specs;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Writes a LoRA, in kohya's keys unless asked otherwise: ComfyUI, A1111 and diffusers read them. */
@NodeType(
        id = "graft/lora/save",
        title = "Save LoRA",
        category = "output",
        help = "Writes a LoRA as a .safetensors file that ComfyUI, A1111 and diffusers load. The file is read back and"
                + " compared before the node is done, and an older file is never replaced.",
        words = {"adapter", "export", "write", "kohya"},
        output = true)
public final class SaveLora implements Node {

    private static final String ENDING = ".safetensors";

    /** How the numbers are kept. */
    public enum Precision {
        FP16(DType.F16),
        BF16(DType.BF16),
        FP32(DType.F32);

        private final DType dtype;

        Precision(DType dtype) {
            this.dtype = dtype;
        }
    }

    @Input(help = "The LoRA to write.")
    Lora lora;

    @Setting(control = Control.SAVE_NAME, help = "The file's name; empty for the LoRA's own.")
    String name = "";

    @Setting(control = Control.FOLDER, help = "Where to write; empty for the folder of the run.")
    String folder = "";

    @Setting(help = "16 bits are what others expect and enough to use it; 32 bits keep every bit to train on.")
    Precision precision = Precision.FP16;

    @Setting(
            advanced = true,
            group = "file",
            help =
                    "How the file names its tensors. kohya, with LyCORIS' names for what is more than a LoRA, is what ComfyUI"
                            + " and A1111 expect, for Stable Diffusion XL by the original checkpoint's names; it holds all"
                            + " but peft's (IA)³ and whole biases. diffusers holds plain LoRA; peft holds LoRA and DoRA,"
                            + " which diffusers reads too, and what came from peft.")
    AdapterFormat format = LoraFormat.KOHYA;

    @Override
    public void configure(Specs specs) {
        String known = name.isBlank()
                ? specs.of("lora", LoraSpec.class).map(LoraSpec::name).orElse("lora")
                : FileName.checked(name, "name");
        Destination.check(folder, "folder", stem(known) + ENDING);
    }

    /** The file's name without its ending; a LoRA's own name may be none that a file can have. */
    private static String stem(String name) {
        return FileName.near(name.endsWith(ENDING) ? name.substring(0, name.length() - ENDING.length()) : name);
    }

    @Override
    public void run(Run run) {
        String stem = stem(name.isBlank() ? lora.name() : name.strip());
        Path target = folder.isBlank() ? run.folder() : Location.of(folder, "folder", "a folder to write to");
        Rescue.write(run, target, (into, asAsked) -> {
            Path file = FileName.free(into, stem, ENDING);
            LoraFile.write(
                    file,
                    lora,
                    asAsked ? format : LoraFormat.KOHYA,
                    asAsked ? precision.dtype : DType.F32,
                    Map.of("ss_output_name", stem, "modelspec.title", stem));
            run.wrote(file);
            run.log(String.format(
                    Locale.ROOT,
                    "Wrote %s (%.1f KB).",
                    file.getFileName(),
                    file.toFile().length() / 1024.0));
            return List.of(file);
        });
    }
}
