package graft.file;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the folder of what can be made again holds. */
class CacheFolderTest {

    @TempDir
    private Path folder;

    @Test
    void whatWasNotUsedForLongestGoesFirst() throws Exception {
        for (String name : List.of("training/aa/aa1", "int8/bb2", "int8/cc3")) {
            Path file = folder.resolve(name + ".safetensors");
            Files.createDirectories(file.getParent());
            Files.write(file, new byte[100]);
            Files.setLastModifiedTime(file, FileTime.fromMillis(name.endsWith("bb2") ? 1000 : 2000));
        }

        assertThat(CacheFolder.prune(
                        List.of(folder.resolve("training"), folder.resolve("int8"), folder.resolve("none")), 250))
                .isEmpty();

        assertThat(folder.resolve("int8/bb2.safetensors")).doesNotExist();
        assertThat(folder.resolve("training/aa/aa1.safetensors")).exists();
        assertThat(folder.resolve("int8/cc3.safetensors")).exists();
    }
}
