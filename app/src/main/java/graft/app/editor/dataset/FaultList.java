package graft.app.editor.dataset;

import com.formdev.flatlaf.util.UIScale;
import graft.app.editor.Strings;
import graft.app.editor.Theme;
import graft.app.editor.TracksWidth;
import graft.app.editor.Wrapped;
import graft.app.editor.viewer.Thumbnails;
import graft.train.data.DataFinding;
import java.awt.BorderLayout;
import java.awt.Color;
import java.awt.Dimension;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Function;
import javax.swing.BorderFactory;
import javax.swing.Icon;
import javax.swing.ImageIcon;
import javax.swing.JButton;
import javax.swing.JComponent;
import javax.swing.JLabel;
import javax.swing.JPanel;
import javax.swing.JTextArea;
import javax.swing.SwingConstants;
import net.miginfocom.swing.MigLayout;

/** What is wrong with the pictures of a dataset, a card each: the pictures, a sentence, and a button for each remedy. */
final class FaultList extends JPanel implements TracksWidth {
    private static final long serialVersionUID = 1;

    private static final int PICTURE = 112;

    /** Of a finding: the list of all pictures shows the rest. */
    private static final int PICTURES = 12;

    /**
     * What can be done about a finding.
     *
     * @param key of its words, and its component's name
     * @param about what the words are about; may be empty
     */
    record Remedy(String key, String about, Runnable done) {}

    private final transient Thumbnails thumbnails = new Thumbnails();
    private final transient Function<DataFinding, List<Remedy>> remedies;
    private final transient BiConsumer<DataFinding, Path> opened;
    private transient List<DataFinding> shown = List.of();

    /**
     * A list that is empty yet.
     *
     * @param opened called when a picture of a finding is pressed
     */
    FaultList(Function<DataFinding, List<Remedy>> remedies, BiConsumer<DataFinding, Path> opened) {
        super(new MigLayout("insets 12, fillx, wrap 1, gapy 12, hidemode 3", "[grow,fill]"));
        this.remedies = remedies;
        this.opened = opened;
        setName("dataset.faults");
        getAccessibleContext().setAccessibleName(Strings.get("dataset.faults.name"));
    }

    @Override
    public void updateUI() {
        super.updateUI();
        if (shown != null && !shown.isEmpty()) {
            // Cards have colours of the look.
            show(shown, 0);
        }
    }

    /** While the pictures are looked at. */
    void looking() {
        words(Strings.get("dataset.faults.looking"));
    }

    void show(List<DataFinding> findings, int pictures) {
        if (findings.isEmpty()) {
            words(Strings.get("dataset.faults.none", pictures));
            return;
        }
        shown = findings;
        removeAll();
        findings.forEach(finding -> add(card(finding), "wmin 0"));
        revalidate();
        repaint();
    }

    private void words(String words) {
        shown = List.of();
        removeAll();
        JTextArea text = Wrapped.text(words);
        text.setName("dataset.faults.words");
        add(text, "wmin 0");
        revalidate();
        repaint();
    }

    private JComponent card(DataFinding finding) {
        JPanel card = new JPanel(new MigLayout("insets 10 14 12 14, fillx, wrap 1, gapy 6", "[grow,fill]"));
        card.setName("dataset.fault." + key(finding));
        card.setBackground(Theme.colour("card.background"));
        card.setBorder(BorderFactory.createCompoundBorder(
                BorderFactory.createLineBorder(Theme.colour("card.border")),
                BorderFactory.createMatteBorder(0, UIScale.scale(4), 0, 0, mark(finding))));
        JLabel weight = new JLabel(
                Strings.get("dataset.faults." + finding.kind().weight().name().toLowerCase(Locale.ROOT)));
        weight.putClientProperty("FlatLaf.styleClass", "small");
        weight.setForeground(mark(finding));
        card.add(weight);
        card.add(Wrapped.bold(finding.sentence()), "wmin 0");
        JTextArea remedy = Wrapped.text(finding.kind().remedy());
        remedy.setForeground(Theme.colour("text.dim"));
        card.add(remedy, "wmin 0");
        JPanel pictures = new JPanel(new WrappingRow(8));
        pictures.setOpaque(false);
        finding.pictures().stream()
                .limit(PICTURES)
                .map(shown -> picture(finding, shown))
                .forEach(pictures::add);
        if (finding.pictures().size() > PICTURES) {
            pictures.add(new JLabel(
                    Strings.get("dataset.faults.more", finding.pictures().size() - PICTURES)));
        }
        card.add(pictures, "wmin 0");
        JPanel buttons = new JPanel(new WrappingRow(8));
        buttons.setOpaque(false);
        for (Remedy each : remedies.apply(finding)) {
            JButton button = new JButton(Strings.get(each.key(), each.about()));
            button.setName(each.key() + "." + key(finding));
            button.addActionListener(event -> each.done().run());
            buttons.add(button);
        }
        card.add(buttons, "wmin 0");
        return card;
    }

    private JComponent picture(DataFinding finding, DataFinding.Shown shown) {
        String name = String.valueOf(shown.file().getFileName());
        JButton button = new JButton();
        button.putClientProperty("JButton.buttonType", "toolBarButton");
        button.getAccessibleContext().setAccessibleName(name);
        button.setToolTipText(Strings.get("dataset.faults.open.tip", name));
        int side = UIScale.scale(PICTURE);
        button.setPreferredSize(new Dimension(side + UIScale.scale(12), side + UIScale.scale(12)));
        button.addActionListener(event -> opened.accept(finding, shown.file()));
        icon(button, shown.file(), side);
        JPanel panel = new JPanel(new BorderLayout());
        panel.setOpaque(false);
        panel.add(button, BorderLayout.CENTER);
        JPanel words = new JPanel(new MigLayout("insets 0, wrap 1, gapy 0, fillx, hidemode 3", "[grow,fill]"));
        words.setOpaque(false);
        words.add(label(name), "wmin 0, wmax " + (side + UIScale.scale(12)));
        JLabel note = label(shown.note());
        note.setForeground(Theme.colour("text.dim"));
        note.setVisible(!shown.note().isEmpty());
        words.add(note, "wmin 0, wmax " + (side + UIScale.scale(12)));
        panel.add(words, BorderLayout.SOUTH);
        return panel;
    }

    private static JLabel label(String words) {
        JLabel label = new JLabel(words, SwingConstants.CENTER);
        label.putClientProperty("FlatLaf.styleClass", "small");
        label.putClientProperty("html.disable", true);
        label.setToolTipText(words);
        return label;
    }

    private void icon(JButton button, Path file, int side) {
        Optional<Icon> icon =
                thumbnails.get(file, side, () -> icon(button, file, side)).map(ImageIcon::new);
        button.setIcon(icon.orElse(null));
    }

    private static Color mark(DataFinding finding) {
        return Theme.colour(
                switch (finding.kind().weight()) {
                    case MUCH -> "problem.error";
                    case SOME -> "problem.warning";
                    case LITTLE -> "text.dim";
                });
    }

    private static String key(DataFinding finding) {
        return finding.kind().name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
