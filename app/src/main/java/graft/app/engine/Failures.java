package graft.app.engine;

import graft.app.plugin.Plugin;
import graft.app.plugin.PluginFault;
import graft.app.plugin.TimeLimit;
import graft.app.plugin.ToldFailure;
import graft.app.sandbox.Sandbox;
import graft.file.FileFault;
import graft.node.Problem;
import graft.node.host.Exit;
import graft.tensor.Memory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A node's failure in words for the user. */
final class Failures {

    private static final Pattern ASKED = Pattern.compile("(?i)tried (?:to allocate )?([\\d.]+ ?[a-z]+)");

    private static final Pattern BYTES = Pattern.compile("(\\d{7,18}) bytes");

    private Failures() {}

    /**
     * The failure itself when it is in words already, else a problem with the failure beneath.
     *
     * @param lessMemory what to do where the device had too little
     */
    static Problem problem(Throwable thrown, Path folder, Optional<Plugin> plugin, Supplier<String> lessMemory) {
        Throwable failure = ToldFailure.of(thrown);
        return failure instanceof Problem problem
                ? problem
                : inWords(failure, folder, plugin, lessMemory).causedBy(failure);
    }

    /** Whether libtorch got less memory than it asked for. */
    static boolean isOfMemory(Throwable failure) {
        return ofMemory(failure).isPresent();
    }

    private static Optional<String> ofMemory(Throwable failure) {
        return Stream.iterate(ToldFailure.of(failure), Objects::nonNull, Throwable::getCause)
                .map(each -> String.valueOf(each.getMessage()))
                .filter(Failures::tellsOfMemory)
                .findFirst();
    }

    /** A fault of a node, with its plugin named where that is a stranger's, and what can be done about it. */
    static Problem ofNode(String happened, Throwable thrown, Optional<Plugin> plugin) {
        Throwable fault = ToldFailure.of(thrown);
        String message = String.valueOf(fault.getMessage()).lines().findFirst().orElse("");
        String what =
                fault instanceof Exit.Refused || fault instanceof TimeLimit.Overdue || fault instanceof PluginFault
                        ? message
                        : ToldFailure.kind(fault) + (fault.getMessage() == null ? "" : ": " + message);
        Optional<Plugin> strangers = plugin.filter(known -> !known.bundled());
        return new Problem(
                happened,
                strangers
                                .map(known -> "this is a fault of the plugin " + known.id() + " " + known.version())
                                .orElse("this is a fault of the node")
                        + " (" + what + ")",
                strangers
                        .map(known -> "report it to " + known.provider()
                                + ", or go without the plugin by `graft plugins" + " disable " + known.id() + "`")
                        .orElse("report it to the plugin's author"));
    }

    private static Problem inWords(
            Throwable failure, Path folder, Optional<Plugin> plugin, Supplier<String> lessMemory) {
        if (failure instanceof OutOfMemoryError) {
            return new Problem(
                    "the Java machine ran out of memory",
                    "it may take " + Memory.words(Runtime.getRuntime().maxMemory()),
                    "give it more, for example GRAFT_JAVA_OPTS=-Xmx8g, or " + lessMemory.get());
        }
        Optional<String> memory = ofMemory(failure);
        if (memory.isPresent()) {
            return new Problem("the device ran out of memory", wanted(memory.get()), lessMemory.get());
        }
        boolean ofFiles = failure instanceof IOException || failure instanceof UncheckedIOException;
        if (ofFiles && plugin.filter(known -> isConfined(known.id())).isPresent()) {
            return inSandbox(failure, plugin.get());
        }
        if (ofFiles) {
            return new Problem(
                    "a file could not be read or written",
                    FileFault.why(failure) + fileOf(failure),
                    "see log.txt in " + folder);
        }
        Problem ofNode = ofNode("the node failed", failure, plugin);
        return plugin.isPresent() && !plugin.get().bundled()
                ? new Problem(
                        ofNode.happened(),
                        ofNode.why(),
                        ofNode.remedy() + "; the whole of it is in log.txt in " + folder)
                : new Problem(ofNode.happened(), ofNode.why(), "report it with log.txt in " + folder);
    }

    /** Whether it is for the plugin's sake that this process is in the sandbox, which whoever started it says. */
    private static boolean isConfined(String plugin) {
        return List.of(System.getProperty(Sandbox.CONFINED, "").split(",", -1)).contains(plugin);
    }

    private static Problem inSandbox(Throwable failure, Plugin plugin) {
        Throwable told = failure instanceof UncheckedIOException ? failure.getCause() : failure;
        return new Problem(
                "the sandbox that the plugin " + plugin.id()
                        + " runs in refused the node something, or it is not there",
                ToldFailure.kind(told) + ": " + told.getMessage(),
                "name in the workflow the files that it needs; for network or other programs, trust the plugin with"
                        + " `graft plugins trust " + plugin.id() + "`");
    }

    private static String fileOf(Throwable failure) {
        return Stream.iterate(failure, Objects::nonNull, Throwable::getCause)
                .filter(FileSystemException.class::isInstance)
                .map(each -> ((FileSystemException) each).getFile())
                .filter(Objects::nonNull)
                .findFirst()
                .map(file -> " (" + file + ")")
                .orElse("");
    }

    /** How much was asked for, where libtorch says so. */
    private static String wanted(String message) {
        Matcher asked = ASKED.matcher(message);
        return asked.find()
                ? amount(asked.group(1)) + " more were asked for than it has free"
                : "there is not as much as was asked for";
    }

    /** The processor's allocator tells bytes, of which there are many digits. */
    private static String amount(String told) {
        Matcher bytes = BYTES.matcher(told);
        return bytes.matches() ? Memory.words(Long.parseLong(bytes.group(1))) : told;
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
