package graft.nodes.dreambooth;

import graft.file.FileName;
import graft.file.Location;
import graft.file.SafeTensors.DType;
import graft.model.Checkpoint;
import graft.model.CheckpointFile;
import graft.node.Input;
import graft.node.Node;
import graft.node.NodeType;
import graft.node.Run;
import graft.node.Setting;
import graft.node.Setting.Control;
import graft.node.Specs;
import java.nio.file.Path;

/** Writes a whole model for other programs and for Load Model. */
@NodeType(
        id = "graft/model/save",
        title = "Save Model",
        category = "output",
        help =
                "Writes a whole model: as a folder as diffusers has it, or as one .safetensors file for ComfyUI and A1111."
                        + " What is there is never replaced.",
        words = {"checkpoint", "export", "write", "dreambooth"},
        output = true)
public final class SaveCheckpoint implements Node {

    /** In how many files. */
    public enum Form {
        FOLDER,
        SINGLE_FILE
    }

    /** How the numbers are kept. */
    public enum Precision {
        FP16(DType.F16),
        FP32(DType.F32);

        private final DType dtype;

        Precision(DType dtype) {
            this.dtype = dtype;
        }
    }

    @Input(help = "The model to write, without LoRAs over it.")
    Checkpoint model;

    @Setting(control = Control.SAVE_NAME, help = "The folder's or file's name.")
    String name = "model";

    @Setting(help = "A folder needs a model that was loaded from one; a single file suits Stable Diffusion 1.x.")
    Form form = Form.FOLDER;

    @Setting(help = "16 bits are what others expect and enough to draw; 32 bits keep every bit.")
    Precision precision = Precision.FP16;

    @Setting(control = Control.FOLDER, help = "Where to write; empty for the folder of the run.")
    String folder = "";

    @Override
    public void configure(Specs specs) {
        FileName.checked(name, "name");
    }

    @Override
    public void run(Run run) {
        Path target = folder.isBlank() ? run.folder() : Location.of(folder, "folder", "a folder to write to");
        Path file = FileName.free(target, name.strip(), form == Form.SINGLE_FILE ? ".safetensors" : "");
        switch (form) {
            case FOLDER -> CheckpointFile.writeFolder(file, model, precision.dtype);
            case SINGLE_FILE -> CheckpointFile.writeSingle(file, model, precision.dtype);
        }
        run.wrote(file);
    }
}
