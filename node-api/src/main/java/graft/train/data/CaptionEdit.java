package graft.train.data;

import graft.node.Choice;
import org.pf4j.ExtensionPoint;

/**
 * A rule by which captions are corrected.
 *
 * <p>Graft itself brings none but {@link Own#NONE}. A plugin offers one as a class with a public constructor without arguments,
 * annotated with {@link org.pf4j.Extension}: it is then a choice of Edit Captions. One instance serves all captions, so it keeps
 * nothing.
 */
@Choice.Set(builtIn = CaptionEdit.Own.class)
public interface CaptionEdit extends Choice, ExtensionPoint {

    /**
     * A caption as it is to be.
     *
     * @param caption one line, corrected by the node's own settings; may be empty
     * @param picture the name of its file, without folders
     * @return line breaks in it become spaces
     */
    String edited(String caption, String picture);

    /** What comes with Graft. */
    enum Own implements CaptionEdit, Choice.BuiltIn {
        /** Captions stay as they are. */
        NONE;

        @Override
        public String title() {
            return "None";
        }

        @Override
        public String edited(String caption, String picture) {
            return caption;
        }
    }
}
