package graft.nodes.sampling;

import graft.adapter.AdapterStack;
import graft.adapter.Embedding;
import graft.adapter.EmbeddingSpec;
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
import java.util.List;

/** Teaches a model's prompts one word; several in a row teach several. */
@NodeType(
        id = "graft/adapters/add-embedding",
        title = "Add Embedding",
        category = "adapters",
        help = "Makes a model's prompts understand the word of an embedding; wire one behind the other for several, or"
                + " with LoRAs between. Encode prompts with the model that comes out.",
        words = {"textual inversion", "apply", "strength", "token", "word", "bypass"})
public final class AddEmbedding implements Node {

    @Input(help = "The model whose prompts are to know the word.")
    Checkpoint model;

    @Input(help = "The embedding.")
    Embedding embedding;

    @Setting(help = "Off, the word is not known: prompts read it letter by letter, as the model does.")
    boolean on = true;

    @Setting(
            min = 0,
            max = 4,
            step = 0.05,
            help =
                    "The length of its vectors, which is how loudly the word speaks beside the others: 1 as trained; 0 is"
                            + " off.")
    double strength = 1;

    @Output(help = "The model that knows the word.")
    Checkpoint stacked;

    @Override
    public void configure(Specs specs) {
        specs.of("model", CheckpointSpec.class).ifPresent(spec -> {
            specs.output("stacked", spec);
            specs.of("embedding", EmbeddingSpec.class).ifPresent(given -> {
                try {
                    given.checkFits(spec);
                } catch (Problem e) {
                    throw e.at("embedding");
                }
            });
        });
    }

    @Override
    public void run(Run run) {
        Compute.prepareThread();
        boolean spoken = on && strength != 0;
        run.log(embedding.word() + (spoken ? " is a word of " + embedding.size() + "." : " is off."));
        if (spoken) {
            AdapterStack.warning(embedding, model).ifPresent(run::warn);
        }
        stacked = AdapterStack.apply(model, List.of(), spoken ? List.of(embedding.scaled(strength)) : List.of());
    }
}
