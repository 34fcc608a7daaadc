package graft.app.image;

import java.nio.file.Path;
import java.util.List;

/** The Java that an image brings: a part of the JDK that makes it. */
final class OwnJava {

    /**
     * Its modules. Graft and its libraries need a third of {@code java.se}; the rest, which weighs 1 MB, is for plugins, whose
     * authors compile against all of it. Besides: {@code Unsafe} for JNA and Gson, curves for HTTPS, archives as file systems,
     * the machine's memory, the signing of plugins.
     */
    static final List<String> MODULES = List.of(
            "java.se",
            "jdk.unsupported",
            "jdk.crypto.ec",
            "jdk.zipfs",
            "jdk.management",
            "jdk.jartool",
            "jdk.charsets");

    private OwnJava() {}

    /** The command line that links them into a folder that is not there yet. */
    static List<String> command(Path jdk, Path folder) {
        return List.of(
                JavaTool.of(jdk, "jlink").toString(),
                "--add-modules",
                String.join(",", MODULES),
                // Line numbers within Java's own classes; those of Graft's stay.
                "--strip-java-debug-attributes",
                "--no-header-files",
                "--no-man-pages",
                "--compress=2",
                "--output",
                folder.toString());
    }

    /** Links it, and has it keep its own classes as an archive to be mapped, by which it starts faster. */
    static void link(Path jdk, Path folder) {
        JavaTool.run("a Java for the application", command(jdk, folder));
        JavaTool.run(
                "a Java for the application",
                List.of(JavaTool.of(folder, "java").toString(), "-XX:+UseSerialGC", "-Xshare:dump"));
    }
}
