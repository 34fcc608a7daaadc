package graft.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import graft.node.Problem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

final class AtomicFileTest {

    @TempDir
    Path folder;

    private List<Path> left() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        }
    }

    private static AtomicFile.Writer text(String text) {
        return out -> out.write(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void makesFoldersAndReplacesWhatWasThere() {
        Path target = folder.resolve("a/b/c.txt");
        AtomicFile.write(target, text("old"));
        AtomicFile.write(target, text("new"));
        assertThat(target).hasContent("new");
    }

    @Test
    void behindALinkTheFileItLeadsToIsReplacedAndTheLinkStays() throws IOException {
        Path target =
                Files.writeString(Files.createDirectories(folder.resolve("a")).resolve("c.txt"), "old");
        Path link = Files.createSymbolicLink(folder.resolve("link.txt"), Path.of("a/c.txt"));
        Path twice = Files.createSymbolicLink(folder.resolve("twice.txt"), link);
        AtomicFile.write(twice, text("new"));
        assertThat(target).hasContent("new");
        assertThat(link).isSymbolicLink();
        assertThat(twice).isSymbolicLink();
        Path dangling = Files.createSymbolicLink(folder.resolve("dangling.txt"), Path.of("a/none.txt"));
        AtomicFile.write(dangling, text("made"));
        assertThat(folder.resolve("a/none.txt")).hasContent("made");
        Path round = Files.createSymbolicLink(folder.resolve("round.txt"), Path.of("round.txt"));
        assertThatThrownBy(() -> AtomicFile.write(round, text("no")))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("its path is a circle of links");
    }

    @Test
    void aFailureHalfWayLeavesTheOldFileAndNothingElse() throws IOException {
        Path target = Files.writeString(folder.resolve("a.txt"), "old");
        assertThatThrownBy(() -> AtomicFile.write(target, out -> {
                    out.write(new byte[100_000]);
                    throw new IOException("No space left on device");
                }))
                .isInstanceOf(Problem.class)
                .hasMessage("Cannot write " + target + ": the disk is full; free some space or choose a folder on "
                        + "another disk.");
        assertThat(target).hasContent("old");
        assertThat(left()).containsExactly(target);
    }

    @Test
    void anErrorOfTheWriterLeavesNothing() throws IOException {
        assertThatThrownBy(() -> AtomicFile.write(folder.resolve("a.txt"), out -> {
                    throw new IllegalStateException("broken");
                }))
                .isInstanceOf(IllegalStateException.class);
        assertThat(left()).isEmpty();
    }

    @Test
    void aRefusedFileLeavesNothing() throws IOException {
        Problem refusal = new Problem("cannot write it", "it came back changed", "check the disk");
        assertThatThrownBy(() -> AtomicFile.write(folder.resolve("a.txt"), text("x"), written -> {
                    throw refusal;
                }))
                .isSameAs(refusal);
        assertThat(left()).isEmpty();
    }

    @Test
    void aFileInPlaceOfAFolderIsOneSentence() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "x");
        assertThatThrownBy(() -> AtomicFile.write(file.resolve("a.txt"), text("x")))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("a part of its path is not a folder");
    }

    /** {@code /dev/full} says that the disk is full at every write; a link to it stands for the full disk's file. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void theSystemsOwnWordsForAFullDiskAreKnown() {
        assertThatThrownBy(() -> {
                    try (var out = Files.newOutputStream(Path.of("/dev/full"))) {
                        out.write(1);
                    } catch (IOException e) {
                        throw AtomicFile.problem(folder.resolve("a.txt"), e);
                    }
                })
                .isInstanceOf(Problem.class)
                .hasMessageContaining("the disk is full");
    }
}
