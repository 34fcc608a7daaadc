package graft.train;

import graft.tensor.KeyedRandom;

/** What the text encoder reads when a picture is drawn: its caption, changed by chance or put into a template. */
@FunctionalInterface
public interface Captions {

    /** Every caption as it is. */
    Captions AS_WRITTEN = (caption, random) -> caption;

    /**
     * The text of one draw.
     *
     * @param caption the picture's own; may be empty
     * @param random the draw's own: the text depends on these two alone, so that a training can be taken up anywhere
     */
    String text(String caption, KeyedRandom random);

    /** These, and then others on what comes out. */
    default Captions then(Captions others) {
        return (caption, random) -> others.text(text(caption, random), random);
    }
}
