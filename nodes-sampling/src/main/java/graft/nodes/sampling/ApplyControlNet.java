package graft.nodes.sampling;

import graft.model.AppliedControl;
import graft.model.Conditioning;
import graft.model.ConditioningSpec;
import graft.model.Control;
import graft.model.ControlSpec;
import graft.node.Input;
import graft.node.Node;
import graft.node.NodeType;
import graft.node.Output;
import graft.node.Problem;
import graft.node.Run;
import graft.node.Setting;
import graft.node.Specs;
import graft.picture.Images;
import java.util.List;

/** Has a ControlNet steer what is drawn from prompts. */
@NodeType(
        id = "graft/control/apply",
        title = "Apply ControlNet",
        category = "conditioning",
        help =
                "Has a ControlNet steer what is drawn from prompts, by a picture that shows what it was made for: edges, depth, a pose."
                        + " Several can be put one after the other.",
        words = {"controlnetapplyadvanced", "controlnetapply", "canny", "depth", "openpose", "control", "hint"})
public final class ApplyControlNet implements Node {

    @Input(help = "What to draw.")
    Conditioning positive;

    @Input(
            optional = true,
            help =
                    "What not to draw. Where nothing is wired, the ControlNet steers the prompt wired to the sampler's negative all"
                            + " the same, unless that has one of its own.")
    Conditioning negative;

    @Input(help = "What steers; made for the model that draws.")
    Control control;

    @Input(
            help =
                    "What it sees: one picture for all, or one for each of a batch. They are cut in the middle to the shape of what"
                            + " is drawn.")
    Images images;

    @Setting(min = 0, max = 10, step = 0.05, help = "How strongly it steers; 0 is not at all.")
    double strength = 1;

    @Setting(
            min = 0,
            max = 1,
            step = 0.05,
            unit = "of the timesteps",
            help = "From which point of the way from noise to picture it steers; 0 is from the first step on.")
    double start = 0;

    @Setting(
            min = 0,
            max = 1,
            step = 0.05,
            unit = "of the timesteps",
            help = "Up to which point it steers; 1 is to the end.")
    double end = 1;

    @Output(help = "The prompt, steered; for a sampler's positive.")
    Conditioning steered;

    @Output(help = "The negative prompt, steered; for a sampler's negative. It is of use when one is wired in.")
    Conditioning steeredNegative;

    @Override
    public void configure(Specs specs) {
        PromptPair.checkRange(start, end);
        for (String side : List.of("positive", "negative")) {
            specs.of(side, ConditioningSpec.class).ifPresent(prompt -> {
                specs.of("control", ControlSpec.class)
                        .filter(steering -> steering.width() != 0 && steering.width() != prompt.width())
                        .ifPresent(steering -> {
                            throw new Problem(
                                            "the ControlNet does not fit the prompt",
                                            "it reads a width of " + steering.width()
                                                    + ", and the prompt was encoded to " + prompt.width(),
                                            "choose a ControlNet that was made for this family of models")
                                    .at("control");
                        });
                specs.output(side.equals("positive") ? "steered" : "steeredNegative", prompt);
            });
        }
    }

    @Override
    public void run(Run run) {
        AppliedControl applied = new AppliedControl(control, images, strength, start, end);
        steered = steered(positive, applied);
        steeredNegative =
                negative == null ? new Conditioning(List.of(), List.of(), List.of()) : steered(negative, applied);
    }

    private Conditioning steered(Conditioning prompts, AppliedControl applied) {
        return strength == 0
                ? prompts.map(entry -> entry)
                : new Conditioning(
                        prompts.entries().stream()
                                .map(entry -> entry.steeredBy(applied, negative == null))
                                .toList(),
                        List.of(),
                        List.of(prompts, control));
    }
}
