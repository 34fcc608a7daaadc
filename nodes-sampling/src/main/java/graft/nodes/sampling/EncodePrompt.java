package graft.nodes.sampling;

import ai.djl.ndarray.NDArray;
import graft.model.Checkpoint;
import graft.model.CheckpointSpec;
import graft.model.Conditioning;
import graft.model.ConditioningSpec;
import graft.node.Input;
import graft.node.Node;
import graft.node.NodeType;
import graft.node.Output;
import graft.node.Run;
import graft.node.Setting;
import graft.node.Setting.Control;
import graft.node.Specs;
import graft.tensor.Compute;
import graft.tensor.Scope;

/** Turns words into what steers the sampler. */
@NodeType(
        id = "graft/prompt/encode",
        title = "Encode Prompt",
        category = "text",
        help = "Turns a prompt into what steers the sampler, with the model's text encoder.",
        words = {"text", "clip", "prompt", "positive", "negative", "conditioning"})
public final class EncodePrompt implements Node {

    @Input(help = "The model whose text encoder reads the prompt.")
    Checkpoint model;

    @Setting(control = Control.PROMPT, help = "What to draw, or for a negative prompt, what not to.")
    String prompt = "";

    @Output(help = "The prompt as the model understands it.")
    Conditioning conditioning;

    @Override
    public void configure(Specs specs) {
        specs.of("model", CheckpointSpec.class)
                .ifPresent(spec -> specs.output("conditioning", new ConditioningSpec(spec.contextWidth())));
    }

    @Override
    public void run(Run run) {
        Compute.prepareThread();
        String dropped = model.tokenizer().dropped(prompt);
        if (!dropped.isEmpty()) {
            run.warn("The prompt is longer than the " + model.tokenizer().maxLength()
                    + " tokens that the model reads; it does not see: " + dropped);
        }
        conditioning = encoded(model, prompt);
    }

    /** The text states of one prompt, adapters of the model included. */
    static Conditioning encoded(Checkpoint model, String prompt) {
        try (Scope scope = Scope.open()) {
            int[][] ids = {model.tokenizer().encode(prompt)};
            NDArray states = model.textEncoder().encode(ids, model.textPatches());
            return new Conditioning(scope.keep(states, model.compute().newManager()), prompt);
        }
    }
}
