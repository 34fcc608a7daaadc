package graft.sample;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import graft.model.Checkpoint;
import graft.model.PictureSizes;
import graft.model.PromptTexts;
import graft.model.Weighting;
import graft.node.Cancelled;
import graft.picture.Picture;
import graft.tensor.Scope;
import graft.tensor.TorchRandom;
import java.util.ArrayList;
import java.util.List;

/**
 * Draws pictures from prompts with a model, each from noise of its own seed.
 *
 * @param model with all that lies over it; borrowed
 * @param width of the pictures in pixels, likewise {@code height}
 * @param guidance how strongly prompts are followed
 */
public record Drawing(Checkpoint model, SamplerMethod sampler, int steps, double guidance, int width, int height) {

    /** How weights in prompts are read: as by Encode Prompt where nothing else is said. */
    public static final Weighting WEIGHTING = Weighting.COMFYUI;

    /** A prompt, and the seed of its noise. */
    public record Wanted(String prompt, long seed) {}

    /**
     * Draws them together, in their order.
     *
     * <p>The noise of each is that of Sample with the same seed. Samplers that draw more noise on their way go on with the random
     * numbers of the first, so that what they draw depends on how many there are; one alone is drawn as by Sample.
     *
     * @throws Cancelled when the listener does
     */
    public List<Picture> draw(List<Wanted> wanted, StepListener listener) throws Cancelled {
        return draw(wanted, NoiseSchedule.of(model.scheduler()), listener);
    }

    /**
     * Likewise, by another schedule than the model's own.
     *
     * @throws Cancelled when the listener does
     */
    public List<Picture> draw(List<Wanted> wanted, NoiseSchedule schedule, StepListener listener) throws Cancelled {
        try (NDManager memory = model.compute().newManager();
                Scope scope = Scope.open()) {
            int factor = model.spec().pixelsPerLatent();
            NDList noise = new NDList();
            List<TorchRandom> random =
                    wanted.stream().map(each -> new TorchRandom(each.seed())).toList();
            for (TorchRandom each : random) {
                noise.add(each.randn(memory, 1, model.spec().latentChannels(), height / factor, width / factor));
            }
            NDArray start = NDArrays.concat(noise, 0);
            start.attach(memory);
            Guidance guided = Guidance.of(
                    memory,
                    model,
                    model.context(new PromptTexts(
                                    WEIGHTING,
                                    wanted.stream().map(Wanted::prompt).toList()))
                            .of(PictureSizes.of(height, width), memory),
                    model.context(List.of("")).of(PictureSizes.of(height, width), memory),
                    guidance,
                    wanted.size());
            StepPlan plan = StepPlan.of(sampler, Spacing.AUTO, schedule, steps, 1);
            StepNoise onTheWay = plan.walksFreely()
                    ? SeededNoise.of(
                                    memory,
                                    plan,
                                    start.getShape(),
                                    wanted.get(0).seed(),
                                    SeededNoise.Seeds.ONE)
                            .steps()
                    : StepNoise.of(random.get(0));
            if (sampler.asksNegative()) {
                guided = guided.askedBoth();
            }
            NDArray latents = Sampling.run(
                    plan,
                    schedule,
                    guided.within(BatchLimit.of(model, start.getShape(), guided)),
                    start,
                    null,
                    onTheWay,
                    listener);
            List<Picture> pictures = new ArrayList<>();
            for (int i = 0; i < wanted.size(); i++) {
                pictures.add(model.vae().picture(latents, i));
            }
            return pictures;
        }
    }
}
