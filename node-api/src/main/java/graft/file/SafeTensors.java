package graft.file;

import graft.node.Problem;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A safetensors file, memory-mapped and checked by every rule of the format before a byte of it is used.
 *
 * <p>Safe for several threads. A buffer handed out stays valid after {@link #close}: the mapping goes when the last
 * buffer of it is gone.
 */
public final class SafeTensors implements AutoCloseable {

    private static final long LEGACY_FROM = 1 << 20;
    private static final long LEGACY_BYTES = 1 << 16;

    /** What one element of a tensor is. */
    public enum DType {
        F64(64),
        F32(32),
        F16(16),
        BF16(16),
        I64(64),
        I32(32),
        I16(16),
        I8(8),
        U64(64),
        U32(32),
        U16(16),
        U8(8),
        BOOL(8),
        F8_E5M2(8),
        F8_E4M3(8),
        F8_E5M2FNUZ(8),
        F8_E4M3FNUZ(8),
        F8_E8M0(8),
        F6_E3M2(6),
        F6_E2M3(6),
        F4(4),
        C64(64);

        private static final Set<DType> NO_NUMBERS =
                EnumSet.of(F8_E5M2FNUZ, F8_E4M3FNUZ, F8_E8M0, F6_E3M2, F6_E2M3, F4, C64);

        private final int bits;

        DType(int bits) {
            this.bits = bits;
        }

        /** Size of one element. */
        int bits() {
            return bits;
        }

        /** Size of one element; rounded down for those that take no whole number of bytes. */
        public int bytes() {
            return bits / Byte.SIZE;
        }

        /** Whether its elements can be read as numbers; files hold others too, which nothing here computes with. */
        boolean isNumber() {
            return !NO_NUMBERS.contains(this);
        }
    }

    /**
     * Where a tensor lies.
     *
     * @param begin first byte, counted from the end of the header
     * @param end byte after the last
     */
    @SuppressWarnings("ArrayRecordComponent") // a shape is read, never compared or changed
    public record Entry(String name, DType dtype, long[] shape, long begin, long end) {}

    /** Takes bytes, piece by piece. */
    @FunctionalInterface
    public interface Sink {
        /** @param piece from its position to its limit; not used after this call */
        void put(ByteBuffer piece) throws IOException;
    }

    /** Puts out the elements of a tensor, the same ones whenever it is asked. */
    @FunctionalInterface
    public interface Elements {
        /** @param sink takes little-endian pieces of whole elements, row by row */
        void to(Sink sink) throws IOException;
    }

    /**
     * A tensor to write: its elements are asked for when it is written and again when it is compared, and never kept.
     */
    @SuppressWarnings("ArrayRecordComponent") // a shape is read, never compared or changed
    public record Tensor(String name, DType dtype, long[] shape, Elements elements) {

        /** How many floats are rounded at a time. */
        private static final int CHUNK = 1 << 16;

        /** @param littleEndian all elements row by row, from the buffer's position to its limit */
        public Tensor(String name, DType dtype, long[] shape, ByteBuffer littleEndian) {
            this(name, dtype, shape, sink -> sink.put(littleEndian.duplicate()));
            if (bytes() != littleEndian.remaining()) {
                throw new IllegalArgumentException(
                        name + " takes " + bytes() + " bytes by its shape but has " + littleEndian.remaining());
            }
        }

        /** The values as F32, F16 or BF16, rounded to nearest. */
        public static Tensor of(String name, DType dtype, long[] shape, float[] values) {
            ByteBuffer bytes = ByteBuffer.allocate(Math.multiplyExact(values.length, dtype.bytes()))
                    .order(ByteOrder.LITTLE_ENDIAN);
            round(FloatBuffer.wrap(values), bytes, dtype);
            return new Tensor(name, dtype, shape, bytes.flip());
        }

        /** 32-bit floats as F32, F16 or BF16, rounded to nearest a piece at a time. */
        public static Tensor of(String name, DType dtype, long[] shape, Elements floats) {
            return dtype == DType.F32
                    ? new Tensor(name, dtype, shape, floats)
                    : new Tensor(name, dtype, shape, sink -> floats.to(piece -> rounded(piece, dtype, sink)));
        }

        private static void rounded(ByteBuffer piece, DType dtype, Sink sink) throws IOException {
            FloatBuffer floats =
                    piece.duplicate().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
            ByteBuffer bytes = ByteBuffer.allocate(Math.min(CHUNK, floats.remaining()) * dtype.bytes())
                    .order(ByteOrder.LITTLE_ENDIAN);
            while (floats.hasRemaining()) {
                round(floats, bytes.clear(), dtype);
                sink.put(bytes.flip());
            }
        }

        /** Moves as many values as there is room for. */
        private static void round(FloatBuffer values, ByteBuffer bytes, DType dtype) {
            while (values.hasRemaining() && bytes.hasRemaining()) {
                float value = values.get();
                switch (dtype) {
                    case F32 -> bytes.putFloat(value);
                    case F16 -> bytes.putShort(HalfFloat.toF16(value));
                    case BF16 -> bytes.putShort(HalfFloat.toBf16(value));
                    default -> throw new IllegalArgumentException("no float type: " + dtype);
                }
            }
        }

        /** How many bytes it takes by its shape. */
        long bytes() {
            long bytes = dtype.bytes();
            for (long dimension : shape) {
                bytes = Math.multiplyExact(bytes, dimension);
            }
            return bytes;
        }

        /** Whether none of its elements, of whatever float type, is infinite or not a number. */
        public boolean allFinite() {
            boolean[] finite = {true};
            putTo(piece -> {
                ByteBuffer bytes = piece.duplicate().order(ByteOrder.LITTLE_ENDIAN);
                while (finite[0] && bytes.hasRemaining()) {
                    finite[0] = Double.isFinite(element(bytes, dtype));
                }
            });
            return finite[0];
        }

        /** For sinks that fail at nothing. */
        private void putTo(Sink sink) {
            try {
                elements.to(sink);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** The longest header that the format allows. */
    private static final long MAX_HEADER = 100_000_000;

    /** A run of whole tensors that one mapping of less than 2 GiB covers. */
    private record Segment(long begin, MappedByteBuffer bytes) {}

    private final Path file;
    private final SafeTensorsHeader header;
    private final Map<String, Segment> segments;

    private SafeTensors(Path file, SafeTensorsHeader header, Map<String, Segment> segments) {
        this.file = file;
        this.header = header;
        this.segments = segments;
    }

    /**
     * Maps a file and checks its header.
     *
     * @throws Problem naming the file and the rule that it breaks
     */
    public static SafeTensors open(Path file) {
        return open(file, file);
    }

    /**
     * Likewise, of a file that stands for another.
     *
     * @param called what messages name
     */
    public static SafeTensors open(Path file, Path called) {
        if (Files.isDirectory(file)) {
            throw cannotRead(file, "it is a folder", "choose the .safetensors file inside it");
        }
        if (!Files.exists(file)) {
            throw cannotRead(file, "there is no such file", "check the path");
        }
        try (FileChannel channel = openChannel(file)) {
            SafeTensorsHeader header = readHeader(file, channel);
            return new SafeTensors(called, header, map(channel, header));
        } catch (IOException e) {
            throw FileFault.reading(file, e);
        }
    }

    private static SafeTensorsHeader readHeader(Path file, FileChannel channel) throws IOException {
        long size = channel.size();
        if (size < 8) {
            throw cannotRead(
                    file,
                    "it is " + size + " bytes long and a safetensors file has at least 8",
                    "copy or download it again");
        }
        ByteBuffer first = read(channel, 0, 8);
        long length = first.getLong(0);
        if (length < 0 || length > MAX_HEADER) {
            throw notSafeTensors(file, first);
        }
        if (length > size - 8) {
            throw cannotRead(
                    file,
                    "it is cut short inside its header, which takes " + length + " bytes of a file of " + size,
                    "copy or download it again");
        }
        try {
            String json = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(read(channel, 8, (int) length))
                    .toString();
            return SafeTensorsHeader.parse(json, size - 8 - length);
        } catch (CharacterCodingException e) {
            throw cannotRead(file, "its header is not UTF-8 text", "copy or download it again")
                    .causedBy(e);
        } catch (SafeTensorsHeader.Invalid e) {
            throw cannotRead(file, String.valueOf(e.getMessage()), "copy, download or export it again")
                    .causedBy(e);
        }
    }

    private static Problem notSafeTensors(Path file, ByteBuffer first) {
        String start = StandardCharsets.ISO_8859_1.decode(first.duplicate()).toString();
        if (start.startsWith("version ")) {
            return cannotRead(
                    file,
                    "it is a pointer of Git LFS and not the file itself",
                    "fetch the file by `git lfs pull`, or download it");
        }
        if (start.startsWith("<")) {
            return cannotRead(
                    file, "it is a web page and no safetensors file", "download it again, which may need a login");
        }
        if (start.startsWith("GGUF")) {
            return cannotRead(file, "it is a GGUF file and not safetensors", "choose the model as .safetensors");
        }
        if (start.startsWith("{")) {
            return cannotRead(
                    file, "it is text (JSON) and no safetensors file", "choose the .safetensors file beside it");
        }
        boolean zip = first.get(0) == 'P' && first.get(1) == 'K';
        boolean pickle = first.get(0) == (byte) 0x80;
        return zip || pickle
                ? cannotRead(
                        file,
                        "it is a PyTorch pickle and not safetensors",
                        "convert it to .safetensors, since a pickle can run any program")
                : cannotRead(
                        file,
                        "it is not a safetensors file (its first 8 bytes give no header length)",
                        "choose a .safetensors file or download it again");
    }

    private static Problem cannotRead(Path file, String why, String remedy) {
        return new Problem("cannot read " + file, why, remedy);
    }

    /**
     * Copy-on-write mappings need a channel open for writing too; where the file may not be written they are read-only.
     */
    private static FileChannel openChannel(Path file) throws IOException {
        if (Files.isWritable(file)) {
            try {
                return FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
            } catch (FileSystemException e) {
                // A read-only disk may say so only now: reading is all that is needed.
                return FileChannel.open(file, StandardOpenOption.READ);
            }
        }
        return FileChannel.open(file, StandardOpenOption.READ);
    }

    private static ByteBuffer read(FileChannel channel, long position, int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        read(channel, position, bytes);
        return bytes;
    }

    /** Fills a buffer, which is at its beginning before and after. */
    private static void read(FileChannel channel, long position, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            if (channel.read(bytes, position + bytes.position()) < 0) {
                throw new FileFault.Told("the file shrank while it was read");
            }
        }
        bytes.flip();
    }

    private static Map<String, Segment> map(FileChannel channel, SafeTensorsHeader header) throws IOException {
        long dataStart = dataStart(channel);
        Map<String, Segment> segments = new LinkedHashMap<>();
        List<Entry> run = new ArrayList<>();
        for (Entry entry : header.entries().values()) {
            if (!run.isEmpty() && entry.end() - run.get(0).begin() > Integer.MAX_VALUE) {
                mapRun(channel, dataStart, run, segments);
                run.clear();
            }
            run.add(entry);
        }
        mapRun(channel, dataStart, run, segments);
        return segments;
    }

    private static void mapRun(FileChannel channel, long dataStart, List<Entry> run, Map<String, Segment> segments)
            throws IOException {
        if (run.isEmpty()) {
            return;
        }
        long begin = run.get(0).begin();
        long end = run.get(run.size() - 1).end();
        Segment segment = new Segment(begin, mapped(channel, dataStart + begin, end - begin));
        for (Entry entry : run) {
            segments.put(entry.name(), segment);
        }
    }

    private static MappedByteBuffer mapped(FileChannel channel, long position, long size) throws IOException {
        try {
            return channel.map(MapMode.PRIVATE, position, size);
        } catch (java.nio.channels.NonWritableChannelException e) {
            return channel.map(MapMode.READ_ONLY, position, size);
        }
    }

    public Path file() {
        return file;
    }

    /** The texts of the header; empty when there are none. */
    public Map<String, String> metadata() {
        return Collections.unmodifiableMap(header.metadata());
    }

    /** The tensors' names, in the order in which they lie in the file. */
    public Set<String> names() {
        return Collections.unmodifiableSet(header.entries().keySet());
    }

    /**
     * What is known of a tensor without reading it.
     *
     * @throws Problem naming the file when it has no such tensor
     */
    public Entry entry(String name) {
        Entry entry = header.entries().get(name);
        if (entry == null) {
            throw new Problem(
                    "cannot use " + file,
                    "it has no tensor \"" + name + "\"",
                    "choose a file of the kind that was asked for, or download it again");
        }
        return entry;
    }

    /**
     * The tensor's own memory: a direct little-endian buffer at position 0, a slice of the mapping, nothing copied.
     *
     * <p>What is written into it stays in this process; into a file that may not be written it must not be written.
     */
    public ByteBuffer bytes(String name) {
        Entry entry = entry(name);
        Segment segment = segments.get(name);
        return segment.bytes()
                .slice(Math.toIntExact(entry.begin() - segment.begin()), Math.toIntExact(entry.end() - entry.begin()))
                .order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Where a tensor's {@link #bytes} lie. */
    public MappedPages pages(String name) {
        return new MappedPages(bytes(name));
    }

    /**
     * Reads a tensor into the beginning of a buffer, past the mapping, whose pages would count as memory of the process.
     *
     * @param buffer with room for it; little-endian and limited to the tensor afterwards
     * @throws Problem naming the file when it can no longer be read
     */
    public void read(String name, ByteBuffer buffer) {
        Entry entry = entry(name);
        buffer.clear().limit(Math.toIntExact(entry.end() - entry.begin())).order(ByteOrder.LITTLE_ENDIAN);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            read(channel, dataStart(channel) + entry.begin(), buffer);
        } catch (IOException e) {
            throw FileFault.reading(file, e);
        }
    }

    private static long dataStart(FileChannel channel) throws IOException {
        return 8 + read(channel, 0, 8).getLong(0);
    }

    /** The elements row by row, widened or rounded to 32-bit floats whatever their type. */
    public float[] floats(String name) {
        ByteBuffer bytes = bytes(name);
        DType dtype = entry(name).dtype();
        if (!dtype.isNumber()) {
            throw new Problem(
                    "cannot use " + file,
                    "its tensor \"" + name + "\" is stored as " + dtype + ", which Graft does not compute with",
                    "convert it to fp16, bf16 or fp32");
        }
        float[] floats = new float[bytes.remaining() / dtype.bytes()];
        if (dtype == DType.F32) {
            bytes.asFloatBuffer().get(floats);
            return floats;
        }
        for (int i = 0; i < floats.length; i++) {
            floats[i] = (float) element(bytes, dtype);
        }
        return floats;
    }

    /** The next element of a little-endian buffer; exact but for the largest I64. */
    static double element(ByteBuffer bytes, DType dtype) {
        return switch (dtype) {
            case F64 -> bytes.getDouble();
            case F32 -> bytes.getFloat();
            case F16 -> HalfFloat.fromF16(bytes.getShort());
            case BF16 -> HalfFloat.fromBf16(bytes.getShort());
            case I64 -> (double) bytes.getLong();
            case I32 -> bytes.getInt();
            case I16 -> bytes.getShort();
            case I8 -> bytes.get();
            case U8 -> Byte.toUnsignedInt(bytes.get());
            case U64 -> unsigned(bytes.getLong());
            case U32 -> Integer.toUnsignedLong(bytes.getInt());
            case U16 -> Short.toUnsignedInt(bytes.getShort());
            case BOOL -> bytes.get() == 0 ? 0 : 1;
            // The upper half of a 16-bit float.
            case F8_E5M2 -> HalfFloat.fromF16((short) (bytes.get() << 8));
            case F8_E4M3 -> e4m3(bytes.get());
            case F8_E5M2FNUZ, F8_E4M3FNUZ, F8_E8M0, F6_E3M2, F6_E2M3, F4, C64 ->
                throw new IllegalArgumentException("no numbers: " + dtype);
        };
    }

    private static double unsigned(long bits) {
        return bits >= 0 ? bits : ((bits >>> 1) | (bits & 1)) * 2.0;
    }

    /** 4 bits of exponent, 3 of fraction, no infinity; all of them set is not a number (Micikevicius et al., 2022, table 1). */
    private static double e4m3(byte bits) {
        int exponent = bits >> 3 & 15;
        int fraction = bits & 7;
        double size = exponent == 15 && fraction == 7
                ? Double.NaN
                : exponent == 0 ? Math.scalb(fraction, -9) : Math.scalb(8 + fraction, exponent - 10);
        return bits < 0 ? -size : size;
    }

    /** Nothing to do: mappings go with their last buffer. Kept so that callers say where their use ends. */
    @Override
    public void close() {}

    /**
     * Writes a file whole or not at all: sorted by element size (widest first), then name; the header padded to 8 bytes.
     * Before the file takes its name it is read back and compared.
     *
     * @throws Problem naming the file, for example when the disk is full
     */
    public static void write(Path file, List<Tensor> tensors, Map<String, String> metadata) {
        List<Tensor> sorted = sorted(tensors);
        byte[] header = headerBytes(sorted, metadata);
        AtomicFile.write(
                file,
                out -> {
                    out.write(header);
                    writeData(out, sorted);
                },
                written -> compare(file, written, header, sorted));
    }

    /** SHA-256, in hex, of the bytes that {@link #write} puts after the header: what kohya calls the model hash. */
    public static String dataHash(List<Tensor> tensors) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            sorted(tensors).forEach(tensor -> tensor.putTo(piece -> digest.update(piece.duplicate())));
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java has SHA-256", e);
        }
    }

    /**
     * The hash by which older programs know a file: the first eight digits of SHA-256 of 64 KiB of it from 1 MiB on, or of what
     * there is of them.
     *
     * <p>Source: {@code addnet_hash_legacy} of sd-scripts.
     *
     * @param metadata those that go into the hash; kohya takes what training wrote alone
     */
    public static String legacyHash(List<Tensor> tensors, Map<String, String> metadata) {
        MessageDigest digest = Sha256.digest();
        byte[] header = headerBytes(sorted(tensors), metadata);
        long[] at = {0};
        ByteBuffer first = ByteBuffer.wrap(header);
        legacy(digest, first, at);
        sorted(tensors).forEach(tensor -> tensor.putTo(piece -> legacy(digest, piece.duplicate(), at)));
        return HexFormat.of().formatHex(digest.digest()).substring(0, 8);
    }

    private static void legacy(MessageDigest digest, ByteBuffer piece, long[] at) {
        long from = Math.max(LEGACY_FROM - at[0], 0);
        long to = Math.min(LEGACY_FROM + LEGACY_BYTES - at[0], piece.remaining());
        at[0] += piece.remaining();
        if (from < to) {
            digest.update(piece.slice(piece.position() + (int) from, (int) (to - from)));
        }
    }

    private static List<Tensor> sorted(List<Tensor> tensors) {
        List<Tensor> sorted = new ArrayList<>(tensors);
        sorted.sort(Comparator.<Tensor>comparingInt(tensor -> -tensor.dtype().bytes())
                .thenComparing(Tensor::name));
        return sorted;
    }

    private static byte[] headerBytes(List<Tensor> sorted, Map<String, String> metadata) {
        Map<String, Entry> entries = new LinkedHashMap<>();
        long at = 0;
        for (Tensor tensor : sorted) {
            long end = at + tensor.bytes();
            Entry entry = new Entry(tensor.name(), tensor.dtype(), tensor.shape(), at, end);
            if (entries.put(tensor.name(), entry) != null) {
                throw new IllegalArgumentException("two tensors named " + tensor.name());
            }
            at = end;
        }
        byte[] json = new SafeTensorsHeader(metadata, entries).json().getBytes(StandardCharsets.UTF_8);
        int padded = (json.length + 7) / 8 * 8;
        ByteBuffer bytes = ByteBuffer.allocate(8 + padded).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putLong(padded).put(json);
        while (bytes.hasRemaining()) {
            bytes.put((byte) ' ');
        }
        return bytes.array();
    }

    // The channel only forwards to the stream, which AtomicFile closes.
    @SuppressWarnings("resource")
    private static void writeData(OutputStream out, List<Tensor> sorted) throws IOException {
        WritableByteChannel channel = Channels.newChannel(out);
        for (Tensor tensor : sorted) {
            long[] written = {0};
            tensor.elements().to(piece -> {
                ByteBuffer bytes = piece.duplicate();
                written[0] += bytes.remaining();
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
            });
            if (written[0] != tensor.bytes()) {
                throw new IllegalArgumentException(
                        tensor.name() + " takes " + tensor.bytes() + " bytes by its shape but has " + written[0]);
            }
        }
    }

    /** Reads with a small buffer and not through a mapping, which would count as memory of the process. */
    private static void compare(Path target, Path written, byte[] header, List<Tensor> tensors) throws IOException {
        boolean[] equal = {true};
        try (FileChannel channel = FileChannel.open(written, StandardOpenOption.READ)) {
            readHeader(written, channel);
            ByteBuffer back = ByteBuffer.allocateDirect(1 << 20);
            Sink sink = piece -> equal[0] = equal[0] && nextIs(piece.duplicate(), channel, back);
            sink.put(ByteBuffer.wrap(header));
            for (Tensor tensor : tensors) {
                tensor.elements().to(sink);
            }
            equal[0] = equal[0] && channel.position() == channel.size();
        }
        if (!equal[0]) {
            throw new Problem(
                    "cannot write " + target,
                    "what was read back is not what was written",
                    "check the disk or choose another; nothing was left behind");
        }
    }

    /** Whether a channel goes on with these bytes. */
    private static boolean nextIs(ByteBuffer bytes, FileChannel channel, ByteBuffer back) throws IOException {
        while (bytes.hasRemaining()) {
            back.clear().limit(Math.min(back.capacity(), bytes.remaining()));
            while (back.hasRemaining()) {
                if (channel.read(back) < 0) {
                    return false;
                }
            }
            ByteBuffer expected = bytes.slice().limit(back.flip().remaining());
            if (!back.equals(expected)) {
                return false;
            }
            bytes.position(bytes.position() + expected.limit());
        }
        return true;
    }
}
