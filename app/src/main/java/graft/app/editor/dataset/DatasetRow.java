package graft.app.editor.dataset;

import graft.train.data.Region;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A picture of a dataset as it is trained on.
 *
 * @param name what settings call it
 * @param times how often it is shown in a round
 * @param caption empty too where it is written in the run
 * @param known whether the caption is known before the run
 * @param byHand whether somebody wrote the caption
 * @param leftOut whether it is not trained on
 * @param region the part that is trained on; nothing for all
 */
record DatasetRow(
        Path file,
        String name,
        int times,
        String caption,
        boolean known,
        boolean byHand,
        boolean leftOut,
        Optional<Region> region) {}
