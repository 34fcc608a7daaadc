package graft.nodes.sampling;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import graft.model.Checkpoint;
import graft.model.CheckpointSpec;
import graft.model.ConditioningEntry;
import graft.model.Context;
import graft.model.Latents;
import graft.model.LatentsSpec;
import graft.picture.Crop;
import graft.picture.Mask;
import graft.picture.Scaling;
import graft.sample.DenoiserLayer;
import graft.sample.MaskedDenoising;
import graft.tensor.Operators;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Drawing a part of a picture: what an inpainting model sees beside the noisy latents, and what a sampler keeps to, as ComfyUI has
 * both.
 */
final class Inpainting {

    /** Latents of a picture that is black all over, of Stable Diffusion's autoencoder. */
    private static final float[] BLANK = {0.8223f, -0.6876f, 0.6364f, 0.1380f};

    private Inpainting() {}

    /**
     * What a model sees of a picture and its mask.
     *
     * @param picture latents [n,c,h,w] of the picture with grey under the mask
     * @param mask of any size
     * @return [n,1+c,h,w]: the mask rounded, then the latents; of the innermost scope
     */
    static NDArray beside(NDArray picture, Mask mask) {
        Shape shape = picture.getShape();
        return mask.scaled((int) shape.get(3), (int) shape.get(2), Scaling.BILINEAR, Crop.CENTER)
                .rounded()
                .repeated((int) shape.get(0))
                .array(picture.getManager())
                .concat(picture, 1);
    }

    /** Whether an inpainting model is told of nothing to paint into: neither by conditioning nor by a mask of the latents. */
    static boolean isTold(List<ConditioningEntry> entries, Latents latents) {
        return latents.noiseMask().isPresent()
                || entries.stream().allMatch(entry -> entry.context().concat() != Operators.NONE);
    }

    /**
     * What the network is to see beside the latents that it draws: for an inpainting model what conditioning brings, else the latents
     * and their mask, else a blank picture that is wholly to be drawn; for others nothing.
     *
     * @param working owns what is made
     */
    static List<ConditioningEntry> told(
            List<ConditioningEntry> entries, CheckpointSpec model, Latents latents, NDManager working) {
        if (!model.paintsIn()) {
            return entries.stream()
                    .map(entry -> entry.with(entry.context().withConcat(Operators.NONE)))
                    .toList();
        }
        LatentsSpec drawn = latents.spec();
        return entries.stream()
                .map(entry -> {
                    NDArray given = entry.context().concat();
                    NDArray fitted = given == Operators.NONE ? own(latents, working) : fitted(given, drawn, working);
                    return entry.with(joined(entry.context(), fitted, drawn.count(), working));
                })
                .toList();
    }

    private static NDArray own(Latents latents, NDManager working) {
        LatentsSpec spec = latents.spec();
        Optional<Mask> mask = latents.noiseMask();
        if (mask.isPresent()) {
            NDArray picture = latents.array().duplicate();
            picture.attach(working);
            return attached(beside(picture, mask.get()), working);
        }
        NDList planes = new NDList(working.ones(new Shape(1, 1, spec.height(), spec.width())));
        for (int channel = 0; channel < spec.channels(); channel++) {
            planes.add(working.full(new Shape(1, 1, spec.height(), spec.width()), BLANK[channel % BLANK.length]));
        }
        return attached(NDArrays.concat(planes, 1), working);
    }

    /** Brought to the size of the latents and the count of their batch, where it has another. */
    private static NDArray fitted(NDArray given, LatentsSpec drawn, NDManager working) {
        Shape shape = given.getShape();
        int count = (int) shape.get(0);
        int channels = (int) shape.get(1);
        boolean sized = shape.get(2) == drawn.height() && shape.get(3) == drawn.width();
        if (sized && (count == 1 || count == drawn.count())) {
            return given;
        }
        int each = (int) (shape.size() / count);
        int plane = drawn.height() * drawn.width();
        int wanted = count == 1 ? 1 : drawn.count();
        float[] values = given.toFloatArray();
        float[] all = new float[wanted * channels * plane];
        for (int i = 0; i < wanted; i++) {
            int from = chosen(i, count, wanted);
            float[] one = Scaling.BILINEAR.scaled(
                    Arrays.copyOfRange(values, from * each, (from + 1) * each),
                    (int) shape.get(3),
                    (int) shape.get(2),
                    drawn.width(),
                    drawn.height(),
                    Crop.CENTER);
            for (int k = 0; k < plane; k++) {
                one[k] = (float) Math.rint(one[k]); // the mask stays one
            }
            System.arraycopy(one, 0, all, i * one.length, one.length);
        }
        return working.create(all, new Shape(wanted, channels, drawn.height(), drawn.width()));
    }

    /** Which of some pictures the i-th of another number of them is, as ComfyUI resizes a batch. */
    private static int chosen(int i, int count, int wanted) {
        if (wanted == 1 || count == wanted) {
            return i;
        }
        return wanted < count
                ? Math.min(count - 1, (int) Math.rint(i * (count - 1.0) / (wanted - 1)))
                : Math.min(count - 1, (int) Math.floor((i + 0.5) * count / wanted));
    }

    /** One for all, or each for its own where either is. */
    private static Context joined(Context context, NDArray beside, int batch, NDManager working) {
        int prompts = context.prompts();
        int pictures = (int) beside.getShape().get(0);
        if (prompts == pictures) {
            return context.withConcat(beside);
        }
        return prompts == 1
                ? context.withConcat(Operators.NONE)
                        .map(array -> attached(array.repeat(0, batch), working))
                        .withConcat(beside)
                : context.withConcat(attached(beside.repeat(0, batch), working));
    }

    private static NDArray attached(NDArray array, NDManager manager) {
        array.attach(manager);
        return array;
    }

    /**
     * What lies between sampler and network for latents of which a part is drawn.
     *
     * @param noise for what is left of the picture; that of the walk when empty
     */
    static DenoiserLayer layer(Checkpoint model, Latents latents, Optional<NDArray> noise) {
        return latents.noiseMask()
                .<DenoiserLayer>map(mask -> new MaskedDenoising(mask, model.differential(), noise))
                .orElse(DenoiserLayer.NONE);
    }
}
