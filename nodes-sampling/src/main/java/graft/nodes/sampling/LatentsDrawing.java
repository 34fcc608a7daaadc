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
import graft.node.Problem;
import graft.node.Run;
import graft.node.Setting.Collection;
import graft.node.Specs;
import graft.sample.BatchLimit;
import graft.sample.Guidance;
import graft.sample.NoiseSchedule;
import graft.sample.Sampler;
import graft.sample.Sampling;
import graft.sample.SeededNoise;
import graft.sample.StepPlan;
import graft.tensor.Finite;
import graft.tensor.Operators;
import graft.tensor.Precision;
import graft.tensor.Scope;
import graft.tensor.TorchRandom;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the nodes that sample have in common: latents drawn with a model, from prompts, along a plan.
 *
 * @param negative null for an empty prompt
 * @param guidance how strongly the prompt is followed; 1 is as trained
 * @param told sizes for the network; 0 where they are as drawn
 */
record LatentsDrawing(
        Checkpoint model,
        Conditioning positive,
        Conditioning negative,
        Latents latents,
        double guidance,
        GuidanceSettings settings,
        PictureSizes told,
        Precision precision) {

    private static final int PREVIEWS = 5;

    /**
     * What a walk begins with.
     *
     * @param added whether there is any
     * @param alone whether it stands for latents, and is not laid over them
     */
    record FirstNoise(long seed, SeededNoise.Seeds seeds, boolean added, boolean alone) {}

    /** Gives the output "samples" the shape of "latents", as far as they fit the model and the prompts. */
    static void checkSpecs(Specs specs) {
        specs.of("latents", LatentsSpec.class).ifPresent(spec -> specs.output("samples", spec));
        specs.of("positive", ConditioningSpec.class)
                .filter(ConditioningSpec::wordless)
                .ifPresent(given -> specs.warn(
                        "The prompt is empty: the model draws whatever it likes. Say in Encode Prompt what to draw."));
        specs.of("model", CheckpointSpec.class).ifPresent(spec -> {
            specs.of("latents", LatentsSpec.class).ifPresent(given -> checkChannels(given.channels(), spec));
            specs.of("positive", ConditioningSpec.class).ifPresent(given -> checkWidth(given, spec, "positive"));
            specs.of("negative", ConditioningSpec.class).ifPresent(given -> checkWidth(given, spec, "negative"));
        });
    }

    /** Draws them; owned by the caller. */
    Latents drawn(Run run, NoiseSchedule schedule, StepPlan plan, FirstNoise first) throws Exception {
        if (precision == Precision.FP32) {
            return drawnWith(model, run, schedule, plan, first);
        }
        if (model.compute().isCpu()) {
            run.warn("A processor computes in " + precision
                    + " far more slowly than in FP32: choose FP32 here, and the other on a CUDA device.");
        }
        try (Checkpoint rounded = RoundedNetwork.over(model, precision)) {
            return drawnWith(rounded, run, schedule, plan, first);
        }
    }

    private Latents drawnWith(Checkpoint drawing, Run run, NoiseSchedule schedule, StepPlan plan, FirstNoise first)
            throws Exception {
        try (Scope scope = Scope.open();
                NDManager working = model.compute().newManager();
                Conditioning nothing = negative == null ? EncodePrompt.encoded(model, List.of("")) : null) {
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
            SeededNoise noise = SeededNoise.of(working, plan, start.getShape(), first.seed(), first.seeds());
            if (model.spec().paintsIn() && !Inpainting.isTold(positive.entries(), latents)) {
                run.warn(
                        "The model is made for inpainting, and neither Inpaint Conditioning nor a mask of the latents says what to"
                                + " paint into: it draws the whole picture anew.");
            }
            Guidance guided = Guidance.of(
                            working,
                            drawing,
                            entries(positive.present(), sizes, working),
                            entries((nothing == null ? negative : nothing).present(), sizes, working),
                            guidance,
                            start.getShape(),
                            others -> entries(others, sizes, working))
                    .rescaled(settings.rescale)
                    .between(settings.guidanceStart, settings.guidanceEnd);
            guided = plan.sampler().asksNegative() ? guided.askedBoth() : guided;
            boolean asMemoryHolds = settings.batchLimit == 0;
            int limit = asMemoryHolds ? BatchLimit.of(model, start.getShape(), guided) : settings.batchLimit;
            if (asMemoryHolds && limit < guided.predictions()) {
                run.log("Memory holds " + limit + " of " + guided.predictions()
                        + " predictions at once, so each step is made in parts: pictures may differ by rounding from those"
                        + " of a run with more free memory.");
            }
            NDArray drawn;
            try (LatentPreview preview =
                    new LatentPreview(model, new PreviewBudget(System::nanoTime), run.folders(Collection.TINY_VAES))) {
                drawn = Sampling.run(
                        plan,
                        schedule,
                        guided.within(limit),
                        first.added() ? noise.first() : working.zeros(start.getShape()),
                        first.alone() ? null : start,
                        noise.steps(),
                        Inpainting.layer(model, latents, noiseBeside(plan, start, first.seed(), working)),
                        (done, total, at, expected) -> {
                            run.checkCancelled();
                            run.progress("step", done, total, Map.of());
                            if (run.previewed() && done < total && done % Math.max(1, total / PREVIEWS) == 0) {
                                run.preview(preview.of(expected));
                            }
                        });
            }
            NDArray kept = scope.keep(drawn, model.compute().newManager());
            return latents.noiseMask()
                    .map(mask -> Latents.masked(kept, mask))
                    .orElseGet(() -> new Latents(kept, false));
        }
    }

    /** What lies over the picture outside of a mask: with ComfyUI's DDIM that of the next seed, else that of the walk. */
    private static Optional<NDArray> noiseBeside(StepPlan plan, NDArray start, long seed, NDManager working) {
        return plan.sampler() == Sampler.COMFY_DDIM
                ? Optional.of(new TorchRandom(seed + 1)
                        .randn(working, start.getShape().getShape()))
                : Optional.empty();
    }

    /** The entries of prompts; sizes of their own win over those of the picture. */
    private List<ConditioningEntry> entries(List<ConditioningEntry> prompts, PictureSizes sizes, NDManager working) {
        List<ConditioningEntry> sized = prompts.stream()
                .map(entry -> entry.context().sizes() == Operators.NONE
                        ? entry.with(entry.context().of(sizes, working))
                        : entry)
                .toList();
        return Inpainting.told(sized, model.spec(), latents, working);
    }

    /** What the network is told of sizes: as drawn, where no other is set. */
    private PictureSizes sizes(Shape drawn) {
        int factor = model.spec().pixelsPerLatent();
        int height = Math.toIntExact(drawn.get(2)) * factor;
        int width = Math.toIntExact(drawn.get(3)) * factor;
        return new PictureSizes(
                told.originalHeight() == 0 ? height : told.originalHeight(),
                told.originalWidth() == 0 ? width : told.originalWidth(),
                told.top(),
                told.left(),
                told.height() == 0 ? height : told.height(),
                told.width() == 0 ? width : told.width());
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

    /** @throws Problem when prompts that come in were encoded for another model */
    static void checkWidth(ConditioningSpec given, CheckpointSpec model, String input) {
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
