package graft;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Programs of tests in a Java of their own: for what goes by the whole process, where other tests leave their traces. */
public final class JavaProcess {

    private JavaProcess() {}

    /** A program with the classes of this one, started in the plainest way: {@code java -cp}. */
    public static ProcessBuilder program(Class<?> main, List<String> options, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command);
    }

    /** Starts it and waits for its end: what it printed. */
    public static String printed(ProcessBuilder program) throws IOException {
        try (InputStream printed = program.start().getInputStream()) {
            return new String(printed.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
