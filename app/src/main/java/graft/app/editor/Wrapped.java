package graft.app.editor;

import java.awt.Font;
import javax.swing.JTextArea;
import javax.swing.UIManager;
import javax.swing.text.DefaultCaret;

/** Text to read that wraps at the width it is given; never markup. */
public final class Wrapped {

    private Wrapped() {}

    public static JTextArea text(String words) {
        return of(words, null);
    }

    /** In small print. */
    public static JTextArea small(String words) {
        return of(words, "small");
    }

    /** As the title of what follows. */
    public static JTextArea bold(String words) {
        return of(words, "h4");
    }

    private static JTextArea of(String words, String styleClass) {
        JTextArea area = new Area();
        area.putClientProperty("FlatLaf.styleClass", styleClass);
        area.updateUI();
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

    /** A text area with the font of labels and a caret that stays, which it takes again when the look changes. */
    private static final class Area extends JTextArea {
        private static final long serialVersionUID = 1;

        @Override
        public void updateUI() {
            super.updateUI();
            Object styleClass = getClientProperty("FlatLaf.styleClass");
            Font font = UIManager.getFont(styleClass == null ? "Label.font" : styleClass + ".font");
            setFont(font);
            // Else what it lies in scrolls to the end of the text that was set last.
            ((DefaultCaret) getCaret()).setUpdatePolicy(DefaultCaret.NEVER_UPDATE);
        }
    }
}
