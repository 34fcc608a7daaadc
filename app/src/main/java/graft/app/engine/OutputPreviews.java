package graft.app.engine;

import graft.app.engine.Plan.Fault;
import graft.app.engine.Plan.Step;
import graft.app.plugin.NodeLibrary;
import graft.app.plugin.NodeLibrary.OfferedPreview;
import graft.app.plugin.Plugin;
import graft.app.plugin.ToldFailure;
import graft.node.SocketSchema;
import graft.node.ValuePreview;
import graft.picture.Fit;
import graft.picture.Picture;
import graft.tensor.Compute;
import graft.tensor.Scope;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shows what a node gave, drawn by what plugins offer for it, in the thread of the run: what goes to the window, from this
 * process or from a worker, is a picture.
 */
final class OutputPreviews {

    private static final Logger LOG = LoggerFactory.getLogger(OutputPreviews.class);

    /** Of the longer side, in pixels: enough for a node that fills half a screen. */
    private static final int LONGEST = 1024;

    /** Pictures of a batch that are shown. */
    private static final int MOST = 64;

    private static final long SECONDS = 10;

    private final NodeLibrary library;

    OutputPreviews(NodeLibrary library) {
        this.library = library;
    }

    /** Draws the first output that can be, the first value of a list; one that cannot although it should be costs a warning alone. */
    void show(Step step, Map<String, Object> outputs, Consumer<RunEvent> events) {
        for (SocketSchema output : step.schema().outputs()) {
            Object value = outputs.get(output.id());
            if (value instanceof List<?> list) {
                value = list.isEmpty() ? list : list.get(0);
            }
            Optional<OfferedPreview> offered = library.preview(value);
            if (offered.isEmpty()) {
                continue;
            }
            try {
                List<BufferedImage> pictures = drawnInTime(offered.get(), value);
                if (!pictures.isEmpty()) {
                    events.accept(new RunEvent.NodePreview(step.node(), shown(pictures)));
                    return;
                }
            } catch (Throwable fault) {
                // The node has done its work: nothing that is thrown here may undo that.
                LOG.warn("{} of {} was not drawn", output.id(), step.node(), ToldFailure.of(fault));
                Optional<Plugin> plugin = Optional.of(offered.get().plugin());
                Fault told = Fault.of(
                        Failures.ofNode("the output " + output.id() + " cannot be shown", fault, plugin), plugin);
                events.accept(new RunEvent.Warning(
                        step.node(), told.problem().getMessage(), told.plugin().orElse("")));
            }
        }
    }

    /** A stranger's preview that does not come back keeps nobody: the value is not shown. */
    private List<BufferedImage> drawnInTime(OfferedPreview offered, Object value) throws Exception {
        if (offered.plugin().bundled()) {
            return drawn(offered.preview(), value);
        }
        FutureTask<List<BufferedImage>> drawing = new FutureTask<>(() -> {
            Compute.prepareThread();
            return drawn(offered.preview(), value);
        });
        library.timeLimit()
                .run(offered.preview(), "preview of " + offered.plugin().id(), SECONDS, drawing);
        try {
            return drawing.get();
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof Error error) {
                throw error;
            }
            throw (Exception) failed.getCause();
        }
    }

    @SuppressWarnings("try") // the scope is not spoken to: it frees what is made within it
    private static <T> List<BufferedImage> drawn(ValuePreview<T> preview, Object value) throws Exception {
        try (Scope scope = Scope.open()) {
            T drawn = preview.type().cast(value);
            List<BufferedImage> several = preview.drawAll(drawn);
            return several.isEmpty() ? preview.draw(drawn).stream().toList() : several;
        }
    }

    /** Those of a batch that are shown, the smaller the more there are: together they are as large as one or a few. */
    static List<BufferedImage> shown(List<BufferedImage> images) {
        List<BufferedImage> first = images.subList(0, Math.min(MOST, images.size()));
        int longest = first.size() <= 4 ? LONGEST : first.size() <= 16 ? LONGEST / 2 : LONGEST / 4;
        return first.stream().map(image -> small(image, longest)).toList();
    }

    private static BufferedImage small(BufferedImage image, int longest) {
        double scale = (double) longest / Math.max(image.getWidth(), image.getHeight());
        if (scale >= 1) {
            return image;
        }
        int width = Math.max(1, (int) Math.round(image.getWidth() * scale));
        int height = Math.max(1, (int) Math.round(image.getHeight() * scale));
        return Picture.of(EventJson.opaque(image))
                .fitted(width, height, Fit.STRETCH)
                .toBufferedImage();
    }
}
