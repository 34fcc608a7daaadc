package graft.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import graft.model.Checkpoint;
import graft.model.ModelShape;
import graft.model.PictureSizes;
import graft.node.Cancelled;
import graft.sample.BatchLimit;
import graft.sample.Guidance;
import graft.sample.NoiseSchedule;
import graft.sample.SamplerMethod;
import graft.sample.Sampling;
import graft.sample.SeededNoise;
import graft.sample.Spacing;
import graft.sample.StepListener;
import graft.sample.StepNoise;
import graft.sample.StepPlan;
import graft.tensor.Compute;
import graft.tensor.TorchRandom;
import java.util.function.BiFunction;

/**
 * What drawing pictures takes: time measured on a stand-in of random weights, memory counted from the model's shape.
 *
 * <p>Steps are timed once for each model shape, sampler, batch, picture size and device; after that the answer is instant.
 *
 * @param steps of the sampler
 * @param guidance how strongly prompts are followed; at 1 the network is asked half as much
 * @param batch how many pictures are drawn at once, at the most
 * @param width of the pictures in pixels, likewise {@code height}
 */
public record DrawingForecast(SamplerMethod sampler, int steps, double guidance, int batch, int width, int height) {

    /** How many steps are timed: few, and enough for samplers that ask the network twice for most of them. */
    private static final int TIMED_STEPS = 4;

    /** Latent positions from which on pictures that are drawn together take as long as one after the other ({@link Guidance}). */
    private static final int LARGE = 64 * 64;

    /**
     * A model that is drawn with.
     *
     * @param key tells apart what lies over models of one shape; empty for nothing
     * @param view puts it over a stand-in; what is made is owned by the manager
     */
    public record Model(ModelShape shape, String key, BiFunction<Checkpoint, NDManager, Checkpoint> view) {

        /** With nothing over it. */
        public static Model plain(ModelShape shape) {
            return new Model(shape, "", (stand, memory) -> stand);
        }
    }

    /**
     * Seconds for so many pictures that are drawn together, prompts and decoding included; NaN where that is not known.
     *
     * @param measure whether what was not measured on this machine yet is measured now
     */
    public double seconds(Model model, int pictures, String device, boolean measure) {
        MeasuredTimes times = MeasuredTimes.ofThisMachine();
        ModelShape shape = model.shape();
        String size = device + " | " + width + "×" + height + " | " + shape.fingerprint();
        int together = latents(shape) >= LARGE ? 1 : batch;
        String stepKey = "drawing step | " + sampler.id() + (guidance == 1 ? " | unguided" : "") + " | " + model.key()
                + " | batch " + together + " | " + size;
        String pictureKey = "drawn picture | " + size;
        if (!measure
                && !(times.known(stepKey).isPresent() && times.known(pictureKey).isPresent())) {
            return Double.NaN;
        }
        double step = times.of(stepKey, () -> stepSeconds(model, together, Compute.of(device)));
        double picture = times.of(pictureKey, () -> pictureSeconds(shape, Compute.of(device)));
        return pictures * (steps * step / together + picture);
    }

    /** Bytes that drawing holds at the most beside the weights. */
    public long bytes(ModelShape shape) {
        int factor = shape.spec().pixelsPerLatent();
        long walking = (guidance == 1 ? 1L : 2L) * batch * shape.footprint().drawing(height / factor, width / factor);
        return Math.max(walking, shape.footprint().decoding(width, height));
    }

    private int latents(ModelShape shape) {
        int factor = shape.spec().pixelsPerLatent();
        return width / factor * (height / factor);
    }

    /** Of a step of a whole batch. */
    private double stepSeconds(Model model, int together, Compute compute) {
        Compute.prepareThread();
        try (Checkpoint stand = model.shape().standIn(compute, true);
                NDManager memory = compute.newManager()) {
            Checkpoint view = model.view().apply(stand, memory);
            NoiseSchedule schedule = NoiseSchedule.of(stand.scheduler());
            StepPlan plan = plan(schedule, Math.min(steps, TIMED_STEPS));
            // Of some samplers the last step asks the network once less.
            double share = (double) plan(schedule, steps).calls() / steps / plan.calls();
            int factor = model.shape().spec().pixelsPerLatent();
            Shape latents = new Shape(together, model.shape().spec().latentChannels(), height / factor, width / factor);
            PictureSizes sizes = PictureSizes.of(height, width);
            Guidance plain = Guidance.of(
                    memory,
                    view,
                    view.anything(together).of(sizes, memory),
                    view.anything(1).of(sizes, memory),
                    guidance,
                    together);
            Guidance guided = sampler.asksNegative() ? plain.askedBoth() : plain;
            return share * MeasuredTimes.mean(() -> walk(plan, schedule, guided, memory, latents, view));
        }
    }

    private StepPlan plan(NoiseSchedule schedule, int walked) {
        return StepPlan.of(sampler, Spacing.AUTO, schedule, walked, 1);
    }

    private static void walk(
            StepPlan plan, NoiseSchedule schedule, Guidance guided, NDManager owner, Shape latents, Checkpoint view) {
        try (NDManager memory = owner.newSubManager()) {
            TorchRandom random = new TorchRandom(1);
            NDArray noise = random.randn(memory, latents.getShape());
            StepNoise onTheWay = plan.walksFreely()
                    ? SeededNoise.of(memory, plan, latents, 1, SeededNoise.Seeds.ONE)
                            .steps()
                    : StepNoise.of(random);
            Sampling.run(
                            plan,
                            schedule,
                            guided.within(BatchLimit.of(view, latents, guided)),
                            noise,
                            null,
                            onTheWay,
                            StepListener.NONE)
                    .sum()
                    .toFloatArray();
        } catch (Cancelled nobody) {
            throw new IllegalStateException(nobody);
        }
    }

    /** Its prompt is read and it is decoded. */
    private double pictureSeconds(ModelShape shape, Compute compute) {
        Compute.prepareThread();
        int factor = shape.spec().pixelsPerLatent();
        try (Checkpoint model = shape.standIn(compute, true);
                NDManager memory = compute.newManager()) {
            NDArray latents =
                    memory.zeros(new Shape(1, shape.spec().latentChannels(), height / factor, width / factor));
            return MeasuredTimes.mean(() -> {
                model.anything(1).states().sum().toFloatArray();
                model.vae().picture(latents, 0);
            });
        }
    }
}
