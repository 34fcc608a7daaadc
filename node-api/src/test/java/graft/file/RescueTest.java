package graft.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import graft.node.Problem;
import graft.node.testing.RecordedRun;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What was learnt is never lost for want of a place. */
class RescueTest {

    @TempDir
    private Path folder;

    private Path ofRun;
    private Path noFolder;
    private RecordedRun run;

    @BeforeEach
    void places() throws IOException {
        ofRun = folder.resolve("run");
        noFolder = Files.writeString(folder.resolve("file"), "").resolve("sub");
        run = new RecordedRun(ofRun);
    }

    private List<Path> write(Path into, boolean asAsked) {
        Path file = into.resolve("learnt.safetensors");
        AtomicFile.write(file, out -> out.write((asAsked ? "asked" : "safe").getBytes(StandardCharsets.UTF_8)));
        run.wrote(file);
        return List.of(file);
    }

    @Test
    void whereItCanBeWrittenItIs() {
        Rescue.write(run, folder.resolve("asked"), this::write);
        assertThat(folder.resolve("asked/learnt.safetensors")).hasContent("asked");
        assertThat(ofRun).doesNotExist();
    }

    @Test
    void elseItIsInTheFolderOfTheRunWhichIsSaid() {
        assertThatThrownBy(() -> Rescue.write(run, noFolder, this::write))
                .isInstanceOf(Problem.class)
                .hasMessageStartingWith("Cannot write " + noFolder.resolve("learnt.safetensors"))
                .hasMessageContaining("a part of its path is not a folder")
                .hasMessageContaining("it is not lost but kept as " + ofRun.resolve("learnt.safetensors"));
        assertThat(run.written).containsExactly(ofRun.resolve("learnt.safetensors"));
        assertThat(ofRun.resolve("learnt.safetensors")).hasContent("safe");
    }

    @Test
    void elseItIsInGraftsCacheOrTheSystemsFolder() throws IOException {
        RecordedRun lost = new RecordedRun(noFolder);
        List<Path> written = run.written;
        assertThatThrownBy(() -> Rescue.write(lost, noFolder, this::write))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("it is not lost but kept as ");
        assertThat(written).hasSize(1);
        assertThat(written.get(0)).hasContent("safe");
        Files.delete(written.get(0));
    }

    @Test
    void whatCannotBeWrittenAnywhereIsToldAsItWas() {
        Problem faulty = new Problem("cannot write it", "its numbers are not finite", "train anew");
        assertThatThrownBy(() -> Rescue.write(run, folder, (into, asAsked) -> {
                    throw faulty;
                }))
                .isSameAs(faulty);
    }
}
