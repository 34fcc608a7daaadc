package graft.train.data;

import graft.tensor.KeyedRandom;
import java.util.List;

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

    /**
     * What {@link #text} may make of a caption: enough of all texts that each part which is ever read stands as far at the front
     * of one as it may come by chance.
     */
    default List<String> texts(String caption) {
        return List.of(caption);
    }

    /** These, and then others on what comes out. */
    default Captions then(Captions others) {
        Captions first = this;
        return new Captions() {
            @Override
            public String text(String caption, KeyedRandom random) {
                return others.text(first.text(caption, random), random);
            }

            @Override
            public List<String> texts(String caption) {
                return first.texts(caption).stream()
                        .flatMap(text -> others.texts(text).stream())
                        .toList();
            }
        };
    }
}
