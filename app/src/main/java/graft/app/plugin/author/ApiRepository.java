package graft.app.plugin.author;

import graft.app.plugin.Sha512;
import graft.file.AtomicFile;
import graft.file.FileFault;
import graft.file.Folder;
import graft.node.Node;
import graft.node.Problem;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * The API for plugins as a Maven repository in a folder, so that a plugin's project builds against the Graft that it was made
 * with and nobody has to install anything by hand.
 *
 * <p>Beside it lie its sources and its Javadoc, which IDEs show.
 *
 * <p>The API is there twice: under Graft's version, as a project names it, and under that version with the beginning of its
 * checksum, which {@code graft plugins pack} and {@code dev} ask for. Maven keeps what it once fetched for good, and would go
 * on building against an older API of the same version.
 */
public final class ApiRepository {

    private ApiRepository() {}

    /**
     * Writes what is missing or stale.
     *
     * @param graft where Graft is installed
     * @param home the folder below which it is written, in {@code app/target/api}
     * @return the version that stands for just this API
     */
    public static String update(Path graft, Path home) {
        Path repository = home.resolve("app/target/api");
        Map<String, String> gaps = new LinkedHashMap<>(TextTemplate.versions());
        gaps.put("classifier", classifier());
        String version = gaps.get("graft");
        try {
            Path api = Path.of(Node.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
            Map<String, byte[]> forReaders = forReaders(graft, version);
            byte[] jar = Files.isDirectory(api) ? packed(api) : Files.readAllBytes(api);
            String exact = version + "-" + Sha512.of(jar).substring(0, 8);
            for (String each : List.of(version, exact)) {
                gaps.put("version", each);
                put(repository, "node-api", each, ".jar", jar);
                for (Map.Entry<String, byte[]> docs : forReaders.entrySet()) {
                    put(repository, "node-api", each, docs.getKey(), docs.getValue());
                }
                put(repository, "node-api", each, ".pom", bytes("node-api.pom", gaps));
                put(repository, "node-testing", each, ".pom", bytes("node-testing.pom", gaps));
            }
            return exact;
        } catch (IOException | URISyntaxException e) {
            throw new Problem(
                            "cannot write the API for plugins to " + repository,
                            FileFault.why(e),
                            "free some space, or give yourself the right to write there")
                    .causedBy(e);
        }
    }

    /** Sources and Javadoc of the API, as an IDE asks for them; where the build left none, the API goes without. */
    private static Map<String, byte[]> forReaders(Path graft, String version) throws IOException {
        Map<String, byte[]> jars = new LinkedHashMap<>();
        for (String ending : List.of("-sources.jar", "-javadoc.jar")) {
            Path jar = graft.resolve("node-api/target/node-api-" + version + ending);
            if (Files.exists(jar)) {
                jars.put(ending, Files.readAllBytes(jar));
            }
        }
        return jars;
    }

    private static byte[] bytes(String name, Map<String, String> gaps) {
        return TextTemplate.filled(name, gaps).getBytes(StandardCharsets.UTF_8);
    }

    private static void put(Path repository, String artifact, String version, String ending, byte[] bytes)
            throws IOException {
        Path file = repository
                .resolve("graft")
                .resolve(artifact)
                .resolve(version)
                .resolve(artifact + "-" + version + ending);
        boolean same = Files.exists(file)
                && Files.size(file) == bytes.length
                && java.util.Arrays.equals(Files.readAllBytes(file), bytes);
        if (!same) {
            AtomicFile.write(file, out -> out.write(bytes));
        }
    }

    /** A jar of classes that are not packed yet, as when Graft is run by its own tests. */
    private static byte[] packed(Path classes) throws IOException {
        java.io.ByteArrayOutputStream bytes = new java.io.ByteArrayOutputStream();
        try (OutputStream out = bytes;
                ZipOutputStream jar = new ZipOutputStream(out)) {
            for (Path file : Folder.tree(classes).stream()
                    .filter(Files::isRegularFile)
                    .sorted()
                    .toList()) {
                ZipEntry entry =
                        new ZipEntry(classes.relativize(file).toString().replace('\\', '/'));
                entry.setTime(0);
                jar.putNextEntry(entry);
                Files.copy(file, jar);
            }
        }
        return bytes.toByteArray();
    }

    /** As libtorch's archives are called for this machine. */
    private static String classifier() {
        String system = System.getProperty("os.name").toLowerCase(Locale.ROOT);
        String machine = System.getProperty("os.arch").toLowerCase(Locale.ROOT);
        String name = system.startsWith("windows") ? "win" : system.startsWith("mac") ? "osx" : "linux";
        return name + "-" + (machine.equals("aarch64") || machine.equals("arm64") ? "aarch64" : "x86_64");
    }
}
