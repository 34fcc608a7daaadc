package graft.model;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import graft.Golden;
import graft.tensor.Compute;
import graft.tensor.NativeArrays;
import graft.tensor.Scope;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class NativeArraysTest {

    private static final Compute CPU = Compute.choose("cpu");

    @BeforeEach
    void prepareThread() {
        Compute.prepareThread();
    }

    @Test
    void repeatedUseOfAModelLeavesNoArrays() {
        List<Long> counts = new ArrayList<>();
        try (Checkpoint model = Checkpoint.load(Golden.ours("sd15"), CPU)) {
            for (int i = 0; i < 4; i++) {
                useAllParts(model);
                counts.add(NativeArrays.count());
            }
        }
        assertThat(counts.subList(1, 4)).containsOnly(counts.get(0));
    }

    @Test
    void aClosedModelLeavesNoArrays() {
        List<Long> counts = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            try (Checkpoint model = Checkpoint.load(Golden.ours("sd15"), CPU)) {
                useAllParts(model);
            }
            counts.add(NativeArrays.count());
        }
        assertThat(counts.subList(1, 3)).containsOnly(counts.get(0));
    }

    private static void useAllParts(Checkpoint model) {
        try (NDManager manager = CPU.newManager();
                Scope scope = Scope.open()) {
            Context context = Context.of(
                    scope.keep(model.encoder(Parts.TEXT).encode(new int[][] {{1, 2, 3}}, Patches.NONE), manager));
            NDArray latents = model.vae().encode(manager.ones(new Shape(1, 3, 64, 64)), null);
            NDArray noise = model.network().forward(latents, manager.ones(new Shape(1)), context, Patches.NONE);
            assertThat(model.vae().decode(noise).getShape()).isEqualTo(new Shape(1, 3, 64, 64));
        }
    }

    @Test
    void whatIsKeptLeavesAllOpenScopes() {
        try (NDManager manager = CPU.newManager()) {
            NDArray fromOuter;
            NDArray fromInner;
            NDArray dropped;
            try (Scope outer = Scope.open()) {
                fromOuter = manager.ones(new Shape(2));
                dropped = manager.ones(new Shape(2));
                try (Scope inner = Scope.open()) {
                    fromInner = inner.keep(manager.ones(new Shape(2)), manager);
                    inner.keep(fromOuter, manager);
                }
                outer.keep(fromInner, manager);
            }
            assertThat(fromOuter.isReleased()).isFalse();
            assertThat(fromInner.isReleased()).isFalse();
            assertThat(dropped.isReleased()).isTrue();
        }
    }
}
