package graft.file;

import graft.file.TorchTensor.Storage;
import graft.node.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.lang.ref.SoftReference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * What {@code torch.save} wrote ({@code .pt}, {@code .bin}, {@code .ckpt}), read without running any of it.
 *
 * <p>Such a file is a pickle, which can call any program when Python loads it; here {@link Pickle} reads data alone and
 * refuses the rest. Both layouts are known: the zip archive (torch 1.6 and later) and the pickles in a row before it.
 * Source: torch {@code serialization.py}.
 */
public final class TorchFile {

    /** Entries of an archive, below its one folder. */
    private static final Pattern ENTRY = Pattern.compile("[^/]+/(data/\\d+|data\\.pkl|version|byteorder"
            + "|\\.format_version|\\.storage_alignment|\\.data/serialization_id)");

    /** 80 02 8a 0a, then torch's magic number in ten bytes: how a file of the older layout begins. */
    private static final byte[] OLDER = HexFormat.of().parseHex("80028a0a6cfc9c46f9206aa85019");

    private static final byte[] ZIP = {'P', 'K', 3, 4};

    /** More than the names and shapes of any checkpoint take. */
    private static final long MOST_NAMES = 256 << 20;

    /** Names under which trainers and converters keep the weights of a network within what they save. */
    private static final List<String> WRAPPERS = List.of("state_dict", "params_ema", "params");

    private static final int MOST_DEPTH = 3;

    private final Path file;
    private final long mostBytes;

    private TorchFile(Path file, long mostBytes) {
        this.file = file;
        this.mostBytes = mostBytes;
    }

    /** Whether a file begins as one of either layout; false when it cannot be read. */
    public static boolean is(Path file) {
        if (!Files.isRegularFile(file)) {
            return false;
        }
        try (InputStream in = Files.newInputStream(file)) {
            byte[] first = in.readNBytes(OLDER.length);
            return begins(first, OLDER) || begins(first, ZIP);
        } catch (IOException e) {
            return false;
        }
    }

    private static boolean begins(byte[] bytes, byte[] with) {
        return bytes.length >= with.length && Arrays.equals(bytes, 0, with.length, with, 0, with.length);
    }

    /**
     * The value that was saved: {@code null}, {@link Boolean}, {@link Long}, {@link Double}, {@link String}, {@link List},
     * {@link Map} by texts and numbers, or {@link TorchTensor}; other objects for what is of no use.
     *
     * @param mostBytes the largest file that is read, which also bounds the memory that it takes
     * @throws Problem naming the file and what in it is wrong, too large, or would run a program
     */
    public static Object read(Path file, long mostBytes) {
        TorchFile torch = new TorchFile(file, mostBytes);
        try {
            if (Files.size(file) > mostBytes) {
                throw new Pickle.Invalid(
                        "it takes " + Files.size(file) + " bytes, and at most " + mostBytes + " are expected");
            }
            byte[] first;
            try (InputStream in = Files.newInputStream(file)) {
                first = in.readNBytes(OLDER.length);
            }
            return begins(first, OLDER) ? older(ByteBuffer.wrap(Files.readAllBytes(file))) : torch.archive(false);
        } catch (Pickle.Invalid e) {
            throw torch.problem(String.valueOf(e.getMessage())).causedBy(e);
        } catch (IOException | IllegalArgumentException e) {
            // The second for names that are not text.
            throw torch.problem("it is damaged, or no file of PyTorch").causedBy(e);
        }
    }

    /**
     * The tensors of a checkpoint by name, of which only the names and shapes are read here: each tensor's numbers are when they
     * are asked for, so that the file may be larger than memory. What a checkpoint keeps in its {@code state_dict} is taken out
     * of there; what else it keeps is left out.
     *
     * @throws Problem naming the file and what in it is wrong, or would run a program; or when it holds no tensors by name
     */
    public static Map<String, TorchTensor> tensors(Path file) {
        TorchFile torch = new TorchFile(file, MOST_NAMES);
        Object saved;
        try {
            saved = torch.lazily();
        } catch (Pickle.Invalid e) {
            throw torch.problem(String.valueOf(e.getMessage())).causedBy(e);
        } catch (IOException | IllegalArgumentException e) {
            throw torch.problem("it is damaged, or no file of PyTorch").causedBy(e);
        }
        Map<String, TorchTensor> tensors = new LinkedHashMap<>();
        if (saved instanceof TorchTensor alone) {
            tensors.put("", alone);
        }
        collect(saved, "", tensors, 0);
        if (tensors.isEmpty()) {
            throw torch.problem("it holds no tensors by name");
        }
        return tensors;
    }

    /** Tensors of a dictionary, or of the one within it that the weights are in. */
    private static void collect(Object saved, String prefix, Map<String, TorchTensor> tensors, int depth) {
        if (!(saved instanceof Map<?, ?> map) || depth > MOST_DEPTH) {
            return;
        }
        for (String wrapper : WRAPPERS) {
            if (map.get(wrapper) instanceof Map<?, ?> within) {
                collect(within, prefix, tensors, depth + 1);
                return;
            }
        }
        map.forEach((name, value) -> {
            if (value instanceof TorchTensor tensor) {
                tensors.put(prefix + name, tensor);
            } else if (value instanceof Map<?, ?> within) {
                collect(within, prefix + name + ".", tensors, depth + 1);
            }
        });
    }

    private Object lazily() throws IOException, Pickle.Invalid {
        byte[] first;
        try (InputStream in = Files.newInputStream(file)) {
            first = in.readNBytes(OLDER.length);
        }
        if (!begins(first, OLDER)) {
            return archive(true);
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            if (channel.size() > Integer.MAX_VALUE) {
                throw new Pickle.Invalid("it is in PyTorch's older layout, of which at most 2 GB are read");
            }
            return older(channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size()));
        }
    }

    private Problem problem(String why) {
        return new Problem(
                "cannot read " + file,
                why,
                "get it as a .safetensors file, which can hold no program, or download it again");
    }

    /** @param lazily whether numbers are read when a tensor is asked for them rather than here */
    private Object archive(boolean lazily) throws IOException, Pickle.Invalid {
        try (ZipFile zip = new ZipFile(file.toFile())) {
            String folder = "";
            for (ZipEntry entry : Collections.list(zip.entries())) {
                if (!ENTRY.matcher(entry.getName()).matches()) {
                    throw new Pickle.Invalid("it holds a file that torch does not write there, "
                            + entry.getName().replaceAll("\\p{Cntrl}", "?"));
                }
                folder = entry.getName().substring(0, entry.getName().indexOf('/') + 1);
            }
            Archive archive = new Archive(zip, folder);
            if (archive.has("byteorder")
                    && new String(archive.bytes("byteorder"), StandardCharsets.US_ASCII).startsWith("big")) {
                throw new Pickle.Invalid("it was saved on a machine that keeps numbers the other way round");
            }
            Map<String, Storage> storages = new HashMap<>();
            return Pickle.read(ByteBuffer.wrap(archive.bytes("data.pkl")), (key, dtype, elements) -> {
                Storage known = storages.get(key);
                if (known == null) {
                    known = new Storage(dtype, elements);
                    String part = "data/" + key;
                    if (lazily) {
                        archive.check(part, known.bytes());
                        known.from(new LaterBytes(file, archive.folder + part, known.bytes()));
                    } else {
                        known.fill(ByteBuffer.wrap(archive.atLeast(part, known.bytes())));
                    }
                    storages.put(key, known);
                }
                return known;
            });
        }
    }

    /** An open archive, of which no more is read than the whole file may take, unpacked. */
    private final class Archive {

        private final ZipFile zip;
        private final String folder;
        private long left = mostBytes;

        Archive(ZipFile zip, String folder) {
            this.zip = zip;
            this.folder = folder;
        }

        boolean has(String name) {
            return zip.getEntry(folder + name) != null;
        }

        byte[] bytes(String name) throws IOException, Pickle.Invalid {
            ZipEntry entry = zip.getEntry(folder + name);
            if (entry == null) {
                throw new Pickle.Invalid("it lacks its part " + name);
            }
            try (InputStream in = zip.getInputStream(entry)) {
                byte[] bytes = in.readNBytes(Math.toIntExact(Math.min(left + 1, Integer.MAX_VALUE - 8)));
                left -= bytes.length;
                if (left < 0) {
                    throw new Pickle.Invalid("unpacked it takes more than " + mostBytes + " bytes");
                }
                return bytes;
            }
        }

        void check(String name, long length) throws Pickle.Invalid {
            ZipEntry entry = zip.getEntry(folder + name);
            if (entry == null) {
                throw new Pickle.Invalid("it lacks its part " + name);
            }
            if (entry.getSize() < length) {
                throw new Pickle.Invalid("its part " + name + " is cut short");
            }
        }

        byte[] atLeast(String name, long length) throws Pickle.Invalid {
            try {
                byte[] bytes = bytes(name);
                if (bytes.length < length) {
                    throw new Pickle.Invalid("its part " + name + " is cut short");
                }
                return bytes;
            } catch (IOException e) {
                throw new Pickle.Invalid("its part " + name + " is damaged", e);
            }
        }
    }

    /** The bytes of a part of an archive, kept while memory lasts: several tensors may be views of them. */
    private static final class LaterBytes implements TorchTensor.Bytes {

        private final Path file;
        private final String entry;
        private final long length;
        private SoftReference<ByteBuffer> kept = new SoftReference<>(null);

        LaterBytes(Path file, String entry, long length) {
            this.file = file;
            this.entry = entry;
            this.length = length;
        }

        @Override
        public synchronized ByteBuffer get() {
            ByteBuffer known = kept.get();
            if (known == null) {
                known = read();
                kept = new SoftReference<>(known);
            }
            return known.duplicate();
        }

        private ByteBuffer read() {
            try (ZipFile zip = new ZipFile(file.toFile());
                    InputStream in = zip.getInputStream(zip.getEntry(entry))) {
                byte[] bytes = in.readNBytes(Math.toIntExact(length));
                if (bytes.length < length) {
                    throw new FileFault.Told("its part " + entry + " is cut short");
                }
                return ByteBuffer.wrap(bytes);
            } catch (IOException | IllegalArgumentException | NullPointerException e) {
                throw FileFault.reading(file, e);
            }
        }
    }

    /** Magic number, protocol, machine, value, keys of the storages; then each storage's length and numbers. */
    private static Object older(ByteBuffer bytes) throws Pickle.Invalid {
        Map<String, Storage> storages = new LinkedHashMap<>();
        Pickle.Storages named =
                (key, dtype, elements) -> storages.computeIfAbsent(key, absent -> new Storage(dtype, elements));
        Pickle.read(bytes, named); // the magic number
        Object protocol = Pickle.read(bytes, named);
        Object machine = Pickle.read(bytes, named);
        if (!Long.valueOf(1001).equals(protocol)
                || !(machine instanceof Map<?, ?> facts)
                || !Boolean.TRUE.equals(facts.get("little_endian"))) {
            throw new Pickle.Invalid("it was saved in a layout of PyTorch that is not known");
        }
        Object value = Pickle.read(bytes, named);
        Object keys = Pickle.read(bytes, named);
        if (!(keys instanceof List<?> inOrder)) {
            throw new Pickle.Invalid("it is not well formed");
        }
        bytes.order(ByteOrder.LITTLE_ENDIAN);
        for (Object key : inOrder) {
            Storage storage = key instanceof String name ? storages.remove(name) : null;
            if (storage == null || bytes.remaining() < 8) {
                throw new Pickle.Invalid("its numbers are cut short");
            }
            bytes.getLong(); // how many there are, which the value has said
            if (bytes.remaining() < storage.bytes()) {
                throw new Pickle.Invalid("its numbers are cut short");
            }
            int length = (int) storage.bytes();
            storage.fill(bytes.slice(bytes.position(), length));
            bytes.position(bytes.position() + length);
        }
        if (!storages.isEmpty()) {
            throw new Pickle.Invalid("its numbers are cut short");
        }
        return value;
    }
}
