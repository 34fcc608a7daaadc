package graft.app.editor.shell;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** An editor in a process of its own, in which hands type and do nothing more; it tells what they typed and waits to be killed. */
final class TypingEditor {

    /** What its line begins with. */
    static final String TYPED = "typed: ";

    private TypingEditor() {}

    static Process start(Path config, Path file, TypingPlace place) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(option -> option.startsWith("--add-opens"))
                .forEach(command::add);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), TypingEditor.class.getName()));
        command.addAll(List.of(config.toString(), file.toString(), place.name()));
        return new ProcessBuilder(command)
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
