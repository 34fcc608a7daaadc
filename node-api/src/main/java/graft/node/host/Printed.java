package graft.node.host;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.slf4j.LoggerFactory;

/**
 * Stands in for {@code System.out} and {@code System.err} in a plugin: what is printed goes, line by line, to whoever runs
 * the node on that thread, and to the log where nobody does.
 */
public final class Printed {

    /** Emptied when the node is done, since threads that outlive it go on holding this. */
    private static final InheritableThreadLocal<AtomicReference<Consumer<String>>> READER =
            new InheritableThreadLocal<>();

    @SuppressWarnings("ConstantField") // named like the fields that they stand in for
    public static final PrintStream out = new PrintStream(new Lines(), true, StandardCharsets.UTF_8);

    @SuppressWarnings("ConstantField")
    public static final PrintStream err = out;

    private Printed() {}

    /** Hands over what this thread, and those that it starts, print until it is closed. */
    public static Capture to(Consumer<String> reader) {
        AtomicReference<Consumer<String>> mine = new AtomicReference<>(reader);
        AtomicReference<Consumer<String>> before = READER.get();
        READER.set(mine);
        return () -> {
            mine.set(null);
            if (before == null) {
                READER.remove();
            } else {
                READER.set(before);
            }
        };
    }

    /** Ends when it is closed, on the thread that began it. */
    public interface Capture extends AutoCloseable {
        @Override
        void close();
    }

    private static void tell(String line) {
        AtomicReference<Consumer<String>> mine = READER.get();
        Consumer<String> reader = mine == null ? null : mine.get();
        if (reader == null) {
            LoggerFactory.getLogger(Printed.class).info("a plugin printed: {}", line);
        } else {
            reader.accept(line);
        }
    }

    /** Each thread's line so far. */
    private static final class Lines extends OutputStream {

        private static final int LONGEST = 10_000;

        private final ThreadLocal<ByteArrayOutputStream> line = ThreadLocal.withInitial(ByteArrayOutputStream::new);

        @Override
        public void write(int b) {
            ByteArrayOutputStream mine = line.get();
            if (b == '\n' || mine.size() >= LONGEST) {
                String text = mine.toString(StandardCharsets.UTF_8).stripTrailing();
                line.remove();
                if (!text.isEmpty()) {
                    tell(text);
                }
            }
            if (b != '\n') {
                line.get().write(b);
            }
        }
    }
}
