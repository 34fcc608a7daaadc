package graft.app.editor.inspector;

import com.formdev.flatlaf.util.SystemFileChooser;
import com.formdev.flatlaf.util.UIScale;
import graft.app.editor.Icons;
import graft.app.editor.Scaled;
import graft.app.editor.Strings;
import graft.app.editor.Theme;
import graft.file.ImageFile;
import graft.node.Setting.Control;
import graft.node.SettingSchema;
import java.awt.BorderLayout;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import javax.swing.ImageIcon;
import javax.swing.JButton;
import javax.swing.JComponent;
import javax.swing.JLabel;
import javax.swing.JPanel;
import javax.swing.JToolBar;
import javax.swing.Timer;

/** The place of a file or folder: typed, chosen among what there is, or browsed for; with what is known of it beneath. */
final class PathField extends TextField {

    private static final int PICTURE = 48;

    private final Control control;
    private final FileLibrary library;
    private final JPanel panel = new JPanel(new BorderLayout(0, 4));
    private final JLabel known = new JLabel();
    private final JButton list;
    private final JButton browse;
    private final Timer looking = new Timer(200, event -> look());

    PathField(SettingSchema setting, FileLibrary library, Listener changed) {
        super(setting, false, changed);
        this.control = setting.declared().control();
        this.library = library;
        looking.setRepeats(false);
        list = button("search", "files.known", ".known", this::pick);
        browse = button("folder", "files.browse", ".browse", this::browse);
        JToolBar buttons = new JToolBar();
        buttons.setFloatable(false);
        buttons.setBorder(null);
        buttons.setOpaque(false);
        if (!isPlaceToWrite()) {
            buttons.add(list);
        }
        buttons.add(browse);
        text().putClientProperty("JTextField.trailingComponent", buttons);
        known.setVisible(false);
        known.setIconTextGap(8);
        known.setName("setting." + setting.id() + ".facts");
        known.putClientProperty("FlatLaf.styleClass", "small");
        known.setForeground(Theme.colour("text.dim"));
        panel.setOpaque(false);
        panel.add(super.component(), BorderLayout.CENTER);
        panel.add(known, BorderLayout.SOUTH);
    }

    /** A folder that may stay empty is one that something is written to. */
    private boolean isPlaceToWrite() {
        Object usual = setting().defaultValue();
        return control == Control.FOLDER && (usual == null || usual.toString().isEmpty());
    }

    private JButton button(String icon, String key, String name, Runnable pressed) {
        JButton button = new JButton(Icons.get(icon));
        button.setName("setting." + setting().id() + name);
        button.setToolTipText(Strings.get(key));
        button.getAccessibleContext().setAccessibleName(Strings.get(key));
        button.addActionListener(event -> pressed.run());
        return button;
    }

    @Override
    JComponent component() {
        return panel;
    }

    @Override
    protected void typed() {
        super.typed();
        if (looking != null) {
            looking.restart();
        }
    }

    @Override
    void enable(boolean enabled) {
        super.enable(enabled);
        list.setEnabled(enabled);
        browse.setEnabled(enabled);
    }

    private void look() {
        String place = text().getText();
        library.look(place, setting().declared().collection(), entry -> {
            if (!place.equals(text().getText())) {
                return;
            }
            known.setVisible(entry.isPresent());
            entry.ifPresent(found -> {
                known.setIcon(found.thumbnail()
                        .map(picture ->
                                new ImageIcon(Scaled.fitted(picture, UIScale.scale(PICTURE), UIScale.scale(PICTURE))))
                        .orElse(null));
                String line = found.facts().map(FileFacts::line).orElse("");
                known.setText(line);
                known.setToolTipText(line.isEmpty() ? null : line);
            });
        });
    }

    private void pick() {
        FilePicker.choose(panel, control, setting().declared().collection(), library, text().getText())
                .ifPresent(text()::setText);
    }

    private void browse() {
        SystemFileChooser chooser = new SystemFileChooser();
        chooser.setDialogTitle(FilePicker.title(control));
        if (control == Control.FOLDER) {
            chooser.setFileSelectionMode(SystemFileChooser.DIRECTORIES_ONLY);
        }
        switch (control) {
            case MODEL, ADAPTER ->
                chooser.addChoosableFileFilter(
                        filter(FileLibrary.endings(control).toArray(String[]::new)));
            case IMAGE_FILE ->
                chooser.addChoosableFileFilter(
                        filter(ImageFile.endings().stream().sorted().toArray(String[]::new)));
            default -> {}
        }
        current().ifPresent(chooser::setCurrentDirectory);
        if (chooser.showOpenDialog(panel) == SystemFileChooser.APPROVE_OPTION) {
            text().setText(chooser.getSelectedFile().toString());
        }
    }

    private static SystemFileChooser.FileNameExtensionFilter filter(String... endings) {
        return new SystemFileChooser.FileNameExtensionFilter("*." + String.join(", *.", endings), endings);
    }

    /** The folder that the setting names or lies in. */
    private Optional<File> current() {
        String place = text().getText();
        if (place.isBlank() || place.startsWith("builtin:")) {
            return Optional.empty();
        }
        File file = new File(place).getAbsoluteFile();
        return Optional.of(file.isDirectory() ? file : file.getParentFile())
                .filter(folder -> Files.isDirectory(Path.of(folder.getPath())));
    }
}
