package graft.train.optimizer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import graft.tensor.Operators;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * AdamW whose running means take 8 bits each (Dettmers et al., 2022, "8-bit optimizers via block-wise quantization"), as
 * bitsandbytes has it.
 *
 * <p>A mean is kept as uint8 codes in blocks of 256 numbers, in the order in which the weight lies in memory, each block
 * scaled by its largest magnitude. Weights of fewer than 4096 numbers keep float32 means: an {@link AdamW} of their own.
 */
public final class AdamW8bit implements Optimizer {

    private static final int BLOCK = 256;
    private static final long SMALLEST = 4096;

    /** The numbers that do not change over a training; as {@link AdamW.Settings} has them. */
    public record Settings(double beta1, double beta2, double epsilon, double weightDecay)
            implements Optimizer.Settings {

        @Override
        public Kind method() {
            return Kind.ADAMW8BIT;
        }

        @Override
        public AdamW8bit create(List<ParameterGroup> groups, NDManager manager) {
            return new AdamW8bit(groups, this, manager);
        }

        private AdamW.Settings in32Bits() {
            return new AdamW.Settings(beta1, beta2, epsilon, weightDecay);
        }
    }

    private final Settings settings;
    private final List<ParameterGroup> groups;
    private final List<NDArray> weights;
    private final List<NDArray> first;
    private final List<NDArray> second;
    private final List<NDArray> firstMost;
    private final List<NDArray> secondMost;
    private final List<NDArray> maps;
    private final boolean[] isSmall;
    private final AdamW small;
    private long step;

    private AdamW8bit(List<ParameterGroup> all, Settings settings, NDManager manager) {
        this.settings = settings;
        List<NDArray> both = ParameterGroup.weights(all);
        this.isSmall = new boolean[both.size()];
        for (int i = 0; i < isSmall.length; i++) {
            isSmall[i] = both.get(i).size() < SMALLEST;
        }
        this.small = settings.in32Bits().create(part(all, true), manager);
        this.groups = part(all, false);
        this.weights = ParameterGroup.weights(groups);
        this.first = codes(manager);
        this.second = codes(manager);
        this.firstMost = most(manager);
        this.secondMost = most(manager);
        float[] signed = dynamicMap(true);
        float[] unsigned = dynamicMap(false);
        this.maps = Stream.of(signed, unsigned)
                .flatMap(map ->
                        Stream.of(manager.create(map), manager.create(bounds(map)), lowest(bounds(map), manager)))
                .map(array -> Optimizer.kept(array, manager))
                .toList();
    }

    /** The groups with only their small weights, or only the others. */
    private static List<ParameterGroup> part(List<ParameterGroup> groups, boolean small) {
        return groups.stream()
                .map(group -> new ParameterGroup(
                        group.weights().stream()
                                .filter(weight -> weight.size() < SMALLEST == small)
                                .toList(),
                        group.rate()))
                .toList();
    }

    private List<NDArray> gradients(List<NDArray> all, boolean ofSmall) {
        return IntStream.range(0, all.size())
                .filter(i -> isSmall[i] == ofSmall)
                .mapToObj(all::get)
                .toList();
    }

    private static long blocks(NDArray weight) {
        return (weight.size() + BLOCK - 1) / BLOCK;
    }

    private List<NDArray> codes(NDManager manager) {
        return zeros(weight -> manager.zeros(new Shape(blocks(weight), BLOCK), DataType.UINT8), manager);
    }

    private List<NDArray> most(NDManager manager) {
        return zeros(weight -> manager.zeros(new Shape(blocks(weight)), DataType.FLOAT32), manager);
    }

    private List<NDArray> zeros(UnaryOperator<NDArray> make, NDManager manager) {
        return weights.stream()
                .map(weight -> Optimizer.kept(make.apply(weight), manager))
                .toList();
    }

    /**
     * What the codes stand for, ascending in [-1,1] or [0,1]: fractions of fewer bits the smaller the power of ten
     * (Dettmers, 2016, "8-bit approximations for parallelism in deep learning"; bitsandbytes' create_dynamic_map).
     */
    static float[] dynamicMap(boolean signed) {
        float[] map = new float[256];
        int at = 0;
        for (int exponent = 0; exponent < 7; exponent++) {
            int fractions = 1 << (signed ? exponent : exponent + 1);
            float power = (float) Math.pow(10, exponent - 6);
            for (int i = 0; i < fractions; i++) {
                float mean = (edge(i, fractions) + edge(i + 1, fractions)) / 2;
                map[at++] = power * mean;
                if (signed) {
                    map[at++] = -power * mean;
                }
            }
        }
        map[at++] = 0;
        map[at] = 1;
        Arrays.sort(map);
        return map;
    }

    /** Edge i of equal parts of [0.1,1], rounded as torch.linspace does: from the nearer end. */
    private static float edge(int i, int parts) {
        float width = (1 - 0.1f) / parts;
        return i < (parts + 1) / 2 ? Math.fma(width, i, 0.1f) : Math.fma(-width, parts - i, 1);
    }

    /** Half way between neighbours; infinite after the last. */
    private static float[] bounds(float[] map) {
        float[] bounds = new float[map.length];
        for (int i = 0; i < map.length - 1; i++) {
            bounds[i] = (map[i] + map[i + 1]) / 2;
        }
        bounds[map.length - 1] = Float.POSITIVE_INFINITY;
        return bounds;
    }

    /**
     * The lowest code in each of 8194 parts of [-1,1], which are narrower near 0 so that none has two bounds in it: a number
     * has the code of its part or the next. This look-up takes the place of a search, which takes most of a step's time.
     */
    private static NDArray lowest(float[] bounds, NDManager manager) {
        byte[] codes = new byte[part(1) + 1];
        for (int code = 0, part = 0; part < codes.length; part++) {
            while (code < bounds.length - 1 && part(bounds[code]) < part) {
                code++;
            }
            codes[part] = (byte) code;
        }
        return manager.create(ByteBuffer.wrap(codes), new Shape(codes.length), DataType.UINT8);
    }

    /** As the operator has it, rounding by rounding: the fourth root of the magnitude, signed, in steps of 1/4096. */
    private static int part(float number) {
        float root = (float) Math.sqrt((float) Math.sqrt(Math.abs(number)));
        return (int) (Math.copySign(root, number) * 4096 + 4097);
    }

    @Override
    public void step(List<NDArray> gradients, double learningRate) {
        step++;
        small.step(gradients(gradients, true), learningRate);
        List<NDArray> large = gradients(gradients, false);
        ParameterGroup.forEach(
                groups,
                (from, to, factor) -> Operators.adamW8bit(
                        weights.subList(from, to),
                        large.subList(from, to),
                        first.subList(from, to),
                        second.subList(from, to),
                        firstMost.subList(from, to),
                        secondMost.subList(from, to),
                        maps,
                        step,
                        learningRate * factor,
                        settings.beta1(),
                        settings.beta2(),
                        settings.epsilon(),
                        settings.weightDecay()));
    }

    @Override
    public Map<String, NDArray> state() {
        Map<String, NDArray> state = new LinkedHashMap<>(small.state());
        Optimizer.put(state, "state1", first);
        Optimizer.put(state, "state2", second);
        Optimizer.put(state, "absmax1", firstMost);
        Optimizer.put(state, "absmax2", secondMost);
        return state;
    }

    @Override
    public void after(long steps) {
        step = steps;
        small.after(steps);
    }
}
