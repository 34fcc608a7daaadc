package graft.app.editor.shell;

import graft.app.editor.Icons;
import graft.app.editor.Strings;
import graft.tensor.Memory;
import java.util.Optional;
import java.util.OptionalLong;
import javax.swing.JButton;
import javax.swing.JLabel;
import javax.swing.JPanel;
import javax.swing.JProgressBar;
import javax.swing.SwingConstants;
import javax.swing.Timer;
import net.miginfocom.swing.MigLayout;

/** The line at the foot of the window: what was said last, problems, zoom, device and memory. */
final class StatusBar extends JPanel {
    private static final long serialVersionUID = 1;

    private static final int EVERY = 2000;
    private static final int SHOWN = 8000;

    private final JLabel message = new JLabel(" ");
    private final JButton problems = new JButton();
    private final JButton zoom = new JButton();
    private final JButton sweep = new JButton();
    private final JLabel device = new JLabel();
    private transient Runnable pressedSweep = () -> {};
    private final JProgressBar memory = new JProgressBar(0, 1000);
    private final Timer meter = new Timer(EVERY, event -> measure());
    private final Timer fade = new Timer(SHOWN, event -> message.setText(" "));

    StatusBar(Runnable showProblems, Runnable resetZoom) {
        super(new MigLayout("insets 2 12 2 12, fillx, gap 10, hidemode 3", "[grow,fill][][][][][]", "[24!,center]"));
        setName("status-bar");
        message.setName("status.message");
        flat(problems, "status.problems", showProblems);
        flat(zoom, "status.zoom", resetZoom);
        flat(sweep, "status.sweep", () -> pressedSweep.run());
        sweep.setToolTipText(Strings.get("sweep.status.help"));
        sweep.setVisible(false);
        zoom.setToolTipText(Strings.get("status.zoom.help"));
        device.setName("status.device");
        memory.setName("status.memory");
        memory.setStringPainted(true);
        memory.getAccessibleContext().setAccessibleName(Strings.get("status.memory"));
        fade.setRepeats(false);
        add(message, "wmin 0");
        add(sweep);
        add(problems);
        add(zoom);
        add(device);
        add(memory, "w 60:170:170, h 16!");
        showProblems(0, 0);
        showZoom(-1);
        measure();
        meter.start();
    }

    private static void flat(JButton button, String name, Runnable pressed) {
        button.setName(name);
        button.putClientProperty("JButton.buttonType", "toolBarButton");
        button.setHorizontalAlignment(SwingConstants.CENTER);
        button.setFocusable(false);
        button.addActionListener(event -> pressed.run());
    }

    /** Says something for a few seconds. */
    void say(String words) {
        message.setText(words);
        message.setToolTipText(words);
        fade.restart();
    }

    void showProblems(int errors, int warnings) {
        boolean any = errors + warnings > 0;
        problems.setText(any ? Strings.get("status.problems", errors, warnings) : Strings.get("status.problems.none"));
        problems.setIcon(any ? Icons.get("problems", 14) : null);
        problems.putClientProperty(
                "FlatLaf.style",
                errors > 0
                        ? "foreground: $Graft.problem.error"
                        : warnings > 0 ? "foreground: $Graft.problem.warning" : "foreground: $Graft.text.dim");
    }

    /** Shows the zoom of the canvas, 1 for 100 %; hidden below 0. */
    void showZoom(double factor) {
        zoom.setVisible(factor >= 0);
        problems.setVisible(factor >= 0);
        zoom.setText(Strings.get("status.zoom", Math.round(100 * factor)));
    }

    /** Shows how far a sweep is; nothing for none. */
    void showSweep(Optional<String> words, Runnable pressed) {
        pressedSweep = pressed;
        sweep.setText(words.orElse(""));
        sweep.setVisible(words.isPresent());
    }

    void showDevice(String name) {
        device.setText(Strings.get("status.device", name));
    }

    /** What is taken of the machine's memory, and by Graft. */
    private void measure() {
        OptionalLong installed = Memory.installed();
        OptionalLong available = Memory.available();
        OptionalLong resident = Memory.resident();
        if (installed.isPresent() && available.isPresent() && resident.isPresent()) {
            long taken = installed.getAsLong() - available.getAsLong();
            memory.setValue((int) (1000 * taken / installed.getAsLong()));
            memory.setString(Strings.get("status.memory.of", Memory.words(taken), Memory.words(installed.getAsLong())));
            memory.setToolTipText(Strings.get("status.memory.help", Memory.words(resident.getAsLong())));
        } else {
            Runtime java = Runtime.getRuntime();
            long taken = java.totalMemory() - java.freeMemory();
            memory.setValue((int) (1000 * taken / java.maxMemory()));
            memory.setString(Strings.get("status.memory.of", Memory.words(taken), Memory.words(java.maxMemory())));
        }
    }

    void close() {
        meter.stop();
        fade.stop();
    }
}
