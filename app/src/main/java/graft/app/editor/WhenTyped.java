package graft.app.editor;

import javax.swing.text.AbstractDocument;
import javax.swing.text.AttributeSet;
import javax.swing.text.BadLocationException;
import javax.swing.text.DocumentFilter;
import javax.swing.text.JTextComponent;

/** Does one thing after each change of a plain text; one that takes another's place is one change, and never an empty text. */
public final class WhenTyped extends DocumentFilter {

    private final Runnable then;

    private WhenTyped(Runnable then) {
        this.then = then;
    }

    /** Does it whenever the text of a component changes. */
    public static void in(JTextComponent text, Runnable then) {
        ((AbstractDocument) text.getDocument()).setDocumentFilter(new WhenTyped(then));
    }

    @Override
    public void insertString(FilterBypass text, int offset, String inserted, AttributeSet look)
            throws BadLocationException {
        super.insertString(text, offset, inserted, look);
        then.run();
    }

    @Override
    public void remove(FilterBypass text, int offset, int length) throws BadLocationException {
        super.remove(text, offset, length);
        then.run();
    }

    @Override
    public void replace(FilterBypass text, int offset, int length, String put, AttributeSet look)
            throws BadLocationException {
        super.replace(text, offset, length, put, look);
        then.run();
    }
}
