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
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Consumer;

/**
 * A training's state as a file, from which it goes on bit for bit: what learns, the optimiser's state, the losses so far.
 *
 * <p>safetensors: arrays by name in the type that they have, {@code losses} [steps,4] float64 (loss, its part for prior
 * preservation or NaN, learning rate, gradient norm), {@code validations} [n,2] float64 (step, loss), and {@code judged} [n] bytes where
 * the training is judged; in its metadata
 * {@code optimizer} and {@code training}, the file's own name, which the engine makes of all that the training depends on. All random numbers are keyed by the step, so the step is the random
 * cursor and the order of the data too. Written whole or not at all, array by array: it may be larger than the Java heap.
 */
final class TrainingState {

    private static final String FORMAT = "graft training state 3";
    private static final String LOSSES = "losses";
    private static final String VALIDATIONS = "validations";
    private static final String JUDGED = "judged";
    /** Numbers of each row of these tables. */
    private static final Map<String, Integer> COLUMNS = Map.of(LOSSES, 4, VALIDATIONS, 2);

    private TrainingState() {}

    /**
     * Writes arrays of any type, by name.
     *
     * @param optimizer its id
     * @param judged what a judge goes on from
     * @throws Problem naming the file when it cannot be written; an older one is then as it was
     */
    static void write(
            Path file, String optimizer, Map<String, NDArray> arrays, Losses losses, Optional<byte[]> judged) {
        List<Tensor> tensors = new ArrayList<>();
        arrays.forEach((name, array) -> tensors.add(StoredArrays.tensor(name, array)));
        tensors.add(table(
                LOSSES,
                losses.steps().stream()
                        .map(step -> new double[] {
                            step.loss(), step.prior().orElse(Double.NaN), step.learningRate(), step.gradientNorm()
                        })
                        .toList()));
        tensors.add(table(
                VALIDATIONS,
                losses.validations().stream()
                        .map(look -> new double[] {look.step(), look.loss()})
                        .toList()));
        judged.ifPresent(
                bytes -> tensors.add(new Tensor(JUDGED, DType.U8, new long[] {bytes.length}, ByteBuffer.wrap(bytes))));
        SafeTensors.write(file, tensors, Map.of("format", FORMAT, "optimizer", optimizer, "training", name(file)));
    }

    private static Tensor table(String name, List<double[]> rows) {
        int columns = COLUMNS.get(name);
        ByteBuffer numbers =
                ByteBuffer.allocate(rows.size() * columns * Double.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        rows.forEach(row -> Arrays.stream(row).forEach(numbers::putDouble));
        return new Tensor(name, DType.F64, new long[] {rows.size(), columns}, numbers.flip());
    }

    private static String name(Path file) {
        return file.getFileName().toString();
    }

    /**
     * Puts what was saved into the arrays.
     *
     * @param judged is given what a judge goes on from, last of all
     * @return the losses so far, as many as steps were taken
     * @throws Problem naming the file when it is damaged or of another training: the arrays are then as they were; or when
     *     the disk fails while they are read
     */
    static Losses read(Path file, String optimizer, Map<String, NDArray> arrays, Optional<Consumer<byte[]>> judged) {
        try (SafeTensors saved = SafeTensors.open(file)) {
            check(saved, optimizer, arrays, judged.isPresent());
            StoredArrays.read(saved, arrays);
            List<Losses.Step> steps = new ArrayList<>();
            ByteBuffer losses = saved.bytes(LOSSES);
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
            ByteBuffer validations = saved.bytes(VALIDATIONS);
            while (validations.hasRemaining()) {
                looks.add(new Losses.Validation((int) validations.getDouble(), validations.getDouble()));
            }
            judged.ifPresent(of -> {
                ByteBuffer bytes = saved.bytes(JUDGED);
                byte[] all = new byte[bytes.remaining()];
                bytes.get(all);
                of.accept(all);
            });
            return new Losses(steps, looks);
        }
    }

    private static void check(SafeTensors saved, String optimizer, Map<String, NDArray> arrays, boolean judged) {
        if (!FORMAT.equals(saved.metadata().get("format"))) {
            throw other(saved, "it is no training state of this version");
        }
        String training = saved.metadata().get("training");
        if (!name(saved.file()).equals(training)) {
            throw other(saved, "it is the state of another training, " + training);
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
        if (judged && !saved.names().contains(JUDGED)) {
            throw other(saved, "it has nothing of a judge");
        }
        for (String name : saved.names()) {
            if (!(judged && name.equals(JUDGED)) && !COLUMNS.containsKey(name) && !arrays.containsKey(name)) {
                throw other(saved, "it has " + name + ", which this training has not");
            }
        }
        COLUMNS.forEach((name, columns) -> {
            SafeTensors.Entry table = saved.entry(name);
            if (table.dtype() != DType.F64 || table.shape().length != 2 || table.shape()[1] != columns) {
                throw other(saved, "its " + name + " are not rows of " + columns + " numbers");
            }
        });
    }

    private static Problem other(SafeTensors saved, String why) {
        return new Problem("cannot take up the training in " + saved.file(), why, "remove the file to begin anew");
    }
}
