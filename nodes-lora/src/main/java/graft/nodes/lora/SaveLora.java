package graft.nodes.lora;

import graft.adapter.AdapterFormat;
import graft.adapter.Lora;
import graft.adapter.LoraFormat;
import graft.adapter.LoraSpec;
import graft.file.Destination;
import graft.file.FileName;
import graft.file.StoredPrecision;
import graft.node.Input;
import graft.node.Node;
import graft.node.NodeType;
import graft.node.Run;
import graft.node.Setting;
import graft.node.Setting.Control;
import graft.node.Specs;
import graft.picture.Images;
import graft.picture.Thumbnail;
import java.util.HashMap;
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

    @Input(help = "The LoRA to write.")
    Lora lora;

    @Input(
            optional = true,
            help =
                    "A picture of what it does: the first one is kept small in the file, where shelves of files show it.")
    Images preview;

    @Setting(control = Control.SAVE_NAME, help = "The file's name; empty for the LoRA's own.")
    String name = "";

    @Setting(control = Control.FOLDER, help = "Where to write; empty for the folder of the run.")
    String folder = "";

    @Setting(help = "16 bits are what others expect and enough to use it; 32 bits keep every bit to train on.")
    StoredPrecision precision = StoredPrecision.FP16;

    @Setting(
            title = "Trigger words",
            advanced = true,
            group = "file",
            help =
                    "What calls it up in a prompt, written into the file for whoever finds it; empty for what the LoRA says"
                            + " of itself, which after a training are the words that every caption had.")
    String trigger = "";

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
                precision.dtype(),
                said());
    }

    /** What its metadata are to say beside what the LoRA says of itself. */
    private Map<String, String> said() {
        Map<String, String> said = new HashMap<>();
        if (!trigger.isBlank()) {
            said.put("modelspec.trigger_phrase", trigger.strip());
        }
        if (preview != null && !preview.pictures().isEmpty()) {
            said.put("modelspec.thumbnail", Thumbnail.of(preview.pictures().get(0)));
        }
        return said;
    }
}
