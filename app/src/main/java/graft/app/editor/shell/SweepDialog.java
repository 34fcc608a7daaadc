package graft.app.editor.shell;

import graft.app.editor.Durations;
import graft.app.editor.EscapeCloses;
import graft.app.editor.Icons;
import graft.app.editor.ScreenRoom;
import graft.app.editor.Strings;
import graft.app.editor.Wrapped;
import graft.app.editor.inspector.FileLibrary;
import graft.app.editor.inspector.Prompts;
import graft.app.plugin.NodeLibrary;
import graft.app.sweep.SweepOutcome;
import graft.app.sweep.SweepPlan;
import graft.app.sweep.SweepRequest;
import graft.app.workflow.Workflow;
import graft.node.Problem;
import graft.tensor.Memory;
import java.awt.BorderLayout;
import java.awt.CardLayout;
import java.awt.Toolkit;
import java.awt.Window;
import java.awt.datatransfer.StringSelection;
import java.awt.event.WindowAdapter;
import java.awt.event.WindowEvent;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import javax.swing.JButton;
import javax.swing.JDialog;
import javax.swing.JPanel;
import javax.swing.JScrollPane;
import javax.swing.JSeparator;
import javax.swing.JTextArea;
import javax.swing.ScrollPaneConstants;
import javax.swing.Timer;
import javax.swing.WindowConstants;
import net.miginfocom.swing.MigLayout;

/** Asks for a sweep, says what it would be, starts it and shows it while it runs. */
final class SweepDialog {

    /** What it asks of the window. */
    interface Host extends SweepRunPanel.Host {
        /** The workflow as it is now. */
        Workflow workflow();

        /** Numbers that a report in a folder has. */
        List<String> reported(String folder);

        /** Checks jobs and tells what all will take; only what was asked last is told. */
        void forecast(SweepPlan plan, Consumer<SweepPlan.Forecast> then, Consumer<Problem> failed);

        /** The words of the command that does the same. */
        List<String> command(SweepRequest asked, Path folder);

        /** Writes the workflow to where the command finds it. */
        void write(Path folder, Runnable then);

        /**
         * Starts it, with the workflow as it is then.
         *
         * @param refused told when that cannot be
         */
        void start(SweepRequest asked, Path folder, Runnable refused);

        /** Remembers what was asked for when the form is another's. */
        void left(SweepRequest asked, String folder);
    }

    private static final String FORM = "form";
    private static final String RUN = "run";

    private final JDialog dialog;
    private final Host host;
    private final NodeLibrary library;
    private final CardLayout cards = new CardLayout();
    private final JPanel pages = new JPanel(cards);
    private final SweepForm form;
    private final SweepRunPanel run;
    private final JTextArea summary = Wrapped.text(" ");
    private final JTextArea command = new JTextArea(2, 20);
    private final JButton copy = new JButton(Strings.get("sweep.copy"), Icons.get("file"));
    private final JButton start = new JButton(Strings.get("sweep.start"), Icons.onAccent("run", 16));
    private final Timer look = new Timer(150, event -> look());
    private Workflow about = Workflow.EMPTY;
    private Optional<SweepRequest> right = Optional.empty();

    SweepDialog(Window owner, NodeLibrary library, FileLibrary files, Prompts prompts, Host host) {
        this.host = host;
        this.library = library;
        dialog = new JDialog(owner, Strings.get("sweep.title"));
        dialog.setName("sweep");
        look.setRepeats(false);
        form = new SweepForm(library, files, prompts, this::changed);
        run = new SweepRunPanel(host, this::showForm, this::hide);
        pages.add(formPage(), FORM);
        pages.add(run, RUN);
        dialog.setContentPane(pages);
        // What runs goes on, and the form comes back as it was.
        dialog.setDefaultCloseOperation(WindowConstants.HIDE_ON_CLOSE);
        EscapeCloses.in(dialog, this::hide);
        dialog.addWindowListener(new WindowAdapter() {
            @Override
            public void windowActivated(WindowEvent event) {
                // The workflow may be another since.
                lookAgain();
            }
        });
        dialog.setSize(ScreenRoom.now().fitting(780, 720, owner));
        dialog.setLocationRelativeTo(owner);
    }

    private JPanel formPage() {
        JScrollPane scroll = new JScrollPane(
                form, ScrollPaneConstants.VERTICAL_SCROLLBAR_AS_NEEDED, ScrollPaneConstants.HORIZONTAL_SCROLLBAR_NEVER);
        scroll.setBorder(null);
        JPanel page = new JPanel(new BorderLayout());
        page.add(scroll, BorderLayout.CENTER);
        page.add(answers(), BorderLayout.SOUTH);
        return page;
    }

    private JPanel answers() {
        JPanel answers = new JPanel(new MigLayout("insets 0 20 14 20, fillx, gap 8 6", "[grow,fill][][]", ""));
        answers.add(new JSeparator(), "span, growx, gapbottom 4, wrap");
        summary.setName("sweep.summary");
        command.setName("sweep.command");
        command.getAccessibleContext().setAccessibleName(Strings.get("sweep.command"));
        command.setEditable(false);
        command.setLineWrap(true);
        command.setWrapStyleWord(true);
        command.putClientProperty("FlatLaf.styleClass", "monospaced");
        JScrollPane words = new JScrollPane(command);
        words.setHorizontalScrollBarPolicy(ScrollPaneConstants.HORIZONTAL_SCROLLBAR_NEVER);
        copy.setName("sweep.copy");
        copy.setToolTipText(Strings.get("sweep.copy.help"));
        copy.addActionListener(event -> copy());
        start.setName("sweep.start");
        start.putClientProperty(
                "FlatLaf.style",
                "background: $Graft.accent; foreground: $Graft.onAccent; font: bold;"
                        + " hoverBackground: lighten($Graft.accent,6%)");
        start.addActionListener(event -> start());
        JButton close = new JButton(Strings.get("sweep.close"));
        close.setName("sweep.form.close");
        close.addActionListener(event -> hide());
        answers.add(summary, "span 3, wmin 0, wrap");
        answers.add(words, "wmin 0");
        answers.add(copy, "span 2, aligny top, wrap");
        answers.add(close, "skip, split 2, span 2, tag cancel");
        answers.add(start, "tag ok");
        return answers;
    }

    /** Shows it, beginning with what was asked for before. */
    void show(SweepRequest before, String folder) {
        about = host.workflow();
        form.about(about, host.reported(folder));
        form.show(before, folder);
        look();
        toFront();
    }

    /** Brings it to the front as it is. */
    void toFront() {
        dialog.setVisible(true);
        dialog.toFront();
    }

    /** Whether it is on the screen. */
    boolean isShowing() {
        return dialog.isVisible();
    }

    /** Lets the user say what a setting, or one of a node, is to be. */
    void vary(String node, Optional<String> setting) {
        showForm();
        setting.ifPresentOrElse(each -> form.vary(node + "." + each), () -> form.search(node));
    }

    private void hide() {
        dialog.setVisible(false);
    }

    /** Ends it, remembering what was asked for. */
    void dispose() {
        look.stop();
        form.settle();
        host.left(form.asked(), form.folder());
        dialog.dispose();
    }

    /** Shows the form in place of a sweep that has ended. */
    void showForm() {
        cards.show(pages, FORM);
        form.begin();
        about = host.workflow();
        form.about(about, host.reported(form.folder()));
        look();
    }

    private void lookAgain() {
        Workflow now = host.workflow();
        if (!now.equals(about)) {
            about = now;
            form.about(now, host.reported(form.folder()));
            changed();
        }
    }

    private void changed() {
        // Until it is looked at nobody knows whether it is right.
        right = Optional.empty();
        start.setEnabled(false);
        look.restart();
    }

    private Optional<Path> folder() {
        try {
            return Optional.of(form.folder()).filter(text -> !text.isEmpty()).map(Path::of);
        } catch (InvalidPathException noPath) {
            return Optional.empty();
        }
    }

    private void look() {
        look.stop();
        right = Optional.empty();
        Optional<SweepRequest> asked = form.look();
        Optional<Path> folder = folder();
        command.setText(command(form.asked(), folder));
        command.setCaretPosition(0);
        if (asked.isEmpty() || folder.isEmpty()) {
            say(
                    Strings.get(
                            folder.isEmpty()
                                    ? "sweep.missing.folder"
                                    : form.isEmpty() ? "sweep.missing.vary" : "sweep.missing.right"),
                    false);
        } else {
            look(asked.get());
        }
        start.setEnabled(right.isPresent());
        copy.setEnabled(right.isPresent());
    }

    private void look(SweepRequest asked) {
        try {
            SweepPlan plan = SweepPlan.of(asked, about, library);
            asked.place();
            right = Optional.of(asked);
            String jobs = jobs(plan);
            say(Strings.get("sweep.looking", jobs), false);
            host.forecast(
                    plan,
                    known -> {
                        if (right.equals(Optional.of(asked))) {
                            say(words(jobs, plan.jobs(), known), false);
                        }
                    },
                    problem -> {
                        if (right.equals(Optional.of(asked))) {
                            right = Optional.empty();
                            start.setEnabled(false);
                            say(problem.getMessage(), true);
                        }
                    });
        } catch (Problem problem) {
            say(problem.getMessage(), true);
        }
    }

    private static String jobs(SweepPlan plan) {
        return plan.rounds().isEmpty()
                ? Strings.get("sweep.jobs", plan.jobs())
                : Strings.get(
                        "sweep.jobs.rounds",
                        plan.jobs(),
                        plan.rounds().get().budgets().size(),
                        plan.combinations().size());
    }

    private static String words(String jobs, int count, SweepPlan.Forecast known) {
        List<String> parts = new ArrayList<>(List.of(jobs));
        known.seconds().ifPresent(seconds -> parts.add(Strings.get("sweep.forecast", Durations.words(seconds), count)));
        known.peakBytes().ifPresent(bytes -> parts.add(Strings.get("sweep.forecast.memory", Memory.words(bytes))));
        return String.join(" · ", parts);
    }

    private void say(String words, boolean wrong) {
        summary.putClientProperty(
                "FlatLaf.style", wrong ? "foreground: $Graft.problem.error" : "foreground: $Label.foreground");
        summary.setText(words);
        summary.getAccessibleContext().setAccessibleName(words);
        dialog.getContentPane().revalidate();
    }

    private String command(SweepRequest asked, Optional<Path> folder) {
        return folder.map(where -> ShellWords.of(host.command(asked, where))).orElse("");
    }

    private void copy() {
        folder().ifPresent(folder -> host.write(folder, () -> Toolkit.getDefaultToolkit()
                .getSystemClipboard()
                .setContents(new StringSelection(command.getText()), null)));
    }

    private void start() {
        form.settle();
        look();
        right.ifPresent(asked -> {
            // Once is enough.
            start.setEnabled(false);
            host.start(asked, folder().orElseThrow(), this::look);
        });
    }

    // --- while it runs -----------------------------------------------------------------------------------------------

    void begin(String name, Path folder) {
        cards.show(pages, RUN);
        run.begin(name, folder);
    }

    void said(String line) {
        run.said(line);
    }

    void ended(Optional<SweepOutcome> outcome) {
        run.ended(outcome);
    }
}
