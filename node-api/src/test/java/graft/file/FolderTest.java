package graft.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever happens to a folder meanwhile is an IOException. */
class FolderTest {

    @TempDir
    private Path temporary;

    @Test
    void aFolderIsListedBeforeWhatItHolds() throws IOException {
        Path inner = Files.createDirectories(temporary.resolve("a/b"));
        Path file = Files.createFile(inner.resolve("c"));

        assertThat(Folder.entries(temporary)).containsExactly(temporary.resolve("a"));
        assertThat(Folder.tree(temporary)).containsExactly(temporary, temporary.resolve("a"), inner, file);
        assertThat(Folder.tree(temporary, 2)).containsExactly(temporary, temporary.resolve("a"));
    }

    @Test
    void whatIsNotThereCannotBeListedAndNeedNoDeleting() throws IOException {
        Path gone = temporary.resolve("gone");

        assertThatThrownBy(() -> Folder.entries(gone)).isInstanceOf(NoSuchFileException.class);
        assertThatThrownBy(() -> Folder.tree(gone)).isInstanceOf(NoSuchFileException.class);
        Folder.delete(gone);
    }

    /** Two programs that start at once tidy up after the same killed one. */
    @Test
    void twoMayDeleteTheSameFolder() throws Exception {
        ExecutorService both = Executors.newFixedThreadPool(2);
        try {
            for (int round = 0; round < 20; round++) {
                Path folder = temporary.resolve("round" + round);
                for (int i = 0; i < 20; i++) {
                    Path inner = Files.createDirectories(folder.resolve(i + "/inner"));
                    for (int file = 0; file < 5; file++) {
                        Files.createFile(inner.resolve("file" + file));
                    }
                }
                Callable<Void> delete = () -> {
                    Folder.delete(folder);
                    return null;
                };
                for (Future<Void> each : both.invokeAll(List.of(delete, delete))) {
                    each.get();
                }
                assertThat(folder).doesNotExist();
            }
        } finally {
            both.shutdownNow();
        }
    }
}
