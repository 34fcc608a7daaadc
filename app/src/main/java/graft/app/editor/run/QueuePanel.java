package graft.app.editor.run;

import com.formdev.flatlaf.util.UIScale;
import graft.app.editor.Durations;
import graft.app.editor.IconButton;
import graft.app.editor.Icons;
import graft.app.editor.NumberSpinner;
import graft.app.editor.Strings;
import graft.app.editor.Theme;
import graft.app.editor.Wrapped;
import graft.app.engine.RunEvent;
import graft.app.engine.RunQueue;
import graft.node.Problem;
import java.awt.BorderLayout;
import java.awt.Component;
import java.awt.Dimension;
import java.awt.event.ActionEvent;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Consumer;
import javax.swing.AbstractAction;
import javax.swing.DefaultListCellRenderer;
import javax.swing.DefaultListModel;
import javax.swing.JButton;
import javax.swing.JLabel;
import javax.swing.JList;
import javax.swing.JPanel;
import javax.swing.JProgressBar;
import javax.swing.JScrollPane;
import javax.swing.JTextArea;
import javax.swing.JToggleButton;
import javax.swing.KeyStroke;
import javax.swing.ListSelectionModel;
import javax.swing.Timer;
import net.miginfocom.swing.MigLayout;

/** The run under way with what can be asked of it, and the runs that wait. */
final class QueuePanel extends JPanel implements RunListener {

    private static final long serialVersionUID = 1;

    private static final int MOST_TIMES = 100;

    private final transient RunController controller;
    private final JLabel title = new JLabel();
    private final JLabel node = new JLabel(" ");
    private final JLabel left = new JLabel(" ");
    private final JTextArea kept = Wrapped.text("");
    private final JProgressBar progress = new JProgressBar(0, 1000);
    private final NumberSpinner times = new NumberSpinner(1, 1, MOST_TIMES, 1);
    private final JButton stop = new JButton(Strings.get("run.stop"), Icons.get("stop-and-keep"));
    private final JButton cancel = new JButton(Strings.get("run.cancel"), Icons.get("cancel"));
    private final JButton leave = new JButton(Strings.get("run.leave"), Icons.get("close"));
    private final JToggleButton pause = new JToggleButton(Strings.get("run.pause"), Icons.get("pause"));
    private final JLabel waiting = new JLabel();
    private final DefaultListModel<RunQueue.Entry> rows = new DefaultListModel<>();
    private final JList<RunQueue.Entry> list = new JList<>(rows);
    private final JButton up = button("run.up", "up", () -> move(-1));
    private final JButton down = button("run.down", "down", () -> move(1));
    private final JButton remove = button("run.remove", "close", this::remove);
    private final JButton clear = button("run.clear", "delete", () -> queue().clear());
    private final transient Timer clock = new Timer(500, tick -> showTime());

    /** A panel; {@code run} is told how often to run the workflow in front. */
    QueuePanel(RunController controller, Consumer<Integer> run) {
        super(new BorderLayout());
        this.controller = controller;
        setName("queue");
        add(current(run), BorderLayout.NORTH);
        add(waiting(), BorderLayout.CENTER);
        controller.addListener(this);
        changed();
    }

    private RunQueue queue() {
        return controller.queue();
    }

    private JPanel current(Consumer<Integer> run) {
        JPanel panel =
                new JPanel(new MigLayout("insets 10 12 10 12, fillx, gap 8 4, hidemode 3", "[grow,fill][][][][]", ""));
        title.setName("queue.title");
        title.putClientProperty("FlatLaf.styleClass", "h4");
        node.setName("queue.node");
        node.putClientProperty("FlatLaf.style", "foreground: $Graft.text.dim");
        left.setName("queue.left");
        left.putClientProperty("FlatLaf.style", "foreground: $Graft.text.dim");
        progress.setName("queue.progress");
        progress.getAccessibleContext().setAccessibleName(Strings.get("run.name"));
        stop.setName("queue.stop");
        stop.setToolTipText(Strings.get("run.stop.help"));
        stop.addActionListener(event -> controller.stopAndKeep());
        cancel.setName("queue.cancel");
        cancel.setToolTipText(Strings.get("run.cancel.help"));
        cancel.addActionListener(event -> controller.cancel());
        leave.setName("queue.leave");
        leave.setToolTipText(Strings.get("run.leave.help"));
        leave.setVisible(false);
        leave.addActionListener(event -> controller.leaveBehind());
        JButton go = new JButton(Strings.get("run.go"), Icons.get("run"));
        go.setName("queue.run");
        go.addActionListener(event -> run.accept(times.number()));
        times.setName("queue.times");
        times.setToolTipText(Strings.get("run.batch.help"));
        times.getAccessibleContext().setAccessibleName(Strings.get("run.batch.help"));
        JLabel word = new JLabel(Strings.get("run.batch"));
        word.setLabelFor(times);
        panel.add(title, "split 4, span, growx, pushx, wmin 0");
        panel.add(word);
        panel.add(times, "w 64!");
        panel.add(go, "wrap");
        panel.add(progress, "span, growx, h 6!, gapy 2 2, wrap");
        panel.add(node, "wmin 0, split 2, span 2");
        panel.add(left, "gapleft push");
        panel.add(stop);
        panel.add(cancel);
        panel.add(leave);
        kept.setName("queue.kept");
        kept.setFocusable(true);
        kept.getAccessibleContext().setAccessibleName(Strings.get("run.kept"));
        kept.setVisible(false);
        panel.add(kept, "newline, span, growx, wmin 0");
        return panel;
    }

    private JPanel waiting() {
        JPanel panel =
                new JPanel(new MigLayout("insets 0 12 10 12, fill, gap 4 4", "[grow,fill][][][][][]", "[][grow,fill]"));
        waiting.setName("queue.waiting");
        waiting.putClientProperty("FlatLaf.style", "foreground: $Graft.text.dim");
        pause.setName("queue.pause");
        pause.setToolTipText(Strings.get("run.pause.help"));
        pause.putClientProperty("JButton.buttonType", "toolBarButton");
        pause.addActionListener(event -> controller.setPaused(pause.isSelected()));
        list.setName("queue.list");
        list.setSelectionMode(ListSelectionModel.SINGLE_SELECTION);
        list.setCellRenderer(new Row());
        list.getAccessibleContext().setAccessibleName(Strings.get("run.waiting.list"));
        list.addListSelectionListener(event -> enableButtons());
        key("DELETE", this::remove);
        key("alt UP", () -> move(-1));
        key("alt DOWN", () -> move(1));
        panel.add(waiting, "wmin 0");
        panel.add(pause);
        panel.add(up);
        panel.add(down);
        panel.add(remove);
        panel.add(clear, "wrap");
        JScrollPane scroll = new JScrollPane(list);
        scroll.setPreferredSize(UIScale.scale(new Dimension(300, 90)));
        panel.add(scroll, "span, grow");
        return panel;
    }

    private static JButton button(String key, String icon, Runnable pressed) {
        JButton button = IconButton.of(key, icon, pressed);
        button.setName("queue." + key.substring(key.indexOf('.') + 1));
        return button;
    }

    private void key(String stroke, Runnable then) {
        list.getInputMap(WHEN_FOCUSED).put(KeyStroke.getKeyStroke(stroke), stroke);
        list.getActionMap().put(stroke, new AbstractAction() {
            private static final long serialVersionUID = 1;

            @Override
            public void actionPerformed(ActionEvent event) {
                then.run();
            }
        });
    }

    private Optional<RunQueue.Entry> selected() {
        return Optional.ofNullable(list.getSelectedValue());
    }

    private void move(int by) {
        selected().ifPresent(run -> {
            queue().move(run.id(), list.getSelectedIndex() + by);
            list.setSelectedValue(run, true);
        });
    }

    private void remove() {
        int index = list.getSelectedIndex();
        selected().ifPresent(run -> queue().remove(run.id()));
        list.setSelectedIndex(Math.min(index, rows.size() - 1));
    }

    // --- what is told
    // -------------------------------------------------------------------------------------------------

    @Override
    public void began(RunJob job) {
        clock.start();
        node.setText(Strings.get("run.preparing"));
        left.setText(" ");
        show(List.of());
        progress.setIndeterminate(true);
    }

    @Override
    public void events(RunJob job, List<RunEvent> events) {
        if (!controller.isStopping()) {
            job.progress()
                    .title()
                    .ifPresent(name -> node.setText(job.progress()
                            .count()
                            .map(count -> Strings.get("run.node", name, count))
                            .orElse(name)));
        }
        for (RunEvent event : events) {
            if (event instanceof RunEvent.RunFinished finished) {
                show(finished.kept());
            }
        }
        showTime();
    }

    @Override
    public void ended(RunJob job, RunEvent.Outcome outcome, Optional<Problem> problem) {
        clock.stop();
        progress.setIndeterminate(false);
        progress.setValue(0);
        left.setText(" ");
    }

    private void showTime() {
        leave.setVisible(controller.isStuck());
        controller.job().map(RunJob::progress).ifPresent(run -> {
            // Of the whole run where its time is known, else of the node at work.
            OptionalDouble done = run.fraction().isPresent() ? run.fraction() : run.share();
            progress.setIndeterminate(done.isEmpty());
            progress.setValue((int) Math.round(1000 * done.orElse(0)));
            left.setText(run.timeLeft()
                    .map(time ->
                            Strings.get(time.whole() ? "run.left" : "run.left.least", Durations.words(time.seconds())))
                    .orElse(" "));
        });
    }

    /** Says what the run that was stopped kept, until the next begins. */
    private void show(List<String> sentences) {
        kept.setText(String.join("\n", sentences));
        kept.setVisible(!sentences.isEmpty());
    }

    @Override
    public void changed() {
        Optional<RunJob> job = controller.job();
        title.setText(job.map(each -> each.run().title()).orElse(Strings.get("run.idle")));
        if (job.isEmpty()) {
            node.setText(Strings.get(queue().paused() ? "run.paused" : "run.idle.help"));
        } else if (controller.isStopping()) {
            node.setText(Strings.get("run.stopping"));
        }
        stop.setVisible(job.isPresent());
        cancel.setVisible(job.isPresent());
        leave.setVisible(controller.isStuck());
        stop.setEnabled(!controller.isStopping());
        pause.setSelected(queue().paused());
        pause.setText(Strings.get(queue().paused() ? "run.resume" : "run.pause"));
        pause.setIcon(Icons.get(queue().paused() ? "run" : "pause"));
        List<RunQueue.Entry> runs =
                queue().entries().stream().filter(run -> !run.running()).toList();
        RunQueue.Entry chosen = list.getSelectedValue();
        if (!runs.equals(Collections.list(rows.elements()))) {
            rows.clear();
            rows.addAll(runs);
        }
        if (chosen != null && runs.contains(chosen)) {
            list.setSelectedValue(chosen, false);
        }
        waiting.setText(Strings.get("run.waiting", runs.size()));
        enableButtons();
    }

    private void enableButtons() {
        int index = list.getSelectedIndex();
        up.setEnabled(index > 0);
        down.setEnabled(index >= 0 && index < rows.size() - 1);
        remove.setEnabled(index >= 0);
        clear.setEnabled(!rows.isEmpty());
    }

    private static final class Row extends DefaultListCellRenderer {

        private static final long serialVersionUID = 1;

        @Override
        public Component getListCellRendererComponent(
                JList<?> list, Object value, int index, boolean selected, boolean focus) {
            super.getListCellRendererComponent(list, "", index, selected, focus);
            RunQueue.Entry run = (RunQueue.Entry) value;
            String what = run.outputs().isEmpty()
                    ? Strings.get("run.waiting.all")
                    : Strings.get("run.waiting.to", String.join(", ", run.outputs()));
            setText((index + 1) + "   " + run.title() + "   –   " + what);
            if (!selected) {
                setForeground(index == 0 ? list.getForeground() : Theme.colour("text.dim"));
            }
            return this;
        }
    }
}
