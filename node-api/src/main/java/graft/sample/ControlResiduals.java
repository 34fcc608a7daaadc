package graft.sample;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import graft.model.AppliedControl;
import graft.model.Context;
import graft.model.ControlNetwork;
import graft.model.Network;
import graft.model.Patches;
import graft.picture.Crop;
import graft.picture.Picture;
import graft.picture.Scaling;
import graft.tensor.Scope;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What ControlNets add within a network, call by call of one walk; used by one thread. */
final class ControlResiduals {

    private final NDManager owner;
    /** What each sees of its pictures, at each size of latents. */
    private final Map<Seen, List<NDArray>> seen = new HashMap<>();

    private record Seen(AppliedControl control, int height, int width) {}

    /** @param owner gets what is kept from call to call */
    ControlResiduals(NDManager owner) {
        this.owner = owner;
    }

    /**
     * What a call is told with what some controls add.
     *
     * @param context as it was, with what is added to what waits for the way up
     * @param onTheWayDown what is added to what blocks give, by their module paths
     */
    record Told(Context context, Map<String, NDArray> onTheWayDown) {}

    /**
     * A context with what some controls add, one upon the other.
     *
     * @param network that is steered, under the patches
     * @param latents rows of a batch that is several times all pictures; theirs is the manager of what is made
     * @param from which row of the batch is the first
     * @param pictures how many pictures are drawn
     */
    Told told(
            Network network,
            Patches patches,
            Context context,
            NDArray latents,
            NDArray times,
            List<AppliedControl> controls,
            int from,
            int pictures) {
        List<NDArray> sum = List.of();
        Map<String, NDArray> onTheWayDown = new LinkedHashMap<>();
        for (AppliedControl control : controls) {
            ControlNetwork steering = control.control().network().in(network);
            List<NDArray> pictured = of(steering, control, latents.getShape()).stream()
                    .map(each -> rows(latents, each, from, pictures))
                    .toList();
            List<NDArray> residuals = steering.residuals(latents, times, context, pictured, patches);
            if (!residuals.isEmpty()) {
                sum = added(sum, residuals, control.strength(), latents.getManager());
            }
            steering.onTheWayDown(pictured)
                    .forEach((block, each) -> onTheWayDown.merge(
                            block, strong(each, control.strength(), latents.getManager()), NDArray::add));
        }
        return new Told(sum.isEmpty() ? context : context.withResiduals(sum), onTheWayDown);
    }

    private static NDArray strong(NDArray array, double strength, NDManager owner) {
        NDArray scaled = array.mul((float) strength);
        scaled.attach(owner);
        return scaled;
    }

    /** A sum with something added, which are both freed. */
    private static List<NDArray> added(List<NDArray> sum, List<NDArray> residuals, double strength, NDManager owner) {
        List<NDArray> more = new ArrayList<>();
        for (NDArray each : residuals) {
            NDArray scaled = strong(each, strength, owner);
            NDArray both = sum.isEmpty() ? scaled : sum.get(more.size()).add(scaled);
            both.attach(owner);
            more.add(both);
            if (both != scaled) {
                scaled.close();
            }
            each.close();
        }
        sum.forEach(NDArray::close);
        return more;
    }

    /** Of each row the picture that is drawn in it, or the one for all. */
    private static NDArray rows(NDArray latents, NDArray seen, int from, int pictures) {
        int rows = (int) latents.getShape().get(0);
        int count = (int) seen.getShape().get(0);
        NDList all = new NDList();
        for (int row = from; row < from + rows; row++) {
            int picture = row % pictures % count;
            all.add(seen.get(new NDIndex("{}:{}", picture, picture + 1)));
        }
        NDArray each = NDArrays.concat(all, 0);
        each.attach(latents.getManager());
        return each;
    }

    private List<NDArray> of(ControlNetwork network, AppliedControl control, Shape latents) {
        return seen.computeIfAbsent(new Seen(control, (int) latents.get(2), (int) latents.get(3)), wanted -> {
            int width = wanted.width * network.pixelsPerLatent();
            int height = wanted.height * network.pixelsPerLatent();
            try (Scope scope = Scope.open();
                    NDManager inner = owner.newSubManager()) {
                NDList all = new NDList();
                control.pictures()
                        .pictures()
                        .forEach(picture ->
                                all.add(inner.create(fitted(picture, width, height), new Shape(1, 3, height, width))));
                return network.seen(NDArrays.concat(all, 0)).stream()
                        .map(each -> scope.keep(each, owner))
                        .toList();
            }
        });
    }

    /** Planes 0 to 1 at another size, as ComfyUI has it: cut in the middle to the ratio of the sides, then the nearest pixels. */
    private static float[] fitted(Picture picture, int width, int height) {
        float[] rgb =
                picture.scaled(width, height, Scaling.NEAREST, Crop.CENTER).rgb();
        int positions = width * height;
        float[] planes = new float[rgb.length];
        for (int i = 0; i < rgb.length; i++) {
            planes[i % 3 * positions + i / 3] = rgb[i];
        }
        return planes;
    }
}
