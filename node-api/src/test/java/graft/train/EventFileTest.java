package graft.train;

import static org.assertj.core.api.Assertions.assertThat;

import graft.Golden;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EventFileTest {

    /** {@code events.tfevents} was written by tensorboard 2.x's RecordWriter from the same events. */
    @Test
    void theBytesAreThoseOfTensorBoardsOwnWriter(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("events.out.tfevents.graft");
        try (EventFile events = EventFile.create(file)) {
            events.add(0, Map.of("loss/validation", 0.5));
            Map<String, Double> figures = new LinkedHashMap<>();
            figures.put("loss/train", 0.25);
            figures.put("learning rate", 1e-4);
            events.add(1, figures);
            events.add(300, Map.of("loss/train", 0.125));
        }
        assertThat(file).hasSameBinaryContentAs(Golden.resource("/graft/train/events.tfevents"));
    }
}
