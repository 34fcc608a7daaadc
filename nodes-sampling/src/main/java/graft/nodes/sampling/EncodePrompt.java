package graft.nodes.sampling;

import graft.model.Checkpoint;
import graft.model.CheckpointSpec;
import graft.model.Conditioning;
import graft.model.ConditioningSpec;
import graft.model.Context;
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
import java.util.List;

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

    @Setting(
            advanced = true,
            help = "Each line is a prompt of its own: one for each picture of a batch, which must be as many.")
    boolean lines = false;

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
        List<String> prompts = lines ? prompts(prompt) : List.of(prompt);
        prompts.stream()
                .flatMap(one -> model.reading(one).warnings("The prompt").stream())
                .distinct()
                .forEach(run::warn);
        conditioning = encoded(model, prompts);
    }

    /** The lines of a text that are not blank; one empty prompt when there are none. */
    static List<String> prompts(String text) {
        List<String> prompts =
                text.lines().map(String::strip).filter(line -> !line.isEmpty()).toList();
        return prompts.isEmpty() ? List.of("") : prompts;
    }

    /** What the model's network is told of prompts, adapters of the model included. */
    static Conditioning encoded(Checkpoint model, List<String> prompts) {
        try (Scope scope = Scope.open()) {
            Context context = model.context(prompts)
                    .map(array -> scope.keep(array, model.compute().newManager()));
            return new Conditioning(context, String.join("\n", prompts));
        }
    }
}
