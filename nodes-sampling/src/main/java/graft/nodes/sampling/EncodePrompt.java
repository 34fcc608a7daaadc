package graft.nodes.sampling;

import graft.model.Checkpoint;
import graft.model.CheckpointSpec;
import graft.model.Conditioning;
import graft.model.ConditioningSpec;
import graft.model.PromptTexts;
import graft.model.Weighting;
import graft.node.Input;
import graft.node.Node;
import graft.node.NodeType;
import graft.node.Output;
import graft.node.Run;
import graft.node.Setting;
import graft.node.Setting.Control;
import graft.node.Specs;
import graft.tensor.Compute;
import java.util.List;

/** Turns words into what steers the sampler. */
@NodeType(
        id = "graft/prompt/encode",
        title = "Encode Prompt",
        category = "text",
        help =
                "Turns a prompt into what steers the sampler, with the model's text encoder. (word:1.2) counts more, (word:0.8)"
                        + " less, \\( and \\) are brackets to draw; embedding:name is a file in your folders of embeddings. Prompts"
                        + " of any length are read.",
        words = {"text", "clip", "prompt", "positive", "negative", "conditioning", "weight", "emphasis", "attention"})
public final class EncodePrompt implements Node {

    @Input(help = "The model whose text encoder reads the prompt.")
    Checkpoint model;

    @Setting(control = Control.PROMPT, help = "What to draw, or for a negative prompt, what not to.")
    String prompt = "";

    @Setting(
            advanced = true,
            help = "Each line is a prompt of its own: one for each picture of a batch, which must be as many.")
    boolean lines = false;

    @Setting(advanced = true, help = PromptReading.WEIGHTING)
    Weighting weighting = Weighting.COMFYUI;

    @Output(help = "The prompt as the model understands it.")
    Conditioning conditioning;

    @Override
    public void configure(Specs specs) {
        PromptReading.reads(specs, "prompt", lines ? prompts(prompt) : List.of(prompt), weighting);
        specs.of("model", CheckpointSpec.class)
                .ifPresent(spec -> specs.output(
                        "conditioning",
                        new ConditioningSpec(spec.contextWidth(), prompt.isBlank() && !specs.wired("prompt"))));
    }

    @Override
    public void run(Run run) {
        Compute.prepareThread();
        List<String> all = lines ? prompts(prompt) : List.of(prompt);
        conditioning = PromptReading.encoded(run, model, new PromptTexts(weighting, all), "The prompt");
    }

    /** The lines of a text that are not blank; one empty prompt when there are none. */
    static List<String> prompts(String text) {
        List<String> prompts =
                text.lines().map(String::strip).filter(line -> !line.isEmpty()).toList();
        return prompts.isEmpty() ? List.of("") : prompts;
    }

    /** What the model's network is told of texts without weights, adapters of the model included. */
    static Conditioning encoded(Checkpoint model, List<String> texts) {
        return PromptReading.encoded(model, new PromptTexts(Weighting.PLAIN, texts));
    }
}
