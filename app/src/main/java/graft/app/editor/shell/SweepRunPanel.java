package graft.app.editor.shell;

import com.formdev.flatlaf.util.UIScale;
import graft.app.editor.Icons;
import graft.app.editor.Strings;
import graft.app.editor.TracksWidth;
import graft.app.editor.Wrapped;
import graft.app.sweep.SweepOutcome;
import graft.app.sweep.SweepProgress;
import java.awt.BorderLayout;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import javax.swing.BorderFactory;
import javax.swing.JButton;
import javax.swing.JLabel;
import javax.swing.JPanel;
import javax.swing.JProgressBar;
import javax.swing.JScrollPane;
import javax.swing.JSeparator;
import javax.swing.JTextArea;
import javax.swing.ScrollPaneConstants;
import net.miginfocom.swing.MigLayout;

/** A sweep under way: how far it is, all that it says, and at its end what came of it. */
final class SweepRunPanel extends JPanel {
    private static final long serialVersionUID = 1;

    /** What can be done from here. */
    interface Host {
        void stop();

        /** Starts what was started last once more, those that failed too. */
        void retry();

        /** Opens a page with the program that the desktop has for it. */
        void browse(Path page);

        /** Opens a job's workflow in a tab. */
        void open(Path workflow);
    }

    private final transient Host host;
    private final JLabel title = new JLabel(" ");
    private final JTextArea where = Wrapped.small(" ");
    private final JProgressBar bar = new JProgressBar();
    private final JTextArea best = Wrapped.text("");
    private final JTextArea problems = Wrapped.small("");
    private final JTextArea said = new JTextArea();
    private final JButton stop = button("sweep.stop", "cancel", () -> {});
    private final JButton report;
    private final JButton bestJob;
    private final JButton back;
    private final JButton retry;
    private final JButton close;
    private transient Optional<SweepOutcome> outcome = Optional.empty();
    private transient boolean stopped;

    /**
     * @param form shows the form again
     * @param close hides all
     */
    SweepRunPanel(Host host, Runnable form, Runnable close) {
        super(new BorderLayout());
        this.host = host;
        setName("sweep.run");
        report = button("sweep.report", "file", () -> outcome.ifPresent(known -> host.browse(known.page())));
        bestJob = button("sweep.best", "open", () -> outcome.flatMap(SweepOutcome::best)
                .ifPresent(known -> host.open(known.workflow())));
        back = button("sweep.back", null, form);
        retry = button("sweep.retry", "reset", host::retry);
        this.close = button("sweep.close", null, close);
        retry.setToolTipText(Strings.get("sweep.retry.help"));
        stop.addActionListener(event -> stop());
        add(content(), BorderLayout.CENTER);
        add(buttons(), BorderLayout.SOUTH);
    }

    private static JButton button(String key, String icon, Runnable pressed) {
        JButton button = new JButton(Strings.get(key), icon == null ? null : Icons.get(icon));
        button.setName(key);
        button.addActionListener(event -> pressed.run());
        return button;
    }

    private JPanel content() {
        title.putClientProperty("FlatLaf.styleClass", "h3");
        title.setName("sweep.run.title");
        where.putClientProperty("FlatLaf.style", "foreground: $Graft.text.dim");
        bar.setName("sweep.run.bar");
        bar.setStringPainted(true);
        bar.getAccessibleContext().setAccessibleName(Strings.get("sweep.run.bar"));
        best.setName("sweep.run.best");
        problems.setName("sweep.run.problems");
        problems.putClientProperty("FlatLaf.style", "foreground: $Graft.problem.error");
        said.setName("sweep.run.said");
        said.getAccessibleContext().setAccessibleName(Strings.get("sweep.run.said"));
        said.setEditable(false);
        said.setLineWrap(true);
        said.setWrapStyleWord(true);
        JScrollPane words = new JScrollPane(said);
        words.setHorizontalScrollBarPolicy(ScrollPaneConstants.HORIZONTAL_SCROLLBAR_NEVER);
        JPanel failed = new Tracking();
        failed.add(problems);
        JScrollPane faults = new JScrollPane(failed);
        faults.setHorizontalScrollBarPolicy(ScrollPaneConstants.HORIZONTAL_SCROLLBAR_NEVER);
        faults.setBorder(null);
        JPanel panel =
                new JPanel(new MigLayout("insets 16 20 8 20, fill, wrap 1, gapy 6, hidemode 3", "[grow,fill]", ""));
        panel.add(title, "wmin 0");
        panel.add(where, "wmin 0");
        panel.add(bar, "h 22!");
        panel.add(best, "wmin 0");
        panel.add(faults, "wmin 0, hmax 140");
        panel.add(words, "wmin 0, hmin 80, pushy, growy");
        return panel;
    }

    private JPanel buttons() {
        JPanel panel = new JPanel(new MigLayout("insets 0 20 14 20, fillx, gap 8, hidemode 3", "", ""));
        panel.add(new JSeparator(), "span, growx, gapbottom 4, wrap");
        panel.add(report);
        panel.add(bestJob);
        panel.add(retry);
        panel.add(back);
        panel.add(stop);
        panel.add(close, "pushx, align right");
        return panel;
    }

    private void stop() {
        // A second time ends it at once.
        stop.setText(Strings.get("sweep.stop.now"));
        stopped = true;
        bar.setString(Strings.get("sweep.stopping"));
        host.stop();
    }

    /** Begins with a sweep of which nothing is known yet. */
    void begin(String name, Path folder) {
        outcome = Optional.empty();
        stopped = false;
        title.setText(Strings.get("sweep.run.title", name));
        where.setText(folder.toString());
        bar.setIndeterminate(true);
        bar.setString(Strings.get("sweep.run.begins"));
        said.setText("");
        best.setVisible(false);
        problems.setText("");
        problems.setVisible(false);
        stop.setText(Strings.get("sweep.stop"));
        showButtons(true);
        // What had the keyboard is not there any more.
        said.requestFocusInWindow();
    }

    private void showButtons(boolean running) {
        stop.setVisible(running);
        back.setVisible(!running);
        retry.setVisible(
                !running && outcome.filter(all -> !all.problems().isEmpty()).isPresent());
        report.setVisible(!running && outcome.isPresent());
        bestJob.setVisible(!running && outcome.flatMap(SweepOutcome::best).isPresent());
        revalidate();
        repaint();
    }

    /** Takes a line that it says. */
    void said(String line) {
        if (stopped && line.startsWith("graft:")) {
            // Its words about Ctrl-C.
            return;
        }
        String words = line.replaceFirst("^graft: ", "");
        said.append(said.getDocument().getLength() == 0 ? words : "\n" + words);
        said.setCaretPosition(said.getDocument().getLength());
        if (bar.isIndeterminate() && !stopped) {
            bar.setString(Strings.get("sweep.run.first"));
        }
        SweepProgress.of(line).ifPresent(progress -> {
            bar.setIndeterminate(false);
            bar.setMaximum(progress.all());
            bar.setValue(progress.ended());
            if (!stopped) {
                bar.setString(progress.sentence());
            }
        });
    }

    /** Shows what came of it; with nothing where it did not come to a report. */
    void ended(Optional<SweepOutcome> known) {
        outcome = known;
        bar.setIndeterminate(false);
        if (known.isEmpty()) {
            bar.setValue(0);
            bar.setString(Strings.get(stopped ? "sweep.stopped" : "sweep.failed"));
        } else {
            bar.setMaximum(Math.max(1, known.get().jobs()));
            bar.setValue(known.get().done());
            bar.setString(Strings.get(
                    stopped ? "sweep.stopped.some" : "sweep.ended",
                    known.get().done(),
                    known.get().jobs()));
        }
        best.setText(known.map(all -> all.best()
                        .map(first -> Strings.get("sweep.best.words", first.words()))
                        .orElseGet(() -> Strings.get("sweep.best.none")))
                .orElse(""));
        best.putClientProperty(
                "FlatLaf.style",
                known.flatMap(SweepOutcome::best).isPresent()
                        ? "foreground: $Graft.text.changed"
                        : "foreground: $Graft.text.dim");
        best.setVisible(known.filter(all -> all.done() > 0).isPresent());
        problems.setText(String.join("\n", known.map(SweepOutcome::problems).orElseGet(List::of)));
        problems.setVisible(!problems.getText().isEmpty());
        problems.getParent().revalidate();
        showButtons(false);
    }

    /** As wide as the view. */
    private static final class Tracking extends JPanel implements TracksWidth {
        private static final long serialVersionUID = 1;

        Tracking() {
            super(new BorderLayout());
            setBorder(BorderFactory.createEmptyBorder(0, 0, UIScale.scale(2), 0));
        }
    }
}
