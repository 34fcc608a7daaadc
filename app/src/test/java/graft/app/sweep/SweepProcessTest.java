package graft.app.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import graft.app.sandbox.ThisProgram;
import graft.node.Problem;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A sweep as a process that whoever knows its folder can listen to. */
class SweepProcessTest {

    private static final Path HOME = Path.of("").toAbsolutePath().getParent();

    private static final String COPY = """
            {"format": 1, "nodes": {
              "load": {"type": "graft/images/load", "settings": {"file": "FILE"}},
              "save": {"type": "graft/images/save", "settings": {"name": "copy"}}},
             "wires": [{"from": "load.image", "to": "save.images"}]}
            """;

    @TempDir
    private Path home;

    private Path workflow;

    /** What one who listens hears. */
    private static final class Heard {
        private final List<String> lines = Collections.synchronizedList(new ArrayList<>());
        private final CompletableFuture<Optional<SweepOutcome>> outcome = new CompletableFuture<>();

        Heard(SweepProcess process) {
            process.follow(lines::add, outcome::complete);
        }

        Optional<SweepOutcome> outcome() throws Exception {
            return outcome.get(10, TimeUnit.MINUTES);
        }
    }

    @BeforeEach
    void write() throws IOException {
        Path picture = home.resolve("a.png");
        ImageIO.write(new BufferedImage(8, 8, BufferedImage.TYPE_INT_RGB), "png", picture.toFile());
        workflow = Files.writeString(
                home.resolve("copy.json"),
                COPY.replace("FILE", picture.toString().replace("\\", "\\\\")));
    }

    private SweepProcess start(String vary) {
        List<String> command = new ArrayList<>(
                ThisProgram.command("-Dgraft.home=" + HOME, "-Dgraft.terminal=", "graft.app.command.Graft"));
        command.addAll(List.of("sweep", workflow.toString(), "--vary", vary, "--out", folder().toString()));
        return SweepProcess.start(command, folder());
    }

    private Path folder() {
        return home.resolve("sweep");
    }

    @Test
    void whoComesLaterHearsAllThatItSaidAndWhatCameOfIt() throws Exception {
        Heard first = new Heard(start("save.name=a,b"));
        Heard second = new Heard(SweepProcess.in(folder()).orElseThrow());
        assertThatThrownBy(() -> start("save.name=c"))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("one is under way there");

        assertThat(first.outcome()).isEqualTo(second.outcome()).hasValueSatisfying(outcome -> {
            assertThat(outcome.jobs()).isEqualTo(2);
            assertThat(outcome.done()).isEqualTo(2);
            assertThat(outcome.problems()).isEmpty();
            assertThat(outcome.best()).isEmpty();
            assertThat(outcome.page()).exists();
        });
        assertThat(first.lines).isEqualTo(second.lines).anySatisfy(line -> assertThat(line)
                .contains("2 of 2 jobs are done"));
        assertThat(SweepProcess.in(folder())).isEmpty();
    }

    @Test
    void oneThatIsRefusedSaysWhyAndHasNoOutcomeThoughOneOfBeforeIsThere() throws Exception {
        assertThat(new Heard(start("save.name=a")).outcome()).isPresent();

        Heard refused = new Heard(start("load.nothing=1"));

        assertThat(refused.outcome()).isEmpty();
        assertThat(String.join("\n", refused.lines)).contains("nothing");
        assertThat(SweepOutcome.in(folder())).isPresent();
    }
}
