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
import java.util.OptionalDouble;

/**
 * A training's state as a file, from which it goes on bit for bit: what learns, the optimiser's means, the losses so far.
 *
 * <p>safetensors: {@code array.0}, {@code array.1} … float32 in the order given, {@code losses} [steps,4] float64 (loss, its
 * part for prior preservation or NaN, learning rate, gradient norm), {@code validations} [n,2] float64 (step, loss). All random numbers are keyed by the step, so the step is the random cursor and the order
 * of the data too. It bears its own name, which the engine makes of all that the training depends on. Written whole or not at all.
 */
final class TrainingState {

    private static final String FORMAT = "graft training state 2";

    private TrainingState() {}

    /** @throws Problem naming the file when it cannot be written; an older one is then as it was */
    static void write(Path file, List<NDArray> arrays, Losses losses) {
        List<Tensor> tensors = new ArrayList<>();
        for (int i = 0; i < arrays.size(); i++) {
            NDArray array = arrays.get(i);
            tensors.add(Tensor.of("array." + i, DType.F32, array.getShape().getShape(), array.toFloatArray()));
        }
        tensors.add(table(
                "losses",
                4,
                losses.steps().stream()
                        .map(step -> new double[] {
                            step.loss(), step.prior().orElse(Double.NaN), step.learningRate(), step.gradientNorm()
                        })
                        .toList()));
        tensors.add(table(
                "validations",
                2,
                losses.validations().stream()
                        .map(look -> new double[] {look.step(), look.loss()})
                        .toList()));
        SafeTensors.write(file, tensors, Map.of("format", FORMAT, "training", name(file)));
    }

    private static Tensor table(String name, int columns, List<double[]> rows) {
        ByteBuffer numbers =
                ByteBuffer.allocate(rows.size() * columns * Double.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        rows.forEach(row -> Arrays.stream(row).forEach(numbers::putDouble));
        return new Tensor(name, DType.F64, new long[] {rows.size(), columns}, numbers.flip());
    }

    /**
     * Puts what was saved into the arrays.
     *
     * @return the losses so far, as many as steps were taken
     * @throws Problem naming the file when it is damaged or of another training; the arrays are then as they were
     */
    static Losses read(Path file, List<NDArray> arrays, NDManager manager) {
        try (SafeTensors saved = SafeTensors.open(file);
                Scope scope = Scope.open()) {
            if (!FORMAT.equals(saved.metadata().get("format"))) {
                throw other(file, "it is no training state of this version");
            }
            if (!name(file).equals(saved.metadata().get("training"))) {
                throw other(
                        file,
                        "it is the state of another training, "
                                + saved.metadata().get("training"));
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
                double loss = losses.getDouble();
                double prior = losses.getDouble();
                steps.add(new Losses.Step(
                        steps.size() + 1,
                        loss,
                        Double.isNaN(prior) ? OptionalDouble.empty() : OptionalDouble.of(prior),
                        losses.getDouble(),
                        losses.getDouble()));
            }
            List<Losses.Validation> looks = new ArrayList<>();
            ByteBuffer validations = saved.bytes("validations");
            while (validations.hasRemaining()) {
                looks.add(new Losses.Validation((int) validations.getDouble(), validations.getDouble()));
            }
            return new Losses(steps, looks);
        }
    }

    /** A state is named by what its training depends on, so that one under another's name is told. */
    private static String name(Path file) {
        return file.getFileName().toString();
    }

    private static Problem other(Path file, String why) {
        return new Problem("cannot take up the training in " + file, why, "remove the file to begin anew");
    }
}
