package graft.app.editor.shell;

import graft.app.editor.Background;
import graft.app.editor.Commands;
import graft.app.editor.Keymap;
import graft.app.editor.Strings;
import graft.app.editor.canvas.CanvasContext;
import graft.app.editor.viewer.EnlargedPictures;
import graft.app.workflow.Neighbours;
import graft.app.workflow.Workflow;
import graft.file.Folder;
import graft.file.PngFile;
import graft.node.Problem;
import java.awt.Window;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the canvases ask of the window. */
final class CanvasHost implements CanvasContext {

    private static final Logger LOG = LoggerFactory.getLogger(CanvasHost.class);

    private final Opener opener;
    private final MessageBoxes boxes;
    private final StatusBar status;
    private final Supplier<Keymap> keymap;
    private final Window window;
    private final FileWork work;
    private final Datasets datasets;
    private final BiConsumer<String, Optional<String>> vary;
    private final Consumer<Commands> perform;
    private Neighbours neighbours = Neighbours.NONE;

    CanvasHost(
            Opener opener,
            MessageBoxes boxes,
            StatusBar status,
            Supplier<Keymap> keymap,
            Window window,
            FileWork work,
            Datasets datasets,
            Path workflows,
            BiConsumer<String, Optional<String>> vary,
            Consumer<Commands> perform) {
        this.vary = vary;
        this.perform = perform;
        this.opener = opener;
        this.boxes = boxes;
        this.status = status;
        this.keymap = keymap;
        this.window = window;
        this.work = work;
        this.datasets = datasets;
        // Without it searches are in the order of titles.
        Background.FILES.run(() -> counted(workflows), counted -> neighbours = counted, unread -> {});
    }

    private static Neighbours counted(Path workflows) throws IOException {
        List<Workflow> read = new ArrayList<>();
        for (Path file : Folder.entries(workflows)) {
            if (file.toString().endsWith(".json")) {
                try {
                    read.add(Workflow.read(file));
                } catch (Problem unreadable) {
                    LOG.info("{} counts for no search", file, unreadable);
                }
            }
        }
        return Neighbours.of(read);
    }

    @Override
    public Neighbours neighbours() {
        return neighbours;
    }

    @Override
    public void open(Path file) {
        opener.file(file);
    }

    @Override
    public void tell(Problem problem) {
        boxes.tell(problem);
    }

    @Override
    public void say(String words) {
        status.say(words);
    }

    @Override
    public boolean confirm(String question, String yes) {
        return boxes.confirm(question, yes);
    }

    @Override
    public void enlarge(String title, List<BufferedImage> pictures, int first) {
        EnlargedPictures.show(window, title, pictures, first, picture -> save(title, picture));
    }

    @Override
    public void save(String title, BufferedImage picture) {
        Choosers.picture(window, title)
                .ifPresent(file -> work.soon(
                        () -> PngFile.write(file, picture, Map.of()),
                        () -> say(Strings.get("status.picture.saved", file.getFileName()))));
    }

    @Override
    public void dataset(String node) {
        datasets.show(node);
    }

    @Override
    public void vary(String node, Optional<String> setting) {
        vary.accept(node, setting);
    }

    @Override
    public void perform(Commands command) {
        perform.accept(command);
    }

    @Override
    public Keymap keymap() {
        return keymap.get();
    }
}
