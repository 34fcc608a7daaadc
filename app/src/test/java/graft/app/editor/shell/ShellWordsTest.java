package graft.app.editor.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A shell reads the line as the words that it was made of. */
class ShellWordsTest {

    @Test
    void aShellReadsTheWordsThatWentIn() throws IOException, InterruptedException {
        assumeThat(Path.of("/bin/sh"))
                .satisfies(shell -> assertThat(Files.exists(shell)).isTrue());
        List<String> words = List.of(
                "a.b=1..3",
                "p.prompt=\"a cat, asleep\",it's",
                "$HOME",
                "*",
                "~/x",
                "",
                "a b",
                "{\"id\":\"x\"}",
                "a;b&c");
        List<String> printed = new ArrayList<>(List.of("printf", "%s\\n"));
        printed.addAll(words);
        Process shell = new ProcessBuilder("/bin/sh", "-c", ShellWords.of(printed)).start();
        String said = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(shell.waitFor()).isZero();
        assertThat(said).isEqualTo(String.join("\n", words) + "\n");
    }

    @Test
    void plainWordsStayAsTheyAre() {
        assertThat(ShellWords.of(List.of("graft", "sweep", "runs/x.json", "--vary", "a.b=1e-5..1e-3:4")))
                .isEqualTo("graft sweep runs/x.json --vary a.b=1e-5..1e-3:4");
    }
}
