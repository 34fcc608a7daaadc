package graft.nodes.sampling;

import graft.adapter.AdapterStack;
import graft.adapter.Embedding;
import graft.adapter.Lora;
import graft.model.Checkpoint;
import graft.model.CheckpointSpec;
import graft.node.Input;
import graft.node.Node;
import graft.node.NodeType;
import graft.node.Output;
import graft.node.Problem;
import graft.node.Run;
import graft.node.Setting;
import graft.node.Specs;
import graft.tensor.Compute;
import java.util.ArrayList;
import java.util.List;

/** Lays any number of adapters over a model, each at its own strength. */
@NodeType(
        id = "graft/adapters/stack",
        title = "Stack Adapters",
        category = "adapters",
        help =
                "Lays LoRAs over a model, each at its own strength, and adds the words of embeddings. The model's weights stay as they are: take the wire"
                        + " away and it draws as before.",
        words = {"lora", "apply", "strength", "merge", "combine", "style"})
public final class StackAdapters implements Node {

    @Input(help = "The model to lay them over.")
    Checkpoint model;

    @Input(optional = true, help = "The adapters, in any order.")
    List<Lora> loras = List.of();

    @Input(optional = true, help = "Embeddings: their words mean something in prompts that this model encodes.")
    List<Embedding> embeddings = List.of();

    @Setting(
            min = -10,
            max = 10,
            step = 0.05,
            help =
                    "How strongly each acts on the UNet, in the order of the wires; one number serves all. 0 is off, 1 as"
                            + " trained.")
    List<Double> unetStrength = List.of(1.0);

    @Setting(
            min = -10,
            max = 10,
            step = 0.05,
            help = "How strongly each acts on the text encoder, in the order of the wires; one number serves all.")
    List<Double> textStrength = List.of(1.0);

    @Output(help = "The model with the adapters over it.")
    Checkpoint stacked;

    @Override
    public void configure(Specs specs) {
        specs.of("model", CheckpointSpec.class).ifPresent(spec -> specs.output("stacked", spec));
    }

    @Override
    public void run(Run run) {
        Compute.prepareThread();
        List<AdapterStack.Entry> entries = new ArrayList<>();
        for (int i = 0; i < loras.size(); i++) {
            double unet = strength(unetStrength, "unetStrength", i);
            double text = strength(textStrength, "textStrength", i);
            entries.add(new AdapterStack.Entry(loras.get(i), unet, text));
            run.log(loras.get(i).name() + " at " + unet + " on the UNet, " + text + " on the text encoder.");
        }
        embeddings.forEach(each -> run.log(each.word() + ": " + each.vectors().size() + " vectors."));
        stacked = AdapterStack.apply(model, entries, embeddings);
    }

    private double strength(List<Double> strengths, String setting, int position) {
        if (strengths.size() == 1) {
            return strengths.get(0);
        }
        if (strengths.size() != loras.size()) {
            throw new Problem(
                            strengths.size() + " strengths are given for " + loras.size() + " adapters",
                            "each adapter takes one",
                            "give one number for all, or one for each wire")
                    .at(setting);
        }
        return strengths.get(position);
    }
}
