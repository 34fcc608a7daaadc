package graft.app.command;

import java.lang.reflect.Proxy;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Ctrl-C: the first asks the work to stop, the second ends the process at once.
 *
 * <p>Java's only way to catch a signal without beginning to shut down is {@code sun.misc.Signal}; it is reached by
 * name because the compiler warns of every mention, and where it is missing Ctrl-C simply ends the process.
 */
final class Interrupt {

    private Interrupt() {}

    /** Calls {@code stop} at the first SIGINT or SIGTERM. */
    static void first(Runnable stop) {
        AtomicBoolean asked = new AtomicBoolean();
        Runnable handler = () -> {
            if (asked.getAndSet(true)) {
                Runtime.getRuntime().halt(ExitCode.CANCELLED);
            }
            stop.run();
        };
        handle("INT", handler);
        handle("TERM", handler);
    }

    private static void handle(String name, Runnable handler) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> signalHandler = Class.forName("sun.misc.SignalHandler");
            Object proxy = Proxy.newProxyInstance(
                    Interrupt.class.getClassLoader(), new Class<?>[] {signalHandler}, (self, method, arguments) -> {
                        handler.run();
                        return null;
                    });
            signal.getMethod("handle", signal, signalHandler)
                    .invoke(null, signal.getConstructor(String.class).newInstance(name), proxy);
        } catch (ReflectiveOperationException missing) {
            // Ctrl-C then ends the process as for any program.
        }
    }
}
