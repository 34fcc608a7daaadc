package graft.app.editor;

import javax.swing.event.DocumentEvent;
import javax.swing.event.DocumentListener;

/** Does one thing whenever a plain text changes. */
public record WhenChanged(Runnable then) implements DocumentListener {

    @Override
    public void insertUpdate(DocumentEvent event) {
        then.run();
    }

    @Override
    public void removeUpdate(DocumentEvent event) {
        then.run();
    }

    @Override
    public void changedUpdate(DocumentEvent event) {
        // Of its looks, which a plain text has not.
    }
}
