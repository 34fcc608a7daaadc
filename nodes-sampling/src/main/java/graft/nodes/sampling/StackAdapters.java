package graft.nodes.sampling;

import graft.adapter.AdapterStack;
import graft.adapter.Embedding;
import graft.adapter.EmbeddingSpec;
import graft.adapter.Lora;
import graft.adapter.LoraSpec;
import graft.model.AddedTokens;
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
import java.util.ArrayList;
import java.util.List;

/** Lays any number of adapters over a model, each at its own strength and for its own part of the steps. */
@NodeType(
        id = "graft/adapters/stack",
        title = "Stack Adapters",
        category = "adapters",
        help =
                "Lays LoRAs over a model and adds the words of embeddings, each at its own strength. Lists are in the order"
                        + " of the wires; one number serves all. The model's weights stay as they are: with all off it draws as"
                        + " before.",
        words = {"lora", "apply", "strength", "merge", "combine", "style", "schedule", "textual inversion"})
public final class StackAdapters implements Node {

    @Input(help = "The model to lay them over.")
    Checkpoint model;

    @Input(optional = true, help = "The LoRAs, in any order.")
    List<Lora> loras = List.of();

    @Input(optional = true, help = "Embeddings: their words mean something in prompts that this model encodes.")
    List<Embedding> embeddings = List.of();

    @Setting(help = "Off, the model goes through as it came.")
    boolean on = true;

    @Setting(
            min = -10,
            max = 10,
            step = 0.05,
            help = "How strongly each LoRA acts on the UNet: 0 is off, 1 as trained.")
    List<Double> unetStrength = List.of(1.0);

    @Setting(min = -10, max = 10, step = 0.05, help = "How strongly each LoRA acts on the text encoder.")
    List<Double> textStrength = List.of(1.0);

    @Setting(
            min = 0,
            max = 4,
            step = 0.05,
            help = "The length of each embedding's vectors, which is how loudly its word speaks beside the others: 1 as"
                    + " trained; 0 is off, and the word is not known.")
    List<Double> embeddingStrength = List.of(1.0);

    @Setting(
            min = 0,
            max = 1,
            step = 0.05,
            unit = "of the steps",
            advanced = true,
            group = "schedule",
            help = "When each LoRA begins to act on the UNet: 0 from the first step on, 0.5 from the middle. The text"
                    + " encoder reads a prompt once, before the first step, and cannot follow.")
    List<Double> from = List.of(0.0);

    @Setting(
            min = 0,
            max = 1,
            step = 0.05,
            unit = "of the steps",
            advanced = true,
            group = "schedule",
            help = "When each LoRA ceases: 1 is after the last step. Where it is from too, the LoRA is off.")
    List<Double> to = List.of(1.0);

    @Setting(
            min = 0,
            max = 1,
            step = 0.05,
            unit = "of the steps",
            advanced = true,
            group = "schedule",
            help =
                    "How long each LoRA takes to grow after it begins, and to fade before it ceases; not at the first and"
                            + " last step.")
    List<Double> ramp = List.of(0.0);

    @Output(help = "The model with the adapters over it.")
    Checkpoint stacked;

    @Override
    public void configure(Specs specs) {
        List<LoraSpec> knownLoras = specs.all("loras", LoraSpec.class);
        List<EmbeddingSpec> knownWords = specs.all("embeddings", EmbeddingSpec.class);
        // Wires of which nothing is known are not among these, so that there may be more.
        checkLengths(knownLoras.size(), knownWords.size(), false);
        for (int i = 0; i < Math.min(from.size(), to.size()); i++) {
            AddLora.checkOrder(from.get(i), to.get(i));
        }
        specs.of("model", CheckpointSpec.class).ifPresent(spec -> {
            specs.output("stacked", spec);
            knownLoras.forEach(lora -> at("loras", () -> lora.checkFits(spec)));
            knownWords.forEach(word -> at("embeddings", () -> word.checkFits(spec)));
        });
        for (int i = 1; i < knownWords.size(); i++) {
            EmbeddingSpec word = knownWords.get(i);
            if (knownWords.subList(0, i).stream().anyMatch(other -> AddedTokens.same(other.word(), word.word()))) {
                throw AdapterStack.twice(word.word()).at("embeddings");
            }
        }
    }

    private static void at(String input, Runnable check) {
        try {
            check.run();
        } catch (Problem e) {
            throw e.at(input);
        }
    }

    @Override
    public void run(Run run) {
        Compute.prepareThread();
        checkLengths(loras.size(), embeddings.size(), true);
        if (!on) {
            run.log("All are off.");
            stacked = AdapterStack.apply(model, List.of());
            return;
        }
        List<AdapterStack.Entry> entries = new ArrayList<>();
        for (int i = 0; i < loras.size(); i++) {
            PatchSchedule schedule = new PatchSchedule(of(from, i), of(to, i), of(ramp, i));
            entries.add(new AdapterStack.Entry(loras.get(i), of(unetStrength, i), of(textStrength, i), schedule));
            run.log(loras.get(i).name() + " at " + of(unetStrength, i) + " on the UNet"
                    + (schedule.always() ? "" : " from " + schedule.from() + " to " + schedule.to() + " of the steps")
                    + ", " + of(textStrength, i) + " on the text encoder.");
        }
        List<Embedding> words = new ArrayList<>();
        for (int i = 0; i < embeddings.size(); i++) {
            Embedding embedding = embeddings.get(i);
            double strength = of(embeddingStrength, i);
            if (strength != 0) {
                words.add(embedding.scaled(strength));
                AdapterStack.warning(embedding, model).ifPresent(run::warn);
            }
            run.log(embedding.word() + ": " + embedding.size() + " at " + strength + ".");
        }
        Clash.among(entries.stream()
                        .filter(entry -> entry.unetStrength() != 0)
                        .map(AdapterStack.Entry::lora)
                        .toList())
                .forEach(run::warn);
        stacked = AdapterStack.apply(model, entries, words);
    }

    private static double of(List<Double> values, int position) {
        return values.get(values.size() == 1 ? 0 : position);
    }

    /** @param all whether there are no more adapters than these */
    private void checkLengths(int loraCount, int embeddingCount, boolean all) {
        checkLength(unetStrength, "unetStrength", "strengths", loraCount, all);
        checkLength(textStrength, "textStrength", "strengths", loraCount, all);
        checkLength(embeddingStrength, "embeddingStrength", "strengths", embeddingCount, all);
        checkLength(from, "from", "beginnings", loraCount, all);
        checkLength(to, "to", "ends", loraCount, all);
        checkLength(ramp, "ramp", "ramps", loraCount, all);
    }

    private static void checkLength(List<Double> values, String setting, String named, int adapters, boolean all) {
        boolean fits = values.size() == 1 || values.size() == adapters || (!all && values.size() > adapters);
        if (!fits) {
            throw new Problem(
                            values.size() + " " + named + " are given for " + adapters + " adapters",
                            "each adapter takes one",
                            "give one number for all, or one for each wire")
                    .at(setting);
        }
    }
}
