package graft.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A text of TorchScript that anyone may bring: a class and a function of its own, over the functions that all share. */
class ScriptedModuleTest {

    private static final ScriptedModule GATED = new ScriptedModule(ScriptedModuleTest.class, "gated.torchscript");

    private NDManager manager;

    @BeforeEach
    void open() {
        Compute.prepareThread();
        manager = Compute.choose("cpu").newManager();
    }

    @AfterEach
    void close() {
        manager.close();
    }

    private static double gated(double x) {
        return x / (1 + Math.exp(-x));
    }

    /** w·(2, 3) is (2, −1); the update adds half of up·down·(2, 3) = (5, 10) to it. */
    @Test
    void aBlockOfItsOwnComputesWithTheSharedFunctions() {
        try (Scope scope = Scope.open()) {
            NDArray x = manager.create(new float[] {2, 3}, new Shape(1, 2));
            NDArray weight = manager.create(new float[] {1, 0, 1, -1}, new Shape(2, 2));
            List<NDArray> weights = List.of(weight, Operators.NONE);
            NDArray plain = GATED.call("gate")
                    .with(x)
                    .with(Operators.NONE)
                    .with("w[]", weights)
                    .with(Operators.NO_UPDATES)
                    .run();
            assertThat(plain.toFloatArray())
                    .containsExactly(new float[] {(float) gated(2), (float) gated(-1)}, within(1e-6f));
            Updates.Builder builder = new Updates.Builder();
            builder.update(
                    manager.create(new float[] {1, 1}, new Shape(1, 2)),
                    manager.create(new float[] {1, 2}, new Shape(2, 1)),
                    0.5);
            builder.next();
            try (Updates updates = builder.build()) {
                NDArray changed = GATED.call("gate")
                        .with(x)
                        .with(manager.create(new float[] {10}))
                        .with("w[]", weights)
                        .with(updates)
                        .run();
                assertThat(changed.toFloatArray())
                        .containsExactly(
                                new float[] {(float) (10 * gated(4.5)), (float) (10 * gated(4))}, within(1e-5f));
            }
        }
    }

    @Test
    void aMethodMayGiveSeveralArrays() {
        try (Scope scope = Scope.open()) {
            List<NDArray> halves = GATED.call("halves")
                    .with(manager.create(new float[] {1, 2, 3, 4}, new Shape(1, 4)))
                    .runList();
            assertThat(halves).hasSize(2);
            assertThat(halves.get(1).toFloatArray()).containsExactly(3, 4);
        }
    }

    @Test
    void whatCannotBeLoadedIsNamed() {
        assertThatThrownBy(() -> new ScriptedModule(ScriptedModuleTest.class, "missing.torchscript"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("missing.torchscript");
        assertThatThrownBy(() -> new ScriptedModule(ScriptedModuleTest.class, "wrong.torchscript"))
                .isInstanceOf(EngineException.class)
                .hasMessageContaining("nowhere");
    }
}
