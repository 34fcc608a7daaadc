package graft.app.editor.run;

import com.formdev.flatlaf.util.UIScale;
import graft.app.editor.Strings;
import graft.app.editor.Theme;
import graft.app.engine.RunEvent;
import java.awt.BorderLayout;
import java.awt.Component;
import java.awt.Graphics;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import javax.swing.DefaultComboBoxModel;
import javax.swing.Icon;
import javax.swing.JCheckBox;
import javax.swing.JComboBox;
import javax.swing.JLabel;
import javax.swing.JPanel;
import net.miginfocom.swing.MigLayout;

/** The losses of the trainings of the run under way, or of the last one, as they come. */
final class LossPanel extends JPanel {

    private static final long serialVersionUID = 1;

    private final LossChart plot = new LossChart();
    private final JComboBox<String> node = new JComboBox<>(new DefaultComboBoxModel<>());
    private final JLabel figures = new JLabel(" ");
    private final transient Map<String, TrainingLosses> curves = new LinkedHashMap<>();

    LossPanel() {
        super(new BorderLayout());
        setName("losses");
        JPanel head = new JPanel(new MigLayout("insets 6 10 4 10, fillx, gap 12, hidemode 3", "[grow,fill][][][]", ""));
        node.setName("losses.node");
        node.setVisible(false);
        node.getAccessibleContext().setAccessibleName(Strings.get("losses.node"));
        node.addActionListener(event -> shown());
        figures.setName("losses.figures");
        head.add(node, "split 2, growx 0");
        head.add(figures, "growx, wmin 0");
        head.add(toggle("losses.raw", "plot.line", true, plot::setRaw));
        head.add(toggle("losses.smooth", "plot.smooth", true, plot::setSmooth));
        head.add(toggle("losses.log", "", false, plot::setLogarithmic));
        add(head, BorderLayout.NORTH);
        add(plot, BorderLayout.CENTER);
    }

    private static JCheckBox toggle(String key, String colour, boolean on, Consumer<Boolean> changed) {
        JCheckBox box = new JCheckBox(Strings.get(key), on);
        box.setName(key);
        box.setToolTipText(Strings.get(key + ".help"));
        if (!colour.isEmpty()) {
            box.setIcon(new Key(colour));
        }
        box.addActionListener(event -> changed.accept(box.isSelected()));
        return box;
    }

    /** A run begins: the curves of the one before go. */
    void begin() {
        curves.clear();
        node.removeAllItems();
        node.setVisible(false);
        figures.setText(" ");
        plot.show(new TrainingLosses());
    }

    /** Events that came together: what they change is shown once. */
    void add(List<RunEvent> events) {
        String newest = null;
        RunEvent.NodeProgress last = null;
        for (RunEvent event : events) {
            if (event instanceof RunEvent.NodeProgress progress && TrainingLosses.isLoss(progress)) {
                if (!curves.containsKey(progress.node())) {
                    curves.put(progress.node(), new TrainingLosses());
                    newest = progress.node();
                    node.addItem(newest);
                }
                curves.get(progress.node()).add(progress);
                if (progress.node().equals(newest == null ? node.getSelectedItem() : newest)) {
                    last = progress;
                }
            }
        }
        if (newest != null) {
            node.setVisible(curves.size() > 1);
            node.setSelectedItem(newest);
        }
        if (last != null) {
            figures.setText(words(last));
            plot.repaint();
        }
    }

    private static String words(RunEvent.NodeProgress progress) {
        StringBuilder words = new StringBuilder(
                Strings.get("losses.step", Long.toString(progress.done()), Long.toString(progress.total())));
        for (String name : new String[] {"loss", "smoothed loss", "validation loss", "learning rate"}) {
            Double value = progress.figures().get(name);
            if (value != null) {
                words.append("   ").append(name).append(' ').append(String.format(Locale.ROOT, "%.4g", value));
            }
        }
        return words.toString();
    }

    private void shown() {
        TrainingLosses curve = node.getSelectedItem() == null ? null : curves.get((String) node.getSelectedItem());
        if (curve != null) {
            plot.show(curve);
        }
    }

    /** A box to tick in the colour of its line. */
    private static final class Key implements Icon {

        private final String colour;

        Key(String colour) {
            this.colour = colour;
        }

        @Override
        public void paintIcon(Component component, Graphics g, int x, int y) {
            Graphics2D graphics = (Graphics2D) g.create();
            graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
            boolean on = component instanceof JCheckBox box && box.isSelected();
            graphics.setColor(on ? Theme.colour(colour) : Theme.colour("plot.grid"));
            int height = UIScale.scale(4);
            graphics.fillRoundRect(x, y + (getIconHeight() - height) / 2, getIconWidth(), height, height, height);
            graphics.dispose();
        }

        @Override
        public int getIconWidth() {
            return UIScale.scale(16);
        }

        @Override
        public int getIconHeight() {
            return UIScale.scale(16);
        }
    }
}
