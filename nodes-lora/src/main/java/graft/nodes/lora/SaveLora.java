package graft.nodes.lora;

import graft.adapter.AdapterFormat;
import graft.adapter.Lora;
import graft.adapter.LoraFile;
import graft.adapter.LoraFormat;
import graft.file.FileName;
import graft.file.Location;
import graft.file.SafeTensors.DType;
import graft.node.Input;
import graft.node.Node;
import graft.node.NodeType;
import graft.node.Run;
import graft.node.Setting;
import graft.node.Setting.Control;
import graft.node.Specs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
                    "How the file names its tensors. kohya holds every kind and is what ComfyUI and A1111 expect; diffusers"
                            + " holds plain LoRA; peft holds LoRA and DoRA, and diffusers reads it too.")
    AdapterFormat format = LoraFormat.KOHYA;

    @Override
    public void configure(Specs specs) {
        if (!name.isBlank()) {
            FileName.checked(name, "name");
        }
    }

    @Override
    public void run(Run run) throws IOException {
        String given =
                FileName.checked(name.isBlank() ? lora.name() : name, "name").replaceFirst("\\.safetensors$", "");
        Path target = folder.isBlank() ? run.folder() : Location.of(folder, "folder", "a folder to write to");
        Path file = FileName.free(target, given, ".safetensors");
        LoraFile.write(file, lora, format, precision.dtype, Map.of("ss_output_name", given, "modelspec.title", given));
        run.wrote(file);
        run.log(String.format(Locale.ROOT, "Wrote %s (%.1f KB).", file.getFileName(), Files.size(file) / 1024.0));
    }
}
