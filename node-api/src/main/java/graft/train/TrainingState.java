package graft.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import graft.file.SafeTensors;
import graft.file.SafeTensors.DType;
import graft.file.SafeTensors.Tensor;
import graft.node.Problem;
import graft.tensor.Operators;
import graft.tensor.Scope;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * A training's state as a file, from which it goes on bit for bit: what learns, the optimiser's means, the losses so far.
 *
 * <p>safetensors: {@code array.0}, {@code array.1} … float32 in the order given, {@code losses} [steps,3] float64 (loss,
 * learning rate, gradient norm). All random numbers are keyed by the step, so the step is the random cursor and the order
 * of the data too. Written whole or not at all.
 */
final class TrainingState {

    private static final String FORMAT = "graft training state 1";

    private TrainingState() {}

    /** @throws Problem naming the file when it cannot be written; an older one is then as it was */
    static void write(Path file, List<NDArray> arrays, List<Losses.Step> steps) {
        List<Tensor> tensors = new ArrayList<>();
        for (int i = 0; i < arrays.size(); i++) {
            NDArray array = arrays.get(i);
            tensors.add(Tensor.of("array." + i, DType.F32, array.getShape().getShape(), array.toFloatArray()));
        }
        ByteBuffer losses = ByteBuffer.allocate(steps.size() * 3 * Double.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        steps.forEach(step ->
                losses.putDouble(step.loss()).putDouble(step.learningRate()).putDouble(step.gradientNorm()));
        tensors.add(new Tensor("losses", DType.F64, new long[] {steps.size(), 3}, losses.flip()));
        SafeTensors.write(file, tensors, Map.of("format", FORMAT));
    }

    /**
     * Puts what was saved into the arrays.
     *
     * @return the losses so far, as many as steps were taken
     * @throws Problem naming the file when it is damaged or of another training; the arrays are then as they were
     */
    static List<Losses.Step> read(Path file, List<NDArray> arrays, NDManager manager) {
        try (SafeTensors saved = SafeTensors.open(file);
                Scope scope = Scope.open()) {
            if (!FORMAT.equals(saved.metadata().get("format"))) {
                throw other(file, "it is no training state of this version");
            }
            List<NDArray> values = new ArrayList<>();
            for (int i = 0; i < arrays.size(); i++) {
                String name = "array." + i;
                long[] shape = arrays.get(i).getShape().getShape();
                if (!saved.names().contains(name)
                        || !Arrays.equals(saved.entry(name).shape(), shape)) {
                    throw other(file, "its " + name + " is not of shape " + Arrays.toString(shape));
                }
                values.add(manager.create(saved.floats(name), new Shape(shape)));
            }
            Operators.assign(arrays, values);
            List<Losses.Step> steps = new ArrayList<>();
            ByteBuffer losses = saved.bytes("losses");
            while (losses.hasRemaining()) {
                steps.add(
                        new Losses.Step(steps.size() + 1, losses.getDouble(), losses.getDouble(), losses.getDouble()));
            }
            return steps;
        }
    }

    private static Problem other(Path file, String why) {
        return new Problem("cannot take up the training in " + file, why, "remove the file to begin anew");
    }
}
