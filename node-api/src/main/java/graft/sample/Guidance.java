package graft.sample;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import graft.model.Area.Box;
import graft.model.Checkpoint;
import graft.model.ConditioningEntry;
import graft.model.Context;
import graft.model.GuidingHook;
import graft.model.Hooks;
import graft.model.Network;
import graft.model.NetworkHook;
import graft.model.NetworkPass;
import graft.model.Patches;
import graft.node.Problem;
import graft.tensor.Scope;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.LongSummaryStatistics;
import java.util.Map;
import java.util.Optional;
import java.util.function.DoubleFunction;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Classifier-free guidance (Ho and Salimans, 2022): negative + scale · (positive − negative).
 *
 * <p>Both go through the network as one batch [negative; positive] when they have as many tokens, otherwise one after
 * the other; at scale 1, and outside of the range of the walk that it is kept to, the positive goes alone.
 *
 * <p>Either may be of several entries. Each is asked about its own part of the latents, and what is predicted at a place is the mean of
 * those that act there at that noise, by their weights, as ComfyUI has it; where none does, the clean latents are 0. Those of one size
 * and steered by the same controls go together.
 *
 * <p>One batch is the rule at all sizes, and not what a clock says: the kernels that libtorch takes depend on the size of the
 * batch, so that the two ways differ in the last bits (by 1e-6 of the largest number), and a choice by time would draw other bits from run to run. One
 * batch of two takes 0.76 of the time of two of one at 16×16 latents (the built-in model, one thread), 0.82 at 32×32 and 1.03 at
 * 64×64; one of eight takes 0.49 of eight of one at 16×16. What is in the way of one batch is memory: its activations take as many times
 * those of one prediction as it has. {@link #within} makes it smaller.
 */
public final class Guidance implements Predictor {

    private final Steered network;
    private final List<Prompted> positive;
    private final List<Prompted> negative; // empty where the positive goes alone
    private final List<Prompted> others; // what the model's rule of guidance asks about beside them
    private final Kept kept;
    private final Strength strength;
    private final int most;
    private final Optional<Noise> noise;

    /** The noise of the next call. */
    private record Noise(NoiseSchedule schedule, NoiseLevel level) {

        boolean isWithin(double start, double end) {
            double sigma = schedule.sigma(level);
            boolean begun = start <= 0 || (start < 1 && sigma <= schedule.sigmaAfter(start));
            return begun && (end >= 1 || (end > 0 && sigma >= schedule.sigmaAfter(end)));
        }
    }

    /** A network at a point of the walk: with the changes that act there. */
    private record Steered(
            Network network,
            Supplier<Optional<String>> damage,
            DoubleFunction<Patches> changes,
            Optional<ReusedBlocks> reused,
            List<NetworkHook> hooks,
            double progress,
            Patches now) {

        Steered at(double at) {
            reused.ifPresent(blocks -> blocks.at(at));
            return new Steered(network, damage, changes, reused, hooks, at, changes.apply(at));
        }

        /** Those that stand in passes of their own. */
        List<GuidingHook> guiding() {
            return of(GuidingHook.class).filter(hook -> hook.scale() != 0).toList();
        }

        /** What is in the place of plain guidance. */
        Optional<GuidanceRule> rule() {
            return of(GuidanceRule.class).reduce((one, other) -> other);
        }

        /** Those that ask the network again, about blurred latents. */
        List<SelfAttentionGuidance> blurring() {
            return of(SelfAttentionGuidance.class)
                    .filter(hook -> hook.scale() != 0)
                    .toList();
        }

        private <H extends NetworkHook> Stream<H> of(Class<H> kind) {
            return hooks.stream().filter(kind::isInstance).map(kind::cast);
        }

        private static boolean standsInEachPass(NetworkHook hook) {
            return !(hook instanceof GuidingHook
                    || hook instanceof GuidanceRule
                    || hook instanceof SelfAttentionGuidance);
        }

        /** @param pass of the hooks that stand in the network, its own and {@code more} */
        NDArray forward(
                NDArray latents,
                NDArray times,
                Context context,
                Object part,
                List<NetworkHook> more,
                Supplier<NetworkPass> pass) {
            List<NetworkHook> all = Stream.concat(hooks.stream().filter(Steered::standsInEachPass), more.stream())
                    .toList();
            if (!more.isEmpty() && !network.takesHooks()) {
                throw new Problem(
                        "cannot put " + more.get(0).getClass().getSimpleName() + " into the network of this model",
                        "its attentions and blocks are computed as they are, and nothing can be put between",
                        "draw with a model of Stable Diffusion 1, 2 or XL, or take the node out that lays it on a prompt");
            }
            Patches patches = all.isEmpty() ? now : now.with(Hooks.of(all, pass.get()));
            return reused.map(blocks -> blocks.forward(network, latents, times, context, patches, part))
                    .orElseGet(() -> network.forward(latents, times, context, patches));
        }
    }

    /** How strongly, from where to where of the walk, and whether the negative is asked about anyway. */
    private record Strength(double scale, double rescale, double start, double end, boolean both) {

        boolean isWithin(double progress) {
            return progress >= start && progress < end;
        }
    }

    /** What is made once for a whole walk; used by one thread. */
    private static final class Kept {

        private final NDManager owner;
        private final Map<List<Integer>, Context> joined = new HashMap<>();
        private final Map<List<Integer>, Cover> covers = new HashMap<>();
        private final ControlResiduals controls;
        private final AttendedPlaces places = new AttendedPlaces();

        Kept(NDManager owner) {
            this.owner = owner;
            this.controls = new ControlResiduals(owner);
        }

        /** The contexts of a group, one after the other. */
        Context joined(List<Prompted> group) {
            if (group.size() == 1) {
                return group.get(0).context();
            }
            return joined.computeIfAbsent(ids(group), any -> {
                try (Scope scope = Scope.open()) {
                    Context all =
                            Context.concat(group.stream().map(Prompted::context).toList());
                    return all.map(array -> scope.keep(array, owner));
                }
            });
        }

        Cover cover(List<Prompted> entries, Shape latents) {
            return covers.computeIfAbsent(ids(entries), any -> Cover.of(owner, entries, latents));
        }
    }

    /**
     * How much all of some entries count at each place.
     *
     * @param weights [1 or n,1,h,w]
     * @param nowhere 1 where none does and 0 elsewhere, of the same shape; null where some does everywhere
     */
    @SuppressWarnings("ArrayRecordComponent") // compared by nobody
    private record Cover(NDArray weights, NDArray nowhere) {

        /** In place of 0, which nothing can be divided by. */
        private static final float NO_WEIGHT = 1e-37f;

        static Cover of(NDManager owner, List<Prompted> entries, Shape latents) {
            long planes = entries.stream()
                    .mapToLong(each -> each.weights() == null
                            ? 1
                            : each.weights().getShape().get(0))
                    .max()
                    .orElse(1);
            int positions = Math.toIntExact(latents.get(2) * latents.get(3));
            float[] weights = new float[Math.toIntExact(planes * positions)];
            Arrays.fill(weights, NO_WEIGHT);
            entries.forEach(each -> add(each, weights, (int) latents.get(3), positions));
            float[] nowhere = new float[weights.length];
            boolean isSomewhere = false;
            for (int i = 0; i < weights.length; i++) {
                if (weights[i] <= NO_WEIGHT) {
                    nowhere[i] = 1;
                    isSomewhere = true;
                }
            }
            Shape shape = new Shape(planes, 1, latents.get(2), latents.get(3));
            try (Scope scope = Scope.open()) {
                return new Cover(
                        scope.keep(owner.create(weights, shape), owner),
                        isSomewhere ? scope.keep(owner.create(nowhere, shape), owner) : null);
            }
        }

        private static void add(Prompted entry, float[] sums, int columns, int positions) {
            Box box = entry.box().orElse(new Box(0, 0, columns, positions / columns));
            float[] weights = entry.weights() == null ? null : entry.weights().toFloatArray();
            int size = box.width() * box.height();
            for (int plane = 0; plane < sums.length / positions; plane++) {
                for (int i = 0; i < size; i++) {
                    int at = plane * positions + (box.y() + i / box.width()) * columns + box.x() + i % box.width();
                    sums[at] +=
                            weights == null ? (float) entry.strength() : weights[(plane * size + i) % weights.length];
                }
            }
        }
    }

    private static List<Integer> ids(List<Prompted> entries) {
        return entries.stream().map(Prompted::id).toList();
    }

    private Guidance(
            Steered network,
            List<Prompted> positive,
            List<Prompted> negative,
            List<Prompted> others,
            Kept kept,
            Strength strength,
            int most,
            Optional<Noise> noise) {
        this.network = network;
        this.positive = positive;
        this.negative = negative;
        this.others = others;
        this.kept = kept;
        this.strength = strength;
        this.most = most;
        this.noise = noise;
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
        return plain(owner, steered(owner, model), positive, negative, scale, batch);
    }

    /**
     * Likewise, by entries that may each be about a part of the latents and of the walk.
     *
     * @param latents the shape [n,c,h,w] of what is drawn
     * @throws Problem too when an area lies outside of the picture, or a control does not fit the model
     */
    public static Guidance of(
            NDManager owner,
            Checkpoint model,
            List<ConditioningEntry> positive,
            List<ConditioningEntry> negative,
            double scale,
            Shape latents) {
        return of(owner, model, positive, negative, scale, latents, UnaryOperator.identity());
    }

    /**
     * Likewise, where prompts that ride on the model are told more than they say.
     *
     * @param told what they are then
     */
    public static Guidance of(
            NDManager owner,
            Checkpoint model,
            List<ConditioningEntry> positive,
            List<ConditioningEntry> negative,
            double scale,
            Shape latents,
            UnaryOperator<List<ConditioningEntry>> told) {
        Steered steered = steered(owner, model);
        return of(
                owner,
                steered,
                positive,
                negative,
                steered.rule().map(GuidanceRule::others).map(told).orElse(List.of()),
                scale,
                latents,
                model.spec().pixelsPerLatent());
    }

    /** Guides a network by itself, as it is. */
    public static Guidance of(
            NDManager owner, Network network, Context positive, Context negative, double scale, int batch) {
        return plain(owner, steered(network), positive, negative, scale, batch);
    }

    /** Guides a network by itself by entries; its latents have so many pixels each way. */
    static Guidance of(
            NDManager owner,
            Network network,
            List<ConditioningEntry> positive,
            List<ConditioningEntry> negative,
            double scale,
            Shape latents,
            int pixelsPerLatent) {
        return of(owner, steered(network), positive, negative, List.of(), scale, latents, pixelsPerLatent);
    }

    private static Steered steered(NDManager owner, Checkpoint model) {
        DoubleFunction<Patches> changes = model::networkPatches;
        return new Steered(
                model.network(),
                model::networkDamage,
                changes,
                model.reuse().map(reuse -> new ReusedBlocks(reuse, owner)),
                model.hooks(),
                0,
                changes.apply(0));
    }

    private static Steered steered(Network network) {
        return new Steered(
                network,
                () -> network.weights().damage(),
                progress -> Patches.NONE,
                Optional.empty(),
                List.of(),
                0,
                Patches.NONE);
    }

    private static Guidance plain(
            NDManager owner, Steered steered, Context positive, Context negative, double scale, int batch) {
        // Entries that are about the whole picture do not ask how large it is.
        return of(
                owner,
                steered,
                List.of(new ConditioningEntry(positive, "")),
                scale == 1 ? List.of() : List.of(new ConditioningEntry(negative, "")),
                List.of(),
                scale,
                new Shape(batch, 1, 1, 1),
                1);
    }

    private static Guidance of(
            NDManager owner,
            Steered steered,
            List<ConditioningEntry> positive,
            List<ConditioningEntry> negative,
            List<ConditioningEntry> others,
            double scale,
            Shape latents,
            int pixelsPerLatent) {
        int batch = (int) latents.get(0);
        int rows = (int) latents.get(2);
        int columns = (int) latents.get(3);
        List<Prompted.Placed> unwanted = Prompted.withOpposites(
                placed(negative, columns, rows, pixelsPerLatent), placed(positive, columns, rows, pixelsPerLatent));
        List<Prompted.Placed> wanted =
                Prompted.withOpposites(placed(positive, columns, rows, pixelsPerLatent), unwanted);
        unwanted = Prompted.withControls(unwanted, wanted);
        List<Prompted.Placed> beside = Prompted.withControls(placed(others, columns, rows, pixelsPerLatent), wanted);
        IdentityHashMap<Context, Context> contexts = new IdentityHashMap<>();
        List<Prompted> all = new ArrayList<>();
        for (Prompted.Placed each :
                Stream.of(unwanted, wanted, beside).flatMap(List::stream).toList()) {
            Context context = contexts.computeIfAbsent(each.entry().context(), own -> repeated(owner, own, batch));
            all.add(each.in(owner, all.size(), context, columns, rows, batch));
        }
        return new Guidance(
                steered,
                List.copyOf(all.subList(unwanted.size(), unwanted.size() + wanted.size())),
                List.copyOf(all.subList(0, unwanted.size())),
                List.copyOf(all.subList(unwanted.size() + wanted.size(), all.size())),
                new Kept(owner),
                new Strength(scale, 0, 0, 1, false),
                Integer.MAX_VALUE,
                Optional.empty());
    }

    private static List<Prompted.Placed> placed(
            List<ConditioningEntry> entries, int columns, int rows, int pixelsPerLatent) {
        return entries.stream()
                .map(entry -> Prompted.Placed.of(entry, columns, rows, pixelsPerLatent))
                .toList();
    }

    /** How many predictions a call takes at once at most where guidance acts. */
    public int predictions() {
        boolean twice = strength.both || isGuided() || !network.blurring().isEmpty();
        return grouped(twice ? all(negative, positive, others) : positive).stream()
                .mapToInt(group -> group.stream()
                        .mapToInt(each -> each.context().prompts())
                        .sum())
                .max()
                .orElse(1);
    }

    /** What ControlNets add to a prediction takes so many bytes, of the prompts for which they add most. */
    long added(int height, int width) {
        return all(negative, positive, others).stream()
                .map(Prompted::controls)
                .distinct()
                .mapToLong(controls -> {
                    LongSummaryStatistics bytes = controls.stream()
                            .mapToLong(each -> each.control()
                                    .network()
                                    .in(network.network())
                                    .added(height, width))
                            .summaryStatistics();
                    // A sum of several lies beside what is added to it.
                    return bytes.getCount() == 0 ? 0 : bytes.getMax() * Math.min(2, bytes.getCount());
                })
                .max()
                .orElse(0);
    }

    private Guidance with(Strength other) {
        return new Guidance(network, positive, negative, others, kept, other, most, noise);
    }

    /**
     * The same, taken back where it makes what the network predicts too strong (Lin et al., 2023, equations 15 and 16): a
     * share of it is scaled to the deviation of the prediction for the positive prompt alone.
     *
     * @param share φ, 0 to 1; 0.7 suits models whose noise goes up to nothing but noise
     */
    public Guidance rescaled(double share) {
        return with(new Strength(strength.scale, share, strength.start, strength.end, strength.both));
    }

    /**
     * The same within a range of the walk alone (Kynkäänniemi et al., 2024, "Applying guidance in a limited interval"): outside
     * of it the prediction for the positive prompt is taken as it is, which asks the network for half as much.
     *
     * @param start share of the steps, 0 to 1, at which guidance begins
     * @param end share of the steps, 0 to 1, at which it ends; it is never there where this is not above {@code start}
     */
    public Guidance between(double start, double end) {
        return with(new Strength(strength.scale, strength.rescale, start, end, strength.both));
    }

    /** The same for a sampler that asks for the prediction for the negative prompt too, whatever the scale. */
    public Guidance askedBoth() {
        return with(new Strength(strength.scale, strength.rescale, strength.start, strength.end, true));
    }

    /**
     * The same with at most so many predictions by the network at once: what is more goes through it in parts of about one size.
     *
     * @param most 1 or more; each picture takes two predictions where guidance acts
     */
    public Guidance within(int most) {
        return new Guidance(network, positive, negative, others, kept, strength, most, noise);
    }

    @Override
    public Optional<String> damage() {
        return network.damage().get();
    }

    @Override
    public Guidance at(double progress) {
        return new Guidance(network.at(progress), positive, negative, others, kept, strength, most, noise);
    }

    @Override
    public Guidance at(NoiseSchedule schedule, NoiseLevel level) {
        return new Guidance(
                network, positive, negative, others, kept, strength, most, Optional.of(new Noise(schedule, level)));
    }

    @Override
    public NDArray predict(NDArray latents, double timestep) {
        return predicted(latents, timestep, false).guided();
    }

    @Override
    public Both predictBoth(NDArray latents, double timestep) {
        return predicted(latents, timestep, true);
    }

    /** Whether predictions for the positive prompts alone are not all, somewhere on the walk. */
    private boolean isGuided() {
        return strength.scale != 1
                || network.rule().filter(GuidanceRule::actsAtOne).isPresent();
    }

    /** @param both whether the negative is asked about in any case; it is null where it was not */
    private Both predicted(NDArray latents, double timestep, boolean both) {
        NDManager outer = latents.getManager();
        boolean guides = isGuided() && strength.isWithin(network.progress());
        List<SelfAttentionGuidance> blurring =
                SelfAttentionGuidance.fits(latents.getShape()) && !negative.isEmpty() ? network.blurring() : List.of();
        boolean asked = both || guides || !blurring.isEmpty();
        try (NDManager inner = outer.newSubManager()) {
            List<Prompted> wanted = acting(positive);
            List<Prompted> unwanted = asked ? acting(negative) : List.of();
            List<Prompted> beside = guides ? acting(others) : List.of();
            Map<Integer, NDArray> said = said(
                    inner,
                    latents,
                    timestep,
                    all(unwanted, wanted, beside),
                    blurring.isEmpty() ? List.of() : List.of(kept.places));
            NDArray with = blended(inner, latents, wanted, said);
            NDArray without = asked ? blended(inner, latents, unwanted, said) : null;
            NDArray guided = with;
            if (guides) {
                NDArray other = others.isEmpty() ? null : blended(inner, latents, beside, said);
                guided = guided(latents, without, with, other);
            }
            for (GuidingHook hook : network.guiding()) {
                Map<Integer, NDArray> under = said(inner, latents, timestep, wanted, List.of(hook));
                NDArray other = blended(inner, latents, wanted, under);
                guided = guided.add(with.sub(other).mul((float) hook.scale()));
            }
            for (SelfAttentionGuidance hook : blurring) {
                guided = sharpened(inner, latents, timestep, hook, unwanted, without, guided);
            }
            guided.attach(outer);
            if (without != null) {
                without.attach(outer);
            }
            return new Both(guided, without);
        }
    }

    /** A prediction moved away from what is said to the negative prompts of their own guess where that is blurred. */
    private NDArray sharpened(
            NDManager inner,
            NDArray latents,
            double timestep,
            SelfAttentionGuidance hook,
            List<Prompted> unwanted,
            NDArray without,
            NDArray guided) {
        NoiseSchedule schedule = noise.orElseThrow().schedule();
        NoiseLevel level = schedule.trained((float) schedule.sigma(noise.get().level()));
        NDArray clean = schedule.guess(latents, without, level).clean();
        NDArray degraded = hook.degraded(clean, kept.places.mask(inner, latents.getShape()));
        NDArray noisy = latents.add(degraded.sub(clean).mul(level.signal()));
        NDArray said = blended(inner, noisy, unwanted, said(inner, noisy, timestep, unwanted, List.of()));
        NDArray away = degraded.sub(schedule.guess(noisy, said, level).clean()).mul((float) hook.scale());
        return schedule.saying(
                latents, schedule.guess(latents, guided, level).clean().add(away), level);
    }

    /**
     * What the network says to each of some entries, by their ids.
     *
     * @param more what stands in it at this pass alone
     */
    private Map<Integer, NDArray> said(
            NDManager inner, NDArray latents, double timestep, List<Prompted> entries, List<NetworkHook> more) {
        Map<Integer, NDArray> said = new HashMap<>();
        for (List<Prompted> group : grouped(entries)) {
            NDList parts = asked(inner, latents, timestep, group, more);
            for (int i = 0; i < group.size(); i++) {
                said.put(group.get(i).id(), parts.get(i));
            }
        }
        return said;
    }

    /** Those whose range of the walk the noise of the call is in. */
    private List<Prompted> acting(List<Prompted> entries) {
        return entries.stream()
                .filter(each -> noise.isEmpty() || noise.get().isWithin(each.start(), each.end()))
                .toList();
    }

    private static List<Prompted> all(List<Prompted> negative, List<Prompted> positive, List<Prompted> others) {
        return Stream.of(negative, positive, others).flatMap(List::stream).toList();
    }

    /** What goes through the network in one batch each. */
    private static List<List<Prompted>> grouped(List<Prompted> entries) {
        List<List<Prompted>> groups = new ArrayList<>();
        for (Prompted each : entries) {
            groups.stream()
                    .filter(group -> group.get(0).goesWith(each))
                    .findFirst()
                    .orElseGet(() -> {
                        groups.add(new ArrayList<>());
                        return groups.get(groups.size() - 1);
                    })
                    .add(each);
        }
        return groups;
    }

    /**
     * What the network says to each of a group.
     *
     * @param more what stands in it at this pass alone
     */
    private NDList asked(
            NDManager inner, NDArray latents, double timestep, List<Prompted> group, List<NetworkHook> more) {
        NDList inputs = new NDList();
        for (Prompted each : group) {
            inputs.add(
                    each.box().isEmpty()
                            ? latents
                            : cut(inner, latents, each.box().get()));
        }
        NDArray input = inputs.size() == 1 ? inputs.get(0) : NDArrays.concat(inputs, 0);
        if (inputs.size() > 1) {
            input.attach(inner);
        }
        NDArray said = called(
                inner, input, timestep, group, more, (int) latents.getShape().get(0));
        NDList parts = group.size() == 1 ? new NDList(said) : said.split(group.size(), 0);
        parts.attach(inner);
        return parts;
    }

    private static NDArray cut(NDManager owner, NDArray latents, Box box) {
        NDArray part = latents.get(index(box));
        part.attach(owner);
        return part;
    }

    private static NDIndex index(Box box) {
        return new NDIndex(":, :, {}:{}, {}:{}", box.y(), box.y() + box.height(), box.x(), box.x() + box.width());
    }

    /** The mean of what was said to some entries, by their weights. */
    private NDArray blended(NDManager inner, NDArray latents, List<Prompted> entries, Map<Integer, NDArray> said) {
        if (entries.size() == 1 && entries.get(0).isPlain()) {
            return said.get(entries.get(0).id());
        }
        Cover cover = kept.cover(entries, latents.getShape());
        NDArray sum = inner.zeros(latents.getShape());
        for (Prompted each : entries) {
            NDArray one = said.get(each.id());
            sum = added(
                    sum,
                    each.weights() == null ? one.mul((float) each.strength()) : one.mul(each.weights()),
                    each.box());
        }
        NDArray mean = sum.div(cover.weights());
        return cover.nowhere() == null || noise.isEmpty()
                ? mean
                : mean.add(noise.get()
                        .schedule()
                        .ofNothing(latents, noise.get().level())
                        .mul(cover.nowhere()));
    }

    /** A sum with something added at a place; written to it, where that is not all. */
    private static NDArray added(NDArray sum, NDArray more, Optional<Box> box) {
        if (box.isEmpty()) {
            return sum.add(more);
        }
        NDIndex place = index(box.get());
        sum.set(place, sum.get(place).add(more));
        return sum;
    }

    /** @param other what was said to the prompts that the model's rule asks about; null without such a rule */
    private NDArray guided(NDArray latents, NDArray without, NDArray with, NDArray other) {
        NDArray guided = network.rule()
                .map(rule -> rule.guided(new GuidanceRule.Told(
                        latents,
                        with,
                        without,
                        other,
                        strength.scale,
                        noise.orElseThrow().schedule(),
                        noise.get().level())))
                .orElseGet(() -> without.add(with.sub(without).mul((float) strength.scale)));
        return strength.rescale == 0 ? guided : rescaled(guided, with, strength.rescale);
    }

    /** With a share of it scaled to the deviation of another prediction. */
    static NDArray rescaled(NDArray guided, NDArray positive, double share) {
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

    /** @param pictures of how many the group is */
    private NDArray called(
            NDManager inner,
            NDArray latents,
            double timestep,
            List<Prompted> group,
            List<NetworkHook> more,
            int pictures) {
        Context context = kept.joined(group);
        int batch = (int) latents.getShape().get(0);
        int parts = (batch - 1) / most + 1;
        if (parts == 1) {
            return calledAtOnce(inner, latents, timestep, context, group, more, 0, pictures);
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
                    group,
                    more,
                    from,
                    pictures));
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

    /** @param from the first row of the group's batch */
    private NDArray calledAtOnce(
            NDManager inner,
            NDArray latents,
            double timestep,
            Context context,
            List<Prompted> group,
            List<NetworkHook> more,
            int from,
            int pictures) {
        int batch = (int) latents.getShape().get(0);
        float[] timesteps = new float[batch];
        Arrays.fill(timesteps, (float) timestep);
        NDArray times = inner.create(timesteps, new Shape(batch));
        ControlResiduals.Told told = kept.controls.told(
                network.network(),
                network.now(),
                context,
                latents,
                times,
                group.get(0).controls().stream()
                        .filter(each -> noise.isEmpty() || noise.get().isWithin(each.start(), each.end()))
                        .toList(),
                from,
                pictures);
        NDArray output = network.forward(
                latents,
                times,
                told.context(),
                new Call(ids(group), from, more),
                Stream.of(group.get(0).hooks(), more, onTheWayDown(told))
                        .flatMap(List::stream)
                        .toList(),
                () -> pass(timestep, group, from, batch, pictures));
        output.attach(inner);
        return output;
    }

    private static List<NetworkHook> onTheWayDown(ControlResiduals.Told told) {
        return told.onTheWayDown().isEmpty() ? List.of() : List.of(new AddedOnTheWay(told.onTheWayDown()));
    }

    /** Negatives are numbered before all others. */
    private NetworkPass pass(double timestep, List<Prompted> group, int from, int batch, int pictures) {
        List<NetworkPass.Row> rows = IntStream.range(from, from + batch)
                .mapToObj(row -> new NetworkPass.Row(group.get(row / pictures).id() < negative.size(), row % pictures))
                .toList();
        return new NetworkPass(kept, network.progress(), timestep, rows);
    }

    /** Of what a call of the network is. */
    private record Call(List<Integer> entries, int from, List<NetworkHook> hooks) {}

    private static Context repeated(NDManager owner, Context context, int batch) {
        int prompts = context.prompts();
        if (prompts != 1 && prompts != batch) {
            throw new Problem(
                    "cannot sample " + batch + " latents for " + prompts + " prompts",
                    "there must be one prompt for all, or one for each",
                    "change the batch size of the latents or the number of prompts");
        }
        return context.map(array -> {
            NDArray whole = repeated(array, batch);
            whole.attach(owner);
            return whole;
        });
    }

    /** Its rows over and over, as many as there are latents. */
    private static NDArray repeated(NDArray array, int batch) {
        int rows = (int) array.getShape().get(0);
        if (rows == batch) {
            return array.duplicate();
        }
        if (rows == 1) {
            return array.repeat(0, batch);
        }
        NDList all = new NDList();
        for (int row = 0; row < batch; row++) {
            all.add(array.get(new NDIndex("{}:{}", row % rows, row % rows + 1)));
        }
        return NDArrays.concat(all, 0);
    }
}
