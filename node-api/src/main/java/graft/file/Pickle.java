package graft.file;

import graft.file.SafeTensors.DType;
import graft.file.TorchTensor.Storage;
import java.math.BigInteger;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Map.Entry;

/**
 * Reads what {@code torch.save} wrote with Python's pickle, and runs nothing: only instructions that build data are
 * known, and only the few names that stand for tensors and containers.
 *
 * <p>Values come as {@code null}, {@link Boolean}, {@link Long}, {@link Double}, {@link String}, {@link List} (tuples
 * too), {@link Map} with keys of texts and numbers, and {@link TorchTensor}; what is of no use here (sets, numpy's
 * scalars, bytes, integers of more than 64 bits) as {@link #INERT}. Values may hold themselves: whoever walks them
 * bounds the depth. Format: Python {@code pickletools.py}, protocols 2 to 5; the names are those of A1111's
 * {@code modules/safe.py}.
 */
final class Pickle {

    /** The bytes are no pickle, or one that asks for more than data; the message says which, without the file. */
    static final class Invalid extends Exception {

        private static final long serialVersionUID = 1;

        Invalid(String message) {
            super(message);
        }

        Invalid(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /** Finds the numbers that a pickle names. */
    @FunctionalInterface
    interface Storages {
        Storage of(String key, DType dtype, long elements) throws Invalid;
    }

    /** A value that is there and of no use. */
    static final Object INERT = new Object();

    private static final Object MARK = new Object();

    /** Far above what a model takes; bounds time and memory, whatever a file says. */
    private static final int MOST_STEPS = 1_000_000;

    /** What may be called, by what the call gives. */
    private enum Callable {
        DICTIONARY,
        TENSOR,
        PARAMETER,
        NOTHING_OF_USE
    }

    private static final Map<String, Object> NAMES = Map.ofEntries(
            Map.entry("collections.OrderedDict", Callable.DICTIONARY),
            Map.entry("torch.nn.modules.container.ParameterDict", Callable.DICTIONARY),
            Map.entry("torch._utils._rebuild_tensor", Callable.TENSOR),
            Map.entry("torch._utils._rebuild_tensor_v2", Callable.TENSOR),
            Map.entry("torch._utils._rebuild_parameter", Callable.PARAMETER),
            Map.entry("__builtin__.set", Callable.NOTHING_OF_USE),
            Map.entry("builtins.set", Callable.NOTHING_OF_USE),
            Map.entry("torch.Size", Callable.NOTHING_OF_USE),
            Map.entry("torch.device", Callable.NOTHING_OF_USE),
            Map.entry("_codecs.encode", Callable.NOTHING_OF_USE),
            Map.entry("numpy.dtype", Callable.NOTHING_OF_USE),
            Map.entry("numpy.core.multiarray.scalar", Callable.NOTHING_OF_USE),
            Map.entry("numpy._core.multiarray.scalar", Callable.NOTHING_OF_USE),
            Map.entry("numpy.ndarray", Callable.NOTHING_OF_USE),
            Map.entry("numpy.core.multiarray._reconstruct", Callable.NOTHING_OF_USE),
            Map.entry("numpy._core.multiarray._reconstruct", Callable.NOTHING_OF_USE),
            Map.entry("torch.float32", INERT),
            Map.entry("torch.float16", INERT),
            Map.entry("torch.bfloat16", INERT),
            // What trained the first Stable Diffusion models keeps its settings under a class as key.
            Map.entry("pytorch_lightning.callbacks.model_checkpoint.ModelCheckpoint", INERT),
            Map.entry("torch.DoubleStorage", DType.F64),
            Map.entry("torch.FloatStorage", DType.F32),
            Map.entry("torch.HalfStorage", DType.F16),
            Map.entry("torch.BFloat16Storage", DType.BF16),
            Map.entry("torch.LongStorage", DType.I64),
            Map.entry("torch.IntStorage", DType.I32),
            Map.entry("torch.ShortStorage", DType.I16),
            Map.entry("torch.CharStorage", DType.I8),
            Map.entry("torch.ByteStorage", DType.U8),
            Map.entry("torch.BoolStorage", DType.BOOL));

    private final ByteBuffer in;
    private final Storages storages;
    private final List<Object> stack = new ArrayList<>();
    private final Map<Long, Object> memo = new HashMap<>();
    private int steps;

    private Pickle(ByteBuffer in, Storages storages) {
        this.in = in;
        this.storages = storages;
    }

    /**
     * The value of the pickle that begins at the buffer's position, which moves to its end.
     *
     * @throws Invalid when it is cut short, not well formed, or holds an instruction or a name that is not known
     */
    static Object read(ByteBuffer bytes, Storages storages) throws Invalid {
        bytes.order(ByteOrder.LITTLE_ENDIAN);
        Pickle pickle = new Pickle(bytes, storages);
        try {
            while (true) {
                int instruction = pickle.byteValue();
                if (instruction == '.') {
                    return value(pickle.pop());
                }
                pickle.count();
                pickle.step(instruction);
            }
        } catch (BufferUnderflowException e) {
            throw new Invalid("it is cut short", e);
        }
    }

    private void count() throws Invalid {
        if (++steps > MOST_STEPS) {
            throw new Invalid("it has more parts than any model");
        }
    }

    private void step(int instruction) throws Invalid {
        switch (instruction) {
            case 0x80 -> in.get(); // PROTO
            case 0x95 -> in.getLong(); // FRAME
            case '(' -> stack.add(MARK);
            case '0' -> pop();
            case '1' -> popToMark();
            case '2' -> push(peek());
            case 'N' -> push(null);
            case 0x88 -> push(true);
            case 0x89 -> push(false);
            case 'J' -> push((long) in.getInt());
            case 'K' -> push((long) byteValue());
            case 'M' -> push((long) Short.toUnsignedInt(in.getShort()));
            case 0x8a -> push(integer(bytes(byteValue())));
            case 0x8b -> push(integer(bytes(in.getInt())));
            case 'G' -> push(Double.longBitsToDouble(Long.reverseBytes(in.getLong())));
            case 'X' -> push(text(bytes(in.getInt())));
            case 0x8c -> push(text(bytes(byteValue())));
            case 0x8d -> push(text(bytes(in.getLong())));
            case 'U' -> push(text(bytes(byteValue())));
            case 'T' -> push(text(bytes(in.getInt())));
            case 'C' -> skipped(byteValue());
            case 'B' -> skipped(in.getInt());
            case 0x8e -> skipped(in.getLong());
            case '}' -> push(new LinkedHashMap<>());
            case ']', ')' -> push(new ArrayList<>());
            case 0x8f -> push(INERT); // EMPTY_SET
            case 0x90 -> popToMark(); // ADDITEMS to a set
            case 't', 'l' -> push(popToMark());
            case 0x85 -> push(popped(1));
            case 0x86 -> push(popped(2));
            case 0x87 -> push(popped(3));
            case 'd' -> putAll(new LinkedHashMap<>(), popToMark(), true);
            case 's' -> putAll(map(below(2)), popped(2), false);
            case 'u' -> {
                List<Object> items = popToMark();
                putAll(map(peek()), items, false);
            }
            case 'a' -> {
                Object item = value(pop());
                list(peek()).add(item);
            }
            case 'e' -> {
                List<Object> items = popToMark();
                list(peek()).addAll(items);
            }
            case 'q' -> memo.put((long) byteValue(), peek());
            case 'r' -> memo.put(Integer.toUnsignedLong(in.getInt()), peek());
            case 0x94 -> memo.put((long) memo.size(), peek());
            case 'h' -> recall(byteValue());
            case 'j' -> recall(Integer.toUnsignedLong(in.getInt()));
            case 'c' -> push(named(line(), line()));
            case 0x93 -> {
                Object name = pop();
                push(named(String.valueOf(string(pop())), string(name)));
            }
            case 'Q' -> push(storage(list(pop())));
            case 'R', 0x81 -> { // REDUCE, NEWOBJ
                List<Object> arguments = list(pop());
                push(called(pop(), arguments));
            }
            case 'b' -> build();
            default ->
                throw new Invalid(String.format(
                        "it holds the pickle instruction 0x%02x, which no file of tensors needs", instruction));
        }
    }

    private int byteValue() {
        return Byte.toUnsignedInt(in.get());
    }

    private byte[] bytes(long length) throws Invalid {
        if (length < 0 || length > in.remaining()) {
            throw new Invalid("it is cut short");
        }
        byte[] bytes = new byte[(int) length];
        in.get(bytes);
        return bytes;
    }

    private void skipped(long length) throws Invalid {
        if (length < 0 || length > in.remaining()) {
            throw new Invalid("it is cut short");
        }
        in.position(in.position() + (int) length);
        push(INERT);
    }

    private String line() {
        int from = in.position();
        while (in.get() != '\n') {
            // looks for the end
        }
        byte[] line = new byte[in.position() - from - 1];
        in.get(from, line);
        return text(line);
    }

    private static String text(byte[] utf8) {
        return new String(utf8, StandardCharsets.UTF_8);
    }

    /** Two's complement, least byte first. */
    private static Object integer(byte[] littleEndian) {
        if (littleEndian.length > 8) {
            return INERT;
        }
        byte[] bigEndian = new byte[littleEndian.length];
        for (int i = 0; i < bigEndian.length; i++) {
            bigEndian[i] = littleEndian[bigEndian.length - 1 - i];
        }
        return bigEndian.length == 0 ? 0L : new BigInteger(bigEndian).longValue();
    }

    private void push(Object value) {
        stack.add(value);
    }

    private Object pop() throws Invalid {
        peek();
        return stack.remove(stack.size() - 1);
    }

    private Object peek() throws Invalid {
        return below(0);
    }

    /** The value that many places below the top. */
    private Object below(int places) throws Invalid {
        if (stack.size() <= places) {
            throw notWellFormed();
        }
        return stack.get(stack.size() - 1 - places);
    }

    private List<Object> popped(int count) throws Invalid {
        if (stack.size() < count) {
            throw notWellFormed();
        }
        List<Object> top = stack.subList(stack.size() - count, stack.size());
        List<Object> values = new ArrayList<>(top);
        for (Object each : values) {
            value(each);
        }
        top.clear();
        return values;
    }

    private List<Object> popToMark() throws Invalid {
        int mark = stack.size() - 1;
        while (mark >= 0 && stack.get(mark) != MARK) {
            mark--;
        }
        if (mark < 0) {
            throw notWellFormed();
        }
        List<Object> values = popped(stack.size() - 1 - mark);
        pop();
        return values;
    }

    private void recall(long index) throws Invalid {
        if (!memo.containsKey(index)) {
            throw notWellFormed();
        }
        push(memo.get(index));
    }

    private static Object value(Object given) throws Invalid {
        if (given == MARK) {
            throw notWellFormed();
        }
        return given;
    }

    @SuppressWarnings("unchecked") // all lists here hold anything
    private static List<Object> list(Object given) throws Invalid {
        if (given instanceof List<?> list) {
            return (List<Object>) list;
        }
        throw notWellFormed();
    }

    @SuppressWarnings("unchecked") // all maps here hold anything
    private static Map<Object, Object> map(Object given) throws Invalid {
        if (given instanceof Map<?, ?> map) {
            return (Map<Object, Object>) map;
        }
        throw notWellFormed();
    }

    private static String string(Object given) throws Invalid {
        if (given instanceof String text) {
            return text;
        }
        throw notWellFormed();
    }

    private static long number(Object given) throws Invalid {
        if (given instanceof Long number) {
            return number;
        }
        throw notWellFormed();
    }

    private static Object argument(List<Object> arguments, int position) throws Invalid {
        if (position >= arguments.size()) {
            throw notWellFormed();
        }
        return arguments.get(position);
    }

    /** @param items keys and values in turn */
    private void putAll(Map<Object, Object> map, List<Object> items, boolean push) throws Invalid {
        if (items.size() % 2 != 0) {
            throw notWellFormed();
        }
        for (int i = 0; i < items.size(); i += 2) {
            put(map, items.get(i), items.get(i + 1));
        }
        if (push) {
            push(map);
        }
    }

    /** Other keys are of no use, and to hash one that holds itself would not end. */
    private void put(Map<Object, Object> map, Object key, Object value) throws Invalid {
        if (key == INERT) {
            count();
            return;
        }
        if (!(key instanceof String || key instanceof Long || key instanceof Boolean || key instanceof Double)) {
            throw new Invalid("a key of its dictionaries is neither a text nor a number");
        }
        count();
        map.put(key, value);
    }

    private static Object named(String module, String name) throws Invalid {
        String full = module + "." + name;
        Object known = NAMES.get(full);
        if (known == null) {
            String shown = full.replaceAll("\\p{Cntrl}", "?");
            throw new Invalid("it asks for " + shown.substring(0, Math.min(80, shown.length()))
                    + ", which could run a program and which no file of tensors needs");
        }
        return known;
    }

    /** ("storage", type, key, device, elements, …), as {@code torch.save} names numbers kept elsewhere. */
    private Storage storage(List<Object> id) throws Invalid {
        if (!("storage".equals(argument(id, 0)) && argument(id, 1) instanceof DType dtype)) {
            throw notWellFormed();
        }
        long elements = number(argument(id, 4));
        if (id.size() > 5 && id.get(5) != null) {
            throw new Invalid("its storages are views of others, as PyTorch no longer writes them");
        }
        if (elements < 0 || elements > Integer.MAX_VALUE / dtype.bytes()) {
            throw new Invalid("a storage has " + elements + " numbers");
        }
        return storages.of(string(argument(id, 2)), dtype, elements);
    }

    private Object called(Object callable, List<Object> arguments) throws Invalid {
        if (!(callable instanceof Callable known)) {
            throw notWellFormed();
        }
        return switch (known) {
            case DICTIONARY -> {
                Map<Object, Object> map = new LinkedHashMap<>();
                for (Object pair : arguments.isEmpty() ? List.of() : list(arguments.get(0))) {
                    put(map, argument(list(pair), 0), argument(list(pair), 1));
                }
                yield map;
            }
            case TENSOR -> tensor(arguments);
            case PARAMETER -> {
                if (!(argument(arguments, 0) instanceof TorchTensor tensor)) {
                    throw notWellFormed();
                }
                yield tensor;
            }
            case NOTHING_OF_USE -> INERT;
        };
    }

    /** (storage, offset, shape, strides, …) */
    private static TorchTensor tensor(List<Object> arguments) throws Invalid {
        if (!(argument(arguments, 0) instanceof Storage storage)) {
            throw notWellFormed();
        }
        try {
            return TorchTensor.of(
                    storage,
                    number(argument(arguments, 1)),
                    numbers(argument(arguments, 2)),
                    numbers(argument(arguments, 3)));
        } catch (IllegalArgumentException e) {
            throw new Invalid(String.valueOf(e.getMessage()), e);
        }
    }

    private static long[] numbers(Object given) throws Invalid {
        List<Object> list = list(given);
        if (list.size() > TorchTensor.MOST_DIMENSIONS) {
            throw new Invalid("a tensor has " + list.size() + " dimensions");
        }
        long[] numbers = new long[list.size()];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = number(list.get(i));
        }
        return numbers;
    }

    /** What an object keeps beside its items: of use is only where a ParameterDict has its tensors. */
    private void build() throws Invalid {
        Object state = value(pop());
        if (peek() instanceof Map<?, ?>
                && state instanceof Map<?, ?> fields
                && fields.get("_parameters") instanceof Map<?, ?> parameters) {
            Map<Object, Object> target = map(peek());
            for (Entry<?, ?> each : List.copyOf(parameters.entrySet())) {
                put(target, each.getKey(), each.getValue());
            }
        }
    }

    private static Invalid notWellFormed() {
        return new Invalid("it is not well formed");
    }
}
