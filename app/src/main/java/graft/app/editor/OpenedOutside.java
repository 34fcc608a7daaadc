package graft.app.editor;

import graft.node.Problem;
import java.awt.Desktop;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Consumer;

/** Opens a file or folder with the program that the desktop has for it. */
public final class OpenedOutside {

    private OpenedOutside() {}

    /** Opens it soon; {@code failed} is told on the event dispatch thread why that cannot be. */
    public static void open(Path file, Consumer<Problem> failed) {
        Background.FILES.run(
                () -> {
                    try {
                        Desktop.getDesktop().open(file.toFile());
                    } catch (IOException | UnsupportedOperationException e) {
                        throw new Problem(
                                        "cannot open " + file,
                                        "this desktop has no program for it",
                                        "open it in a web browser or file manager")
                                .causedBy(e);
                    }
                    return file;
                },
                opened -> {},
                failed);
    }
}
