package graft.train.data;

import graft.node.Choice;
import graft.picture.Picture;
import graft.tensor.KeyedRandom;
import org.pf4j.ExtensionPoint;

/**
 * A way of varying training pictures from draw to draw.
 *
 * <p>Graft itself brings none but {@link Own#NONE}: mirroring, cuts and colours are settings of Augment. A plugin offers one as a class
 * with a public constructor without arguments, annotated with {@link org.pf4j.Extension}: it is then a choice of Augment. One instance
 * serves all pictures, on several threads, so it keeps nothing.
 */
@Choice.Set(builtIn = Augmentation.Own.class)
public interface Augmentation extends Choice, ExtensionPoint {

    /**
     * A picture as it is shown: the last thing that is done to it.
     *
     * <p>What stands in it stays where it is, since a picture's mask is not changed with it.
     *
     * @param picture cut to the size that it is trained at, mirrored and in its colours
     * @param random the same whenever the same variant of the same picture is asked for
     * @return as wide and as high, finite numbers, 0 to 1
     */
    Picture varied(Picture picture, KeyedRandom random);

    /** What comes with Graft. */
    enum Own implements Augmentation, Choice.BuiltIn {
        /** Pictures stay as they are. */
        NONE;

        @Override
        public String title() {
            return "None";
        }

        @Override
        public Picture varied(Picture picture, KeyedRandom random) {
            return picture;
        }
    }
}
