package graft.nodes.dreambooth;

import graft.file.Destination;
import graft.file.FileName;
import graft.file.Location;
import graft.file.Rescue;
import graft.file.SafeTensors.DType;
import graft.model.Checkpoint;
import graft.model.CheckpointFile;
import graft.model.CheckpointSpec;
import graft.node.Input;
import graft.node.Node;
import graft.node.NodeType;
import graft.node.Problem;
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
        String stem = FileName.checked(name, "name");
        specs.of("model", CheckpointSpec.class).ifPresent(this::checkForm);
        Destination.check(folder, "folder", stem + ending(form));
    }

    /** The form that the model has, which can always be written. */
    private Form readFrom() {
        return Files.isDirectory(model.spec().files()) ? Form.FOLDER : Form.SINGLE_FILE;
    }

    private static String ending(Form form) {
        return form == Form.SINGLE_FILE ? ".safetensors" : "";
    }

    /** What {@link CheckpointFile} would refuse, which knows no more of the model by then. */
    private void checkForm(CheckpointSpec model) {
        if (form == Form.FOLDER && Files.isRegularFile(model.files())) {
            throw new Problem(
                            "cannot write the model as a folder",
                            "it is read from the single file " + model.files()
                                    + ", which has no configs to put in a folder",
                            "write it as a single file")
                    .at("form");
        }
        if (form == Form.SINGLE_FILE && !model.family().equals("sd1")) {
            throw new Problem(
                            "cannot write the model as one file",
                            "only Stable Diffusion 1.x models are written as one file so far",
                            "write it as a folder")
                    .at("form");
        }
    }

    @Override
    public void run(Run run) {
        Path target = folder.isBlank() ? run.folder() : Location.of(folder, "folder", "a folder to write to");
        Rescue.write(run, target, (into, asAsked) -> {
            Form wanted = asAsked ? form : readFrom();
            Path file = FileName.free(into, name.strip(), ending(wanted));
            switch (wanted) {
                case FOLDER -> CheckpointFile.writeFolder(file, model, precision.dtype);
                case SINGLE_FILE -> CheckpointFile.writeSingle(file, model, precision.dtype);
            }
            run.wrote(file);
            return List.of(file);
        });
    }
}
