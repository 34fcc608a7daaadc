package graft.train;

import ai.djl.ndarray.NDArray;
import graft.file.SafeTensors;
import graft.file.SafeTensors.DType;
import graft.file.SafeTensors.Tensor;
import graft.model.StoredArrays;
import graft.node.Problem;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * A training's state as a file, from which it goes on bit for bit: what learns, the optimiser's state, the losses so far.
 *
 * <p>safetensors: arrays by name in the type that they have, {@code losses} [steps,3] float64 (loss, learning rate,
 * gradient norm); in its metadata {@code optimizer}. All random numbers are keyed by the step, so the step is the random
 * cursor and the order of the data too. Written whole or not at all, array by array: it may be larger than the Java heap.
 */
final class TrainingState {

    private static final String FORMAT = "graft training state 2";
    private static final String LOSSES = "losses";

    private TrainingState() {}

    /**
     * Writes arrays of any type, by name.
     *
     * @param optimizer its id
     * @throws Problem naming the file when it cannot be written; an older one is then as it was
     */
    static void write(Path file, String optimizer, Map<String, NDArray> arrays, List<Losses.Step> steps) {
        List<Tensor> tensors = new ArrayList<>();
        arrays.forEach((name, array) -> tensors.add(StoredArrays.tensor(name, array)));
        ByteBuffer losses = ByteBuffer.allocate(steps.size() * 3 * Double.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        steps.forEach(step ->
                losses.putDouble(step.loss()).putDouble(step.learningRate()).putDouble(step.gradientNorm()));
        tensors.add(new Tensor(LOSSES, DType.F64, new long[] {steps.size(), 3}, losses.flip()));
        SafeTensors.write(file, tensors, Map.of("format", FORMAT, "optimizer", optimizer));
    }

    /**
     * Puts what was saved into the arrays.
     *
     * @return the losses so far, as many as steps were taken
     * @throws Problem naming the file when it is damaged or of another training: the arrays are then as they were; or when
     *     the disk fails while they are read
     */
    static List<Losses.Step> read(Path file, String optimizer, Map<String, NDArray> arrays) {
        try (SafeTensors saved = SafeTensors.open(file)) {
            check(saved, optimizer, arrays);
            StoredArrays.read(saved, arrays);
            List<Losses.Step> steps = new ArrayList<>();
            ByteBuffer losses = saved.bytes(LOSSES);
            while (losses.hasRemaining()) {
                steps.add(
                        new Losses.Step(steps.size() + 1, losses.getDouble(), losses.getDouble(), losses.getDouble()));
            }
            return steps;
        }
    }

    private static void check(SafeTensors saved, String optimizer, Map<String, NDArray> arrays) {
        if (!FORMAT.equals(saved.metadata().get("format"))) {
            throw other(saved, "it is no training state of this version");
        }
        String trained = saved.metadata().get("optimizer");
        if (!optimizer.equals(trained)) {
            throw other(saved, "it is of a training with " + trained + " and this one is with " + optimizer);
        }
        arrays.forEach((name, array) -> {
            if (!saved.names().contains(name)) {
                throw other(saved, "it has no " + name);
            }
            SafeTensors.Entry entry = saved.entry(name);
            long[] shape = array.getShape().getShape();
            DType dtype = StoredArrays.dtype(array.getDataType());
            if (!Arrays.equals(entry.shape(), shape) || entry.dtype() != dtype) {
                throw other(
                        saved,
                        "its " + name + " is " + entry.dtype() + " " + Arrays.toString(entry.shape()) + " where "
                                + dtype + " " + Arrays.toString(shape) + " is expected");
            }
        });
        for (String name : saved.names()) {
            if (!name.equals(LOSSES) && !arrays.containsKey(name)) {
                throw other(saved, "it has " + name + ", which this training has not");
            }
        }
        SafeTensors.Entry losses = saved.entry(LOSSES);
        if (losses.dtype() != DType.F64 || losses.shape().length != 2 || losses.shape()[1] != 3) {
            throw other(saved, "its losses are not three numbers for each step");
        }
    }

    private static Problem other(SafeTensors saved, String why) {
        return new Problem("cannot take up the training in " + saved.file(), why, "remove the file to begin anew");
    }
}
