package graft.app.editor;

import java.awt.Component;
import java.awt.event.WindowAdapter;
import java.awt.event.WindowEvent;
import javax.swing.JComponent;
import javax.swing.JDialog;
import javax.swing.KeyStroke;

/** Lets Escape close a dialog, whatever in it has the keyboard. */
public final class EscapeCloses {

    private EscapeCloses() {}

    public static void in(JDialog dialog) {
        in(dialog, dialog::dispose);
    }

    /** In a way of the dialog's own. */
    public static void in(JDialog dialog, Runnable close) {
        dialog.getRootPane()
                .registerKeyboardAction(
                        event -> close.run(), KeyStroke.getKeyStroke("ESCAPE"), JComponent.WHEN_IN_FOCUSED_WINDOW);
        dialog.addWindowListener(new WindowAdapter() {
            @Override
            public void windowOpened(WindowEvent event) {
                // Keys that are bound reach components only, and a dialog of words alone keeps the keyboard itself. Who
                // has it now does not tell: on a busy machine it may still be on its way to the first field.
                Component first = dialog.getFocusTraversalPolicy().getInitialComponent(dialog);
                if (first == null || first.equals(dialog)) {
                    dialog.getContentPane().requestFocusInWindow();
                }
            }
        });
    }
}
