package graft.train.optimizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import graft.Golden;
import graft.file.SafeTensors;
import graft.tensor.Compute;
import graft.tensor.KeyedRandom;
import graft.tensor.Operators;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Ten steps of each optimiser on weights of 1, 2 and 4 axes beside its peer's, in {@code optimizers.safetensors}.
 *
 * <p>Made with torch 2.13 on one thread of a CPU: seed 4, weights 0.1·randn, gradients 0.05·(aim + 0.15·randn·exp(randn))
 * rounded to 16 bits, where aim = randn·exp(randn) is one for all steps. All with betas (0.9, 0.99), weight decay 0.5 and
 * a learning rate of 0.01·(1 - t/20) at step t from 0:
 *
 * <ul>
 *   <li>{@code torch.optim.AdamW(eps=1e-8)}
 *   <li>{@code bitsandbytes.optim.AdamW8bit(eps=1e-8)} 0.50.2 on kernels permuted to [out,kh,kw,in], with the
 *       nearest code as its CUDA kernels and its reference in torch take it (its quantiser for CPUs is coarser near 0);
 *       codes and scales too
 *   <li>{@code transformers.Adafactor(scale_parameter=False, relative_step=False)} 5.5.4 on kernels permuted likewise and
 *       made matrices [out,kh·kw·in]
 *   <li>{@code prodigyopt.Prodigy(lr=1·(1 - t/20), d_coef=2, use_bias_correction=True, safeguard_warmup=True)} 1.1.2; d too
 *   <li>{@code lion_pytorch.Lion} 0.2.5
 *   <li>{@code diffusers.EMAModel(decay=0.9999)} 0.42.1 of the first three weights under AdamW
 * </ul>
 */
class OptimizerTest {

    private static final int STEPS = 10;
    private static final int WEIGHTS = 5;

    private SafeTensors vectors;
    private NDManager manager;
    private List<NDArray> weights;

    @BeforeEach
    void open() {
        Compute compute = Compute.choose("cpu");
        Compute.prepareThread();
        manager = compute.newManager();
        vectors = SafeTensors.open(Golden.resource("/graft/train/optimizers.safetensors"));
        weights = weights();
    }

    @AfterEach
    void close() {
        manager.close();
        vectors.close();
    }

    static List<Optimizer.Settings> all() {
        return List.of(
                new AdamW.Settings(0.9, 0.99, 1e-8, 0.5),
                new AdamW8bit.Settings(0.9, 0.99, 1e-8, 0.5),
                new Adafactor.Settings(1, 0.5),
                new Prodigy.Settings(0.9, 0.99, 1e-8, 0.5, 2),
                new Lion.Settings(0.9, 0.99, 0.5));
    }

    private List<NDArray> weights() {
        return IntStream.range(0, WEIGHTS)
                .mapToObj(i -> inOurLayout(Golden.array(manager, vectors, "weight." + i)))
                .toList();
    }

    /** Kernels of a model lie in channels-last memory. */
    private static NDArray inOurLayout(NDArray array) {
        return array.getShape().dimension() == 4 ? Operators.channelsLast(array) : array;
    }

    private List<NDArray> gradients(int step) {
        return IntStream.range(0, WEIGHTS)
                .mapToObj(i -> inOurLayout(Golden.array(manager, vectors, "gradient." + step + "." + i)))
                .toList();
    }

    private static double rate(Optimizer.Settings settings, int step) {
        return (settings instanceof Prodigy.Settings ? 1 : 1e-2) * (1 - (step - 1) / 20.0);
    }

    private Optimizer fresh(Optimizer.Settings settings) {
        return settings.create(List.of(new ParameterGroup(weights, 1)), manager);
    }

    private void take(Optimizer optimizer, Optimizer.Settings settings, int from, int to) {
        for (int step = from; step <= to; step++) {
            optimizer.step(gradients(step), rate(settings, step));
        }
    }

    @ParameterizedTest
    @MethodSource("all")
    void stepsAsItsPeerDoes(Optimizer.Settings settings) {
        Optimizer optimizer = fresh(settings);
        for (int step = 1; step <= STEPS; step++) {
            take(optimizer, settings, step, step);
            for (int i = 0; i < WEIGHTS && (step == 1 || step == STEPS); i++) {
                assertThat(distance(settings, i, settings.method().id() + "." + step + "." + i))
                        .as("weight %d after step %d", i, step)
                        .isLessThan(2e-6);
            }
        }
    }

    /** The largest difference, but for two roundings of the weight, over the largest change that was expected. */
    private double distance(Optimizer.Settings settings, int weight, String wanted) {
        float[] expected = vectors.floats(wanted);
        float[] found = asPeer(settings, weights.get(weight)).toFloatArray();
        float[] before = asPeer(settings, Golden.array(manager, vectors, "weight." + weight))
                .toFloatArray();
        double most = 0;
        double change = 0;
        for (int i = 0; i < expected.length; i++) {
            most = Math.max(most, Math.abs(found[i] - expected[i]) - 2 * Math.ulp(expected[i]));
            change = Math.max(change, Math.abs(expected[i] - before[i]));
        }
        return most / change;
    }

    private static NDArray asPeer(Optimizer.Settings settings, NDArray weight) {
        boolean permuted = settings instanceof AdamW8bit.Settings || settings instanceof Adafactor.Settings;
        return permuted && weight.getShape().dimension() == 4 ? weight.transpose(0, 2, 3, 1) : weight;
    }

    @Test
    void eightBitMeansHaveTheCodesAndScalesOfBitsandbytes() {
        Optimizer.Settings settings = new AdamW8bit.Settings(0.9, 0.99, 1e-8, 0.5);
        Optimizer optimizer = fresh(settings);
        take(optimizer, settings, 1, STEPS);
        Map<String, NDArray> state = optimizer.state();
        // The first three weights are too small for codes.
        for (int i = 3; i < WEIGHTS; i++) {
            for (String part : List.of("state1", "state2")) {
                float[] wanted = vectors.floats("adamw8bit." + part + "." + i);
                NDArray codes = state.get(part + "." + (i - 3));
                assertThat(codes.getDataType()).isEqualTo(DataType.UINT8);
                byte[] found = codes.toByteArray();
                for (int j = 0; j < wanted.length; j++) {
                    assertThat(Byte.toUnsignedInt(found[j]))
                            .as("%s of weight %d at %d", part, i, j)
                            .isEqualTo((int) wanted[j]);
                }
            }
            for (String part : List.of("absmax1", "absmax2")) {
                assertThat(state.get(part + "." + (i - 3)).toFloatArray())
                        .as(part)
                        .containsExactly(vectors.floats("adamw8bit." + part + "." + i));
            }
        }
    }

    @Test
    void theEightBitMapsAreBitsandbytes() {
        assertThat(AdamW8bit.dynamicMap(true)).containsExactly(vectors.floats("adamw8bit.qmap1"));
        assertThat(AdamW8bit.dynamicMap(false)).containsExactly(vectors.floats("adamw8bit.qmap2"));
    }

    @Test
    void eightBitMeansOfALargeWeightAreThoseOfItsBlocks() {
        int whole = 4096 * 256 + 5000; // more than is worked on at a time
        int cut = 4096 * 256 - 512;
        NDArray start = manager.create(KeyedRandom.of(1, "test", 0, "weight").normal(whole));
        NDArray gradient =
                manager.create(KeyedRandom.of(1, "test", 0, "gradient").normal(whole));
        String head = ":" + cut;
        String tail = cut + ":";
        List<NDArray> one = List.of(start.duplicate());
        List<NDArray> two = List.of(start.get(head).duplicate(), start.get(tail).duplicate());
        Optimizer.Settings settings = new AdamW8bit.Settings(0.9, 0.99, 1e-8, 0.5);
        Optimizer ofOne = settings.create(List.of(new ParameterGroup(one, 1)), manager);
        Optimizer ofTwo = settings.create(List.of(new ParameterGroup(two, 1)), manager);
        for (int step = 0; step < 3; step++) {
            ofOne.step(List.of(gradient), 1e-2);
            ofTwo.step(List.of(gradient.get(head), gradient.get(tail)), 1e-2);
        }
        assertThat(one.get(0).get(head).toFloatArray()).isEqualTo(two.get(0).toFloatArray());
        assertThat(one.get(0).get(tail).toFloatArray()).isEqualTo(two.get(1).toFloatArray());
    }

    @Test
    void prodigyEstimatesAsItsPeerDoes() {
        Optimizer.Settings settings = new Prodigy.Settings(0.9, 0.99, 1e-8, 0.5, 2);
        Optimizer optimizer = fresh(settings);
        take(optimizer, settings, 1, STEPS);
        double[] found = optimizer.state().get("d").toDoubleArray();
        float[] wanted = vectors.floats("prodigy.d");
        assertThat(found[0]).isGreaterThan(5e-6).isCloseTo(wanted[0], withinPercentage(0.001));
        assertThat(found[1]).isCloseTo(wanted[1], withinPercentage(0.001));
    }

    @Test
    void averagesAsDiffusersDoes() {
        List<NDArray> some = weights.subList(0, 3);
        Optimizer optimizer =
                new AdamW.Settings(0.9, 0.99, 1e-8, 0.5).create(List.of(new ParameterGroup(some, 1)), manager);
        Ema average = new Ema(some, manager);
        for (int step = 1; step <= STEPS; step++) {
            optimizer.step(gradients(step).subList(0, 3), 1e-2 * (1 - (step - 1) / 20.0));
            average.step(step);
        }
        average.apply();
        for (int i = 0; i < 3; i++) {
            assertThat(some.get(i).toFloatArray())
                    .as("weight %d", i)
                    .containsExactly(vectors.floats("ema." + i), within(1e-7f));
        }
    }

    @Test
    void theAverageNeverForgetsLessThanATenThousandth() {
        assertThat(Ema.decay(1)).isZero();
        assertThat(Ema.decay(11)).isEqualTo(11 / 20.0);
        assertThat(Ema.decay(1_000_000)).isEqualTo(0.9999);
    }

    @ParameterizedTest
    @MethodSource("all")
    void groupsLearnAtTheirOwnRates(Optimizer.Settings settings) {
        take(fresh(settings), settings, 1, 1);
        List<float[]> atHalf = weights.stream().map(NDArray::toFloatArray).toList();
        weights = weights();
        Optimizer optimizer = settings.create(
                List.of(
                        new ParameterGroup(weights.subList(0, 2), 2),
                        new ParameterGroup(List.of(), 7),
                        new ParameterGroup(weights.subList(2, WEIGHTS), 1)),
                manager);
        optimizer.step(gradients(1), 2 * rate(settings, 1));
        for (int i = 0; i < WEIGHTS; i++) {
            float[] before = vectors.floats("weight." + i);
            float[] found = weights.get(i).toFloatArray();
            double factor = i < 2 ? 2 : 1;
            for (int j = 0; j < before.length; j++) {
                double step = factor * (atHalf.get(i)[j] - before[j]);
                assertThat(found[j] - before[j])
                        .isCloseTo((float) step, within(4 * Math.ulp(before[j]) + 1e-7f * Math.abs((float) step)));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("all")
    void keepsNoMoreThanItNeeds(Optimizer.Settings settings) {
        long numbers = weights.stream().mapToLong(NDArray::size).sum();
        long bytes = fresh(settings).state().values().stream()
                .mapToLong(array -> array.size() * array.getDataType().getNumOfBytes())
                .sum();
        double most =
                switch ((Optimizer.Kind) settings.method()) {
                    case ADAMW -> 8;
                    case ADAMW8BIT -> 2.5; // two codes, two scales for each 256 of them, and the small weights
                    case ADAFACTOR -> 1.25; // mostly the columns of the matrix that has but two rows
                    case PRODIGY -> 16.01;
                    case LION -> 4;
                };
        assertThat((double) bytes / numbers).isLessThanOrEqualTo(most);
    }
}
