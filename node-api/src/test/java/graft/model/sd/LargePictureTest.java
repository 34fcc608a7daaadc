package graft.model.sd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import graft.model.Checkpoint;
import graft.model.Context;
import graft.model.Network;
import graft.model.Patches;
import graft.tensor.Compute;
import graft.tensor.Gradient;
import graft.tensor.Operators;
import graft.tensor.Scope;
import graft.tensor.TorchRandom;
import graft.tensor.WholeLayers;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** What a transformer holds between its two widest layers is made piece by piece for a large picture, and whole while it is recorded. */
class LargePictureTest {

    private static final Compute CPU = Compute.choose("cpu");

    @Test
    void pieceByPieceTheNetworkPredictsTheSame() {
        Compute.prepareThread();
        try (Checkpoint model = SmallModel.checkpoint(CPU);
                NDManager manager = CPU.newManager();
                Scope scope = Scope.open()) {
            TorchRandom random = new TorchRandom(5);
            Network network = model.network();
            // 2,304 and then 2,500 positions: not a whole number of pieces.
            for (int side : new int[] {48, 50}) {
                NDArray latents = random.randn(manager, 1, 4, side, side);
                Context context = Context.of(random.randn(manager, 1, 77, 16));
                NDArray times = manager.create(new float[] {300});
                Supplier<NDArray> predicted = () -> network.forward(latents, times, context, Patches.NONE);
                NDArray pieces = predicted.get();
                Gradient.leaf(latents);
                float[] whole = Gradient.on(predicted).stopGradient().toFloatArray();
                float[] found = pieces.toFloatArray();
                assertThat(found.length).isEqualTo(whole.length);
                for (int i = 0; i < whole.length; i++) {
                    assertThat(found[i]).isCloseTo(whole[i], within(2e-5f));
                }
            }
        }
    }

    @Test
    void inWholeNumbersEachPositionIsTheSameWhateverIsBesideIt() {
        assumeTrue(Operators.hasWholeProducts(), "this processor does not multiply whole numbers");
        Compute.prepareThread();
        try (NDManager manager = CPU.newManager();
                Scope scope = Scope.open()) {
            TorchRandom random = new TorchRandom(7);
            NDArray ones = manager.ones(new Shape(64));
            // Those of the attentions before it come first in a transformer's list.
            List<NDArray> weights = new ArrayList<>(Collections.nCopies(20, Operators.NONE));
            weights.addAll(List.of(
                    ones,
                    ones,
                    WholeLayers.rows(manager, 512, 64),
                    WholeLayers.scales(manager, 512),
                    WholeLayers.rows(manager, 64, 256),
                    WholeLayers.scales(manager, 64)));
            NDArray x = random.randn(manager, 2, 5000, 64);
            NDArray some = x.get("1:2,3000:4000");
            float[] alone =
                    UNetBlocks.feedForward(some, weights, Operators.NO_UPDATES).toFloatArray();
            NDArray all = UNetBlocks.feedForward(x, weights, Operators.NO_UPDATES);
            assertThat(all.get("1:2,3000:4000").toFloatArray()).containsExactly(alone);
        }
    }
}
