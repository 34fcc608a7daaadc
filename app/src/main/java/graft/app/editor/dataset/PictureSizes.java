package graft.app.editor.dataset;

import graft.app.editor.Background;
import graft.file.ImageFile;
import graft.train.data.TrainingSize;
import java.awt.Dimension;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The sizes of pictures, read off the event dispatch thread and used on it. One that cannot be read has none. */
final class PictureSizes {

    private final Map<Path, TrainingSize> known = new HashMap<>();
    private final Set<Path> asked = new HashSet<>();
    private final Runnable again;

    /** @param again called whenever another is known */
    PictureSizes(Runnable again) {
        this.again = again;
    }

    /** The size if it is known; else it is read. */
    Optional<TrainingSize> of(Path picture) {
        if (asked.add(picture)) {
            Background.FILES.run(
                    () -> ImageFile.size(picture),
                    (Dimension size) -> {
                        known.put(picture, new TrainingSize(size.width, size.height));
                        again.run();
                    },
                    unreadable -> {});
        }
        return Optional.ofNullable(known.get(picture));
    }
}
