package graft.file;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The hash of a file is that of its contents, however little else of it changed. */
class ContentHashTest {

    private static final FileTime LONG_AGO = FileTime.fromMillis(1_000_000_000_000L);

    @TempDir
    private Path folder;

    private Path file;

    @BeforeEach
    void write() throws IOException {
        file = Files.writeString(folder.resolve("file"), "one");
        Files.setLastModifiedTime(file, LONG_AGO);
    }

    @Test
    void otherContentsOfTheSameSizeAndTimeHaveAnotherHash() throws IOException {
        String one = ContentHash.of(file);
        Files.writeString(file, "two");
        Files.setLastModifiedTime(file, LONG_AGO);
        assertThat(one).isEqualTo(Sha256.of("one".getBytes(StandardCharsets.UTF_8)));
        assertThat(ContentHash.of(file)).isEqualTo(Sha256.of("two".getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void aFileThatTookTheNameOfAnotherHasItsOwn() throws IOException {
        Path other = Files.writeString(folder.resolve("other"), "two");
        Files.setLastModifiedTime(other, LONG_AGO);
        String one = ContentHash.of(file);
        Files.delete(file);
        Files.move(other, file);
        assertThat(ContentHash.of(file)).isNotEqualTo(one);
    }

    @Test
    void theStampSeesAChangeThatSizeAndTimeHide() throws IOException {
        FileStamp before = FileStamp.of(file);
        Files.writeString(file, "two");
        Files.setLastModifiedTime(file, LONG_AGO);
        FileStamp after = FileStamp.of(file);
        assertThat(after.size()).isEqualTo(before.size());
        assertThat(after.modified()).isEqualTo(before.modified());
        if (before.changed().isPresent()) {
            assertThat(after.changed().orElseThrow())
                    .isGreaterThanOrEqualTo(before.changed().orElseThrow());
        }
    }

    @Test
    void aStampIsTrustedOnlyWhenTheFileSystemTellsOfChangesAndTheLastIsSomeTimeAgo() {
        FileTime change = FileTime.fromMillis(10_000);
        assertThat(new FileStamp(1, LONG_AGO, Optional.empty()).settledAt(Long.MAX_VALUE))
                .isFalse();
        assertThat(new FileStamp(1, FileTime.fromMillis(0), Optional.of(change)).settledAt(12_000))
                .isFalse();
        assertThat(new FileStamp(1, FileTime.fromMillis(0), Optional.of(change)).settledAt(12_001))
                .isTrue();
        assertThat(new FileStamp(1, change, Optional.of(FileTime.fromMillis(0))).settledAt(12_000))
                .isFalse();
    }
}
