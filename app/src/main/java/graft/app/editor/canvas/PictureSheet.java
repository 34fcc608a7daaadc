package graft.app.editor.canvas;

import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How pictures of a batch lie on a node: in rows, as large as they all can be.
 *
 * @param width of each, in its own pixels
 */
record PictureSheet(int count, int width, int height) {

    private static final double GAP = 3;

    /** Empty when there are none. The first tells how large they are. */
    static Optional<PictureSheet> of(List<BufferedImage> pictures) {
        return pictures.stream()
                .findFirst()
                .map(first -> new PictureSheet(pictures.size(), first.getWidth(), first.getHeight()));
    }

    /** Canvas pixels that it is high, in a room of some width and at most some height. */
    double height(double room, double most) {
        int columns = columns(room, most);
        return rows(columns) * (height * scale(columns, room, most) + GAP) - GAP;
    }

    /** Where each picture lies, of a box that {@link #height} gave its height. */
    List<Rectangle2D> cells(Rectangle2D box) {
        int columns = columns(box.getWidth(), box.getHeight());
        double scale = scale(columns, box.getWidth(), box.getHeight());
        double across = width * scale + GAP;
        double down = height * scale + GAP;
        double left = box.getX() + (box.getWidth() - columns * across + GAP) / 2;
        List<Rectangle2D> cells = new ArrayList<>();
        for (int index = 0; index < count; index++) {
            int row = index / columns;
            int column = index % columns;
            cells.add(
                    new Rectangle2D.Double(left + column * across, box.getY() + row * down, across - GAP, down - GAP));
        }
        return List.copyOf(cells);
    }

    private int rows(int columns) {
        return (count + columns - 1) / columns;
    }

    /** With which they are largest; of equals the fewest, as rows are read first. */
    private int columns(double room, double most) {
        int best = 1;
        for (int columns = 2; columns <= count; columns++) {
            if (scale(columns, room, most) > scale(best, room, most) + 1e-9) {
                best = columns;
            }
        }
        return best;
    }

    private double scale(int columns, double room, double most) {
        int rows = rows(columns);
        return Math.max(1e-3, Math.min(((room + GAP) / columns - GAP) / width, ((most + GAP) / rows - GAP) / height));
    }
}
