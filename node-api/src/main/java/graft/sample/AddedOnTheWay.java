package graft.sample;

import ai.djl.ndarray.NDArray;
import graft.model.NetworkHook;
import graft.model.NetworkPass;
import graft.node.Problem;
import graft.tensor.Operators;
import java.util.Map;

/**
 * Adds something to what blocks of a network give, at one call.
 *
 * @param added by the blocks' module paths
 */
record AddedOnTheWay(Map<String, NDArray> added) implements NetworkHook {

    @Override
    public NDArray block(String block, NDArray output, NetworkPass pass) {
        NDArray more = added.get(block);
        if (more == null) {
            return output;
        }
        if (!more.getShape().equals(output.getShape())) {
            throw new Problem(
                    "the T2I-Adapter does not fit the model",
                    "at " + block + " it adds numbers of shape " + more.getShape() + " to some of shape "
                            + output.getShape(),
                    "choose a T2I-Adapter that was made for this family of models, and a size that 64 divides");
        }
        return output.add(Operators.like(more, output));
    }
}
