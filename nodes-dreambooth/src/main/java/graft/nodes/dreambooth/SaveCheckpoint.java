package graft.nodes.dreambooth;

import graft.file.Destination;
import graft.file.FileName;
import graft.file.Location;
import graft.file.Rescue;
import graft.file.StoredPrecision;
import graft.model.Checkpoint;
import graft.model.sd.CheckpointFile;
import graft.node.Input;
import graft.node.Node;
import graft.node.NodeType;
import graft.node.Run;
import graft.node.Setting;
import graft.node.Setting.Control;
import graft.node.Specs;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

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

    @Input(help = "The model to write, without LoRAs over it; Merge LoRA into Model computes them into it.")
    Checkpoint model;

    @Setting(control = Control.SAVE_NAME, help = "The folder's or file's name.")
    String name = "model";

    @Setting(help = "One file is what ComfyUI and A1111 take; a folder is diffusers' own form.")
    Form form = Form.FOLDER;

    @Setting(help = "16 bits are what others expect and enough to draw; 32 bits keep every bit.")
    StoredPrecision precision = StoredPrecision.FP16;

    @Setting(control = Control.FOLDER, help = "Where to write; empty for the folder of the run.")
    String folder = "";

    @Override
    public void configure(Specs specs) {
        String stem = FileName.checked(name, "name");
        Destination.check(folder, "folder", stem + ending(form));
    }

    /** The form that the model has, which can always be written. */
    private Form readFrom() {
        return Files.isDirectory(model.spec().files()) ? Form.FOLDER : Form.SINGLE_FILE;
    }

    private static String ending(Form form) {
        return form == Form.SINGLE_FILE ? ".safetensors" : "";
    }

    @Override
    public void run(Run run) {
        Path target = folder.isBlank() ? run.folder() : Location.of(folder, "folder", "a folder to write to");
        Rescue.write(run, target, (into, asAsked) -> {
            Form wanted = asAsked ? form : readFrom();
            Path file = FileName.free(into, name.strip(), ending(wanted));
            switch (wanted) {
                case FOLDER -> CheckpointFile.writeFolder(file, model, precision.dtype());
                case SINGLE_FILE -> CheckpointFile.writeSingle(file, model, precision.dtype());
            }
            run.wrote(file);
            return List.of(file);
        });
    }
}
