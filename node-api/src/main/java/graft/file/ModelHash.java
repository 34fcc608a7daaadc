package graft.file;

import graft.node.Problem;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The hashes by which other programs and sharing sites know a file of weights.
 *
 * <p>Reading gigabytes takes seconds, so they are kept in the {@link CacheFolder} and the file is read again when its
 * {@link FileStamp} changed. Where a file system does not tell of changes its size and time are believed, as elsewhere; what a result
 * depends on asks {@link ContentHash}, which does not believe them.
 */
public final class ModelHash {

    /** From here on it is worth keeping, in bytes. */
    private static final long LARGE = 16 << 20;

    private enum Part {
        WHOLE,
        TENSORS
    }

    private record Key(Path file, Part part) {}

    private record Known(String stamp, String hash) {}

    private static final Map<Key, Known> KNOWN = new ConcurrentHashMap<>();

    private ModelHash() {}

    /** SHA-256 in hex of the whole file; its first ten digits are A1111's model hash, "AutoV2" on sharing sites. */
    public static String of(Path file) throws IOException {
        return of(file, Part.WHOLE);
    }

    /**
     * SHA-256 in hex of what follows the header of a safetensors file: kohya's {@code sshs_model_hash}, whose first twelve digits are
     * "AutoV3" on sharing sites. Of any other file, that of the whole.
     */
    public static String ofTensors(Path file) throws IOException {
        boolean headed =
                file.toString().endsWith(".safetensors") || file.toString().endsWith(".sft");
        return of(file, headed ? Part.TENSORS : Part.WHOLE);
    }

    /** The hash of the whole file where it takes no reading of it. */
    public static Optional<String> known(Path file) throws IOException {
        Key key = new Key(file.toRealPath(), Part.WHOLE);
        return known(key, FileStamp.of(key.file())).map(Known::hash);
    }

    private static String of(Path file, Part part) throws IOException {
        Key key = new Key(file.toRealPath(), part);
        FileStamp now = FileStamp.of(key.file());
        Optional<Known> before = known(key, now);
        if (before.isPresent()) {
            return before.get().hash();
        }
        Known known = new Known(now.text(), computed(key));
        if (now.size() >= LARGE) {
            write(kept(key), known);
        }
        KNOWN.put(key, known);
        return known.hash();
    }

    private static Optional<Known> known(Key key, FileStamp now) {
        Known known = KNOWN.get(key);
        if (known == null && now.size() >= LARGE) {
            known = read(kept(key));
        }
        if (known == null || !known.stamp().equals(now.text())) {
            return Optional.empty();
        }
        KNOWN.put(key, known);
        return Optional.of(known);
    }

    private static Path kept(Key key) {
        return CacheFolder.path()
                .resolve("hashes")
                .resolve(Sha256.of(List.of(key.file().toString(), key.part().name())) + ".txt");
    }

    private static String computed(Key key) throws IOException {
        MessageDigest digest = Sha256.digest();
        try (InputStream file = Files.newInputStream(key.file())) {
            if (key.part() == Part.TENSORS) {
                byte[] length = file.readNBytes(Long.BYTES);
                if (length.length < Long.BYTES) {
                    throw new EOFException("it ends within its header");
                }
                file.skipNBytes(
                        ByteBuffer.wrap(length).order(ByteOrder.LITTLE_ENDIAN).getLong());
            }
            new DigestInputStream(file, digest).transferTo(OutputStream.nullOutputStream());
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static Known read(Path kept) {
        try {
            List<String> lines = Files.exists(kept) ? Files.readAllLines(kept) : List.of();
            return lines.size() == 2 && lines.get(1).matches("[0-9a-f]{64}")
                    ? new Known(lines.get(0), lines.get(1))
                    : null;
        } catch (IOException unreadable) {
            return null;
        }
    }

    private static void write(Path kept, Known known) {
        try {
            Files.createDirectories(kept.getParent());
            byte[] text = (known.stamp() + "\n" + known.hash() + "\n").getBytes(StandardCharsets.US_ASCII);
            AtomicFile.write(kept, out -> out.write(text));
        } catch (IOException | Problem unkept) {
            // It is only read again next time.
        }
    }
}
