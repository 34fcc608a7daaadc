package graft.train;

import graft.file.ImageFile;
import graft.model.Fit;
import graft.model.Picture;
import graft.node.SocketType;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/**
 * Pictures with captions to train on; a picture that counts more than once stands in the list more than once.
 *
 * <p>Immutable, on the heap. It holds the pictures' places, not the pictures: they are read when they are needed.
 */
@SocketType(id = "graft/dataset", title = "Dataset", color = "#4DB6AC")
public record Dataset(List<Item> items) {

    public Dataset {
        items = List.copyOf(items);
        if (items.isEmpty()) {
            throw new IllegalArgumentException("no pictures");
        }
    }

    /**
     * One picture as it is trained.
     *
     * @param file PNG, JPEG or WebP
     * @param caption what the text encoder reads; may be empty
     * @param width in pixels, what it is trained at
     * @param height likewise
     * @param fit how it is brought to that size
     */
    public record Item(Path file, String caption, int width, int height, Fit fit) {

        public Item {
            Objects.requireNonNull(file);
            Objects.requireNonNull(caption);
            Objects.requireNonNull(fit);
        }

        /** The same picture with another caption. */
        public Item withCaption(String other) {
            return new Item(file, other, width, height, fit);
        }

        /** The file's name without its ending. */
        public String name() {
            String name = file.getFileName().toString();
            int ending = name.lastIndexOf('.');
            return ending > 0 ? name.substring(0, ending) : name;
        }

        /**
         * Reads the picture and brings it to its size.
         *
         * @throws graft.node.Problem naming the file when it is missing or no picture
         */
        public Picture read() {
            return Picture.of(ImageFile.read(file)).fitted(width, height, fit);
        }
    }
}
