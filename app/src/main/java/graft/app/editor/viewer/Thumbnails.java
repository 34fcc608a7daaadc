package graft.app.editor.viewer;

import graft.app.editor.Background;
import graft.app.editor.Scaled;
import graft.file.ImageFile;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Pictures made small, read off the event dispatch thread and kept while there is room.
 *
 * <p>Used on the event dispatch thread. A picture that cannot be read stays empty.
 */
public final class Thumbnails {

    private static final long ROOM_BYTES = 48L << 20;

    private record Key(Path file, int size) {}

    private final long room;
    private final Map<Key, BufferedImage> kept = new LinkedHashMap<>(64, 0.75f, true);
    private final Map<Key, List<Runnable>> awaited = new LinkedHashMap<>();
    private long bytes;

    public Thumbnails() {
        this(ROOM_BYTES);
    }

    Thumbnails(long room) {
        this.room = room;
    }

    /**
     * The picture if it is there; else it is read, and {@code whenThere} is called once it is.
     *
     * @param size of the square that it fits in, in pixels; a smaller picture stays as it is
     */
    public Optional<BufferedImage> get(Path file, int size, Runnable whenThere) {
        Key key = new Key(file, size);
        BufferedImage image = kept.get(key);
        if (image != null) {
            return Optional.of(image);
        }
        List<Runnable> waiting = awaited.get(key);
        if (waiting != null) {
            if (waiting.size() < 8) {
                waiting.add(whenThere);
            }
            return Optional.empty();
        }
        awaited.put(key, new ArrayList<>(List.of(whenThere)));
        Background.FILES.run(() -> small(ImageFile.read(file), size), read -> there(key, read), problem -> {});
        return Optional.empty();
    }

    /** How many bytes are kept. */
    long bytes() {
        return bytes;
    }

    private void there(Key key, BufferedImage image) {
        kept.put(key, image);
        bytes += size(image);
        Iterator<BufferedImage> oldest = kept.values().iterator();
        while (bytes > room && kept.size() > 1) {
            bytes -= size(oldest.next());
            oldest.remove();
        }
        awaited.remove(key).forEach(Runnable::run);
    }

    private static long size(BufferedImage image) {
        return 4L * image.getWidth() * image.getHeight();
    }

    /** At most so large either way; a small one stays as it is. */
    static BufferedImage small(BufferedImage image, int size) {
        return Math.max(image.getWidth(), image.getHeight()) <= size ? image : Scaled.fitted(image, size, size);
    }
}
