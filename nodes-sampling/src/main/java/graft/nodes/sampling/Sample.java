package graft.nodes.sampling;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import graft.model.Checkpoint;
import graft.model.CheckpointSpec;
import graft.model.Conditioning;
import graft.model.ConditioningEntry;
import graft.model.ConditioningSpec;
import graft.model.Latents;
import graft.model.LatentsSpec;
import graft.model.Parts;
import graft.model.PictureSizes;
import graft.model.RoundedNetwork;
import graft.node.Input;
import graft.node.Node;
import graft.node.NodeType;
import graft.node.Output;
import graft.node.Problem;
import graft.node.Run;
import graft.node.Setting;
import graft.node.Setting.Control;
import graft.node.Specs;
import graft.sample.BatchLimit;
import graft.sample.Guidance;
import graft.sample.NoiseSchedule;
import graft.sample.NoiseSpacing;
import graft.sample.Sampler;
import graft.sample.SamplerMethod;
import graft.sample.Sampling;
import graft.sample.Spacing;
import graft.sample.StepNoise;
import graft.sample.StepPlan;
import graft.tensor.Compute;
import graft.tensor.Finite;
import graft.tensor.Operators;
import graft.tensor.Precision;
import graft.tensor.Scope;
import graft.tensor.TorchRandom;
import java.util.List;
import java.util.Map;

/** Draws latents from noise, step by step, as the prompt says. */
@NodeType(
        id = "graft/latents/sample",
        title = "Sample",
        category = "sampling",
        help = "Draws pictures: starts from noise and removes it step by step, towards the prompt and away from the"
                + " negative one. A seed gives the same picture as in ComfyUI and diffusers.",
        words = {"ksampler", "denoise", "generate", "euler", "ddim", "dpm", "karras", "cfg", "guidance", "seed", "steps"
        })
public final class Sample implements Node {

    private static final int PREVIEWS = 5;

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

    @Setting(min = 1, max = 1000, unit = "steps", help = "More steps take longer and draw more finely, up to a point.")
    int steps = 25;

    @Setting(
            min = 0,
            max = 30,
            step = 0.5,
            help = "How strongly the prompt is followed; 1 is not at all stronger than trained, and twice as fast.")
    double guidance = 7;

    @Setting(
            help = "The way from noise to picture. DPM++ 2M and UniPC are good in few steps; ancestral Euler adds fresh"
                    + " noise at each step; LCM is for models made for it.")
    SamplerMethod sampler = Sampler.DPMPP_2M;

    @Setting(
            help = "How the steps are spread over the noise levels. Karras takes more of them at the fine end; auto is"
                    + " what the model's files say.")
    NoiseSpacing spacing = Spacing.AUTO;

    @Setting(
            min = 0,
            max = 1,
            step = 0.05,
            help = "How much of a picture that comes in is drawn anew: 1 all of it, 0 nothing. Leave it at 1 for empty"
                    + " latents.")
    double denoise = 1;

    @Setting(
            title = "Guidance rescale",
            advanced = true,
            min = 0,
            max = 1,
            step = 0.05,
            help =
                    "How far the guidance is taken back where it makes pictures too bright or too strong in colour; 0 is not"
                            + " at all. 0.7 suits models of v prediction with zero terminal SNR.")
    double rescale = 0;

    @Setting(
            advanced = true,
            min = 0,
            max = 1,
            step = 0.05,
            unit = "of the steps",
            help =
                    "When guidance begins: 0 from the first step on. Before it the prompt is followed as at guidance 1, in"
                            + " half the time.")
    double guidanceStart = 0;

    @Setting(
            advanced = true,
            min = 0,
            max = 1,
            step = 0.05,
            unit = "of the steps",
            help = "When guidance ends: 1 is after the last step. The steps after it take half the time.")
    double guidanceEnd = 1;

    @Setting(
            advanced = true,
            min = 0,
            max = 256,
            unit = "predictions",
            help =
                    "How many predictions the network makes at once, two for each picture with guidance; 0 is as many as memory"
                            + " allows. Fewer take less memory and often more time, and draw the same pictures but for rounding.")
    int batchLimit = 0;

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
    public void configure(Specs specs) {
        checkRange();
        specs.of("model", CheckpointSpec.class)
                .ifPresent(spec -> StepPlan.of(sampler, spacing, NoiseSchedule.of(spec.scheduler()), steps, denoise));
        specs.of("latents", LatentsSpec.class).ifPresent(spec -> specs.output("samples", spec));
        specs.of("model", CheckpointSpec.class).ifPresent(spec -> {
            spec.checkTakesLatents();
            specs.of("latents", LatentsSpec.class).ifPresent(given -> checkChannels(given.channels(), spec));
            specs.of("positive", ConditioningSpec.class).ifPresent(given -> checkWidth(given, spec, "positive"));
            specs.of("negative", ConditioningSpec.class).ifPresent(given -> checkWidth(given, spec, "negative"));
        });
    }

    @Override
    public void run(Run run) throws Exception {
        Compute.prepareThread();
        if (precision == Precision.FP32) {
            draw(run, model);
            return;
        }
        if (model.compute().isCpu()) {
            run.warn("A processor computes in " + precision
                    + " far more slowly than in FP32: choose FP32 here, and the other on a CUDA device.");
        }
        try (Checkpoint rounded = RoundedNetwork.over(model, precision)) {
            draw(run, rounded);
        }
    }

    private void draw(Run run, Checkpoint drawing) throws Exception {
        if (latents.empty() && denoise < 1) {
            run.warn("Denoise is " + denoise + ", but the latents are empty: set it to 1, or wire in a picture's"
                    + " latents.");
        }
        if (sampler == Sampler.HEUN && model.scheduler().rescaleBetasZeroSnr()) {
            run.warn(
                    "The model's scheduler configuration sets rescale_betas_zero_snr to true: Heun follows it here, and in"
                            + " diffusers does not, so that its picture there is another.");
        }
        NoiseSchedule schedule = NoiseSchedule.of(model.scheduler());
        StepPlan plan = StepPlan.of(sampler, spacing, schedule, steps, denoise);
        try (Scope scope = Scope.open();
                NDManager working = model.compute().newManager();
                Conditioning nothing = negative == null ? EncodePrompt.encoded(model, List.of("")) : null) {
            TorchRandom random = new TorchRandom(seed);
            NDArray start = latents.array();
            int batch = Math.toIntExact(start.getShape().get(0));
            checkFinite(start, "latents");
            checkFinite(positive, "positive");
            if (negative != null) {
                checkFinite(negative, "negative");
            }
            checkCount(positive, batch, "positive");
            checkCount(negative, batch, "negative");
            PictureSizes sizes = sizes(start.getShape());
            model.makeRoomFor(Parts.DENOISER);
            NDArray noise = random.randn(working, start.getShape().getShape());
            Guidance guided = Guidance.of(
                            working,
                            drawing,
                            told(positive, sizes, working),
                            told(nothing == null ? negative : nothing, sizes, working),
                            guidance,
                            start.getShape())
                    .rescaled(rescale)
                    .between(guidanceStart, guidanceEnd);
            int limit = batchLimit == 0 ? BatchLimit.of(model, start.getShape(), guided.predictions()) : batchLimit;
            if (batchLimit == 0 && limit < guided.predictions()) {
                run.log("Memory holds " + limit + " of " + guided.predictions()
                        + " predictions at once, so each step is made in parts: pictures may differ by rounding from those"
                        + " of a run with more free memory.");
            }
            LatentPreview preview = new LatentPreview(model, new PreviewBudget(System::nanoTime));
            NDArray drawn = Sampling.run(
                    plan,
                    schedule,
                    guided.within(limit),
                    noise,
                    latents.empty() && denoise == 1 ? null : start,
                    StepNoise.of(random),
                    (done, total, at, expected) -> {
                        run.checkCancelled();
                        run.progress("step", done, total, Map.of());
                        if (run.previewed() && done < total && done % Math.max(1, total / PREVIEWS) == 0) {
                            preview.of(expected).ifPresent(run::preview);
                        }
                    });
            samples = new Latents(scope.keep(drawn, model.compute().newManager()), false);
        }
    }

    private void checkRange() {
        if (guidanceStart > guidanceEnd) {
            throw new Problem(
                            "guidance would end before it begins",
                            "it is to be there from " + guidanceStart + " to " + guidanceEnd + " of the steps",
                            "set guidanceStart below guidanceEnd")
                    .at("guidanceStart");
        }
    }

    /** The entries of prompts; sizes of their own win over those of the picture. */
    private static List<ConditioningEntry> told(Conditioning prompts, PictureSizes sizes, NDManager working) {
        return prompts.present().stream()
                .map(entry -> entry.context().sizes() == Operators.NONE
                        ? entry.with(entry.context().of(sizes, working))
                        : entry)
                .toList();
    }

    /** What the network is told of sizes: as drawn, where no other is set. */
    private PictureSizes sizes(Shape drawn) {
        int factor = model.spec().pixelsPerLatent();
        int height = Math.toIntExact(drawn.get(2)) * factor;
        int width = Math.toIntExact(drawn.get(3)) * factor;
        return new PictureSizes(
                originalHeight == 0 ? height : originalHeight,
                originalWidth == 0 ? width : originalWidth,
                cropTop,
                cropLeft,
                targetHeight == 0 ? height : targetHeight,
                targetWidth == 0 ? width : targetWidth);
    }

    private static void checkFinite(Conditioning prompts, String input) {
        prompts.entries().forEach(entry -> entry.context().arrays().forEach(array -> checkFinite(array, input)));
    }

    private static void checkFinite(NDArray numbers, String input) {
        if (!Finite.all(numbers)) {
            throw new Problem(
                            "cannot draw from what comes in at " + input,
                            "it holds NaN or infinite numbers",
                            "look at the node that it comes from")
                    .at(input);
        }
    }

    private static void checkCount(Conditioning prompts, int batch, String input) {
        if (prompts == null) {
            return;
        }
        for (ConditioningEntry entry : prompts.entries()) {
            int count = entry.context().prompts();
            if (count == 1 || count == batch) {
                continue;
            }
            throw new Problem(
                            "cannot share " + count + " prompts out among " + batch + " pictures",
                            "there is one prompt for all, or one for each",
                            "set the batch of the latents to " + count + ", or give one prompt")
                    .at(input);
        }
    }

    private static void checkChannels(int channels, CheckpointSpec model) {
        if (channels != model.latentChannels()) {
            throw new Problem(
                            "the latents do not fit the model",
                            "they have " + channels + " channels, the model's have " + model.latentChannels(),
                            "make them with the same model")
                    .at("latents");
        }
    }

    private static void checkWidth(ConditioningSpec given, CheckpointSpec model, String input) {
        if (given.width() != model.contextWidth()) {
            throw new Problem(
                            "the prompt does not fit the model",
                            "it was encoded to a width of " + given.width() + ", the model reads "
                                    + model.contextWidth(),
                            "encode it with the same model")
                    .at(input);
        }
    }
}
