package graft.app.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What archives hold beside classes: what is as it should be is there, all else is left out by name, and nothing leaves its folder. */
class EnclosedTest {

    @TempDir
    private Path folder;

    private final List<String> faults = new ArrayList<>();

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static byte[] icon(int width, int height) throws IOException {
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        ImageIO.write(new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB), "png", png);
        return png.toByteArray();
    }

    private Enclosed read(TestPlugin plugin) throws IOException {
        Path unpacked = Files.createDirectories(folder.resolve("a/b/unpacked"));
        return Enclosed.read(plugin.build(folder.resolve("plugin.jar")), unpacked, faults::add);
    }

    @Test
    void workflowsTextsAndAnIcon() throws IOException {
        Enclosed enclosed = read(TestPlugin.of("brushes", "1.0.0")
                .entry("templates/two.json", text("{}"))
                .entry("templates/one.json", text("{\"format\": 1}"))
                .entry("templates/one.png", icon(4, 4))
                .entry("docs/index.md", text("# All"))
                .entry("docs/images/tint.md", text("# Tint\n\n<b>bold</b> \u001b[31mred\u202e"))
                .entry("icon.png", icon(64, 32)));
        assertThat(faults).isEmpty();
        assertThat(enclosed.templates())
                .extracting(file -> file.getFileName().toString())
                .containsExactly("one.json", "two.json");
        assertThat(enclosed.templates().get(0)).hasContent("{\"format\": 1}");
        assertThat(enclosed.templates().get(0).resolveSibling("one.png")).exists();
        assertThat(enclosed.doc("brushes/images/tint")).contains("# Tint\n\n<b>bold</b>  [31mred");
        assertThat(enclosed.doc("brushes/images/other")).contains("# All");
        assertThat(enclosed.icon().orElseThrow().getWidth()).isEqualTo(64);
        enclosed.remove();
        assertThat(folder.resolve("a/b/unpacked")).isEmptyDirectory();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "templates/../../out.json|is not the name of a file",
                "templates/.hidden.json|is not the name of a file",
                "templates/deep/er.json|is not the name of a file",
                "templates/run.sh|it is neither a workflow nor a PNG beside one",
                "docs/page.html|it is no Markdown, whose name ends with .md",
                "docs/broken.md|Input length = 1",
                "icon.png|"
            })
    void whatIsNotSoIsLeftOutByName(String name, String why) throws IOException {
        byte[] bytes = {(byte) 0xC3, '('};
        Enclosed enclosed =
                read(TestPlugin.of("brushes", "1.0.0").entry(name, bytes).entry("templates/good.json", text("{}")));
        assertThat(faults)
                .singleElement()
                .asString()
                .startsWith("its file \"" + name + "\" is left out: ")
                .contains(why == null ? "" : why);
        assertThat(enclosed.templates()).hasSize(1);
        assertThat(folder.resolve("a/out.json")).doesNotExist();
        assertThat(folder.resolve("a/b/out.json")).doesNotExist();
    }

    @Test
    void whatIsTooLargeOrTooManyIsLeftOut() throws IOException {
        TestPlugin plugin = TestPlugin.of("brushes", "1.0.0")
                .entry("icon.png", icon(257, 1))
                .entry("docs/long.md", new byte[(256 << 10) + 1]);
        for (int i = 0; i < 101; i++) {
            plugin.entry("templates/t%03d.json".formatted(i), text("{}"));
        }
        assertThat(read(plugin).templates()).hasSize(100);
        assertThat(faults)
                .containsExactly(
                        "its templates/ holds more than 100 files, and the rest is left out",
                        "its file \"docs/long.md\" is left out: it is larger than 256 KiB",
                        "its file \"icon.png\" is left out: its sides are longer than 256 pixels");
    }
}
