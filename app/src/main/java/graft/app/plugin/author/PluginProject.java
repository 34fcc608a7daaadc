package graft.app.plugin.author;

import graft.app.plugin.PluginInspection;
import graft.app.plugin.PluginStore;
import graft.file.AtomicFile;
import graft.file.Folder;
import graft.node.Problem;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import javax.imageio.ImageIO;

/**
 * The project of a plugin: a folder with a {@code pom.xml}.
 *
 * @param folder absolute
 * @param graft where Graft is installed
 * @param home where the API is laid for projects, below {@code app/target/api}: mostly the same
 */
public record PluginProject(Path folder, Path graft, Path home) {

    private static final String ERROR = "[ERROR]";

    /** Letters of what an assertion says. */
    private static final int LONGEST = 300;

    /**
     * Writes a new project: a node, its test, a sample workflow, and what builds them.
     *
     * @param name of the plugin and of its folder: small letters, digits and hyphens
     * @param provider who makes it, as people read it before they install it
     * @throws Problem when the name is none, or something of that name is there
     */
    public static PluginProject create(String name, String provider, Path parent, Path graft, Path home) {
        if (!name.matches("[a-z][a-z0-9]*(-[a-z0-9]+)*")) {
            throw new Problem(
                    "cannot name a plugin \"" + name + "\"",
                    "a plugin's name is its id: small letters, digits and hyphens, with a letter first",
                    "choose a name such as my-colours");
        }
        if (name.startsWith("graft-")) {
            throw new Problem(
                    "cannot name a plugin \"" + name + "\"",
                    "names that begin with graft- are those of the plugins that come with Graft",
                    "choose another");
        }
        Path folder = parent.resolve(name).toAbsolutePath().normalize();
        if (Files.exists(folder)) {
            throw new Problem("cannot make " + folder, "it is there already", "choose another name or folder");
        }
        Map<String, String> gaps = new LinkedHashMap<>(TextTemplate.versions());
        gaps.put("name", name);
        gaps.put("package", name.replace("-", ""));
        gaps.put("home", home.toString().replace('\\', '/'));
        gaps.put("graft-command", graft.resolve("graft").toString());
        gaps.put("author", provider.replace("&", "&amp;").replace("<", "&lt;"));
        // Before 1.0 and after it a new first number alone may break the API.
        String version = gaps.get("graft");
        gaps.put("next-graft", Integer.parseInt(version.substring(0, version.indexOf('.'))) + 1 + ".0.0");
        String code = "java/" + gaps.get("package") + "/";
        write(folder.resolve("pom.xml"), "template/pom.xml", gaps);
        write(folder.resolve("src/main/" + code + "Tint.java"), "template/Tint.java", gaps);
        write(folder.resolve("src/test/" + code + "TintTest.java"), "template/TintTest.java", gaps);
        write(folder.resolve("workflow.json"), "template/workflow.json", gaps);
        write(folder.resolve("README.md"), "template/README.md", gaps);
        write(folder.resolve(".gitignore"), "template/gitignore", gaps);
        AtomicFile.write(folder.resolve("src/test/resources/green.png"), out -> ImageIO.write(golden(), "png", out));
        ApiRepository.update(graft, home);
        return new PluginProject(folder, graft, home);
    }

    /** What the new node makes of a grey picture. */
    private static BufferedImage golden() {
        BufferedImage green = new BufferedImage(8, 8, BufferedImage.TYPE_INT_RGB);
        for (int i = 0; i < 64; i++) {
            green.setRGB(i % 8, i / 8, 0x40BF40);
        }
        return green;
    }

    private static void write(Path file, String template, Map<String, String> gaps) {
        byte[] bytes = TextTemplate.filled(template, gaps).getBytes(StandardCharsets.UTF_8);
        AtomicFile.write(file, out -> out.write(bytes));
    }

    /**
     * The project of a folder.
     *
     * @throws Problem when there is none
     */
    public static PluginProject in(Path folder, Path graft, Path home) {
        Path absolute = folder.toAbsolutePath().normalize();
        if (Files.isRegularFile(absolute)) {
            throw new Problem(
                    "there is no plugin project in " + absolute,
                    "it is a file, and a project is a folder with a pom.xml",
                    absolute.toString().endsWith(".jar")
                            ? "give the project's folder, or install this archive with `graft plugins install`"
                            : "give the project's folder; the archive is the jar that `graft plugins pack` writes below"
                                    + " its target/");
        }
        if (!Files.isRegularFile(absolute.resolve("pom.xml"))) {
            throw new Problem(
                    "there is no plugin project in " + absolute,
                    "it has no pom.xml",
                    "go to the project's folder, or make one with `graft plugins new NAME`");
        }
        return new PluginProject(absolute, graft, home);
    }

    /**
     * Builds the archive with Maven and looks at it as an installation would.
     *
     * @param tests whether the tests are run too
     * @param store of this Graft, in which the archive is tried out
     * @throws Problem when Maven is not there or fails, with what it said; when the archive would be refused
     */
    public PluginInspection build(boolean tests, PluginStore store) {
        String api = ApiRepository.update(graft, home);
        List<String> command = new ArrayList<>(List.of(
                maven(),
                "-q",
                "-B",
                "-f",
                folder.resolve("pom.xml").toString(),
                "-Dgraft.home=" + home,
                "-Dgraft.api=" + api));
        if (!tests) {
            command.add("-Dmaven.test.skip=true");
        }
        command.add("package");
        run(command);
        PluginInspection found = newest();
        store.tryOut(found, ownClasses());
        return found;
    }

    /** Names of the classes that were compiled here, and are no library's. */
    private Set<String> ownClasses() {
        Path classes = folder.resolve("target/classes");
        if (!Files.isDirectory(classes)) {
            return Set.of();
        }
        try {
            return Folder.tree(classes).stream()
                    .map(file -> classes.relativize(file)
                            .toString()
                            .replace(classes.getFileSystem().getSeparator(), "."))
                    .filter(name -> name.endsWith(".class"))
                    .map(name -> name.substring(0, name.length() - ".class".length()))
                    .filter(name -> !name.startsWith("META-INF.") && !name.equals("module-info"))
                    .collect(Collectors.toCollection(TreeSet::new));
        } catch (IOException e) {
            throw AtomicFile.problem(classes, e);
        }
    }

    private static String maven() {
        return System.getProperty("os.name").startsWith("Windows") ? "mvn.cmd" : "mvn";
    }

    private void run(List<String> command) {
        Path log = folder.resolve("target/graft-build.log");
        try {
            Files.createDirectories(log.getParent());
            Process maven = new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
            maven.getOutputStream().close();
            try {
                if (maven.waitFor() == 0) {
                    return;
                }
            } catch (InterruptedException e) {
                maven.destroy();
                Thread.currentThread().interrupt();
                throw new Problem("the build was stopped", "it was interrupted", "build again");
            }
            throw new Problem(
                    "the build of " + folder.getFileName() + " failed",
                    firstError(log),
                    "the whole of what Maven said is in " + log);
        } catch (IOException e) {
            throw new Problem(
                            "cannot build " + folder.getFileName(),
                            "Maven does not start",
                            "install Maven 3.8 or newer, and a JDK 17 or newer for it")
                    .causedBy(e);
        }
    }

    static String firstError(Path log) throws IOException {
        List<String> lines = Files.readAllLines(log);
        return failedTest(lines).orElseGet(() -> lines.stream()
                .filter(line -> line.startsWith(ERROR))
                .map(line -> line.substring(ERROR.length()).strip())
                .filter(line -> !line.isEmpty()
                        && !line.toLowerCase(Locale.ROOT).startsWith("compilation error")
                        && !line.startsWith("Failed to execute goal")
                        && !line.startsWith("-> ["))
                // The compiler's, and once more Maven's of the same.
                .distinct()
                .limit(3)
                .reduce((a, b) -> a + " / " + b)
                .or(() -> lines.stream().filter(line -> !line.isBlank()).reduce((before, last) -> last))
                .orElse("Maven says no more"));
    }

    /** The first test of Surefire's summary that failed, with the words of its assertion, which follow without a mark. */
    private static Optional<String> failedTest(List<String> lines) {
        for (int i = 0; i + 1 < lines.size(); i++) {
            if (lines.get(i).matches("\\[ERROR] (Failures|Errors): ?")) {
                StringBuilder test = new StringBuilder(
                        lines.get(i + 1).substring(ERROR.length()).strip());
                for (int j = i + 2; j < lines.size() && !lines.get(j).startsWith("["); j++) {
                    test.append(' ').append(lines.get(j).strip());
                }
                String words = test.toString().strip().replaceAll("\\s+", " ");
                return Optional.of(
                        "the test " + (words.length() > LONGEST ? words.substring(0, LONGEST) + "…" : words));
            }
        }
        return Optional.empty();
    }

    /** The plugin's archive among what Maven left. */
    private PluginInspection newest() {
        List<Path> jars;
        try {
            jars = Folder.entries(folder.resolve("target")).stream()
                    .filter(file -> file.toString().endsWith(".jar"))
                    .filter(file -> !file.getFileName().toString().startsWith("original-"))
                    .sorted((a, b) ->
                            Long.compare(b.toFile().lastModified(), a.toFile().lastModified()))
                    .toList();
        } catch (IOException e) {
            throw AtomicFile.problem(folder.resolve("target"), e);
        }
        if (jars.isEmpty()) {
            throw new Problem(
                    "there is no archive in " + folder.resolve("target"),
                    "Maven made none",
                    "compare pom.xml with that of `graft plugins new`");
        }
        try {
            return PluginInspection.of(jars.get(0));
        } catch (Problem refused) {
            throw new Problem(refused.happened(), refused.why(), "mend it in the project and build again");
        }
    }

    /** The state of all that the archive is made of, to tell whether it changed. */
    public String stamp() {
        StringBuilder stamp = new StringBuilder();
        for (Path root : List.of(folder.resolve("pom.xml"), folder.resolve("src/main"))) {
            if (!Files.exists(root)) {
                continue;
            }
            try {
                for (Path file : Folder.tree(root).stream().sorted().toList()) {
                    stamp.append(file)
                            .append(' ')
                            .append(Files.getLastModifiedTime(file).toMillis())
                            .append('\n');
                }
            } catch (IOException beingWritten) {
                stamp.append(beingWritten);
            }
        }
        return stamp.toString();
    }
}
