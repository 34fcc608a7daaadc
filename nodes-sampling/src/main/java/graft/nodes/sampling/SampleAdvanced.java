package graft.nodes.sampling;

import graft.model.Checkpoint;
import graft.model.CheckpointSpec;
import graft.model.Conditioning;
import graft.model.Latents;
import graft.model.PictureSizes;
import graft.node.Input;
import graft.node.Node;
import graft.node.NodeType;
import graft.node.Output;
import graft.node.Run;
import graft.node.Setting;
import graft.node.Setting.Control;
import graft.node.SettingGroup;
import graft.node.Specs;
import graft.sample.NoiseSchedule;
import graft.sample.NoiseSpacing;
import graft.sample.Sampler;
import graft.sample.SamplerMethod;
import graft.sample.SeededNoise;
import graft.sample.Spacing;
import graft.sample.StepPlan;
import graft.tensor.Compute;
import graft.tensor.Precision;

/** Draws latents by a part of the steps, as ComfyUI's advanced sampler does. */
@NodeType(
        id = "graft/latents/sample-advanced",
        title = "Sample Advanced",
        category = "sampling",
        help =
                "Draws by a part of the steps: for a model that begins and another that goes on, or a sampler after another. A seed gives"
                        + " ComfyUI's picture. Sizes told to SDXL come from Encode Two Prompts.",
        words = {"ksampler", "advanced", "start", "end", "leftover", "noise", "refiner", "base", "denoise", "steps"})
public final class SampleAdvanced implements Node {

    @Input(help = "The model that draws.")
    Checkpoint model;

    @Input(help = "What to draw.")
    Conditioning positive;

    @Input(optional = true, help = "What not to draw; an empty prompt when nothing is wired.")
    Conditioning negative;

    @Input(help = "What to start from: empty latents, or a picture's.")
    Latents latents;

    @Setting(min = 0, control = Control.SEED, help = "Chooses the noise: the same seed gives the same picture.")
    long seed = 0;

    @Setting(
            advanced = true,
            help =
                    "Whether a batch has noise of the one seed, drawn at once as ComfyUI does, or each picture that of a seed of its"
                            + " own, one more from picture to picture: it is then the picture that its seed draws alone.")
    SeededNoise.Seeds seeds = SeededNoise.Seeds.ONE;

    @Setting(min = 1, max = 1000, unit = "steps", help = "More steps take longer and draw more finely, up to a point.")
    int steps = 25;

    @Setting(
            min = 0,
            max = 30,
            step = 0.5,
            help = "How strongly the prompt is followed; 1 is not at all stronger than trained, and twice as fast.")
    double guidance = 7;

    @Setting(
            help =
                    "The way from noise to picture. Euler and DPM++ 2M are good in few steps; ancestral and SDE samplers add fresh noise"
                            + " on the way; CFG++ ones are for a guidance of 1 to 2; LCM is for models and LoRAs made for it, with SGM uniform"
                            + " spacing, 4 to 8 steps and guidance 1. DPM adaptive takes as many steps as it needs.")
    SamplerMethod sampler = Sampler.DPMPP_2M;

    @Setting(
            help =
                    "How the steps are spread over the noise levels, of the whole walk. Normal, simple, SGM uniform, Karras and those after it are ComfyUI's"
                            + " schedulers, walked as there; auto is what the model's files say, and it, leading, linspace, trailing and Karras"
                            + " (diffusers) are walked as diffusers does. Turbo and Hyper models like SGM uniform, with guidance 1.")
    NoiseSpacing spacing = Spacing.SIMPLE;

    @Setting(
            title = "Start at step",
            min = 0,
            max = 10000,
            unit = "steps",
            help =
                    "How many of the steps are left out at the beginning, because another Sample Advanced has walked them.")
    int startStep = 0;

    @Setting(
            title = "End at step",
            min = 0,
            max = 10000,
            unit = "steps",
            help =
                    "The step to end before, counted from the first of all; all that are left where it is beyond the last.")
    int endStep = 10000;

    @Setting(
            title = "Add noise",
            help =
                    "Whether noise is laid over the latents first: not where they come with noise left over from another Sample"
                            + " Advanced.")
    boolean addNoise = true;

    @Setting(
            title = "Leave noise",
            advanced = true,
            help =
                    "Whether the noise that is left at the end step stays, for another Sample Advanced to go on from; else it is taken"
                            + " for none.")
    boolean leftoverNoise = false;

    @SettingGroup
    GuidanceSettings guidanceSettings = new GuidanceSettings();

    @Setting(
            advanced = true,
            group = "memory",
            help =
                    "What the network computes in: fp16 and bf16 take half the memory, on a CUDA device in less time. A channel"
                            + " of a picture of the built-in model is then off by 0.06 of 255 in the mean (fp16), or 0.8 (bf16).")
    Precision precision = Precision.FP32;

    @Output(help = "The latents drawn; decode them to see the pictures.")
    Latents samples;

    @Override
    public void configure(Specs specs) {
        guidanceSettings.checkRange();
        specs.of("model", CheckpointSpec.class).ifPresent(spec -> plan(NoiseSchedule.of(spec.scheduler())));
        LatentsDrawing.checkSpecs(specs);
    }

    @Override
    public void run(Run run) throws Exception {
        Compute.prepareThread();
        NoiseSchedule schedule = NoiseSchedule.of(model.scheduler());
        StepPlan plan = plan(schedule);
        if (plan.calls() == 0) {
            run.warn("No step is left from start step " + startStep + " to end step " + endStep
                    + ": the latents come out as they came in.");
        }
        samples = new LatentsDrawing(
                        model,
                        positive,
                        negative,
                        latents,
                        guidance,
                        guidanceSettings,
                        new PictureSizes(0, 0, 0, 0, 0, 0),
                        precision)
                .drawn(run, schedule, plan, new LatentsDrawing.FirstNoise(seed, seeds, addNoise, false));
    }

    private StepPlan plan(NoiseSchedule schedule) {
        return StepPlan.of(sampler, spacing, schedule, steps, 1).between(startStep, endStep, leftoverNoise);
    }
}
