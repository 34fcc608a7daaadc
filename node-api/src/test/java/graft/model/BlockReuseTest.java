package graft.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import graft.file.BuiltIn;
import graft.node.Problem;
import graft.tensor.Compute;
import graft.tensor.NativeArrays;
import graft.tensor.Scope;
import graft.tensor.TorchRandom;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A shallow call against what it is by definition: the shallow blocks of now over the deep feature of then.
 *
 * <p>With the same input then and now that is the whole network, bit for bit, so the skips and the feature are the right ones; of
 * another input it must follow the shallow blocks' weights and not the deep ones'.
 */
class BlockReuseTest {

    private static final Compute COMPUTE = Compute.choose("cpu");
    private static Checkpoint model;
    private static NDManager memory;

    @BeforeAll
    static void load() {
        Compute.prepareThread();
        model = Checkpoint.load(BuiltIn.path("builtin:emoji-sd"), COMPUTE);
        memory = COMPUTE.newManager();
    }

    @AfterAll
    static void free() {
        memory.close();
        model.close();
    }

    private static NDArray latents(long seed) {
        return new TorchRandom(seed).randn(memory, 2, 4, 16, 12);
    }

    private static float[] whole(NDArray latents, float time, Patches patches) {
        try (Scope scope = Scope.open()) {
            return model.network()
                    .forward(latents, times(time), context(), patches)
                    .toFloatArray();
        }
    }

    private static float[] reusing(NDArray latents, float time, Patches patches, DeepFeature deep) {
        try (Scope scope = Scope.open()) {
            return model.network()
                    .forward(latents, times(time), context(), patches, deep)
                    .toFloatArray();
        }
    }

    private static NDArray times(float time) {
        return memory.ones(new Shape(2)).mul(time);
    }

    private static Context context() {
        return Context.of(new TorchRandom(3).randn(memory, 2, 77, 128));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void overItsOwnFeatureAShallowCallIsTheWholeNetwork(int depth) {
        DeepFeature deep = new DeepFeature(depth, memory);
        float[] expected = whole(latents(1), 700, Patches.NONE);

        assertThat(reusing(latents(1), 700, Patches.NONE, deep)).isEqualTo(expected);
        assertThat(deep.isThere()).isTrue();
        assertThat(reusing(latents(1), 700, Patches.NONE, deep)).isEqualTo(expected);
        assertThat(reusing(latents(1), 700, Patches.NONE, deep)).isEqualTo(expected); // nothing was changed in place
        deep.forget();
        assertThat(reusing(latents(2), 600, Patches.NONE, deep)).isEqualTo(whole(latents(2), 600, Patches.NONE));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void overAnEarlierFeatureItFollowsTheShallowBlocksAlone(int depth) {
        int last = model.network().levels() - 1;
        Patches shallow = changed("down_blocks.0.resnets.0.conv1");
        Patches innermost = changed("mid_block.resnets.0.conv1");
        Patches second = changed("up_blocks." + (last - 1) + ".resnets.0.conv1");
        DeepFeature deep = new DeepFeature(depth, memory);
        reusing(latents(1), 700, Patches.NONE, deep);

        float[] now = reusing(latents(2), 690, Patches.NONE, deep);

        assertThat(now).isNotEqualTo(whole(latents(2), 690, Patches.NONE));
        assertThat(reusing(latents(2), 690, innermost, deep)).isEqualTo(now);
        assertThat(reusing(latents(2), 690, shallow, deep)).isNotEqualTo(now);
        // the second level is deep where one level runs, and shallow where two do
        if (depth == 1) {
            assertThat(reusing(latents(2), 690, second, deep)).isEqualTo(now);
        } else {
            assertThat(reusing(latents(2), 690, second, deep)).isNotEqualTo(now);
        }
        deep.forget();
        reusing(latents(3), 700, Patches.NONE, deep);
        assertThat(reusing(latents(2), 690, Patches.NONE, deep)).isNotEqualTo(now);
    }

    private static Patches changed(String module) {
        long[] shape = model.network().weightShape(module);
        NDArray down = memory.ones(new Shape(1, shape[1], shape[2], shape[3])).mul(0.05f);
        NDArray up = memory.ones(new Shape(shape[0], 1, 1, 1)).mul(0.05f);
        return Patches.of(Map.of(module, List.of(new LowRank(down, up, 1))));
    }

    @Test
    void nothingIsLeftBehind() {
        try (NDManager walk = COMPUTE.newManager()) {
            DeepFeature deep = new DeepFeature(1, walk);
            NDArray x = latents(1);
            Context context = context();
            NDArray times = times(5);
            whole(x, 5, Patches.NONE); // reads the weights
            long before = NativeArrays.count();
            for (int i = 0; i < 6; i++) {
                if (i % 3 == 0) {
                    deep.forget();
                }
                try (Scope scope = Scope.open()) {
                    model.network().forward(x, times, context, Patches.NONE, deep);
                }
            }
            assertThat(NativeArrays.count()).isEqualTo(before + 1);
        }
    }

    @Test
    void whatCannotBeReusedIsRefused() {
        assertThatThrownBy(() -> model.with(new BlockReuse(2, 8, 0, 1)))
                .isInstanceOfSatisfying(Problem.class, problem -> {
                    assertThat(problem.socket()).hasValue("depth");
                    assertThat(problem).hasMessageContaining("set depth to");
                });
        try (Checkpoint other = model.withNetwork(FakeNetwork.of((x, t, context) -> x))) {
            assertThatThrownBy(() -> other.with(new BlockReuse(2, 1, 0, 1)))
                    .isInstanceOfSatisfying(Problem.class, problem -> {
                        assertThat(problem.socket()).hasValue("model");
                        assertThat(problem).hasMessageContaining("its network is not made of levels");
                    });
        }
    }
}
