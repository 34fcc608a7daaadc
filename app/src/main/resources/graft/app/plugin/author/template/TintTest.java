package @package@;

import graft.node.testing.GoldenPicture;
import graft.node.testing.NodeTrial;
import graft.picture.Images;
import graft.picture.Picture;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TintTest {

    @TempDir
    private Path folder;

    private static Images grey() {
        float[] rgb = new float[8 * 8 * 3];
        Arrays.fill(rgb, 0.5f);
        return new Images(List.of(new Picture(8, 8, rgb)));
    }

    @Test
    void halfOfTheColourIsLaidOver() throws Exception {
        Images tinted = NodeTrial.of(Tint.class)
                .input("images", grey())
                .set("colour", "green")
                .set("strength", 0.5)
                .run(folder)
                .output("tinted", Images.class);
        // After a change that is meant: `mvn test -Dgolden.write=true`, and look at the picture before you keep it.
        GoldenPicture.at(Path.of("src/test/resources/green.png"))
                .check(tinted.pictures().get(0).toBufferedImage());
    }

    @Test
    void settingsSurviveBeingSaved() {
        NodeTrial.of(Tint.class).checkSettings();
    }
}
