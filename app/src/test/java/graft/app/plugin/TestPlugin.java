package graft.app.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import graft.node.Node;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipFile;
import javax.tools.JavaCompiler;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.pf4j.ExtensionPoint;

/** A plugin as a stranger builds it: compiled with PF4J's annotation processor, packed as one jar. */
public final class TestPlugin {

    /** A node that gives the text of its own name; the placeholder is its id. */
    public static final String GOOD = """
            package stranger;
            import graft.node.*;
            @NodeType(id = "%s", title = "Good", category = "test", help = "Works.")
            public final class Good implements Node {
                @Setting int size = 3;
                @Output String text;
                @Override public void run(Run run) { text = "good " + size; }
            }
            """;

    private final Map<String, String> manifest = new LinkedHashMap<>();
    private final List<String> sources = new ArrayList<>();
    private final List<Path> classPath = new ArrayList<>();
    private final Map<String, byte[]> entries = new LinkedHashMap<>();
    private final List<String> without = new ArrayList<>();

    /** One with a whole manifest. */
    public static TestPlugin of(String id, String version) {
        return new TestPlugin()
                .with("Plugin-Id", id)
                .with("Plugin-Version", version)
                .with("Plugin-Provider", "Somebody")
                .with("Plugin-License", "MIT")
                .with("Plugin-Requires", ">=0.1.0")
                .with("Plugin-Permissions", "none");
    }

    /** The plugin that ships as an example, from its sources. */
    public static TestPlugin example() throws IOException {
        TestPlugin plugin = of("example", "1.0.0").with("Plugin-Permissions", "files");
        Path sources = Path.of("").toAbsolutePath().getParent().resolve("plugins/example/src/main/java");
        try (Stream<Path> files = Files.walk(sources)) {
            for (Path file : files.filter(each -> each.toString().endsWith(".java"))
                    .filter(each -> !each.endsWith("package-info.java"))
                    .toList()) {
                plugin.source(Files.readString(file));
            }
        }
        Path resources = sources.resolveSibling("resources");
        try (Stream<Path> files = Files.walk(resources)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                plugin.entry(
                        resources.relativize(file).toString().replace(File.separatorChar, '/'),
                        Files.readAllBytes(file));
            }
        }
        return plugin;
    }

    public TestPlugin with(String attribute, String value) {
        manifest.put(attribute, value);
        return this;
    }

    public TestPlugin without(String attribute) {
        manifest.remove(attribute);
        return this;
    }

    /** One more class, by its text; it is named by its first "class". */
    public TestPlugin source(String text) {
        sources.add(text);
        return this;
    }

    public TestPlugin good(String node) {
        return source(GOOD.formatted(node));
    }

    /** Compiles against the classes of another archive, and does not pack them. */
    public TestPlugin against(Path archive) {
        classPath.add(archive);
        return this;
    }

    /** Packs the classes of another archive too, as shading does. */
    public TestPlugin shading(Path archive) throws IOException {
        against(archive);
        try (ZipFile zip = new ZipFile(archive.toFile())) {
            for (var entry : zip.stream().toList()) {
                if (entry.getName().endsWith(".class")) {
                    entries.put(entry.getName(), zip.getInputStream(entry).readAllBytes());
                }
            }
        }
        return this;
    }

    public TestPlugin entry(String name, byte[] bytes) {
        entries.put(name, bytes);
        return this;
    }

    /** Leaves a class out after compiling. */
    public TestPlugin losing(String file) {
        without.add(file);
        return this;
    }

    /** Writes the archive. */
    public Path build(Path archive) throws IOException {
        Path classes = Files.createTempDirectory("classes");
        try {
            if (!sources.isEmpty()) {
                compile(classes);
            }
            write(archive, classes);
        } finally {
            try (Stream<Path> compiled = Files.walk(classes)) {
                for (Path each : compiled.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(each);
                }
            }
        }
        return archive;
    }

    private void write(Path archive, Path classes) throws IOException {
        Manifest written = new Manifest();
        written.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.forEach((name, value) -> written.getMainAttributes().putValue(name, value));
        try (OutputStream out = Files.newOutputStream(archive);
                JarOutputStream jar = new JarOutputStream(out, written);
                Stream<Path> files = Files.walk(classes)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String name = classes.relativize(file).toString().replace(File.separatorChar, '/');
                if (!without.contains(name)) {
                    jar.putNextEntry(new JarEntry(name));
                    Files.copy(file, jar);
                }
            }
            for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
                jar.putNextEntry(new JarEntry(entry.getKey()));
                jar.write(entry.getValue());
            }
        }
    }

    /** A folder to install into, with the archives that the build has made in it. */
    public static Path built(Path folder) throws IOException {
        Path from = Path.of("").toAbsolutePath().getParent().resolve("plugins");
        Files.createDirectories(folder);
        try (Stream<Path> files = Files.list(from)) {
            for (Path jar :
                    files.filter(file -> file.toString().endsWith(".jar")).toList()) {
                Files.copy(jar, folder.resolve(jar.getFileName()));
            }
        }
        bundle(folder);
        return folder;
    }

    /** Has the archives of a folder come with Graft, as its build does with those that it makes. */
    public static void bundle(Path folder) throws IOException {
        Path pins = Files.createDirectories(folder.resolve("bundled"));
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file :
                    files.filter(each -> each.toString().endsWith(".jar")).toList()) {
                Files.writeString(pins.resolve(file.getFileName() + ".sha512"), Sha512.of(file));
            }
        }
    }

    /** The checksum of an archive, as its provider says it. */
    public static String sha512(Path archive) throws IOException {
        return Sha512.of(archive);
    }

    private void compile(Path classes) throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        try (StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, StandardCharsets.UTF_8)) {
            String api = Stream.of(Node.class, ExtensionPoint.class, JsonObject.class, ai.djl.ndarray.NDArray.class)
                    .map(type -> type.getProtectionDomain().getCodeSource().getLocation())
                    .map(jar -> Path.of(URI.create(jar.toString())).toString())
                    .collect(Collectors.joining(File.pathSeparator));
            String path = Stream.concat(Stream.of(api), classPath.stream().map(Path::toString))
                    .collect(Collectors.joining(File.pathSeparator));
            List<String> options = List.of("-d", classes.toString(), "-cp", path, "-processorpath", api);
            assertThat(compiler.getTask(
                                    null,
                                    manager,
                                    null,
                                    options,
                                    null,
                                    sources.stream().map(Source::new).toList())
                            .call())
                    .isTrue();
        }
    }

    /** A class in memory, named by its own text. */
    private static final class Source extends SimpleJavaFileObject {
        private final String text;

        Source(String text) {
            super(
                    URI.create("string:///"
                            + text.replaceFirst("(?s).*?package ([\\w.]+);.*", "$1")
                                    .replace('.', '/') + "/"
                            + text.replaceFirst("(?s).*?(?:class|interface|record) (\\w+).*", "$1") + ".java"),
                    Kind.SOURCE);
            this.text = text;
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return text;
        }
    }
}
