package graft.tensor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Memory of this machine and of this process, in bytes, as far as the system tells. */
public final class Memory {

    private Memory() {}

    public static OptionalLong installed() {
        return kilobytes(Path.of("/proc/meminfo"), "MemTotal");
    }

    /** What processes can still take without swapping. */
    public static OptionalLong available() {
        return kilobytes(Path.of("/proc/meminfo"), "MemAvailable");
    }

    /** What this process holds now. */
    public static OptionalLong resident() {
        return resident(ProcessHandle.current().pid());
    }

    /** What another process holds now. */
    public static OptionalLong resident(long process) {
        return kilobytes(Path.of("/proc/" + process + "/status"), "VmRSS");
    }

    /** The most that this process has held at once, libtorch's memory included. */
    public static OptionalLong peak() {
        return kilobytes(Path.of("/proc/self/status"), "VmHWM");
    }

    /** How much of the memory that nobody has taken a computation may count on: the rest is for what others take meanwhile. */
    public static final double USABLE = 0.8;

    /** Gives back what no array lies in any more: mapped files and buffers go only when the garbage collector finds them. */
    public static void reclaim() {
        System.gc();
    }

    /** The size of a file in words, which may be small: {@code 12.3 KiB}, then as {@link #words}. */
    public static String fileSize(long bytes) {
        return bytes < 1 << 20 ? String.format(Locale.ROOT, "%.1f KiB", bytes / 1024.0) : words(bytes);
    }

    /** Bytes in words: {@code 1.5 GiB}, {@code 640 MiB}. */
    public static String words(long bytes) {
        double mebibytes = bytes / (1024.0 * 1024);
        return mebibytes >= 1024
                ? String.format(Locale.ROOT, "%.1f GiB", mebibytes / 1024)
                : String.format(Locale.ROOT, "%.0f MiB", mebibytes);
    }

    private static OptionalLong kilobytes(Path file, String name) {
        if (!Files.isReadable(file)) {
            return OptionalLong.empty();
        }
        try {
            Matcher line = Pattern.compile("(?m)^" + name + ":\\s+(\\d+) kB$").matcher(Files.readString(file));
            return line.find() ? OptionalLong.of(1024 * Long.parseLong(line.group(1))) : OptionalLong.empty();
        } catch (IOException unreadable) {
            return OptionalLong.empty();
        }
    }
}
