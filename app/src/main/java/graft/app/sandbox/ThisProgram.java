package graft.app.sandbox;

import ai.djl.util.Utils;
import graft.file.CacheFolder;
import graft.file.Folder;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** This program's own Java, classes and native libraries, for a process that runs the same program in a sandbox. */
public final class ThisProgram {

    /** Variables that say how libtorch computes; every other may be a secret. */
    private static final Pattern COMPUTING = Pattern.compile(
            "LANG|LC_[A-Z]+|TZ|(OMP|KMP|GOMP|MKL|CUDA|NVIDIA|PYTORCH)_[A-Z_]+|GRAFT_NATIVES|OPT_OUT_TRACKING");

    private static final int DEEP = 4;

    private static final int MOST_LINKS = 2000;

    private ThisProgram() {}

    /**
     * Adds what the program needs, to read: its Java, its class path, the libraries of libtorch where they are unpacked already.
     */
    public static void addTo(Confines confines) {
        files().forEach(confines::reads);
        System.getenv().forEach((name, value) -> {
            if (COMPUTING.matcher(name).matches()) {
                confines.variable(name, value);
            }
        });
        devices().forEach(confines::device);
        confines.variable("OPT_OUT_TRACKING", "true");
    }

    /** The files and folders that this program is made of: whoever writes there is it the next time it starts. */
    public static Set<Path> files() {
        return Found.FILES;
    }

    /** Looked for once: a hundred archives are opened for it. */
    private static final class Found {
        static final Set<Path> FILES = Collections.unmodifiableSet(look());
    }

    private static Set<Path> look() {
        Path java = Path.of(System.getProperty("java.home"));
        Set<Path> files = new LinkedHashSet<>();
        files.add(java);
        files.addAll(linked(java.resolve("conf")));
        files.addAll(linked(java.resolve("lib")));
        for (String entry : System.getProperty("java.class.path").split(Pattern.quote(File.pathSeparator), -1)) {
            Path path = Path.of(entry).toAbsolutePath().normalize();
            files.add(path);
            files.addAll(beside(path));
        }
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(option -> option.startsWith("-XX:SharedArchiveFile="))
                .map(option -> Path.of(option.substring(option.indexOf('=') + 1)))
                .forEach(files::add);
        for (String engine : List.of("pytorch", "tokenizers")) {
            files.add(Utils.getEngineCacheDir(engine));
        }
        Optional.ofNullable(System.getenv("PYTORCH_LIBRARY_PATH")).map(Path::of).ifPresent(files::add);
        return files;
    }

    /** What a jar's manifest adds to the class path. */
    private static List<Path> beside(Path jar) {
        if (!Files.isRegularFile(jar)) {
            return List.of();
        }
        try (JarFile open = new JarFile(jar.toFile(), false)) {
            String further = open.getManifest() == null
                    ? null
                    : open.getManifest().getMainAttributes().getValue(Attributes.Name.CLASS_PATH);
            return further == null
                    ? List.of()
                    : Stream.of(further.strip().split(" +"))
                            .filter(name -> !name.isEmpty() && !name.contains(":"))
                            .map(name -> jar.resolveSibling(name).normalize())
                            .toList();
        } catch (IOException unreadable) {
            return List.of();
        }
    }

    /** Where the links in a folder lead, which packagers of Java use for what is to be set up. */
    public static List<Path> linked(Path folder) {
        List<Path> real = new ArrayList<>();
        try (Stream<Path> found = Files.find(folder, DEEP, (file, attributes) -> attributes.isSymbolicLink())) {
            for (Path link : found.filter(Files::exists).limit(MOST_LINKS).toList()) {
                real.add(link.toRealPath());
            }
        } catch (IOException | UncheckedIOException notThere) {
            return real;
        }
        return real;
    }

    private static List<Path> devices() {
        try {
            return Folder.entries(Path.of("/dev")).stream()
                    .filter(device -> device.getFileName().toString().startsWith("nvidia"))
                    .toList();
        } catch (IOException none) {
            return List.of();
        }
    }

    /**
     * The command that starts this program's own Java with its class path and options.
     *
     * @param further options for Java, the class and its arguments
     */
    public static List<String> command(String... further) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        for (String option : ManagementFactory.getRuntimeMXBean().getInputArguments()) {
            // A debugger's port is taken, and an archive of classes is not to be written twice.
            if (!option.startsWith("-agentlib:")
                    && !option.startsWith("-javaagent:")
                    && !option.startsWith("-XX:ArchiveClassesAtExit")) {
                command.add(option);
            }
        }
        command.addAll(List.of("-Djava.awt.headless=true", "-cp", System.getProperty("java.class.path")));
        command.addAll(List.of(further));
        return command;
    }

    /**
     * The same in a sandbox, where the home folder is an empty one.
     *
     * @param properties of Java's besides
     * @param main the class and its arguments
     */
    public static List<String> confined(Map<String, String> properties, String... main) {
        List<String> further = new ArrayList<>();
        properties.forEach((name, value) -> further.add("-D" + name + "=" + value));
        // Java asks the list of users, which is not there.
        further.add("-Duser.home=" + Sandbox.home());
        further.add("-Djava.io.tmpdir=" + Sandbox.TEMPORARY);
        further.add("-Dai.djl.offline=true");
        further.add("-DENGINE_CACHE_DIR=" + Utils.getEngineCacheDir("pytorch").getParent());
        further.add("-XX:-UsePerfData");
        further.addAll(List.of(main));
        return command(further.toArray(String[]::new));
    }

    /** The caches of sandboxed processes, each of some plugins' own: what is in them they may have put there. */
    public static Path caches() {
        return CacheFolder.path().toAbsolutePath().resolve("sandboxed");
    }
}
