package graft.model.sd;

import graft.model.Checkpoint;
import graft.model.Context;
import graft.model.TextModels;
import java.util.List;
import java.util.Map;

/** Token ids of the reference vectors, read as a model reads prompts. */
public final class GoldenText {

    private GoldenText() {}

    /**
     * What the network of a view is told of prompts, with the view's changes and added words.
     *
     * @param ids by the name of the part that reads them
     */
    public static Context read(Checkpoint view, Map<String, int[][]> ids) {
        return new ClipReader(view.texts(), List::of)
                .read(ids::get, new TextModels(view::encoder, view::patches, view.addedTokens()));
    }
}
