package graft.nodes.sampling;

import graft.adapter.AdapterStack;
import graft.adapter.Lora;
import graft.adapter.LoraSpec;
import graft.model.Checkpoint;
import graft.model.CheckpointSpec;
import graft.model.PatchSchedule;
import graft.node.Input;
import graft.node.Node;
import graft.node.NodeType;
import graft.node.Output;
import graft.node.Problem;
import graft.node.Run;
import graft.node.Setting;
import graft.node.Specs;
import graft.tensor.Compute;
import java.util.List;

/** Lays one LoRA over a model; several in a row lay several. */
@NodeType(
        id = "graft/adapters/add-lora",
        title = "Add LoRA",
        category = "adapters",
        help = "Lays one LoRA over a model, at a strength and for a part of the steps; wire one behind the other for"
                + " several. The model's weights stay as they are: turned off, it draws as before.",
        words = {"lora loader", "apply", "strength", "schedule", "style", "bypass"})
public final class AddLora implements Node {

    @Input(help = "The model to lay it over.")
    Checkpoint model;

    @Input(help = "The LoRA.")
    Lora lora;

    @Setting(help = "Off, the model goes through as it came.")
    boolean on = true;

    @Setting(
            min = -10,
            max = 10,
            step = 0.05,
            help = "How strongly it acts on the UNet: 0 is not at all, 1 as trained.")
    double unetStrength = 1;

    @Setting(min = -10, max = 10, step = 0.05, help = "How strongly it acts on the text encoder.")
    double textStrength = 1;

    @Setting(
            min = 0,
            max = 1,
            step = 0.05,
            unit = "of the steps",
            help = "When it begins to act on the UNet: 0 from the first step on, 0.5 from the middle. The text encoder"
                    + " reads a prompt once, before the first step, and cannot follow.")
    double from = 0;

    @Setting(min = 0, max = 1, step = 0.05, unit = "of the steps", help = "When it ceases: 1 is after the last step.")
    double to = 1;

    @Setting(
            min = 0,
            max = 1,
            step = 0.05,
            unit = "of the steps",
            advanced = true,
            help = "How long it takes to grow after it begins, and to fade before it ceases; not at the first and last"
                    + " step.")
    double ramp = 0;

    @Output(help = "The model with the LoRA over it.")
    Checkpoint stacked;

    @Override
    public void configure(Specs specs) {
        checkOrder(from, to);
        specs.of("model", CheckpointSpec.class).ifPresent(spec -> {
            specs.output("stacked", spec);
            specs.of("lora", LoraSpec.class).ifPresent(given -> {
                try {
                    given.checkFits(spec);
                } catch (Problem e) {
                    throw e.at("lora");
                }
            });
        });
    }

    @Override
    public void run(Run run) {
        Compute.prepareThread();
        if (!on) {
            run.log(lora.name() + " is off.");
        } else if (unetStrength != 0) {
            Clash.with(model, lora).ifPresent(run::warn);
        }
        stacked = AdapterStack.apply(
                model,
                on
                        ? List.of(new AdapterStack.Entry(
                                lora, unetStrength, textStrength, new PatchSchedule(from, to, ramp)))
                        : List.of());
    }

    static void checkOrder(double from, double to) {
        if (from > to) {
            throw new Problem(
                            "the LoRA would cease before it begins",
                            "it is to act from " + from + " to " + to + " of the steps",
                            "set from below to")
                    .at("from");
        }
    }
}
