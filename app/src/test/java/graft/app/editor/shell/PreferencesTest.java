package graft.app.editor.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import graft.app.editor.Commands;
import graft.app.editor.Keymap;
import graft.app.user.ConfigFolder;
import graft.node.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import javax.swing.KeyStroke;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PreferencesTest {

    @TempDir
    private Path folder;

    @Test
    void whatIsWrittenReadsTheSame() {
        Preferences chosen = Preferences.DEFAULT
                .withLook(Preferences.Look.LIGHT)
                .withAccent("#E5534B")
                .withScale(1.5)
                .withFolders(List.of(Path.of("/models")))
                .withDevice("cuda:1")
                .withWorker(false)
                .withAutosave(30)
                .withKeymap(Keymap.DEFAULT
                        .with(Commands.RUN, List.of(KeyStroke.getKeyStroke("F9")))
                        .with(Commands.MUTE, List.of()));
        chosen.write(folder.resolve("settings.json"));
        assertThat(Preferences.read(folder.resolve("settings.json"))).isEqualTo(chosen);
    }

    @Test
    void aFileOfAnOlderGraftHasTheDefaultsForWhatIsNew() throws IOException {
        Path file = Files.writeString(folder.resolve("settings.json"), "{\"look\": \"light\"}");
        assertThat(Preferences.read(file)).isEqualTo(Preferences.DEFAULT.withLook(Preferences.Look.LIGHT));
    }

    @Test
    void withoutAFileThereAreTheDefaults() {
        assertThat(Preferences.read(folder.resolve("settings.json"))).isEqualTo(Preferences.DEFAULT);
    }

    @Test
    void aDamagedFileIsNamedAndNotReplaced() throws IOException {
        Path file = Files.writeString(folder.resolve("settings.json"), "{\"look\": \"plaid\"}");
        assertThatThrownBy(() -> Preferences.read(file))
                .isInstanceOf(Problem.class)
                .hasMessageContaining(file.toString());
        assertThat(file).hasContent("{\"look\": \"plaid\"}");
    }

    @Test
    void settingsLieWhereThePlatformKeepsThem() {
        assertThat(ConfigFolder.path(Map.of("GRAFT_CONFIG", "/own"), "Linux", "/u"))
                .isEqualTo(Path.of("/own"));
        assertThat(ConfigFolder.path(Map.of("XDG_CONFIG_HOME", "/x"), "Linux", "/u"))
                .isEqualTo(Path.of("/x/graft"));
        assertThat(ConfigFolder.path(Map.of(), "Linux", "/u")).isEqualTo(Path.of("/u/.config/graft"));
        assertThat(ConfigFolder.path(Map.of(), "Mac OS X", "/Users/u"))
                .isEqualTo(Path.of("/Users/u/Library/Application Support/Graft"));
        assertThat(ConfigFolder.path(Map.of("APPDATA", "/app"), "Windows 11", "/u"))
                .isEqualTo(Path.of("/app/Graft"));
    }

    @Test
    void aCardHasWholeSentences() {
        assertThat(Template.firstWords("One thing. " + "Another that is long ".repeat(10) + "."))
                .isEqualTo("One thing.");
    }
}
