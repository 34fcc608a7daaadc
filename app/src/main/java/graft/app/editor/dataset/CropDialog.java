package graft.app.editor.dataset;

import graft.app.editor.Background;
import graft.app.editor.EscapeCloses;
import graft.app.editor.NumberSpinner;
import graft.app.editor.ScreenRoom;
import graft.app.editor.Strings;
import graft.file.ImageFile;
import graft.node.Problem;
import graft.train.data.Region;
import java.awt.BorderLayout;
import java.awt.Window;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;
import javax.swing.JButton;
import javax.swing.JComponent;
import javax.swing.JDialog;
import javax.swing.JLabel;
import javax.swing.JPanel;
import net.miginfocom.swing.MigLayout;

/** Asks which part of a picture is trained on. */
final class CropDialog {

    private final BufferedImage picture;
    private final CropView view;
    private final NumberSpinner left;
    private final NumberSpinner top;
    private final NumberSpinner width;
    private final NumberSpinner height;
    private Region region;
    private boolean showing;

    private CropDialog(BufferedImage picture, Region region) {
        this.picture = picture;
        this.region = region;
        view = new CropView(picture, region, this::drawn);
        left = number("crop.left", region.left(), 0, picture.getWidth() - 1);
        top = number("crop.top", region.top(), 0, picture.getHeight() - 1);
        width = number("crop.width", region.width(), 1, picture.getWidth());
        height = number("crop.height", region.height(), 1, picture.getHeight());
    }

    /**
     * Asks once the picture is read.
     *
     * @param now what was chosen before; nothing for all of it
     * @param chosen takes the part; nothing for all of it
     * @param closed called when the dialog is gone, whatever was chosen
     */
    static void show(
            Window owner,
            Path file,
            Optional<Region> now,
            Consumer<Optional<Region>> chosen,
            Runnable closed,
            Consumer<Problem> unreadable) {
        Background.FILES.run(
                () -> ImageFile.read(file),
                picture -> {
                    Region whole = new Region(0, 0, picture.getWidth(), picture.getHeight());
                    new CropDialog(picture, now.orElse(whole)).ask(owner, file, whole, chosen);
                    closed.run();
                },
                unreadable);
    }

    private NumberSpinner number(String name, int value, int least, int most) {
        NumberSpinner number = new NumberSpinner(value, least, most, 1);
        number.setName(name);
        number.getAccessibleContext().setAccessibleName(Strings.get("dataset." + name));
        number.whenTyped(typed -> this.typed());
        return number;
    }

    /** What does not fit is cut down to what the picture has. */
    private void typed() {
        if (!showing) {
            region = new Region(
                    left.number(),
                    top.number(),
                    Math.min(width.number(), picture.getWidth() - left.number()),
                    Math.min(height.number(), picture.getHeight() - top.number()));
            view.show(region);
        }
    }

    private void drawn(Region next) {
        region = next;
        showing = true;
        left.setValue(next.left());
        top.setValue(next.top());
        width.setValue(next.width());
        height.setValue(next.height());
        showing = false;
    }

    private void ask(Window owner, Path file, Region whole, Consumer<Optional<Region>> chosen) {
        JDialog dialog = new JDialog(
                owner, Strings.get("dataset.crop.of", file.getFileName()), JDialog.ModalityType.DOCUMENT_MODAL);
        dialog.setName("crop");
        JPanel numbers = new JPanel(new MigLayout("insets 10 12 0 12, gap 6 6", "[][][][]push[][]", ""));
        numbers.add(labelled("dataset.crop.left", left));
        numbers.add(labelled("dataset.crop.top", top));
        numbers.add(labelled("dataset.crop.width", width));
        numbers.add(labelled("dataset.crop.height", height));
        numbers.add(button("crop.square", () -> change(square())));
        numbers.add(button("crop.whole", () -> change(whole)));
        JPanel answers = new JPanel(new MigLayout("insets 10 12 12 12, fillx", "push[][]", ""));
        JButton ok = button("crop.ok", () -> {
            dialog.dispose();
            chosen.accept(region.equals(whole) ? Optional.empty() : Optional.of(region));
        });
        answers.add(button("crop.cancel", dialog::dispose));
        answers.add(ok);
        JPanel foot = new JPanel(new BorderLayout());
        foot.add(numbers, BorderLayout.NORTH);
        foot.add(answers, BorderLayout.SOUTH);
        JPanel content = new JPanel(new BorderLayout());
        content.add(view, BorderLayout.CENTER);
        content.add(foot, BorderLayout.SOUTH);
        dialog.setContentPane(content);
        dialog.getRootPane().setDefaultButton(ok);
        EscapeCloses.in(dialog);
        dialog.setSize(ScreenRoom.now().fitting(760, 640, owner));
        dialog.setLocationRelativeTo(owner);
        view.requestFocusInWindow();
        dialog.setVisible(true);
    }

    private void change(Region next) {
        drawn(next);
        view.show(next);
    }

    /** The largest square in the middle of what is chosen. */
    private Region square() {
        int side = Math.min(region.width(), region.height());
        return new Region(
                region.left() + (region.width() - side) / 2, region.top() + (region.height() - side) / 2, side, side);
    }

    private static JComponent labelled(String key, NumberSpinner number) {
        JPanel both = new JPanel(new MigLayout("insets 0, gap 4"));
        JLabel label = new JLabel(Strings.get(key));
        label.setLabelFor(number);
        both.add(label);
        both.add(number, "w 72!");
        return both;
    }

    private static JButton button(String name, Runnable pressed) {
        JButton button = new JButton(Strings.get("dataset." + name));
        button.setName(name);
        button.addActionListener(event -> pressed.run());
        return button;
    }
}
