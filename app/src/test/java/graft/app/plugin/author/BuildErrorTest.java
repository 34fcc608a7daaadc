package graft.app.plugin.author;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What of Maven's words an author is told. */
class BuildErrorTest {

    @TempDir
    private Path folder;

    private String told(String log) throws IOException {
        return PluginProject.firstError(Files.writeString(folder.resolve("build.log"), log));
    }

    @Test
    void whatTheCompilerSaysIsToldOnceThoughMavenRepeatsIt() throws IOException {
        assertThat(told("""
                        [INFO] Compiling 2 source files
                        [ERROR] COMPILATION ERROR :
                        [ERROR] Lines.java:[2,65] package org.example does not exist
                        [INFO] 1 error
                        [ERROR] Failed to execute goal compiler:compile: Compilation failure
                        [ERROR] Lines.java:[2,65] package org.example does not exist
                        [ERROR] -> [Help 1]
                        [ERROR]
                        """)).isEqualTo("Lines.java:[2,65] package org.example does not exist");
    }

    @Test
    void aTestThatFailedIsToldWithItsWords() throws IOException {
        assertThat(told("""
                        [ERROR] Tests run: 1, Failures: 1
                        [ERROR] Failures:
                        [ERROR]   TintTest.coloured:22
                        Expecting 3
                          to be 4
                        [INFO]
                        """)).isEqualTo("the test TintTest.coloured:22 Expecting 3 to be 4");
    }
}
