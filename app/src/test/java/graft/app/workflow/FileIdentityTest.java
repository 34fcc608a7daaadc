package graft.app.workflow;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which paths lead to one file. */
class FileIdentityTest {

    @TempDir
    private Path folder;

    private Path file;

    @BeforeEach
    void write() throws IOException {
        file = Files.writeString(Files.createDirectories(folder.resolve("here")).resolve("a.json"), "{}");
    }

    @Test
    void aRelativeAnAbsoluteAndADottedPathAreTheSame() {
        Path relative = Path.of("").toAbsolutePath().relativize(file);
        assertThat(relative.isAbsolute()).isFalse();
        assertThat(FileIdentity.same(relative, file)).isTrue();
        assertThat(FileIdentity.same(folder.resolve("here/../here/./a.json"), file))
                .isTrue();
        assertThat(FileIdentity.same(folder.resolve("elsewhere/../here/a.json"), file))
                .isTrue();
        assertThat(FileIdentity.same(file, file.resolveSibling("b.json"))).isFalse();
    }

    @Test
    void linksOfFilesAndFoldersLeadToWhatTheyLinkTo() throws IOException {
        Path link = Files.createSymbolicLink(folder.resolve("link.json"), Path.of("here/a.json"));
        Path twice = Files.createSymbolicLink(folder.resolve("twice.json"), link);
        Path inFolder = Files.createSymbolicLink(folder.resolve("there"), folder.resolve("here"));
        Path hard = Files.createLink(folder.resolve("hard.json"), file);
        assertThat(FileIdentity.same(link, file)).isTrue();
        assertThat(FileIdentity.same(twice, file)).isTrue();
        assertThat(FileIdentity.same(inFolder.resolve("a.json"), file)).isTrue();
        assertThat(FileIdentity.same(hard, link)).isTrue();
        assertThat(FileIdentity.plain(link)).as("a link keeps its name").isEqualTo(link);
    }

    /** The shell takes {@code there/..} for the folder that holds what the link leads to, and not for that of the link. */
    @Test
    void dotsBehindALinkedFolderLeadToWhereItReallyLies() throws IOException {
        Path deep = Files.createDirectories(folder.resolve("far/deep"));
        Path farFile = Files.writeString(folder.resolve("far/a.json"), "{}");
        Path nearFile = Files.writeString(folder.resolve("a.json"), "{}");
        Files.createSymbolicLink(folder.resolve("there"), deep);
        Path dotted = folder.resolve("there/../a.json");
        assertThat(FileIdentity.same(dotted, farFile)).isTrue();
        assertThat(FileIdentity.same(dotted, nearFile)).isFalse();
        assertThat(FileIdentity.plain(dotted)).isEqualTo(farFile.toRealPath());
    }

    @Test
    void aFileThatIsNotThereIsTheOneOfItsNameInItsFolder() throws IOException {
        Files.createSymbolicLink(folder.resolve("there"), folder.resolve("here"));
        Path gone = folder.resolve("here/gone.json");
        assertThat(FileIdentity.same(folder.resolve("there/gone.json"), gone)).isTrue();
        assertThat(FileIdentity.same(folder.resolve("none/../here/gone.json"), gone))
                .isTrue();
        assertThat(FileIdentity.same(file, gone)).isFalse();
    }

    @Test
    void lettersOfAnotherCaseAreTheSameWhereTheFileSystemTakesThemSo() {
        Path capital = file.resolveSibling("A.json");
        assertThat(FileIdentity.same(capital, file)).isEqualTo(Files.exists(capital));
    }
}
