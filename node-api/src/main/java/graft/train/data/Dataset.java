package graft.train.data;

import graft.file.ImageFile;
import graft.model.PictureSizes;
import graft.node.SocketType;
import graft.picture.Cut;
import graft.picture.Fit;
import graft.picture.Picture;
import java.awt.Dimension;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Pictures with captions to train on; a picture that counts more than once stands in the list more than once.
 *
 * <p>Immutable, on the heap. It holds the pictures' places, not the pictures: they are read when they are needed.
 *
 * @param share which part of a larger folder they are
 */
@SocketType(id = "graft/dataset", title = "Dataset", color = "#4DB6AC")
public record Dataset(List<Item> items, Share share) {

    /** How many items fit into memory; more than anybody shows in a round. */
    public static final int MOST = 20_000_000;

    public Dataset {
        items = List.copyOf(items);
        if (items.isEmpty()) {
            throw new IllegalArgumentException("no pictures");
        }
        Objects.requireNonNull(share);
    }

    /** All that there is. */
    public Dataset(List<Item> items) {
        this(items, Share.WHOLE);
    }

    /** The same share with its pictures changed. */
    public Dataset with(List<Item> changed) {
        return new Dataset(changed, share);
    }

    /**
     * A part of a folder that is worked on in several.
     *
     * @param number 1 to {@code of}
     * @param of how many there are
     */
    public record Share(int number, int of) {

        /** The only one. */
        public static final Share WHOLE = new Share(1, 1);

        public Share {
            if (number < 1 || number > of) {
                throw new IllegalArgumentException("share " + number + " of " + of);
            }
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
     * @param augment how it is varied from draw to draw
     * @param mask which part of it is to be learnt; nothing for all
     * @param region which part of the file is the picture; nothing for all of it
     */
    public record Item(
            Path file,
            String caption,
            int width,
            int height,
            Fit fit,
            Augment augment,
            Optional<LossMask> mask,
            Optional<Region> region) {

        public Item {
            Objects.requireNonNull(file);
            Objects.requireNonNull(caption);
            Objects.requireNonNull(fit);
            Objects.requireNonNull(augment);
            Objects.requireNonNull(mask);
            Objects.requireNonNull(region);
        }

        /** Of the whole file. */
        public Item(
                Path file, String caption, int width, int height, Fit fit, Augment augment, Optional<LossMask> mask) {
            this(file, caption, width, height, fit, augment, mask, Optional.empty());
        }

        /** A whole picture as it is. */
        public Item(Path file, String caption, int width, int height, Fit fit) {
            this(file, caption, width, height, fit, Augment.NONE, Optional.empty());
        }

        /** The same picture with another caption. */
        public Item withCaption(String other) {
            return new Item(file, other, width, height, fit, augment, mask, region);
        }

        /** The same picture, varied so. */
        public Item withAugment(Augment other) {
            return new Item(file, caption, width, height, fit, other, mask, region);
        }

        /** What it is trained at. */
        public TrainingSize size() {
            return new TrainingSize(width, height);
        }

        /**
         * Of the picture before it is brought to the size that it is trained at.
         *
         * @throws graft.node.Problem naming the file when it is missing or no picture
         */
        public TrainingSize ownSize() {
            return region.map(Region::size).orElseGet(() -> {
                Dimension whole = ImageFile.size(file);
                return new TrainingSize(whole.width, whole.height);
            });
        }

        /**
         * Whether it is enlarged to the size that it is trained at: cutting fills both sides, and so enlarges as soon as one is short;
         * padding when both are.
         *
         * @param own as {@link #ownSize} says
         */
        public boolean isEnlarged(TrainingSize own) {
            boolean narrow = own.width() < width;
            boolean low = own.height() < height;
            return fit == Fit.PAD ? narrow && low : narrow || low;
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
            return read(AugmentedView.PLAIN);
        }

        /** As {@link #read()}, seen in one of its ways. */
        public Picture read(AugmentedView look) {
            Augment.Variant variant = variant(look);
            Picture plain = variant.colours().of(shaped(part(Picture.of(ImageFile.read(file))), look, variant));
            return augment.varied(plain, name(), look.variant());
        }

        /**
         * What a network that knows sizes is told of a look of it.
         *
         * @param own as {@link #ownSize} says
         */
        public PictureSizes sizes(AugmentedView look, TrainingSize own) {
            Augment.Variant variant = variant(look);
            Cut cut = Cut.of(own.width(), own.height(), width, height, fit, variant.across(), variant.down());
            return PictureSizes.of(own.height(), own.width(), look.mirrored() ? cut.mirrored() : cut);
        }

        /**
         * How much each place of its latents is masked in, 0 to 1: the mean over the pixels that it stands for.
         *
         * <p>What {@link Fit#PAD} puts around a picture is masked out.
         *
         * @param factor pixels along one side of a latent position
         * @return rows from the top; nothing without a mask
         * @throws graft.node.Problem naming the mask's file when it is missing or no picture
         */
        public Optional<float[]> mask(AugmentedView look, int factor) {
            return mask.map(given -> {
                // Padding is white: the mask is turned over, so that white is what is left out.
                Picture leftOut = shaped(part(given.leftOut()), look, variant(look));
                float[] means = new float[height / factor * (width / factor)];
                for (int y = 0; y < height / factor * factor; y++) {
                    for (int x = 0; x < width / factor * factor; x++) {
                        means[y / factor * (width / factor) + x / factor] +=
                                (1 - leftOut.rgb()[3 * (y * width + x)]) / (factor * factor);
                    }
                }
                return means;
            });
        }

        /** What a look of it is made with. */
        public Augment.Variant variant(AugmentedView look) {
            return augment.variant(name(), look.variant());
        }

        private Picture part(Picture whole) {
            return region.map(part -> part.of(whole)).orElse(whole);
        }

        private Picture shaped(Picture picture, AugmentedView look, Augment.Variant variant) {
            Picture fitted = picture.fitted(width, height, fit, variant.across(), variant.down());
            return look.mirrored() ? fitted.mirrored() : fitted;
        }
    }
}
