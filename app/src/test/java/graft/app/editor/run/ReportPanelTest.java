package graft.app.editor.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.swing.edt.GuiActionRunner.execute;

import graft.app.editor.Hands;
import graft.app.editor.OpensWindows;
import graft.app.editor.Theme;
import graft.file.PngFile;
import graft.node.Problem;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.swing.JFrame;
import org.assertj.swing.core.Robot;
import org.assertj.swing.fixture.FrameFixture;
import org.assertj.swing.fixture.JTableFixture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The report of a comparison within the window. */
@OpensWindows
class ReportPanelTest {

    @TempDir
    Path folder;

    private final List<Problem> told = new ArrayList<>();
    private final List<Path> browsed = new ArrayList<>();
    private Robot robot;
    private FrameFixture frame;
    private ReportPanel panel;

    @BeforeEach
    void open() {
        robot = Hands.robot();
        JFrame window = execute(() -> {
            Theme.LIGHT.install(Theme.ACCENT);
            panel = new ReportPanel(told::add, browsed::add);
            JFrame made = new JFrame("Report");
            made.add(panel);
            return made;
        });
        frame = new FrameFixture(robot, window);
        frame.show(new java.awt.Dimension(1000, 600));
    }

    @AfterEach
    void close() {
        frame.cleanUp();
    }

    private Path page(String numbers) throws IOException {
        Files.writeString(folder.resolve("report.json"), numbers);
        PngFile.write(folder.resolve("report.png"), new BufferedImage(40, 30, BufferedImage.TYPE_INT_RGB), Map.of());
        return Files.writeString(folder.resolve("report.html"), "<html>");
    }

    @Test
    void itSaysWhatToTakeAndWhyWithAllMeasures() throws IOException {
        Path page = page("""
                {"format": "graft comparison 1", "subject": "my dog",
                 "rows": [
                   {"method": "LoRA", "variant": {"train.rank": "4"}, "fidelity": 0.5, "dino": 0.25, "leak": null},
                   {"method": "Before", "variant": {}, "fidelity": 0.125, "dino": null, "leak": null}],
                 "advice": {"headline": "Take LoRA.", "reasons": ["It is the most faithful."], "doubts": ["Few pictures."]}}
                """);

        execute(() -> panel.show(page));

        Hands.await(
                "the table is there",
                () -> robot.finder()
                                .findAll(component -> "report.table".equals(component.getName()))
                                .size()
                        == 1);
        JTableFixture table = frame.table("report.table");
        assertThat(table.contents())
                .isDeepEqualTo(new String[][] {{"LoRA, train.rank 4", "0.500", "0.250"}, {"Before", "0.125", "–"}});
        assertThat(execute(() -> table.target().getColumnName(1))).isEqualTo("Fidelity");
        for (String said : List.of("Take LoRA.", "It is the most faithful.", "Few pictures.")) {
            assertThat(robot.finder()
                            .findAll(component -> component.isShowing()
                                    && component.getAccessibleContext() != null
                                    && said.equals(
                                            component.getAccessibleContext().getAccessibleName())))
                    .as(said)
                    .hasSize(1);
        }
        frame.button("report.browse").click();
        assertThat(browsed).containsExactly(page);
        assertThat(told).isEmpty();
    }

    @Test
    void oneThatIsDamagedIsToldOfAndOneWithoutNumbersIsAPageForTheBrowser() throws IOException {
        Path damaged = page("{}");
        execute(() -> panel.show(damaged));
        Hands.await("it is told", () -> told.size() == 1);
        assertThat(told.get(0).getMessage()).contains("it is not as Compare writes it");

        Files.delete(folder.resolve("report.json"));
        execute(() -> panel.show(damaged));
        assertThat(browsed).containsExactly(damaged);
    }
}
