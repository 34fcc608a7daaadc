package graft.app.editor.run;

import static org.assertj.core.api.Assertions.assertThat;

import graft.app.engine.RunEvent;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.swing.SwingUtilities;
import org.junit.jupiter.api.Test;

class EventFeedTest {

    private final List<List<RunEvent>> bundles = new CopyOnWriteArrayList<>();
    private final EventFeed feed = new EventFeed(bundle -> {
        assertThat(SwingUtilities.isEventDispatchThread()).isTrue();
        bundles.add(bundle);
    });

    private List<RunEvent> all() {
        return bundles.stream().flatMap(List::stream).toList();
    }

    private static RunEvent progress(int done, Map<String, Double> figures) {
        return new RunEvent.NodeProgress("a", "A", done, 1000, figures);
    }

    @Test
    void atMostThirtyBundlesASecondReachTheScreen() throws Exception {
        long start = System.nanoTime();
        for (int i = 0; i < 1000; i++) {
            feed.accept(progress(i, Map.of()));
            Thread.sleep(1);
        }
        SwingUtilities.invokeAndWait(feed::deliver);
        double seconds = (System.nanoTime() - start) / 1e9;
        assertThat(bundles.size()).isLessThanOrEqualTo((int) Math.ceil(30 * seconds) + 2);
        assertThat(all().get(all().size() - 1)).isEqualTo(progress(999, Map.of()));
    }

    @Test
    void everyLossArrivesAndOnlyTheLastPreview() throws Exception {
        SwingUtilities.invokeAndWait(() -> {
            // Nothing is delivered while this task is under way.
            for (int i = 0; i < 50; i++) {
                feed.accept(progress(i, Map.of("loss", 1.0)));
                feed.accept(new RunEvent.NodePreview("a", new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB)));
            }
            feed.deliver();
        });
        assertThat(all()).filteredOn(RunEvent.NodeProgress.class::isInstance).hasSize(50);
        assertThat(all()).filteredOn(RunEvent.NodePreview.class::isInstance).hasSize(1);
    }
}
