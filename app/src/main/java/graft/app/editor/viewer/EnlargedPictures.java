package graft.app.editor.viewer;

import graft.app.editor.CopiedPicture;
import graft.app.editor.EscapeCloses;
import graft.app.editor.IconButton;
import graft.app.editor.ScreenRoom;
import graft.app.editor.Strings;
import java.awt.BorderLayout;
import java.awt.Window;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.function.Consumer;
import javax.swing.JComponent;
import javax.swing.JDialog;
import javax.swing.JLabel;
import javax.swing.JPanel;
import javax.swing.KeyStroke;
import net.miginfocom.swing.MigLayout;

/** Pictures of a batch, one at a time and large, in a window that Escape closes; left and right show the others. */
public final class EnlargedPictures {

    private final List<BufferedImage> pictures;
    private final PictureView view = new PictureView();
    private final JLabel count = new JLabel();
    private int shown;

    private EnlargedPictures(List<BufferedImage> pictures, int first) {
        this.pictures = List.copyOf(pictures);
        this.shown = first;
    }

    /**
     * Shows them.
     *
     * @param title what they are of
     * @param save asks where to write the one that is shown
     */
    public static JDialog show(
            Window owner, String title, List<BufferedImage> pictures, int first, Consumer<BufferedImage> save) {
        return new EnlargedPictures(pictures, first).dialog(owner, title, save);
    }

    private JDialog dialog(Window owner, String title, Consumer<BufferedImage> save) {
        JDialog dialog = new JDialog(owner, title);
        dialog.setName("enlarged");
        dialog.setLayout(new BorderLayout());
        dialog.add(view, BorderLayout.CENTER);
        JPanel tools = new JPanel(new MigLayout("insets 6 10 6 10, fillx, gap 4, hidemode 3", "[][][]push[][]", ""));
        boolean several = pictures.size() > 1;
        tools.add(IconButton.of("enlarged.before", "left", () -> turn(-1))).setVisible(several);
        tools.add(IconButton.of("enlarged.after", "right", () -> turn(1))).setVisible(several);
        count.setName("enlarged.count");
        tools.add(count);
        count.setVisible(several);
        tools.add(IconButton.of("enlarged.save", "save", () -> save.accept(pictures.get(shown))));
        tools.add(IconButton.of("enlarged.copy", "file", () -> CopiedPicture.copy(pictures.get(shown))));
        dialog.add(tools, BorderLayout.SOUTH);
        key("LEFT", () -> turn(-1));
        key("RIGHT", () -> turn(1));
        EscapeCloses.in(dialog);
        turn(0);
        dialog.setSize(ScreenRoom.now().fitting(760, 720));
        dialog.setLocationRelativeTo(owner);
        dialog.setVisible(true);
        view.requestFocusInWindow();
        return dialog;
    }

    private void key(String stroke, Runnable then) {
        view.registerKeyboardAction(
                event -> then.run(), KeyStroke.getKeyStroke(stroke), JComponent.WHEN_IN_FOCUSED_WINDOW);
    }

    private void turn(int by) {
        shown = Math.floorMod(shown + by, pictures.size());
        view.show(pictures.get(shown));
        count.setText(Strings.get("enlarged.count", shown + 1, pictures.size()));
    }
}
