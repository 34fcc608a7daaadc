package graft.app.editor.viewer;

import com.formdev.flatlaf.util.UIScale;
import graft.app.editor.Background;
import graft.app.editor.Icons;
import graft.app.editor.Strings;
import graft.file.AtomicFile;
import graft.file.ImageFile;
import java.awt.BorderLayout;
import java.awt.Dimension;
import java.awt.event.ActionEvent;
import java.awt.image.BufferedImage;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import javax.swing.AbstractAction;
import javax.swing.AbstractButton;
import javax.swing.BorderFactory;
import javax.swing.Box;
import javax.swing.JButton;
import javax.swing.JComponent;
import javax.swing.JFileChooser;
import javax.swing.JLabel;
import javax.swing.JPanel;
import javax.swing.JScrollPane;
import javax.swing.JSplitPane;
import javax.swing.JToggleButton;
import javax.swing.JToolBar;
import javax.swing.KeyStroke;
import javax.swing.ScrollPaneConstants;

/**
 * A gallery with one picture large, what its file tells of it, and two pictures compared with a slider.
 *
 * <p>Keys: left and right for the picture before and after, {@code +} and {@code -} to zoom, {@code 0} for its own pixels,
 * {@code F} to fit, {@code C} to compare, with Shift left and right to move the slider.
 */
public final class ImageViewer extends JPanel {

    private static final long serialVersionUID = 1;

    private static final double STEP = 1.25;
    private static final double SLIDE = 0.05;

    private final transient ViewerActions actions;
    private final PictureView view = new PictureView();
    private final Gallery gallery;
    private final FactsPanel facts = new FactsPanel();
    private final JLabel zoom = new JLabel();
    private final JToggleButton compare = new JToggleButton(Icons.get("compare"));
    private final JButton send = new JButton(Strings.get("viewer.send"), Icons.get("right"));
    private final JButton workflow = new JButton(Strings.get("viewer.workflow"), Icons.get("open"));
    private final JButton save = new JButton(Strings.get("viewer.save"), Icons.get("save"));

    /** Counts what was asked for, so that a picture that comes late is left out. */
    private int asked;

    private transient Optional<Path> shown = Optional.empty();

    /** The last picture shown before the one that is shown, for comparing when one is selected. */
    private transient Optional<Path> before = Optional.empty();

    public ImageViewer(ViewerActions actions, Thumbnails thumbnails) {
        super(new BorderLayout());
        this.actions = actions;
        gallery = new Gallery(thumbnails);
        setName("viewer");
        getAccessibleContext().setAccessibleName(Strings.get("viewer.name"));
        JScrollPane strip = new JScrollPane(
                gallery, ScrollPaneConstants.VERTICAL_SCROLLBAR_ALWAYS, ScrollPaneConstants.HORIZONTAL_SCROLLBAR_NEVER);
        strip.setBorder(null);
        strip.setMinimumSize(strip.getPreferredSize());
        JScrollPane side = new JScrollPane(
                facts,
                ScrollPaneConstants.VERTICAL_SCROLLBAR_AS_NEEDED,
                ScrollPaneConstants.HORIZONTAL_SCROLLBAR_NEVER);
        side.setBorder(null);
        side.setPreferredSize(UIScale.scale(new Dimension(240, 200)));
        side.setMinimumSize(UIScale.scale(new Dimension(160, 0)));
        JSplitPane split = new JSplitPane(JSplitPane.HORIZONTAL_SPLIT, true, view, side);
        split.setResizeWeight(1);
        split.setBorder(null);
        // Beside it, for the dock is wide and low.
        JSplitPane all = new JSplitPane(JSplitPane.HORIZONTAL_SPLIT, true, strip, split);
        all.setBorder(null);
        add(tools(), BorderLayout.NORTH);
        add(all, BorderLayout.CENTER);
        gallery.addListSelectionListener(event -> {
            if (!event.getValueIsAdjusting()) {
                selected();
            }
        });
        view.onChange(this::zoomed);
        keys();
        view.say(Strings.get("viewer.none"));
        selected();
    }

    private JToolBar tools() {
        JToolBar tools = new JToolBar();
        tools.setFloatable(false);
        tools.setName("viewer.tools");
        tools.setBorder(BorderFactory.createEmptyBorder(2, 8, 2, 8));
        tools.add(tool(new JButton(Icons.get("fit")), "viewer.fit", view::fit));
        tools.add(tool(new JButton("1:1"), "viewer.actual", view::actualSize));
        zoom.setName("viewer.zoom");
        tools.add(Box.createHorizontalStrut(UIScale.scale(6)));
        tools.add(zoom);
        tools.addSeparator();
        tools.add(tool(compare, "viewer.compare", this::display));
        tools.add(Box.createHorizontalGlue());
        tools.add(tool(send, "viewer.send", () -> shown.ifPresent(actions::sendToNode)));
        tools.add(tool(workflow, "viewer.workflow", () -> shown.ifPresent(actions::openWorkflow)));
        tools.add(tool(save, "viewer.save", () -> shown.ifPresent(this::save)));
        return tools;
    }

    private static AbstractButton tool(AbstractButton button, String key, Runnable pressed) {
        button.setName(key);
        button.putClientProperty("JButton.buttonType", "toolBarButton");
        button.setToolTipText(Strings.get(key + ".help"));
        button.getAccessibleContext().setAccessibleName(Strings.get(key));
        button.addActionListener(event -> pressed.run());
        return button;
    }

    private void keys() {
        key(() -> gallery.select(gallery.getSelectedIndex() - 1), "LEFT");
        key(() -> gallery.select(gallery.getSelectedIndex() + 1), "RIGHT");
        key(() -> gallery.select(0), "HOME");
        key(() -> gallery.select(gallery.count() - 1), "END");
        key(() -> view.zoomBy(STEP), "PLUS", "EQUALS", "ADD");
        key(() -> view.zoomBy(1 / STEP), "MINUS", "SUBTRACT");
        key(view::actualSize, "0", "NUMPAD0");
        key(view::fit, "F");
        key(compare::doClick, "C");
        key(() -> view.setDivider(view.divider() - SLIDE), "shift LEFT");
        key(() -> view.setDivider(view.divider() + SLIDE), "shift RIGHT");
    }

    /** Of the viewer while the focus is within it; bound to the picture itself, so that the window's keys come second. */
    private void key(Runnable then, String... strokes) {
        for (String stroke : strokes) {
            AbstractAction action = new AbstractAction() {
                private static final long serialVersionUID = 1;

                @Override
                public void actionPerformed(ActionEvent event) {
                    then.run();
                }
            };
            for (JComponent part : List.of(view, gallery)) {
                part.getInputMap(WHEN_FOCUSED).put(KeyStroke.getKeyStroke(stroke), stroke);
                part.getActionMap().put(stroke, action);
            }
        }
    }

    /** Shows other pictures, and one of them large. */
    public void show(List<Path> pictures, int selected) {
        gallery.show(pictures);
        gallery.select(selected);
    }

    /** Adds a picture that was just made; it is shown large unless another than the last is looked at. */
    public void append(Path picture) {
        gallery.append(picture);
    }

    /** A run begins: pictures of before step back while new ones come. */
    public void begin() {
        gallery.setOld(gallery.count());
    }

    /** The run is over: all pictures are as they were. */
    public void end() {
        gallery.setOld(0);
    }

    /** Compares two pictures with the slider. */
    public void compare(Path left, Path right) {
        gallery.show(List.of(left, right));
        gallery.setSelectionInterval(0, 1);
    }

    private void selected() {
        List<Path> chosen = gallery.getSelectedValuesList();
        Optional<Path> next = chosen.isEmpty() ? Optional.empty() : Optional.of(chosen.get(chosen.size() - 1));
        if (chosen.size() == 2) {
            before = Optional.of(chosen.get(0));
            compare.setSelected(true);
        } else if (!next.equals(shown)) {
            before = shown;
        }
        shown = next;
        send.setEnabled(shown.isPresent());
        save.setEnabled(shown.isPresent());
        workflow.setEnabled(false);
        compare.setEnabled(before.isPresent() && shown.isPresent());
        display();
    }

    private void display() {
        int turn = ++asked;
        if (shown.isEmpty()) {
            view.say(Strings.get("viewer.none"));
            facts.clear();
            return;
        }
        Path file = shown.get();
        Optional<Path> other = compare.isSelected() ? before : Optional.empty();
        Background.FILES.run(
                () -> new Loaded(ImageFile.read(file), other.map(ImageFile::read), PictureFacts.of(file)),
                loaded -> {
                    if (turn == asked) {
                        display(file, other, loaded);
                    }
                },
                problem -> {
                    if (turn == asked) {
                        view.say(problem.getMessage());
                        facts.clear();
                    }
                });
    }

    private void display(Path file, Optional<Path> other, Loaded loaded) {
        if (other.isPresent()) {
            List<String> names = names(other.get(), file);
            view.compare(loaded.before().orElseThrow(), names.get(0), loaded.picture(), names.get(1));
        } else {
            view.show(loaded.picture());
        }
        facts.show(file, loaded.facts());
        workflow.setEnabled(loaded.facts().workflow());
    }

    /** What tells two files apart: their names, else those of the folders that they are in. */
    static List<String> names(Path left, Path right) {
        Path a = left;
        Path b = right;
        while (a.getFileName().equals(b.getFileName()) && a.getNameCount() > 1 && b.getNameCount() > 1) {
            a = a.getParent();
            b = b.getParent();
        }
        return List.of(String.valueOf(a.getFileName()), String.valueOf(b.getFileName()));
    }

    private record Loaded(BufferedImage picture, Optional<BufferedImage> before, PictureFacts facts) {}

    private void zoomed() {
        zoom.setText(view.isShowingPicture() ? Strings.get("viewer.percent", Math.round(100 * view.scale())) : "");
    }

    private void save(Path file) {
        JFileChooser chooser = new JFileChooser();
        chooser.setName("viewer.chooser");
        chooser.setSelectedFile(new File(String.valueOf(file.getFileName())));
        if (chooser.showSaveDialog(this) == JFileChooser.APPROVE_OPTION) {
            Path target = chooser.getSelectedFile().toPath();
            Background.FILES.run(() -> copied(file, target), copied -> {}, actions::tell);
        }
    }

    private static Path copied(Path file, Path target) throws IOException {
        try {
            return Files.copy(file, target, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw AtomicFile.problem(target, e);
        }
    }
}
