package graft.app.editor.run;

import static org.assertj.core.api.Assertions.assertThat;

import graft.app.editor.Theme;
import graft.app.engine.RunEvent;
import java.awt.Color;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import javax.swing.JScrollPane;
import javax.swing.JTextPane;
import javax.swing.SwingUtilities;
import javax.swing.text.Element;
import javax.swing.text.StyleConstants;
import javax.swing.text.StyledDocument;
import org.junit.jupiter.api.Test;

/** The lines of the log, as they stand in its text. */
class LogPanelTest {

    /** The log after bundles of events, each added at once. */
    @SafeVarargs
    private static StyledDocument after(List<RunEvent>... bundles) throws Exception {
        FutureTask<StyledDocument> task = new FutureTask<>(() -> {
            Theme.DARK.install(Theme.ACCENT);
            LogPanel panel = new LogPanel();
            for (List<RunEvent> bundle : bundles) {
                panel.add(bundle);
            }
            JScrollPane scroll = (JScrollPane) panel.getComponent(1);
            return ((JTextPane) scroll.getViewport().getView()).getStyledDocument();
        });
        SwingUtilities.invokeAndWait(task);
        return task.get();
    }

    /** Lines without their times. */
    private static List<String> lines(StyledDocument log) throws Exception {
        return log.getText(0, log.getLength())
                .lines()
                .map(line -> line.replaceFirst("^\\d\\d:\\d\\d:\\d\\d  ", ""))
                .toList();
    }

    private static Color colour(StyledDocument log, int line) {
        Element paragraph = log.getDefaultRootElement().getElement(line);
        return StyleConstants.getForeground(
                log.getCharacterElement(paragraph.getStartOffset()).getAttributes());
    }

    @Test
    void whatComesTogetherStandsLineByLineInItsColours() throws Exception {
        StyledDocument log = after(
                List.of(new RunEvent.Log("a", "one"), new RunEvent.Warning("b", "two\nof one line", "")),
                List.of(),
                List.of(new RunEvent.Log("c", "three")));
        assertThat(lines(log)).containsExactly("a: one", "b: two of one line", "c: three");
        assertThat(colour(log, 1)).isNotEqualTo(colour(log, 0));
        assertThat(colour(log, 2)).isEqualTo(colour(log, 0));
    }

    @Test
    void theFirstLinesGoWhenThereAreTooMany() throws Exception {
        List<RunEvent> many = new ArrayList<>();
        for (int i = 0; i < 5000; i++) {
            many.add(new RunEvent.Log("n", "line " + i));
        }
        List<String> lines = lines(after(many));
        assertThat(lines).hasSizeBetween(2990, 3000).endsWith("n: line 4999");
        assertThat(lines.get(0)).isEqualTo("n: line " + (5000 - lines.size()));
    }
}
