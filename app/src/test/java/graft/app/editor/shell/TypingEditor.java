package graft.app.editor.shell;

import graft.app.editor.Display;
import java.io.IOException;
import java.nio.file.Path;

/** An editor in a process of its own, in which hands type and do nothing more; it tells what they typed and waits to be killed. */
final class TypingEditor {

    /** What its line begins with. */
    static final String TYPED = "typed: ";

    private TypingEditor() {}

    static Process start(Path config, Path file, TypingPlace place) throws IOException {
        return Display.program(TypingEditor.class, config.toString(), file.toString(), place.name())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    public static void main(String[] arguments) {
        OpenedEditor editor = new OpenedEditor(
                Path.of(arguments[0]), OpenedEditor.begun(), WordNodes.library(), Path.of(arguments[1]));
        editor.awaitWorkflow();
        TypingPlace place = TypingPlace.valueOf(arguments[2]);
        place.open(editor);
        System.out.println(TYPED + place.type(editor, 1));
    }
}
