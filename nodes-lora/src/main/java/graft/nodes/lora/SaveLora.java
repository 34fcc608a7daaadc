package graft.nodes.lora;

import graft.adapter.AdapterFormat;
import graft.adapter.Lora;
import graft.adapter.LoraFormat;
import graft.adapter.LoraSpec;
import graft.file.Destination;
import graft.file.FileName;
import graft.file.SafeTensors.DType;
import graft.node.Input;
import graft.node.Node;
import graft.node.NodeType;
import graft.node.Run;
import graft.node.Setting;
import graft.node.Setting.Control;
import graft.node.Specs;

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

    /** How the numbers are kept. */
    public enum Precision {
        FP16(DType.F16),
        BF16(DType.BF16),
        FP32(DType.F32);

        final DType dtype;

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
                            + " and A1111 expect, and holds all but peft's (IA)³ and whole biases; diffusers holds plain"
                            + " LoRA; peft holds LoRA and DoRA, which diffusers reads too, and what came from peft.")
    AdapterFormat format = LoraFormat.KOHYA;

    @Override
    public void configure(Specs specs) {
        String known = name.isBlank()
                ? specs.of("lora", LoraSpec.class).map(LoraSpec::name).orElse("lora")
                : FileName.checked(name, "name");
        Destination.check(folder, "folder", LoraWriting.stem(known) + LoraWriting.ENDING);
    }

    @Override
    public void run(Run run) {
        LoraWriting.write(
                run,
                lora,
                folder,
                LoraWriting.stem(name.isBlank() ? lora.name() : name.strip()),
                format,
                precision.dtype);
    }
}
