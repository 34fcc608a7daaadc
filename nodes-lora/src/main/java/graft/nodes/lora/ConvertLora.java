package graft.nodes.lora;

import graft.adapter.AdapterFormat;
import graft.adapter.AdapterStack;
import graft.adapter.Lora;
import graft.adapter.LoraFormat;
import graft.adapter.LoraSpec;
import graft.file.Destination;
import graft.file.FileName;
import graft.file.Location;
import graft.file.StoredPrecision;
import graft.model.Checkpoint;
import graft.model.CheckpointSpec;
import graft.node.Cancelled;
import graft.node.Input;
import graft.node.Node;
import graft.node.NodeType;
import graft.node.Output;
import graft.node.Problem;
import graft.node.Run;
import graft.node.Setting;
import graft.node.Setting.Control;
import graft.node.SettingGroup;
import graft.node.Specs;
import graft.tensor.Compute;
import java.nio.file.Path;
import java.util.Map;

/** Writes a LoRA anew as other programs want it. */
@NodeType(
        id = "graft/lora/convert",
        title = "Convert LoRA",
        category = "adapters",
        help =
                "Writes a LoRA as other programs want it: with other names, in another precision, or a LoHa, LoKr, DoRA or"
                        + " another kind as a plain LoRA that comes close to it. An older file is never replaced.",
        words = {
            "format",
            "kohya",
            "peft",
            "diffusers",
            "lycoris",
            "loha",
            "lokr",
            "dora",
            "fp16",
            "bf16",
            "svd",
            "export"
        },
        output = true)
public final class ConvertLora implements Node {

    /** What becomes of kinds other than LoRA. */
    public enum Kinds {
        AS_THEY_ARE,
        PLAIN_LORA
    }

    @Input(help = "The LoRA to convert.")
    Lora lora;

    @Input(
            optional = true,
            help =
                    "The model that it lies over: what other kinds change hangs on it. With it, layers also get the names that"
                            + " diffusers gives them.")
    Checkpoint model;

    @Setting(
            help =
                    "How the file names its tensors: kohya for ComfyUI and A1111, diffusers for plain LoRA, peft for LoRA and"
                            + " DoRA.")
    AdapterFormat format = LoraFormat.KOHYA;

    @Setting(help = "16 bits are what others expect and enough to use it; 32 bits keep every bit to train on.")
    StoredPrecision precision = StoredPrecision.FP16;

    @Setting(
            help =
                    "As they are: a LoHa stays a LoHa. Plain LoRA: every kind becomes a LoRA of the rank below, which comes"
                            + " close to it.")
    Kinds kinds = Kinds.AS_THEY_ARE;

    @SettingGroup
    RankChoice choice = new RankChoice();

    @Setting(control = Control.SAVE_NAME, help = "The file's name; empty for the LoRA's own.")
    String name = "";

    @Setting(control = Control.FOLDER, help = "Where to write; empty for the folder of the run.")
    String folder = "";

    @Output(help = "The LoRA as it was written, but for rounding.")
    Lora converted;

    @Override
    public void configure(Specs specs) {
        choice.check();
        String known = name.isBlank()
                ? specs.of("lora", LoraSpec.class).map(LoraSpec::name).orElse("lora")
                : FileName.checked(name, "name");
        Destination.check(folder, "folder", LoraWriting.stem(known) + LoraWriting.ENDING);
        specs.of("lora", LoraSpec.class).ifPresent(spec -> {
            specs.output("converted", spec);
            specs.of("model", CheckpointSpec.class).ifPresent(over -> {
                try {
                    spec.checkFits(over);
                } catch (Problem problem) {
                    throw problem.at("model");
                }
            });
        });
    }

    @Override
    public void run(Run run) throws Cancelled {
        Compute.prepareThread();
        Lora named = model == null ? lora : AdapterStack.fitted(lora, model);
        Lora made = kinds == Kinds.AS_THEY_ARE ? named : new Plain(named, model, choice).converted(run);
        Path target = folder.isBlank() ? run.folder() : Location.of(folder, "folder", "a folder to write to");
        String stem = LoraWriting.stem(name.isBlank() ? lora.name() : name.strip());
        LoraWriting.write(
                run, made, FileName.free(target, stem, LoraWriting.ENDING), format, precision.dtype(), Map.of());
        converted = made;
    }
}
