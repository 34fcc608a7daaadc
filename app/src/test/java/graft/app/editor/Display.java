package graft.app.editor;

import com.sun.jna.NativeLibrary;
import com.sun.jna.Platform;
import graft.app.sandbox.ThisProgram;
import java.awt.GraphicsEnvironment;
import java.awt.Toolkit;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;

/**
 * The display that this process opens its windows on: tests of the editor need one, real or virtual.
 *
 * <p>With {@code -Dgraft.display=own} it is one in memory that no other process has (Xvfb), so that several test processes, each with
 * a keyboard of its own, open windows at once.
 */
public final class Display {

    /** The display's name if it is this process's own; before any class of AWT looks for one. */
    private static final Optional<String> OWN =
            "own".equals(System.getProperty("graft.display")) ? Optional.of(start()) : Optional.empty();

    private Display() {}

    public static boolean isThere() {
        return OWN.isPresent() || !GraphicsEnvironment.isHeadless();
    }

    /** A program with a Java of its own, which opens its windows where this one does. */
    public static ProcessBuilder program(Class<?> main, String... arguments) {
        List<String> command =
                ThisProgram.command("-Djava.awt.headless=false", "-Dgraft.display=given", main.getName());
        command.addAll(List.of(arguments));
        ProcessBuilder program = new ProcessBuilder(command);
        OWN.ifPresent(name -> program.environment().put("DISPLAY", name));
        return program;
    }

    /** It ends with the last window's process, however that ends. */
    private static String start() {
        try {
            // A key that a busy machine lets go late would repeat itself (-r): two pages turned where one was asked
            // for.
            Process server = new ProcessBuilder(
                            "Xvfb",
                            "-displayfd",
                            "1",
                            "-screen",
                            "0",
                            "1920x1200x24",
                            "-nolisten",
                            "tcp",
                            "-terminate",
                            "-r")
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            try (BufferedReader said = server.inputReader()) {
                String name = ":" + said.readLine();
                // AWT asks the system for the variable. Java itself goes by what it was when the process started: where
                // there was no display, it has to be told that there is one now.
                System.setProperty("java.awt.headless", "false");
                NativeLibrary.getInstance(Platform.C_LIBRARY_NAME)
                        .getFunction("setenv")
                        .invokeInt(new Object[] {"DISPLAY", name, 1});
                // Connected from now on, or the display would end with the first process that a test starts.
                Toolkit.getDefaultToolkit();
                return name;
            }
        } catch (IOException noServer) {
            throw new UncheckedIOException(noServer);
        }
    }
}
