package graft.sample;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import graft.model.AppliedControl;
import graft.model.Area.Box;
import graft.model.ConditioningEntry;
import graft.model.Context;
import graft.model.MaskedBy;
import graft.model.NetworkHook;
import graft.node.Problem;
import graft.picture.Mask;
import graft.picture.Scaling;
import graft.tensor.Operators;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A prompt's entry as it acts on latents of one size.
 *
 * @param id its number among all entries of one guidance
 * @param context of as many prompts as latents, with what lies beside the box alone
 * @param box what the network sees of the latents for it; all when empty
 * @param weights how much its prediction counts, [1 or n,1,h,w] of the box; null where it counts alike everywhere
 * @param strength what it counts where it counts alike
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody
record Prompted(
        int id,
        Context context,
        Optional<Box> box,
        NDArray weights,
        double strength,
        double start,
        double end,
        List<AppliedControl> controls,
        List<NetworkHook> hooks) {

    /** Over how many positions an area's edge within the picture fades. */
    private static final int FADING = 8;

    /** Whether it alone is the whole prediction. */
    boolean isPlain() {
        return weights == null && strength > 0;
    }

    /** Whether both can go through the network in one batch. */
    boolean goesWith(Prompted other) {
        return box.map(Box::width).equals(other.box.map(Box::width))
                && box.map(Box::height).equals(other.box.map(Box::height))
                && controls.equals(other.controls)
                && hooks.equals(other.hooks)
                && shapes(context).equals(shapes(other.context));
    }

    private static List<Shape> shapes(Context context) {
        return List.of(context.states(), context.pooled(), context.sizes(), context.concat()).stream()
                .map(NDArray::getShape)
                .toList();
    }

    /** An entry whose area is counted in positions of latents, which may reach beyond them. */
    record Placed(ConditioningEntry entry, Optional<Box> area, Optional<Mask> mask) {

        static Placed of(ConditioningEntry entry, int columns, int rows, int pixelsPerLatent) {
            Optional<Mask> mask = entry.mask().map(places -> places.mask().scaled(columns, rows, Scaling.BILINEAR));
            boolean bounded = entry.mask().filter(MaskedBy::inBounds).isPresent();
            return new Placed(
                    entry,
                    bounded
                            ? mask.map(Placed::bounds)
                            : entry.area().map(area -> area.in(columns, rows, pixelsPerLatent)),
                    mask);
        }

        /** Around what is not 0 in any plane, at least 8 × 8, which may reach beyond the mask. */
        private static Box bounds(Mask mask) {
            int left = Integer.MAX_VALUE;
            int top = Integer.MAX_VALUE;
            int right = -1;
            int bottom = -1;
            for (float[] plane : mask.planes()) {
                for (int i = 0; i < plane.length; i++) {
                    if (plane[i] != 0) {
                        left = Math.min(left, i % mask.width());
                        right = Math.max(right, i % mask.width());
                        top = Math.min(top, i / mask.width());
                        bottom = Math.max(bottom, i / mask.width());
                    }
                }
            }
            return right < 0
                    ? new Box(0, 0, FADING, FADING)
                    : new Box(left, top, Math.max(FADING, right - left + 1), Math.max(FADING, bottom - top + 1));
        }

        private Placed with(ConditioningEntry other) {
            return new Placed(other, area, mask);
        }

        /** What the entry counts at each place of a box, for so many latents. */
        Prompted in(NDManager owner, int id, Context context, int columns, int rows, int batch) {
            Optional<Box> box = area.map(whole -> cut(whole, columns, rows));
            return new Prompted(
                    id,
                    box.map(each -> beside(owner, context, each)).orElse(context),
                    box,
                    box.isEmpty() && mask.isEmpty()
                            ? null
                            : weights(owner, box.orElse(new Box(0, 0, columns, rows)), columns, rows, batch),
                    entry.strength(),
                    entry.start(),
                    entry.end(),
                    entry.controls(),
                    entry.hooks());
        }

        private static Context beside(NDManager owner, Context context, Box box) {
            if (context.concat() == Operators.NONE) {
                return context;
            }
            NDArray part = context.concat()
                    .get(new NDIndex(
                            ":, :, {}:{}, {}:{}", box.y(), box.y() + box.height(), box.x(), box.x() + box.width()))
                    .duplicate();
            part.attach(owner);
            return context.withConcat(part);
        }

        private Box cut(Box whole, int columns, int rows) {
            Box box = whole.cutTo(columns, rows);
            if (box.width() < 1 || box.height() < 1) {
                throw new Problem(
                        "cannot draw the prompt \"" + entry.prompt() + "\" in its area",
                        "the area covers nothing of the picture, of which latents have " + columns + "×" + rows
                                + " positions: it begins at " + whole.x() + ", " + whole.y() + " and is "
                                + whole.width() + "×" + whole.height(),
                        "set the area within the picture, or make the picture larger");
            }
            return box;
        }

        private NDArray weights(NDManager owner, Box box, int columns, int rows, int batch) {
            List<float[]> planes =
                    mask.isPresent() ? masked(mask.get(), box, batch) : List.of(faded(box, columns, rows));
            return new Mask(box.width(), box.height(), planes).array(owner);
        }

        private List<float[]> masked(Mask whole, Box box, int batch) {
            float by = (float) entry.mask().orElseThrow().strength();
            float strength = (float) entry.strength();
            List<float[]> planes = new ArrayList<>();
            int count = whole.count() == 1 ? 1 : batch;
            for (float[] plane : whole.repeated(count).planes()) {
                float[] part = new float[box.width() * box.height()];
                for (int i = 0; i < part.length; i++) {
                    int from = (box.y() + i / box.width()) * whole.width() + box.x() + i % box.width();
                    part[i] = plane[from] * by * strength;
                }
                planes.add(part);
            }
            return planes;
        }

        /** Growing from the edges that lie within the picture. */
        private float[] faded(Box box, int columns, int rows) {
            float[] weights = new float[box.width() * box.height()];
            Arrays.fill(weights, (float) entry.strength());
            fade(weights, box, box.height(), box.y() > 0, box.y() + box.height() < rows, true);
            fade(weights, box, box.width(), box.x() > 0, box.x() + box.width() < columns, false);
            return weights;
        }

        private static void fade(float[] weights, Box box, int length, boolean atStart, boolean atEnd, boolean byRows) {
            int fading = Math.min(FADING, length / 4);
            for (int i = 0; i < weights.length; i++) {
                int at = byRows ? i / box.width() : i % box.width();
                if (atStart && at < fading) {
                    weights[i] *= (float) (1.0 / fading * (at + 1));
                }
                int fromEnd = length - 1 - at;
                if (atEnd && fromEnd < fading) {
                    weights[i] *= (float) (1.0 / fading * (fromEnd + 1));
                }
            }
        }
    }

    /**
     * What ComfyUI adds to one side where the other has an area: the entry with the smallest area around it, or one without any,
     * seen in that area too, so that both sides are asked about the same part of the picture.
     */
    static List<Placed> withOpposites(List<Placed> side, List<Placed> other) {
        List<Placed> all = new ArrayList<>(side);
        for (Placed opposite : other) {
            opposite.area().flatMap(area -> smallestAround(area, all)).ifPresent(found -> {
                if (!found.area().equals(opposite.area())) {
                    all.add(opposite.with(opposite.entry().with(found.entry().context())));
                }
            });
        }
        return all;
    }

    private static Optional<Placed> smallestAround(Box area, List<Placed> entries) {
        Placed smallest = null;
        for (Placed each : entries) {
            if (each.area().isEmpty()) {
                smallest = smallest == null ? each : smallest;
            } else if (each.area().get().holds(area)
                    && (smallest == null
                            || smallest.area().isEmpty()
                            || smallest.area().get().positions()
                                    > each.area().get().positions())) {
                smallest = each;
            }
        }
        return Optional.ofNullable(smallest);
    }

    /** The negative side, steered by controls of the positive one that are for both, unless it has some of its own. */
    static List<Placed> withControls(List<Placed> negative, List<Placed> positive) {
        List<List<AppliedControl>> shared = positive.stream()
                .filter(each -> each.area().isEmpty() && each.entry().controlsNegative())
                .map(each -> each.entry().controls())
                .toList();
        List<Integer> open = new ArrayList<>();
        for (int i = 0; i < negative.size(); i++) {
            if (negative.get(i).area().isEmpty()) {
                if (!negative.get(i).entry().controls().isEmpty()) {
                    return negative;
                }
                open.add(i);
            }
        }
        if (open.isEmpty()) {
            return negative;
        }
        List<Placed> steered = new ArrayList<>(negative);
        for (int i = 0; i < shared.size(); i++) {
            int at = open.get(i % open.size());
            steered.set(at, steered.get(at).with(steered.get(at).entry().steeredBy(shared.get(i))));
        }
        return steered;
    }
}
