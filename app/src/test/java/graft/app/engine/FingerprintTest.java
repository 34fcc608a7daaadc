package graft.app.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a node's result depends on of the files that it reads. */
class FingerprintTest {

    private static final FileTime LONG_AGO = FileTime.fromMillis(1_000_000_000_000L);

    @TempDir
    private Path folder;

    @Test
    void otherContentsOfTheSameSizeAndTimeAreSeen() throws Exception {
        assumeThat(FileSystems.getDefault().supportedFileAttributeViews()).contains("unix");
        Path file = Files.writeString(folder.resolve("picture.png"), "one");
        Files.setLastModifiedTime(file, LONG_AGO);
        String before = Fingerprint.stateOf(folder);
        assertThat(Fingerprint.stateOf(folder)).isEqualTo(before);
        String after;
        // Until the file system's clock has gone on: it counts in steps of some milliseconds.
        do {
            Files.writeString(file, "two");
            Files.setLastModifiedTime(file, LONG_AGO);
            after = Fingerprint.stateOf(folder);
        } while (Files.getAttribute(file, "unix:ctime").equals(ctimeIn(before)));
        assertThat(after).isNotEqualTo(before);
    }

    private static FileTime ctimeIn(String state) {
        long nanoseconds = Long.parseLong(state.strip().replaceAll(".*,", ""));
        return FileTime.from(nanoseconds, TimeUnit.NANOSECONDS);
    }

    @Test
    void filesInLinkedFoldersCountAndAFolderThatHoldsItselfIsWalkedOnce() throws IOException {
        Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
        Path model = Files.createDirectory(folder.resolve("model"));
        Files.createSymbolicLink(model.resolve("vae"), elsewhere);
        Files.createSymbolicLink(model.resolve("again"), model);
        String before = Fingerprint.stateOf(model);
        Files.writeString(elsewhere.resolve("weights"), "one");
        assertThat(Fingerprint.stateOf(model)).isNotEqualTo(before).contains("vae");
    }

    @Test
    void whatIsNotThereIsOneState() throws IOException {
        assertThat(Fingerprint.stateOf(folder.resolve("none"))).isEqualTo(Fingerprint.stateOf(folder.resolve("no")));
    }
}
