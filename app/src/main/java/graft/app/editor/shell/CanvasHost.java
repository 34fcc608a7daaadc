package graft.app.editor.shell;

import graft.app.editor.Keymap;
import graft.app.editor.canvas.CanvasContext;
import graft.node.Problem;
import java.nio.file.Path;
import java.util.function.Supplier;

/** What the canvases ask of the window. */
final class CanvasHost implements CanvasContext {

    private final Opener opener;
    private final MessageBoxes boxes;
    private final StatusBar status;
    private final Supplier<Keymap> keymap;

    CanvasHost(Opener opener, MessageBoxes boxes, StatusBar status, Supplier<Keymap> keymap) {
        this.opener = opener;
        this.boxes = boxes;
        this.status = status;
        this.keymap = keymap;
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
    public Keymap keymap() {
        return keymap.get();
    }
}
