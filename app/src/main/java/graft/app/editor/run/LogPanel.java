package graft.app.editor.run;

import graft.app.editor.Durations;
import graft.app.editor.IconButton;
import graft.app.editor.Strings;
import graft.app.editor.Theme;
import graft.app.engine.RunEvent;
import java.awt.BorderLayout;
import java.awt.Toolkit;
import java.awt.datatransfer.StringSelection;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import javax.swing.JButton;
import javax.swing.JCheckBox;
import javax.swing.JPanel;
import javax.swing.JScrollPane;
import javax.swing.JTextPane;
import javax.swing.text.BadLocationException;
import javax.swing.text.DefaultStyledDocument;
import javax.swing.text.Element;
import javax.swing.text.MutableAttributeSet;
import javax.swing.text.SimpleAttributeSet;
import javax.swing.text.StyleConstants;
import net.miginfocom.swing.MigLayout;

/** What happens in runs, line by line. */
final class LogPanel extends JPanel {

    private static final long serialVersionUID = 1;

    private static final int MOST = 3000;
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT);

    /** A line, and the colour that it is in. */
    private record Line(String text, String colour) {}

    private final Lines document = new Lines();
    private final JTextPane text = new JTextPane(document);
    private final JCheckBox follow = new JCheckBox(Strings.get("run.log.follow"), true);

    LogPanel() {
        super(new BorderLayout());
        setName("run.log");
        text.setName("run.log.text");
        text.setEditable(false);
        text.getAccessibleContext().setAccessibleName(Strings.get("run.log"));
        JScrollPane scroll = new JScrollPane(text);
        scroll.setBorder(null);
        JPanel head = new JPanel(new MigLayout("insets 4 10 4 10, fillx", "[grow,right][][]", ""));
        follow.setName("run.log.follow");
        JButton copy = IconButton.of("run.log.copy", "file", () -> Toolkit.getDefaultToolkit()
                .getSystemClipboard()
                .setContents(new StringSelection(text.getText()), null));
        JButton clear = IconButton.of("run.log.clear", "delete", () -> text.setText(""));
        head.add(follow);
        head.add(copy);
        head.add(clear);
        add(head, BorderLayout.NORTH);
        add(scroll, BorderLayout.CENTER);
    }

    void add(List<RunEvent> events) {
        append(events.stream().flatMap(event -> lines(event).stream()).toList());
    }

    /** A line that no event tells of. */
    void note(String sentence) {
        append(List.of(new Line(sentence, "text.dim")));
    }

    private static List<Line> lines(RunEvent event) {
        List<Line> lines = new ArrayList<>();
        line(event).ifPresent(lines::add);
        if (event instanceof RunEvent.RunFinished finished) {
            finished.kept().forEach(sentence -> lines.add(new Line(sentence, "accent")));
        }
        return lines;
    }

    private static Optional<Line> line(RunEvent event) {
        if (event instanceof RunEvent.RunStarted started) {
            return Optional.of(new Line(
                    Strings.get("run.log.started", started.title(), started.device(), started.why()), "accent"));
        } else if (event instanceof RunEvent.NodeStarted started) {
            return Optional.of(new Line(started.node() + ": " + started.why(), "text.dim"));
        } else if (event instanceof RunEvent.NodeCached cached) {
            return Optional.of(new Line(Strings.get("run.log.cached", cached.node(), cached.why()), "state.cached"));
        } else if (event instanceof RunEvent.NodeFinished finished) {
            return Optional.of(new Line(
                    Strings.get(
                            finished.partial() ? "run.log.partial" : "run.log.done",
                            finished.node(),
                            Durations.words(finished.seconds())),
                    "state.done"));
        } else if (event instanceof RunEvent.NodeFailed failed) {
            return Optional.of(new Line(failed.node() + ": " + failed.problem(), "state.failed"));
        } else if (event instanceof RunEvent.NodeSkipped skipped) {
            return Optional.of(new Line(Strings.get("run.log.skipped", skipped.node(), skipped.why()), "text.dim"));
        } else if (event instanceof RunEvent.Log log) {
            return Optional.of(new Line(log.node() + ": " + log.sentence(), ""));
        } else if (event instanceof RunEvent.Warning warning) {
            String place = warning.node().isEmpty() ? "" : warning.node() + ": ";
            return Optional.of(new Line(place + warning.sentence(), "problem.warning"));
        } else if (event instanceof RunEvent.Wrote wrote) {
            return Optional.of(new Line(Strings.get("run.log.wrote", wrote.node(), wrote.file()), ""));
        } else if (event instanceof RunEvent.RunFinished finished) {
            return Optional.of(new Line(
                    Strings.get(
                            "run.log.finished." + finished.outcome().name().toLowerCase(Locale.ROOT),
                            Durations.words(finished.seconds()),
                            finished.folder()),
                    "accent"));
        }
        return Optional.empty();
    }

    private void append(List<Line> lines) {
        if (!lines.isEmpty()) {
            document.append(lines);
            trim();
        }
    }

    /** A text that grows by many lines at once: each change of its own would be laid out by itself. */
    private static final class Lines extends DefaultStyledDocument {

        private static final long serialVersionUID = 1;

        void append(List<Line> lines) {
            String time = TIME.format(LocalTime.now(ZoneId.systemDefault())) + "  ";
            List<ElementSpec> parts = new ArrayList<>();
            for (Line line : lines) {
                MutableAttributeSet style = new SimpleAttributeSet();
                if (!line.colour().isEmpty()) {
                    StyleConstants.setForeground(style, Theme.colour(line.colour()));
                }
                (time + line.text().strip()).lines().forEach(each -> {
                    char[] text = (each + "\n").toCharArray();
                    parts.add(new ElementSpec(style, ElementSpec.ContentType, text, 0, text.length));
                    parts.add(new ElementSpec(null, ElementSpec.EndTagType));
                    parts.add(new ElementSpec(null, ElementSpec.StartTagType));
                });
            }
            try {
                insert(getLength(), parts.toArray(ElementSpec[]::new));
            } catch (BadLocationException impossible) {
                throw new IllegalStateException(impossible);
            }
        }
    }

    private void trim() {
        Element root = text.getDocument().getDefaultRootElement();
        int extra = root.getElementCount() - MOST;
        if (extra > 0) {
            try {
                text.getDocument().remove(0, root.getElement(extra).getStartOffset());
            } catch (BadLocationException impossible) {
                throw new IllegalStateException(impossible);
            }
        }
        if (follow.isSelected()) {
            text.setCaretPosition(text.getDocument().getLength());
        }
    }
}
