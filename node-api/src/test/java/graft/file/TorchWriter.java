package graft.file;

import graft.file.SafeTensors.DType;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Writes a checkpoint as {@code torch.save} does: a pickle of names and shapes, and each tensor's numbers beside it. */
public final class TorchWriter {

    private final ByteArrayOutputStream pickle = new ByteArrayOutputStream();
    private final Map<String, ByteBuffer> storages = new LinkedHashMap<>();

    private TorchWriter() {}

    /**
     * The tensors of a safetensors file in a {@code state_dict}, beside what the program that trained it leaves there: steps, and
     * settings under a class as key.
     */
    public static void write(Path file, SafeTensors from) throws IOException {
        TorchWriter writer = new TorchWriter();
        writer.put(0x80, 2, '}', '(');
        writer.text("epoch");
        writer.put('K', 3);
        writer.text("callbacks");
        writer.put('}', '(');
        writer.name("pytorch_lightning.callbacks.model_checkpoint", "ModelCheckpoint");
        writer.put('}', 'u');
        writer.text("state_dict");
        writer.put('}', '(');
        for (String name : from.names()) {
            writer.text(name);
            writer.tensor(from.entry(name), from.bytes(name));
        }
        writer.put('u', 'u', '.');
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
            zip.putNextEntry(new ZipEntry("archive/data.pkl"));
            zip.write(writer.pickle.toByteArray());
            zip.putNextEntry(new ZipEntry("archive/version"));
            zip.write("3\n".getBytes(StandardCharsets.US_ASCII));
            for (Map.Entry<String, ByteBuffer> storage : writer.storages.entrySet()) {
                zip.putNextEntry(new ZipEntry("archive/data/" + storage.getKey()));
                byte[] bytes = new byte[storage.getValue().remaining()];
                storage.getValue().duplicate().get(bytes);
                zip.write(bytes);
            }
        }
    }

    private void tensor(SafeTensors.Entry entry, ByteBuffer bytes) throws IOException {
        String key = String.valueOf(storages.size());
        storages.put(key, bytes);
        name("torch._utils", "_rebuild_tensor_v2");
        put('(', '(');
        text("storage");
        name("torch", storage(entry.dtype()));
        text(key);
        text("cpu");
        number(bytes.remaining() / entry.dtype().bytes());
        put('t', 'Q', 'K', 0);
        long[] shape = entry.shape();
        long[] strides = new long[shape.length];
        long next = 1;
        for (int i = shape.length - 1; i >= 0; i--) {
            strides[i] = next;
            next *= shape[i];
        }
        for (long[] each : new long[][] {shape, strides}) {
            put('(');
            for (long axis : each) {
                number(axis);
            }
            put('t');
        }
        put(0x89);
        name("collections", "OrderedDict");
        put(')', 'R', 't', 'R');
    }

    private static String storage(DType dtype) {
        return switch (dtype) {
            case F32 -> "FloatStorage";
            case F16 -> "HalfStorage";
            case BF16 -> "BFloat16Storage";
            case I64 -> "LongStorage";
            default -> throw new IllegalArgumentException(dtype.name());
        };
    }

    private void put(int... bytes) {
        for (int each : bytes) {
            pickle.write(each);
        }
    }

    private void number(long value) throws IOException {
        put('J');
        new DataOutputStream(pickle).writeInt(Integer.reverseBytes((int) value));
    }

    private void text(String text) throws IOException {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        put('X');
        new DataOutputStream(pickle).writeInt(Integer.reverseBytes(utf8.length));
        pickle.write(utf8);
    }

    private void name(String module, String name) throws IOException {
        put('c');
        pickle.write((module + "\n" + name + "\n").getBytes(StandardCharsets.UTF_8));
    }
}
