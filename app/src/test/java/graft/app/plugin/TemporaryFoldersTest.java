package graft.app.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Copies of plugins do not pile up when programs are killed. */
class TemporaryFoldersTest {

    @TempDir
    private Path temporary;

    @Test
    void whatAKilledProgramLeftIsRemoved() throws Exception {
        Path left = folder("graft-plugins1", Duration.ofHours(1));

        TemporaryFolders.removeAbandoned(temporary);

        assertThat(left).doesNotExist();
    }

    @Test
    void whatIsBeingMadeAndWhatIsNotGraftsStay() throws Exception {
        Path young = folder("graft-plugins2", Duration.ZERO);
        Path others = folder("other-plugins", Duration.ofHours(1));
        Path unknown = Files.createDirectory(temporary.resolve("graft-plugins3"));

        TemporaryFolders.removeAbandoned(temporary);

        assertThat(young).exists();
        assertThat(others).exists();
        assertThat(unknown).exists();
    }

    @Test
    void whatThisProgramUsesStaysUntilItIsRemoved() throws Exception {
        Path used = TemporaryFolders.make();
        Files.writeString(used.resolve("colours.jar"), "");
        Files.setLastModifiedTime(
                used.resolve("owned"), FileTime.from(Instant.now().minus(Duration.ofHours(1))));

        TemporaryFolders.removeAbandoned(used.getParent());
        assertThat(used.resolve("colours.jar")).exists();

        TemporaryFolders.remove(used);
        assertThat(used).doesNotExist();
    }

    private Path folder(String name, Duration age) throws Exception {
        Path folder = Files.createDirectory(temporary.resolve(name));
        Files.writeString(folder.resolve("colours.jar"), "");
        Path owned = Files.writeString(folder.resolve("owned"), "");
        Files.setLastModifiedTime(owned, FileTime.from(Instant.now().minus(age)));
        return folder;
    }
}
