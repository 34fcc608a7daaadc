package graft.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import graft.sample.NoiseSchedule;
import graft.tensor.Compute;
import graft.tensor.Gradient;
import graft.tensor.Scope;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ObjectiveTest {

    private static final int SAMPLES = 64;

    private final NoiseSchedule schedule =
            NoiseSchedule.of("scaled_linear", 0.00085, 0.012, 1000, "epsilon", "leading", 1, false);
    private final Objective objective = new Objective(schedule, 5);

    @Test
    void theGradientIsTheSameWhenJavaCollectsItsGarbageBetweenLossAndBackward() {
        Compute.choose("cpu");
        Compute.prepareThread();
        try (NDManager manager = Compute.of("cpu").newManager()) {
            float[] expected = gradient(manager, () -> {});
            for (int round = 0; round < 5; round++) {
                assertThat(gradient(manager, ObjectiveTest::reuseFreedBuffers)).containsExactly(expected);
            }
        }
    }

    @Test
    void aMaskWeighsTheSquaredErrorOfEachPlaceAndTheMeanIsOverAll() {
        Compute.choose("cpu");
        Compute.prepareThread();
        Objective plain = new Objective(schedule, 0);
        Shape shape = new Shape(2, 2, 1, 2);
        try (NDManager manager = Compute.of("cpu").newManager();
                Scope scope = Scope.open()) {
            NDArray noise = manager.create(new float[] {1, 2, 3, 4, 1, 1, 1, 1}, shape);
            Batch batch = Batch.of(manager.ones(shape), noise, new int[] {5, 9}, manager.ones(shape));
            NDArray mask = manager.create(new float[] {1, 0.1f, 1, 1}, new Shape(2, 1, 1, 2));

            float found = plain.loss((noised, times, context) -> noised.mul(0), batch.masked(Optional.of(mask)))
                    .getFloat();

            // The first sample: (1 + 0.1·4 + 9 + 0.1·16)/4; the second: 1.
            assertThat(found).isCloseTo((float) ((12.0 / 4 + 1) / 2), within(1e-6f));
        }
    }

    /** The gradient of a network that is one factor for each sample. */
    private float[] gradient(NDManager manager, Runnable between) {
        Shape shape = new Shape(SAMPLES, 1, 1, 1);
        int[] timesteps = new int[SAMPLES];
        float[] noise = new float[SAMPLES];
        for (int i = 0; i < SAMPLES; i++) {
            timesteps[i] = 15 * i;
            noise[i] = 1 + i;
        }
        try (Scope scope = Scope.open()) {
            NDArray factors = Gradient.leaf(manager.ones(shape));
            Batch batch = Batch.of(manager.ones(shape), manager.create(noise, shape), timesteps, manager.ones(shape));
            return Gradient.on(() -> {
                NDArray loss = objective.loss((noised, times, context) -> noised.mul(factors), batch);
                between.run();
                return Gradient.of(loss, List.of(factors)).get(0).toFloatArray();
            });
        }
    }

    /** Lets go of every buffer that nobody holds and writes over its memory. */
    private static void reuseFreedBuffers() {
        BufferPoolMXBean direct = ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .filter(pool -> pool.getName().equals("direct"))
                .findFirst()
                .orElseThrow();
        long before = direct.getCount();
        for (int i = 0; i < 20 && direct.getCount() >= before; i++) {
            System.gc();
        }
        for (int i = 0; i < 2000; i++) {
            ByteBuffer junk = ByteBuffer.allocateDirect(SAMPLES * Float.BYTES);
            while (junk.hasRemaining()) {
                junk.put((byte) 0x7f);
            }
        }
    }
}
