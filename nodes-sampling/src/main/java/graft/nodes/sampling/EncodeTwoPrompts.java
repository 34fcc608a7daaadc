package graft.nodes.sampling;

import graft.model.Checkpoint;
import graft.model.CheckpointSpec;
import graft.model.Conditioning;
import graft.model.ConditioningSpec;
import graft.model.Context;
import graft.model.Parts;
import graft.model.PictureSizes;
import graft.model.PromptTexts;
import graft.model.Weighting;
import graft.node.Input;
import graft.node.Node;
import graft.node.NodeType;
import graft.node.Output;
import graft.node.Problem;
import graft.node.Run;
import graft.node.Setting;
import graft.node.Setting.Control;
import graft.node.Specs;
import graft.tensor.Compute;
import graft.tensor.Scope;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Turns words into what steers the sampler, other words for each text encoder of Stable Diffusion XL. */
@NodeType(
        id = "graft/prompt/encode-two",
        title = "Encode Two Prompts",
        category = "text",
        help =
                "As Encode Prompt, for Stable Diffusion XL, with a prompt for each of its two text encoders and the sizes that"
                        + " the network is told (CLIPTextEncodeSDXL in ComfyUI). With the same prompt twice and no sizes it is Encode Prompt.",
        words = {"sdxl", "clip_l", "clip_g", "text", "prompt", "size", "crop"})
public final class EncodeTwoPrompts implements Node {

    @Input(help = "A model of Stable Diffusion XL.")
    Checkpoint model;

    @Setting(control = Control.PROMPT, help = "What CLIP's own text encoder reads (clip_l).")
    String prompt = "";

    @Setting(
            control = Control.PROMPT,
            help = "What OpenCLIP's text encoder reads (clip_g), which also takes the prompt as a whole.")
    String prompt2 = "";

    @Setting(
            min = 0,
            max = 16384,
            unit = "pixels",
            help = "Of the picture that this one is as if taken from; 0, as the other three sizes then are, as drawn.")
    int width = 0;

    @Setting(
            min = 0,
            max = 16384,
            unit = "pixels",
            help = "Of the picture that this one is as if taken from; 0, as the other three sizes then are, as drawn.")
    int height = 0;

    @Setting(
            title = "Crop left",
            advanced = true,
            min = 0,
            max = 16384,
            unit = "pixels",
            help = "Where it is as if cut out; 0 puts the subject in the middle.")
    int cropLeft = 0;

    @Setting(
            title = "Crop top",
            advanced = true,
            min = 0,
            max = 16384,
            unit = "pixels",
            help = "Where it is as if cut out; 0 puts the subject in the middle.")
    int cropTop = 0;

    @Setting(
            title = "Target width",
            min = 0,
            max = 16384,
            unit = "pixels",
            help = "The width that is asked for; 0, as the other three sizes then are, as drawn.")
    int targetWidth = 0;

    @Setting(
            title = "Target height",
            min = 0,
            max = 16384,
            unit = "pixels",
            help = "The height that is asked for; 0, as the other three sizes then are, as drawn.")
    int targetHeight = 0;

    @Setting(advanced = true, help = PromptReading.WEIGHTING)
    Weighting weighting = Weighting.COMFYUI;

    @Output(help = "The prompts as the model understands them.")
    Conditioning conditioning;

    @Override
    public void configure(Specs specs) {
        checkSizes();
        PromptReading.reads(specs, "prompt", List.of(prompt), weighting);
        PromptReading.reads(specs, "prompt2", List.of(prompt2), weighting);
        specs.of("model", CheckpointSpec.class).ifPresent(spec -> {
            if (spec.wordWidths().size() < 2) {
                throw oneEncoder();
            }
            specs.output("conditioning", new ConditioningSpec(spec.contextWidth()));
        });
    }

    private boolean saysSizes() {
        return Stream.of(width, height, targetWidth, targetHeight, cropLeft, cropTop)
                .anyMatch(size -> size > 0);
    }

    private void checkSizes() {
        if (saysSizes() && Stream.of(width, height, targetWidth, targetHeight).anyMatch(size -> size == 0)) {
            throw new Problem(
                            "some of the sizes are given and others are not",
                            "what is drawn is not known here, so that a 0 cannot stand for it",
                            "give width, height, targetWidth and targetHeight, or set them and the crop all to 0")
                    .at(Stream.of("width", "height", "targetWidth", "targetHeight")
                            .filter(name -> size(name) == 0)
                            .findFirst()
                            .orElse("width"));
        }
    }

    private int size(String name) {
        return Map.of("width", width, "height", height, "targetWidth", targetWidth, "targetHeight", targetHeight)
                .get(name);
    }

    private static Problem oneEncoder() {
        return new Problem(
                        "cannot give this model two prompts",
                        "it has one text encoder, and only those of Stable Diffusion XL have two",
                        "use Encode Prompt, or wire in a model of Stable Diffusion XL")
                .at("model");
    }

    @Override
    public void run(Run run) {
        Compute.prepareThread();
        if (model.texts().size() < 2) {
            throw oneEncoder();
        }
        PromptTexts prompts = new PromptTexts(weighting, List.of(prompt), Map.of(Parts.TEXT_2, List.of(prompt2)));
        Conditioning read = PromptReading.encoded(run, model, prompts, "The prompt");
        conditioning = saysSizes() ? sized(read) : read;
    }

    private Conditioning sized(Conditioning read) {
        PictureSizes sizes = new PictureSizes(height, width, cropTop, cropLeft, targetHeight, targetWidth);
        try (Scope scope = Scope.open()) {
            Context whole = read.context();
            Context told = whole.of(sizes, model.compute().newManager());
            scope.keep(told.sizes(), told.sizes().getManager());
            return new Conditioning(told, prompt.equals(prompt2) ? prompt : prompt + "\n" + prompt2);
        }
    }
}
