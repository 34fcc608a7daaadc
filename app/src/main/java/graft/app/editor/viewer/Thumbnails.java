package graft.app.editor.viewer;

import graft.file.ImageFile;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
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
        Background.run(() -> small(ImageFile.read(file), size), read -> there(key, read), problem -> {});
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

    /** Halves the picture until one step of bilinear is enough, which looks as good as an area average. */
    static BufferedImage small(BufferedImage image, int size) {
        BufferedImage from = image;
        double scale = Math.min(1, (double) size / Math.max(image.getWidth(), image.getHeight()));
        int width = Math.max(1, (int) Math.round(image.getWidth() * scale));
        int height = Math.max(1, (int) Math.round(image.getHeight() * scale));
        while (from.getWidth() > width) {
            int w = Math.max(width, from.getWidth() / 2);
            int h = Math.max(height, from.getHeight() / 2);
            from = scaled(from, w, h);
        }
        return from;
    }

    private static BufferedImage scaled(BufferedImage image, int width, int height) {
        BufferedImage result = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = result.createGraphics();
        graphics.setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
        graphics.drawImage(image, 0, 0, width, height, null);
        graphics.dispose();
        return result;
    }
}
