package graft.nodes.sampling;

import com.google.gson.JsonObject;
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

/** Draws latents from noise, step by step, as the prompt says. */
@NodeType(
        id = "graft/latents/sample",
        version = 2,
        title = "Sample",
        category = "sampling",
        help =
                "Draws pictures: starts from noise and removes it step by step, towards the prompt and away from the"
                        + " negative one. With ComfyUI's spacings a seed gives ComfyUI's picture, with the others that of diffusers.",
        words = {"ksampler", "denoise", "generate", "euler", "ddim", "dpm", "karras", "cfg", "guidance", "seed", "steps"
        })
public final class Sample implements Node {

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
                    "How the steps are spread over the noise levels. Normal, simple, SGM uniform, Karras and those after it are ComfyUI's"
                            + " schedulers, walked as there; auto is what the model's files say, and it, leading, linspace, trailing and Karras"
                            + " (diffusers) are walked as diffusers does. Turbo and Hyper models like SGM uniform, with guidance 1.")
    NoiseSpacing spacing = Spacing.SIMPLE;

    @Setting(
            min = 0,
            max = 1,
            step = 0.05,
            help =
                    "How much of a picture that comes in is drawn anew: 1 all of it, 0 nothing. Leave it at 1 for empty"
                            + " latents. With ComfyUI's spacings all the steps are walked below 1 too, with the others that share of them.")
    double denoise = 1;

    @SettingGroup
    GuidanceSettings guidanceSettings = new GuidanceSettings();

    @Setting(
            title = "Original width",
            advanced = true,
            group = "sizes told to SDXL",
            min = 0,
            max = 16384,
            unit = "pixels",
            help = "Of the picture that this one is as if taken from; 0 as drawn. Small ones look enlarged.")
    int originalWidth = 0;

    @Setting(
            title = "Original height",
            advanced = true,
            group = "sizes told to SDXL",
            min = 0,
            max = 16384,
            unit = "pixels",
            help = "Of the picture that this one is as if taken from; 0 as drawn.")
    int originalHeight = 0;

    @Setting(
            title = "Crop left",
            advanced = true,
            group = "sizes told to SDXL",
            min = 0,
            max = 16384,
            unit = "pixels",
            help = "Where it is as if cut out; 0 puts the subject in the middle.")
    int cropLeft = 0;

    @Setting(
            title = "Crop top",
            advanced = true,
            group = "sizes told to SDXL",
            min = 0,
            max = 16384,
            unit = "pixels",
            help = "Where it is as if cut out; 0 puts the subject in the middle.")
    int cropTop = 0;

    @Setting(
            title = "Target width",
            advanced = true,
            group = "sizes told to SDXL",
            min = 0,
            max = 16384,
            unit = "pixels",
            help = "The width that is asked for; 0 as drawn.")
    int targetWidth = 0;

    @Setting(
            title = "Target height",
            advanced = true,
            group = "sizes told to SDXL",
            min = 0,
            max = 16384,
            unit = "pixels",
            help = "The height that is asked for; 0 as drawn.")
    int targetHeight = 0;

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
    public void migrate(int savedVersion, JsonObject settings) {
        if (savedVersion < 2 && !settings.has("spacing")) {
            settings.addProperty("spacing", Spacing.AUTO.id()); // the default then
        }
    }

    @Override
    public void configure(Specs specs) {
        guidanceSettings.checkRange();
        specs.of("model", CheckpointSpec.class)
                .ifPresent(spec -> StepPlan.of(sampler, spacing, NoiseSchedule.of(spec.scheduler()), steps, denoise));
        LatentsDrawing.checkSpecs(specs);
    }

    @Override
    public void run(Run run) throws Exception {
        Compute.prepareThread();
        NoiseSchedule schedule = NoiseSchedule.of(model.scheduler());
        StepPlan plan = StepPlan.of(sampler, spacing, schedule, steps, denoise);
        if (latents.empty() && denoise < 1) {
            run.warn("Denoise is " + denoise + ", but the latents are empty: set it to 1, or wire in a picture's"
                    + " latents.");
        }
        if (sampler == Sampler.HEUN && !plan.walksFreely() && model.scheduler().rescaleBetasZeroSnr()) {
            run.warn(
                    "The model's scheduler configuration sets rescale_betas_zero_snr to true: Heun follows it here, and in"
                            + " diffusers does not, so that its picture there is another.");
        }
        samples = new LatentsDrawing(
                        model,
                        positive,
                        negative,
                        latents,
                        guidance,
                        guidanceSettings,
                        new PictureSizes(originalHeight, originalWidth, cropTop, cropLeft, targetHeight, targetWidth),
                        precision)
                .drawn(
                        run,
                        schedule,
                        plan,
                        new LatentsDrawing.FirstNoise(
                                seed, seeds, true, !plan.walksFreely() && latents.empty() && denoise == 1));
    }
}
