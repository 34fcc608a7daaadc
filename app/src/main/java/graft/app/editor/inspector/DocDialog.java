package graft.app.editor.inspector;

import com.formdev.flatlaf.util.UIScale;
import graft.app.editor.EscapeCloses;
import graft.app.editor.ScreenRoom;
import java.awt.Component;
import java.awt.Dimension;
import javax.swing.JDialog;
import javax.swing.JScrollPane;
import javax.swing.JTextArea;
import javax.swing.SwingUtilities;
import javax.swing.WindowConstants;

/** What a plugin says at length of itself or a node: its Markdown as letters, of which nothing is rendered. */
final class DocDialog {

    private DocDialog() {}

    static void show(Component beside, String title, String words) {
        JDialog dialog = new JDialog(SwingUtilities.getWindowAncestor(beside), title);
        dialog.setName("inspector.doc.dialog");
        dialog.setDefaultCloseOperation(WindowConstants.DISPOSE_ON_CLOSE);
        JTextArea text = new JTextArea(words);
        text.setName("inspector.doc.text");
        text.getAccessibleContext().setAccessibleName(title);
        text.setEditable(false);
        text.setLineWrap(true);
        text.setWrapStyleWord(true);
        text.setCaretPosition(0);
        JScrollPane scroll = new JScrollPane(text);
        scroll.setPreferredSize(UIScale.scale(new Dimension(640, 480)));
        dialog.add(scroll);
        EscapeCloses.in(dialog);
        dialog.pack();
        dialog.setLocationRelativeTo(beside);
        dialog.setBounds(ScreenRoom.now().within(dialog.getBounds()));
        dialog.setVisible(true);
    }
}
