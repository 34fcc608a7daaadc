package graft.app.editor.inspector;

import graft.app.editor.Icons;
import java.awt.Component;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import javax.swing.JButton;
import javax.swing.JComponent;
import javax.swing.JPanel;
import javax.swing.SwingConstants;
import net.miginfocom.swing.MigLayout;

/** A heading that folds what is beneath it away; each heading stays as it was left, whichever node is shown. */
final class Section extends JPanel {
    private static final long serialVersionUID = 1;

    /** By heading, for as long as the editor runs. */
    private static final Map<String, Boolean> FOLDED = new HashMap<>();

    private final JButton heading = new JButton();
    private final JPanel body =
            new JPanel(new MigLayout("insets 2 0 8 0, wrap 1, fillx, hidemode 3, gapy 10", "[fill]", ""));
    private final String key;

    Section(String title, boolean folded) {
        super(new MigLayout("insets 0, wrap 1, fillx, hidemode 3, gapy 4", "[fill]", ""));
        key = title;
        setOpaque(false);
        body.setOpaque(false);
        heading.setText(title);
        heading.setName("section." + title);
        heading.setHorizontalAlignment(SwingConstants.LEADING);
        heading.putClientProperty("JButton.buttonType", "borderless");
        heading.putClientProperty("FlatLaf.style", "font: bold -1; margin: 3,0,3,4; foreground: $Graft.text.dim");
        heading.addActionListener(event -> fold(body.isVisible()));
        add(heading);
        add(body);
        fold(FOLDED.getOrDefault(title, folded));
    }

    private void fold(boolean folded) {
        FOLDED.put(key, folded);
        body.setVisible(!folded);
        heading.setIcon(Icons.get(folded ? "right" : "down", 12));
        heading.getAccessibleContext().setAccessibleName(key);
        revalidate();
    }

    void row(JComponent row) {
        body.add(row, "wmin 0");
    }

    /** Is there only where one of its rows is. */
    void showIfAnyRow() {
        setVisible(Arrays.stream(body.getComponents()).anyMatch(Component::isVisible));
    }

    boolean isBlank() {
        return body.getComponentCount() == 0;
    }
}
