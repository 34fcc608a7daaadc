package graft.sample;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import graft.model.Checkpoint;
import graft.model.Context;
import graft.model.Network;
import graft.model.Patches;
import graft.node.Problem;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.DoubleFunction;
import java.util.function.Supplier;

/**
 * Classifier-free guidance (Ho and Salimans, 2022): negative + scale · (positive − negative).
 *
 * <p>Both go through the network as one batch [negative; positive] when they have as many tokens, otherwise one after
 * the other; at scale 1, and outside of the range of the walk that it is kept to, the positive goes alone.
 *
 * <p>One batch is the rule at all sizes, and not what a clock says: the kernels that libtorch takes depend on the size of the
 * batch, so that the two ways differ in the last bits (by 1e-6 of the largest number), and a choice by time would draw other bits from run to run. One
 * batch of two takes 0.76 of the time of two of one at 16×16 latents (the built-in model, one thread), 0.82 at 32×32 and 1.03 at
 * 64×64; one of eight takes 0.49 of eight of one at 16×16. What is in the way of one batch is memory: its activations take as many times
 * those of one prediction as it has. {@link #within} makes it smaller.
 */
public final class Guidance implements Predictor {

    /** Of what a call of the network is. */
    private static final int POSITIVE = 0;

    private static final int NEGATIVE = 1;
    private static final int BOTH = 2;
    private static final int KINDS = 3;

    private final Steered network;
    private final Context positive;
    private final Context negative; // null where the positive goes alone or with it
    private final Context both; // null where they go apart
    private final Strength strength;
    private final int most;

    /** A network at a point of the walk: with the changes that act there. */
    private record Steered(
            Network network,
            Supplier<Optional<String>> damage,
            DoubleFunction<Patches> changes,
            Optional<ReusedBlocks> reused,
            double progress,
            Patches now) {

        Steered at(double at) {
            reused.ifPresent(blocks -> blocks.at(at));
            return new Steered(network, damage, changes, reused, at, changes.apply(at));
        }

        NDArray forward(NDArray latents, NDArray times, Context context, int part) {
            return reused.map(blocks -> blocks.forward(network, latents, times, context, now, part))
                    .orElseGet(() -> network.forward(latents, times, context, now));
        }
    }

    /** How strongly, from where to where of the walk. */
    private record Strength(double scale, double rescale, double start, double end) {

        boolean actsAt(double progress) {
            return scale != 1 && progress >= start && progress < end;
        }
    }

    private Guidance(Steered network, Context positive, Context negative, Context both, Strength strength, int most) {
        this.network = network;
        this.positive = positive;
        this.negative = negative;
        this.both = both;
        this.strength = strength;
        this.most = most;
    }

    /**
     * Guides a model's network, under all that lies over the model.
     *
     * @param owner gets what is made here: contexts for the whole batch
     * @param positive of 1 prompt or {@code batch}, what to draw
     * @param negative likewise, what not to draw; not looked at when the scale is 1
     * @param batch how many latents are sampled at once
     * @throws Problem when there are neither one nor {@code batch} prompts
     */
    public static Guidance of(
            NDManager owner, Checkpoint model, Context positive, Context negative, double scale, int batch) {
        DoubleFunction<Patches> changes = model::networkPatches;
        Steered steered = new Steered(
                model.network(),
                model::networkDamage,
                changes,
                model.reuse().map(reuse -> new ReusedBlocks(reuse, owner)),
                0,
                changes.apply(0));
        return of(owner, steered, positive, negative, scale, batch);
    }

    /** Guides a network by itself, as it is. */
    public static Guidance of(
            NDManager owner, Network network, Context positive, Context negative, double scale, int batch) {
        Steered steered = new Steered(
                network, () -> network.weights().damage(), progress -> Patches.NONE, Optional.empty(), 0, Patches.NONE);
        return of(owner, steered, positive, negative, scale, batch);
    }

    private static Guidance of(
            NDManager owner, Steered steered, Context positive, Context negative, double scale, int batch) {
        Strength strength = new Strength(scale, 0, 0, 1);
        Context wanted = repeated(owner, positive, batch);
        if (scale == 1) {
            return new Guidance(steered, wanted, null, null, strength, Integer.MAX_VALUE);
        }
        Context unwanted = repeated(owner, negative, batch);
        if (!wanted.states().getShape().equals(unwanted.states().getShape())) {
            return new Guidance(steered, wanted, unwanted, null, strength, Integer.MAX_VALUE);
        }
        Context both = unwanted.and(wanted);
        both.arrays().forEach(array -> array.attach(owner));
        unwanted.arrays().forEach(NDArray::close);
        return new Guidance(steered, wanted, null, both, strength, Integer.MAX_VALUE);
    }

    /** How many predictions a call takes where guidance acts. */
    public int predictions() {
        return (both == null ? positive : both).prompts();
    }

    private Guidance with(Strength other) {
        return new Guidance(network, positive, negative, both, other, most);
    }

    /**
     * The same, taken back where it makes what the network predicts too strong (Lin et al., 2023, equations 15 and 16): a
     * share of it is scaled to the deviation of the prediction for the positive prompt alone.
     *
     * @param share φ, 0 to 1; 0.7 suits models whose noise goes up to nothing but noise
     */
    public Guidance rescaled(double share) {
        return with(new Strength(strength.scale, share, strength.start, strength.end));
    }

    /**
     * The same within a range of the walk alone (Kynkäänniemi et al., 2024, "Applying guidance in a limited interval"): outside
     * of it the prediction for the positive prompt is taken as it is, which asks the network for half as much.
     *
     * @param start share of the steps, 0 to 1, at which guidance begins
     * @param end share of the steps, 0 to 1, at which it ends; it is never there where this is not above {@code start}
     */
    public Guidance between(double start, double end) {
        return with(new Strength(strength.scale, strength.rescale, start, end));
    }

    /**
     * The same with at most so many predictions by the network at once: what is more goes through it in parts of about one size.
     *
     * @param most 1 or more; each picture takes two predictions where guidance acts
     */
    public Guidance within(int most) {
        return new Guidance(network, positive, negative, both, strength, most);
    }

    @Override
    public Optional<String> damage() {
        return network.damage().get();
    }

    @Override
    public Guidance at(double progress) {
        return new Guidance(network.at(progress), positive, negative, both, strength, most);
    }

    @Override
    public NDArray predict(NDArray latents, double timestep) {
        NDManager outer = latents.getManager();
        try (NDManager inner = outer.newSubManager()) {
            NDArray guided;
            if (!strength.actsAt(network.progress())) {
                guided = called(inner, latents, timestep, positive, POSITIVE);
            } else if (both == null) {
                guided = guided(
                        called(inner, latents, timestep, negative, NEGATIVE),
                        called(inner, latents, timestep, positive, POSITIVE));
            } else {
                NDArray twice = NDArrays.concat(new NDList(latents, latents), 0);
                twice.attach(inner);
                NDList halves = called(inner, twice, timestep, both, BOTH).split(2, 0);
                halves.attach(inner);
                guided = guided(halves.get(0), halves.get(1));
            }
            guided.attach(outer);
            return guided;
        }
    }

    private NDArray guided(NDArray without, NDArray with) {
        NDArray guided = without.add(with.sub(without).mul((float) strength.scale));
        return strength.rescale == 0 ? guided : rescaled(guided, with, strength.rescale);
    }

    private static NDArray rescaled(NDArray guided, NDArray positive, double share) {
        NDArray factor = deviations(positive).div(deviations(guided)).mul((float) share);
        return guided.mul(factor.add((float) (1 - share)));
    }

    /** Of each of a batch, [n, 1, 1, 1]. */
    private static NDArray deviations(NDArray batch) {
        long n = batch.getShape().get(0);
        NDArray rows = batch.reshape(n, -1);
        int[] each = {1};
        return rows.sub(rows.mean(each, true)).square().mean(each, true).sqrt().reshape(n, 1, 1, 1);
    }

    private NDArray called(NDManager inner, NDArray latents, double timestep, Context context, int kind) {
        int batch = (int) latents.getShape().get(0);
        int parts = (batch - 1) / most + 1;
        if (parts == 1) {
            return calledAtOnce(inner, latents, timestep, context, kind);
        }
        NDList outputs = new NDList();
        for (int part = 0; part < parts; part++) {
            int from = (int) ((long) batch * part / parts);
            int to = (int) ((long) batch * (part + 1) / parts);
            outputs.add(calledAtOnce(
                    inner,
                    rows(inner, latents, from, to),
                    timestep,
                    context.map(array -> rows(inner, array, from, to)),
                    kind + KINDS * part));
        }
        NDArray whole = NDArrays.concat(outputs, 0);
        whole.attach(inner);
        return whole;
    }

    private static NDArray rows(NDManager inner, NDArray array, int from, int to) {
        NDArray rows = array.get(new NDIndex("{}:{}", from, to));
        rows.attach(inner);
        return rows;
    }

    private NDArray calledAtOnce(NDManager inner, NDArray latents, double timestep, Context context, int part) {
        int batch = (int) latents.getShape().get(0);
        float[] timesteps = new float[batch];
        Arrays.fill(timesteps, (float) timestep);
        NDArray output = network.forward(latents, inner.create(timesteps, new Shape(batch)), context, part);
        output.attach(inner);
        return output;
    }

    private static Context repeated(NDManager owner, Context context, int batch) {
        int prompts = context.prompts();
        if (prompts != 1 && prompts != batch) {
            throw new Problem(
                    "cannot sample " + batch + " latents for " + prompts + " prompts",
                    "there must be one prompt for all, or one for each",
                    "change the batch size of the latents or the number of prompts");
        }
        return context.map(array -> {
            NDArray whole = prompts == batch ? array.duplicate() : array.repeat(0, batch);
            whole.attach(owner);
            return whole;
        });
    }
}
