package graft.train.data;

import graft.node.GatedChoice;
import graft.picture.Colours;
import graft.picture.Picture;
import graft.tensor.Finite;
import graft.tensor.KeyedRandom;
import java.util.ArrayList;
import java.util.List;

/**
 * How a picture is varied from draw to draw, so that a training does not learn what is chance in a few pictures.
 *
 * <p>Which crop and colour a variant has depends on (seed, file name, variant) alone; which variant and side a draw shows,
 * on the draw alone.
 *
 * @param flip whether every other draw, by chance, is mirrored left to right
 * @param crop whether what {@link graft.picture.Fit#CROP} cuts off is cut at a random place instead of evenly
 * @param colours the most that colours are changed by; see {@link Colours.Jitter}
 * @param variants how many crops and colours each picture has; 0 for a new one at each draw
 * @param seed chooses them
 * @param more what else is done, which a plugin brings
 */
public record Augment(boolean flip, boolean crop, Colours.Jitter colours, int variants, long seed, Augmentation more) {

    public static final Augment NONE = new Augment(false, false, Colours.Jitter.NONE, 1, 0);

    /** By what comes with Graft alone. */
    public Augment(boolean flip, boolean crop, Colours.Jitter colours, int variants, long seed) {
        this(flip, crop, colours, variants, seed, Augmentation.Own.NONE);
    }

    /** Where a variant is cut, each 0 to 1 of the room that there is, and how its colours are changed. */
    public record Variant(double across, double down, Colours colours) {}

    /** Whether anything but the side changes from variant to variant. */
    boolean varies() {
        return crop || !colours.equals(Colours.Jitter.NONE) || isOpen();
    }

    /** Whether a plugin has a hand in it, of which nobody can tell what it depends on. */
    public boolean isOpen() {
        return more != Augmentation.Own.NONE;
    }

    /** Whether each draw has to be encoded by itself. */
    public boolean fresh() {
        return varies() && variants == 0;
    }

    /**
     * What a draw shows.
     *
     * @param random the draw's own
     * @param draw its number
     */
    public AugmentedView look(KeyedRandom random, long draw) {
        boolean mirrored = flip && random.uniform() < 0.5;
        if (!varies()) {
            return new AugmentedView(0, mirrored, true);
        }
        return new AugmentedView(variants == 0 ? draw : random.below(variants), mirrored, variants > 0);
    }

    /** In how many forms each picture is encoded before a training. */
    public int forms() {
        return looks().size();
    }

    /** All that come again. */
    public List<AugmentedView> looks() {
        List<AugmentedView> looks = new ArrayList<>();
        int count = varies() ? variants : 1;
        for (int variant = 0; variant < count; variant++) {
            looks.add(new AugmentedView(variant, false, true));
            if (flip) {
                looks.add(new AugmentedView(variant, true, true));
            }
        }
        return looks;
    }

    Variant variant(String name, long number) {
        KeyedRandom random = KeyedRandom.of(seed, name, number, "augment");
        double across = random.uniform();
        double down = random.uniform();
        return new Variant(crop ? across : 0.5, crop ? down : 0.5, colours.draw(random));
    }

    /** What {@link #more} makes of a picture, looked at. */
    Picture varied(Picture picture, String name, long number) {
        if (!isOpen()) {
            return picture;
        }
        Picture varied = more.varied(picture, KeyedRandom.of(seed, name, number, more.id()));
        if (varied == null) {
            throw GatedChoice.unfit(more, "gives no picture");
        }
        if (varied.width() != picture.width() || varied.height() != picture.height()) {
            throw GatedChoice.unfit(
                    more,
                    "makes " + varied.width() + "×" + varied.height() + " pixels of " + picture.width() + "×"
                            + picture.height());
        }
        if (!Finite.all(varied.rgb())) {
            throw GatedChoice.unfit(more, "gives a picture of NaN or infinite numbers");
        }
        return varied;
    }
}
