package @package@;

import static org.assertj.core.api.Assertions.assertThat;

import graft.model.Images;
import graft.model.Picture;
import graft.node.testing.GoldenPicture;
import graft.node.testing.NodeTrial;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TintTest {

    @TempDir
    private Path folder;

    private static final Images GREY = new Images(List.of(new Picture(1, 1, new float[] {0.5f, 0.5f, 0.5f})));

    @Test
    void halfOfTheColourIsLaidOver() throws Exception {
        Images tinted = NodeTrial.of(Tint.class)
                .input("images", GREY)
                .set("colour", "green")
                .set("strength", 0.5)
                .run(folder)
                .output("tinted", Images.class);
        assertThat(tinted.pictures().get(0).rgb()).containsExactly(0.25f, 0.75f, 0.25f);
        // The golden picture is written by `mvn test -Dgolden.write=true`; look at it before you keep it.
        GoldenPicture.at(Path.of("src/test/resources/green.png"))
                .check(tinted.pictures().get(0).toBufferedImage());
    }

    @Test
    void settingsSurviveBeingSaved() {
        NodeTrial.of(Tint.class).checkSettings();
    }
}
