package graft.app.editor.dataset;

import graft.app.editor.Strings;
import graft.app.editor.Theme;
import graft.app.editor.inspector.CaptionCount;
import graft.train.data.TrainingSize;
import java.awt.Color;
import java.awt.Component;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.swing.BorderFactory;
import javax.swing.JLabel;
import javax.swing.JPanel;
import javax.swing.JScrollPane;
import javax.swing.JTable;
import javax.swing.JTextArea;
import javax.swing.ScrollPaneConstants;
import javax.swing.table.TableCellRenderer;
import javax.swing.text.DefaultCaret;
import net.miginfocom.swing.MigLayout;

/** What a row says of its picture: name, caption, tokens, and what is done with it. Drawn, and typed into. */
final class CaptionCell extends JPanel implements TableCellRenderer {
    private static final long serialVersionUID = 1;

    private final transient PictureSizes sizes;
    private final transient Map<String, CaptionCount> counts;
    private final JLabel name = new JLabel();
    private final JLabel facts = new JLabel();
    private final JTextArea caption = new JTextArea();
    private final JLabel tokens = new JLabel();

    /**
     * A cell.
     *
     * @param typed whether it is typed into
     * @param counts of captions, as far as they are counted
     */
    CaptionCell(boolean typed, PictureSizes sizes, Map<String, CaptionCount> counts) {
        super(new MigLayout(
                "insets 8 4 8 12, fill, wrap 2, gap 8 4, novisualpadding", "[][grow,fill]", "[][grow,fill][]"));
        this.sizes = sizes;
        this.counts = counts;
        name.putClientProperty("FlatLaf.style", "font: bold");
        caption.setLineWrap(true);
        caption.setWrapStyleWord(true);
        caption.setName(typed ? "dataset.caption" : "dataset.caption.drawn");
        caption.getAccessibleContext().setAccessibleName(Strings.get("dataset.caption"));
        JScrollPane scroll = new JScrollPane(
                caption,
                typed ? ScrollPaneConstants.VERTICAL_SCROLLBAR_AS_NEEDED : ScrollPaneConstants.VERTICAL_SCROLLBAR_NEVER,
                ScrollPaneConstants.HORIZONTAL_SCROLLBAR_NEVER);
        if (!typed) {
            caption.setOpaque(false);
            scroll.setOpaque(false);
            scroll.getViewport().setOpaque(false);
            scroll.setBorder(BorderFactory.createLineBorder(new Color(0x40808080, true)));
        }
        facts.putClientProperty("FlatLaf.styleClass", "small");
        tokens.putClientProperty("FlatLaf.styleClass", "small");
        tokens.setName(typed ? "dataset.tokens" : "dataset.tokens.drawn");
        // However long the words are, they take no room from those above them.
        add(name, "wmin 40");
        add(facts, "w 10::");
        add(scroll, "span 2, grow, w 10::, h 10::");
        add(tokens, "span 2, growx, w 10::");
    }

    /** What is typed into. */
    JTextArea text() {
        return caption;
    }

    @Override
    public Component getTableCellRendererComponent(
            JTable table, Object value, boolean selected, boolean focused, int index, int column) {
        DatasetRow row = (DatasetRow) value;
        show(row);
        // Else a long one is drawn from its end.
        ((DefaultCaret) caption.getCaret()).setUpdatePolicy(DefaultCaret.NEVER_UPDATE);
        caption.setText(row.known() ? row.caption() : Strings.get("dataset.in-the-run"));
        Color front = table.getForeground();
        boolean faint = row.leftOut() || !row.known();
        setBackground(selected ? table.getSelectionBackground() : table.getBackground());
        name.setForeground(front);
        caption.setForeground(faint ? Theme.colour("text.dim") : front);
        facts.setForeground(Theme.colour("text.dim"));
        getAccessibleContext().setAccessibleName(row.name() + ": " + caption.getText());
        return this;
    }

    /** Shows all of a row but its caption. */
    void show(DatasetRow row) {
        name.setText(row.name());
        facts.setText(facts(row));
        tokens(row.known() ? row.caption() : "");
    }

    private String facts(DatasetRow row) {
        List<String> words = new ArrayList<>();
        Optional<TrainingSize> size = sizes.of(row.file());
        row.region()
                .map(part -> Strings.get("dataset.cropped", part.size()))
                .or(() -> size.map(TrainingSize::toString))
                .ifPresent(words::add);
        if (row.times() > 1) {
            words.add(Strings.get("dataset.times", row.times()));
        }
        if (row.byHand()) {
            words.add(Strings.get("dataset.by-hand"));
        }
        return String.join("  ·  ", words);
    }

    /** Shows how many tokens a caption is. */
    void tokens(String text) {
        CaptionCount count = counts.get(text);
        boolean over = over(text);
        tokens.setText(
                count == null
                        ? " "
                        : over
                                ? Strings.get("dataset.tokens.over", count.tokens(), count.most(), count.unseen())
                                : Strings.get("dataset.tokens", count.tokens(), count.most()));
        tokens.setForeground(Theme.colour(over ? "problem.warning" : "text.dim"));
    }

    private boolean over(String text) {
        CaptionCount count = counts.get(text);
        return count != null && count.tokens() > count.most();
    }
}
