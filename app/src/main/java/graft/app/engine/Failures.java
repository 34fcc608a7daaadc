package graft.app.engine;

import graft.node.Problem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/** A node's failure in words for the user. */
final class Failures {

    private Failures() {}

    /** The failure itself when it is in words already, else a problem with the failure beneath. */
    static Problem problem(Throwable failure, Path folder) {
        return failure instanceof Problem problem
                ? problem
                : inWords(failure, folder).causedBy(failure);
    }

    private static Problem inWords(Throwable failure, Path folder) {
        String message = String.valueOf(failure.getMessage());
        if (failure instanceof OutOfMemoryError) {
            return new Problem(
                    "the Java machine ran out of memory", message, "give it more, for example GRAFT_JAVA_OPTS=-Xmx8g");
        }
        Optional<String> memory = Stream.iterate(failure, Objects::nonNull, Throwable::getCause)
                .map(each -> String.valueOf(each.getMessage()))
                .filter(Failures::tellsOfMemory)
                .findFirst();
        if (memory.isPresent()) {
            return new Problem(
                    "the device ran out of memory",
                    memory.get().lines().findFirst().orElse(message),
                    "take a smaller picture, batch or rank");
        }
        if (failure instanceof IOException || failure instanceof UncheckedIOException) {
            return new Problem("a file could not be read or written", message, "see log.txt in " + folder);
        }
        return new Problem(
                "the node failed",
                "this is a fault of the node (" + failure.getClass().getSimpleName() + ": "
                        + message.lines().findFirst().orElse("") + ")",
                "report it with log.txt in " + folder);
    }

    /** libtorch's allocators say it in these words, for CUDA and for the processor. */
    private static boolean tellsOfMemory(String message) {
        String lower = message.toLowerCase(Locale.ROOT);
        return lower.contains("out of memory")
                || lower.contains("not enough memory")
                || lower.contains("can't allocate memory")
                || lower.contains("bad_alloc");
    }
}
