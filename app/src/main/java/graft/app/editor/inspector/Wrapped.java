package graft.app.editor.inspector;

import java.awt.Font;
import javax.swing.JTextArea;
import javax.swing.UIManager;

/** Text to read that wraps at the width it is given. */
final class Wrapped {

    private Wrapped() {}

    static JTextArea text(String words) {
        JTextArea area = new Area();
        area.setText(words);
        area.setEditable(false);
        area.setFocusable(false);
        area.setOpaque(false);
        area.setLineWrap(true);
        area.setWrapStyleWord(true);
        area.setBorder(null);
        area.getAccessibleContext().setAccessibleName(words);
        return area;
    }

    /** In small print. */
    static JTextArea small(String words) {
        JTextArea area = text(words);
        area.putClientProperty("FlatLaf.styleClass", "small");
        return area;
    }

    /** A text area with the font of labels, which it takes again when the look changes. */
    private static final class Area extends JTextArea {
        private static final long serialVersionUID = 1;

        @Override
        public void updateUI() {
            super.updateUI();
            Font font = UIManager.getFont(
                    "small".equals(getClientProperty("FlatLaf.styleClass")) ? "small.font" : "Label.font");
            setFont(font);
        }
    }
}
