package graft.app.cases;

import static org.assertj.core.api.Assertions.assertThat;

import graft.app.cases.CaseFolder.Answer;
import graft.app.command.Graft;
import java.awt.image.BufferedImage;
import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A file of ComfyUI with its core nodes runs as it is, and draws the same when it went out to ComfyUI and came back. */
class ComfyCoreNodesTest {

    @TempDir
    private Path folder;

    @Test
    void whatWentOutAndCameBackDrawsTheSame() throws IOException {
        CaseFolder core = CaseFolder.of("24-comfy-core-nodes", folder);
        Answer drawn = core.run("workflow.json").done();
        assertThat(drawn.pictures())
                .extracting(Path::getFileName)
                .map(Path::toString)
                .containsExactlyInAnyOrder("upscaled_00001.png", "outpainted_00001.png");
        List<BufferedImage> pictures = drawn.pictures().stream()
                .map(Path::toFile)
                .map(ComfyCoreNodesTest::read)
                .toList();
        assertThat(pictures).extracting(BufferedImage::getWidth).containsExactlyInAnyOrder(96, 80);
        assertThat(pictures).extracting(BufferedImage::getHeight).containsExactlyInAnyOrder(96, 64);
        Path out = core.path("workflow.json").resolveSibling("out.json");
        StringWriter err = new StringWriter();
        int code = Graft.commandLine()
                .setErr(new PrintWriter(err))
                .execute(
                        "export",
                        core.path(core.opened("workflow.json")).toString(),
                        "--to",
                        "comfy-api",
                        "--out",
                        out.toString());
        assertThat(code).as(err.toString()).isZero();
        assertThat(core.run("out.json").done().farthest(drawn)).isZero();
    }

    private static BufferedImage read(File file) {
        try {
            return ImageIO.read(file);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
