package graft.app.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import graft.file.Folder;
import graft.node.Problem;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.module.ModuleFinder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What is packed and how, with a jlink and a jpackage that only do what these tests look at: the real ones take a minute. */
class AppImageTest {

    private static final Path SOURCE = Path.of("..").toAbsolutePath().normalize();

    private static final String JLINK = """
            #!/bin/sh
            for last; do :; done
            mkdir -p "$last/bin"
            printf '#!/bin/sh\\n' > "$last/bin/java"
            chmod +x "$last/bin/java"
            """;

    /** Lays out an image as jpackage does on Linux. */
    private static final String JPACKAGE = """
            #!/bin/sh
            printf '%s\\n' "$@" > "$(dirname "$0")/../asked"
            while [ $# -gt 0 ]; do
                case $1 in --input) input=$2 ;; --dest) dest=$2 ;; --runtime-image) java=$2 ;; esac
                shift
            done
            mkdir -p "$dest/graft/bin" "$dest/graft/lib"
            cp -R "$input" "$dest/graft/lib/app"
            cp -R "$java" "$dest/graft/lib/runtime"
            touch "$dest/graft/bin/graft" "$dest/graft/lib/app/graft.cfg" "$dest/graft/lib/app/.jpackage.xml"
            """;

    @TempDir
    private Path folder;

    private Path checkout;
    private Path jdk;

    @BeforeEach
    void aBuiltCheckoutAndAJdk() throws IOException {
        checkout = folder.resolve("checkout");
        for (String file : List.of(
                "app/target/app-0.1.0.jar",
                "app/target/natives/native.jar",
                "plugins/nodes-lora.jar",
                "plugins/bundled/nodes-lora.jar.sha512",
                "plugins/by-hand.jar",
                "plugins/installed/mine.jar",
                "plugins/README.md",
                "README.md",
                "CHANGELOG.md",
                "SECURITY.md",
                "LICENSE",
                "docs/limits.md",
                "workflows/train-lora.json",
                "app/screenshots/search.png")) {
            write(checkout.resolve(file), file);
        }
        Files.createDirectories(checkout.resolve("app/target/lib"));
        Files.copy(SOURCE.resolve("graft"), checkout.resolve("graft"));
        assertThat(checkout.resolve("graft").toFile().setExecutable(true)).isTrue();
        jdk = folder.resolve("jdk");
        script("jlink", JLINK);
        script("jpackage", JPACKAGE);
    }

    private static void write(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private void script(String name, String text) throws IOException {
        Path program = jdk.resolve("bin").resolve(name);
        write(program, text);
        assertThat(program.toFile().setExecutable(true)).isTrue();
    }

    private AppImage image() {
        return new AppImage(checkout, jdk, "0.1.0");
    }

    private static List<String> below(Path root) throws IOException {
        return Folder.tree(root).stream()
                .filter(Files::isRegularFile)
                .map(file -> root.relativize(file).toString())
                .sorted()
                .toList();
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void anImageHoldsAllThatRunsAndNothingThatWasPutThereByHand() throws IOException {
        Path out = folder.resolve("out");
        assertThat(image().make(out, true, false)).containsExactly(out.resolve("graft"));
        assertThat(below(out))
                .containsExactly(
                        "graft/bin/graft",
                        "graft/lib/app/.jpackage.xml",
                        "graft/lib/app/CHANGELOG.md",
                        "graft/lib/app/LICENSE",
                        "graft/lib/app/README.md",
                        "graft/lib/app/SECURITY.md",
                        "graft/lib/app/app-0.1.0.jar",
                        "graft/lib/app/app/screenshots/search.png",
                        "graft/lib/app/docs/limits.md",
                        "graft/lib/app/graft",
                        "graft/lib/app/licenses/README.md",
                        "graft/lib/app/natives/native.jar",
                        "graft/lib/app/plugins/README.md",
                        "graft/lib/app/plugins/bundled/nodes-lora.jar.sha512",
                        "graft/lib/app/plugins/nodes-lora.jar",
                        "graft/lib/app/workflows/train-lora.json",
                        "graft/lib/runtime/bin/java");
        assertThat(jdk.resolve("asked")).content().contains("--java-options\n-Xmx2g\n", "-Dgraft.home=$APPDIR");
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void theImagesCommandStartsItsOwnJavaWithAllThatTheLauncherGives() throws Exception {
        Path out = folder.resolve("out");
        image().make(out, true, false);
        Path moved = Files.move(out.resolve("graft"), folder.resolve("moved here"));
        write(moved.resolve("lib/runtime/release"), "JAVA_VERSION=\"17.0.1\"\n");
        Files.writeString(
                moved.resolve("lib/runtime/bin/java"), "#!/bin/sh\necho \"$GLIBC_TUNABLES\"\nprintf '%s\\n' \"$@\"\n");
        Path link = Files.createSymbolicLink(folder.resolve("on-the-path"), moved.resolve("bin/graft"));
        ProcessBuilder start = new ProcessBuilder(link.toString(), "run", "a b.json").redirectErrorStream(true);
        start.environment().put("GRAFT_JAVA_OPTS", "-Xmx4g");
        start.environment().put("JAVA_HOME", "/no/java");
        start.environment().remove("GLIBC_TUNABLES");
        start.environment().remove("PYTORCH_LIBRARY_PATH");
        start.environment().remove("GRAFT_NATIVES");
        Process process = start.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
        Path app = moved.toRealPath().resolve("lib/app");
        assertThat(said.lines())
                .containsExactlyElementsOf(Stream.of(
                                Stream.of("glibc.malloc.hugetlb=1"),
                                AppImage.JAVA_OPTIONS.stream(),
                                Stream.of(
                                        "-Xmx4g",
                                        "-Dgraft.image=true",
                                        "-Dgraft.home=" + app,
                                        "-Dgraft.terminal=",
                                        "-cp",
                                        app + "/app-0.1.0.jar:" + app + "/natives/native.jar",
                                        "graft.app.command.Graft",
                                        "run",
                                        "a b.json"))
                        .flatMap(each -> each)
                        .toList());
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void aNewImageTakesThePlaceOfTheLast() throws IOException {
        Path out = folder.resolve("out");
        image().make(out, true, false);
        write(out.resolve("graft/lib/app/stale.txt"), "of before");
        image().make(out, true, false);
        assertThat(out.resolve("graft/lib/app/stale.txt")).doesNotExist();
        assertThat(Folder.entries(out)).containsExactly(out.resolve("graft"));
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void aFolderThatIsNoImageIsLeftAlone() throws IOException {
        Path out = folder.resolve("out");
        write(out.resolve("graft/thesis.txt"), "mine");
        assertThatThrownBy(() -> image().make(out, true, false))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("something else of that name is there");
        assertThat(below(out)).containsExactly("graft/thesis.txt");
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void aToolThatFailsLeavesNothingAndIsQuoted() throws IOException {
        script("jpackage", "#!/bin/sh\necho 'Error: no room'\nexit 1\n");
        Path out = folder.resolve("out");
        assertThatThrownBy(() -> image().make(out, true, false))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("jpackage says: Error: no room");
        assertThat(Folder.entries(out)).isEmpty();
    }

    @Test
    void whatIsMissingIsNamed() throws IOException {
        Files.delete(jdk.resolve("bin/jpackage"));
        assertThatThrownBy(() -> image().make(folder, true, false)).hasMessageContaining("has no jpackage");
        Folder.delete(checkout.resolve("app/target/natives"));
        assertThatThrownBy(() -> image().make(folder, true, false))
                .hasMessageContaining("left libtorch's CPU natives out");
        Folder.delete(checkout.resolve("app/target/lib"));
        assertThatThrownBy(() -> image().make(folder, true, false)).hasMessageContaining("holds no build");
    }

    @Test
    void theLaunchersAndAnImageGiveJavaTheSameOptions() throws IOException {
        String options = String.join(" ", AppImage.JAVA_OPTIONS);
        assertThat(SOURCE.resolve("graft")).content().contains("options=\"" + options + "\"");
        assertThat(SOURCE.resolve("graft.cmd")).content().contains("\"%java%\" " + options + " ");
        assertThat(image().command(folder, folder, folder, Optional.empty())).containsAll(AppImage.JAVA_OPTIONS);
    }

    @Test
    void theImagesJavaHasAllModulesThatTheCodeNames() {
        Optional<ToolProvider> jdeps = ToolProvider.findFirst("jdeps");
        assumeThat(jdeps).as("this Java has no jdeps").isPresent();
        StringWriter said = new StringWriter();
        PrintWriter out = new PrintWriter(said);
        int code = jdeps.get()
                .run(
                        out,
                        out,
                        "--ignore-missing-deps",
                        "--no-recursive",
                        "-s",
                        "target/classes",
                        "../node-api/target/classes");
        assertThat(code).as(said.toString()).isZero();
        Set<String> named = new TreeSet<>();
        said.toString()
                .lines()
                .map(line -> line.replaceFirst(".* -> ", ""))
                .filter(name -> name.matches("(java|jdk)\\..*"))
                .forEach(named::add);
        assertThat(named).contains("java.desktop", "java.net.http", "jdk.jartool");
        assertThat(withAllTheyNeed(OwnJava.MODULES)).containsAll(named);
    }

    private static Set<String> withAllTheyNeed(List<String> modules) {
        Set<String> all = new TreeSet<>();
        Deque<String> open = new ArrayDeque<>(modules);
        while (!open.isEmpty()) {
            String name = open.pop();
            if (all.add(name)) {
                ModuleFinder.ofSystem().find(name).orElseThrow().descriptor().requires().stream()
                        .map(each -> each.name())
                        .forEach(open::push);
            }
        }
        return all;
    }

    @Test
    void thePageOfLicencesHasEveryLibrary() throws IOException {
        Path libraries = Path.of("target/lib");
        assumeThat(libraries).as("nothing was packaged here yet").isDirectory();
        String page =
                new String(AppImage.class.getResourceAsStream("libraries.md").readAllBytes(), StandardCharsets.UTF_8);
        for (Path jar : Folder.entries(libraries)) {
            assertThat(page).contains("| " + AppContent.artifact(jar) + " |");
        }
    }
}
