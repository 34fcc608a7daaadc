package graft.app.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The launcher's first start, with a Maven and a Java that only say what they are asked for. */
@DisabledOnOs(OS.WINDOWS)
class LauncherTest {

    private static final String MAVEN = """
            #!/bin/sh
            echo "$@" > asked
            printf '\\033[0m[INFO] Scanning for projects...\\n'
            echo '[INFO] Graft node API                                                     [jar]'
            echo '[INFO] Building Graft node API 0.1.0                                      [2/7]'
            echo '[ERROR] a warning of javac'
            echo '[INFO] Building nodes-sampling 0.1.0                                      [3/7]'
            printf '[INFO] the end\\033[0m'
            exit %d
            """;

    @TempDir
    private Path folder;

    private static void script(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
        assertThat(file.toFile().setExecutable(true)).isTrue();
    }

    /** What a start says on standard error; its exit code comes last. */
    private String start(int maven) throws IOException, InterruptedException {
        Path home = Files.createDirectories(folder.resolve("home"));
        Files.copy(Path.of("..", "graft"), home.resolve("graft"));
        script(folder.resolve("bin/mvn"), MAVEN.formatted(maven));
        script(folder.resolve("jdk/bin/java"), "#!/bin/sh\nexit 7\n");
        script(folder.resolve("jdk/bin/javac"), "#!/bin/sh\n");
        Files.writeString(folder.resolve("jdk/release"), "JAVA_VERSION=\"17.0.1\"\n");
        ProcessBuilder builder = new ProcessBuilder("sh", home.resolve("graft").toString(), "--version")
                .redirectOutput(ProcessBuilder.Redirect.DISCARD);
        builder.environment().put("PATH", folder.resolve("bin") + ":" + System.getenv("PATH"));
        builder.environment().put("JAVA_HOME", folder.resolve("jdk").toString());
        Process process = builder.start();
        String said = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
        return said + process.exitValue();
    }

    @Test
    void aFirstStartSaysWhichPartIsBuiltAndWhereTheLogIs() throws Exception {
        Path log = folder.toRealPath().resolve("home/app/target/graft-build.log");
        assertThat(start(0)).isEqualTo("""
                graft: building what is new: minutes the first time, more on a busy machine. Let it finish: stopped, it begins anew.
                graft: what Maven says is in %s
                graft: building Graft node API 0.1.0, part 2 of 7 ...
                graft: building nodes-sampling 0.1.0, part 3 of 7 ...
                graft: preparing quick starts, the last step ...
                7""".formatted(log));
        assertThat(log)
                .content()
                .startsWith("[INFO] Scanning for projects...\n")
                .endsWith("[INFO] the end\n")
                .doesNotContain("\u001b");
        assertThat(folder.resolve("home/asked")).content().contains("-B -ntp -Dstyle.color=never");
        assertThat(folder.resolve("home/app/target/graft.stamp")).exists();
    }

    @Test
    void aBuildThatFailsSaysWhy() throws Exception {
        assertThat(start(1))
                .contains("[ERROR] a warning of javac\ngraft: the build failed; the whole of what Maven said is in ")
                .doesNotContain("quick starts")
                .endsWith("2");
        assertThat(folder.resolve("home/app/target/graft.stamp")).doesNotExist();
    }
}
