package graft.nodes.lora;

import ai.djl.ndarray.NDArray;
import graft.adapter.AdapterStack;
import graft.adapter.Lora;
import graft.adapter.LoraSpec;
import graft.model.Checkpoint;
import graft.model.CheckpointSpec;
import graft.model.LayerWeights;
import graft.model.ModelMerge;
import graft.model.ModelShape;
import graft.model.Parts;
import graft.node.Cancelled;
import graft.node.Forecast;
import graft.node.Input;
import graft.node.Node;
import graft.node.NodeType;
import graft.node.Output;
import graft.node.Problem;
import graft.node.Run;
import graft.node.Setting;
import graft.node.Specs;
import graft.tensor.Compute;
import graft.tensor.Operators;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Computes what lies over a model into weights of its own. */
@NodeType(
        id = "graft/lora/merge",
        title = "Merge LoRA into Model",
        category = "adapters",
        help =
                "Computes the LoRAs that lie over a model into its weights: it draws as with them, at the speed of a model"
                        + " without any, and Save Model can write it. The model that comes in stays as it is.",
        words = {"bake", "fuse", "apply", "checkpoint", "permanent", "lora", "stack"})
public final class MergeLora implements Node {

    @Input(help = "The model, with LoRAs over it or without.")
    Checkpoint model;

    @Input(optional = true, help = "A LoRA to merge beside those that lie over the model.")
    Lora lora;

    @Setting(
            min = -10,
            max = 10,
            step = 0.05,
            help = "How strongly the wired LoRA acts on the UNet: 0 is not at all, 1 as trained.")
    double unetStrength = 1;

    @Setting(min = -10, max = 10, step = 0.05, help = "How strongly the wired LoRA acts on the text encoders.")
    double textStrength = 1;

    @Output(help = "A model of its own, with nothing over it.")
    Checkpoint merged;

    @Override
    public void configure(Specs specs) {
        specs.of("model", CheckpointSpec.class).ifPresent(spec -> {
            specs.output("merged", spec);
            specs.of("lora", LoraSpec.class).ifPresent(given -> {
                try {
                    given.checkFits(spec);
                } catch (Problem problem) {
                    throw problem.at("lora");
                }
            });
            specs.forecast((device, measure) -> forecast(spec.files()));
        });
    }

    /** The merged parts, and those that are read from while they are made. */
    private static Forecast forecast(Path files) {
        ModelShape shape = ModelShape.read(files);
        long copies = shape.network().copied() + shape.text().copied();
        return new Forecast(copies + shape.text().resident(false), Double.NaN, 0, "");
    }

    @Override
    public void run(Run run) throws Cancelled {
        Compute.prepareThread();
        List<AdapterStack.Entry> more =
                lora == null ? List.of() : List.of(new AdapterStack.Entry(lora, unetStrength, textStrength));
        try (Checkpoint view = AdapterStack.apply(model, more)) {
            Map<String, LayerWeights> changed = changed(view);
            try {
                if (changed.isEmpty()) {
                    run.warn("Nothing lies over the model, so that there is nothing to merge.");
                    merged = AdapterStack.apply(model, List.of());
                    return;
                }
                merged = merged(run, changed);
            } finally {
                changed.values().forEach(LayerWeights::close);
            }
        }
    }

    private static Map<String, LayerWeights> changed(Checkpoint view) {
        Map<String, LayerWeights> changed = new LinkedHashMap<>();
        if (!view.scheduledPatches().isEmpty() || !view.patches(Parts.DENOISER).isEmpty()) {
            changed.put(Parts.DENOISER, LayerWeights.of(view, Parts.DENOISER));
        }
        for (String part : view.texts()) {
            if (!view.patches(part).isEmpty()) {
                changed.put(part, LayerWeights.of(view, part));
            }
        }
        return changed;
    }

    private Checkpoint merged(Run run, Map<String, LayerWeights> changed) throws Cancelled {
        try (ModelMerge merge = new ModelMerge(model, changed.keySet())) {
            int[] counts = new int[2];
            merge.blend((part, key, weight) -> {
                run.checkCancelled();
                if (changed.get(part).changes(key)) {
                    try (NDArray sum = changed.get(part).read(key)) {
                        Operators.assign(List.of(weight), List.of(sum));
                    }
                    counts[1]++;
                }
                run.progress("weight", ++counts[0], merge.size(), Map.of());
            });
            run.log("Computed changes into " + counts[1] + " of " + merge.size() + " weights.");
            return merge.done(Optional.empty());
        }
    }
}
