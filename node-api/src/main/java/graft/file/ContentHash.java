package graft.file;

import graft.node.Problem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * SHA-256 of whole files, which are read again only when their stamp changed.
 *
 * <p>Hashes of large files are kept in the {@link CacheFolder} too, since reading some gigabytes takes seconds.
 */
public final class ContentHash {

    private static final long LARGE = 16 << 20;

    private record Known(String stamp, String hash) {}

    private static final Map<Path, Known> KNOWN = new ConcurrentHashMap<>();

    private ContentHash() {}

    /** In hex. */
    public static String of(Path file) throws IOException {
        Path whole = file.toRealPath();
        long now = System.currentTimeMillis();
        FileStamp stamp = FileStamp.of(whole);
        if (!stamp.settledAt(now)) {
            return Sha256.of(whole);
        }
        Known known = KNOWN.get(whole);
        Path kept = CacheFolder.path().resolve("hashes").resolve(Sha256.of(List.of(whole.toString())) + ".txt");
        if (known == null && stamp.size() >= LARGE) {
            known = read(kept);
        }
        if (known == null || !known.stamp().equals(stamp.text())) {
            known = new Known(stamp.text(), Sha256.of(whole));
            if (stamp.size() >= LARGE) {
                write(kept, known);
            }
        }
        KNOWN.put(whole, known);
        return known.hash();
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
