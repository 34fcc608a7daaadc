package graft.app.editor.shell;

import com.formdev.flatlaf.util.UIScale;
import graft.app.editor.EscapeCloses;
import graft.app.editor.Icons;
import graft.app.editor.Keymap;
import graft.app.editor.Markup;
import graft.app.editor.NumberSpinner;
import graft.app.editor.ScreenRoom;
import graft.app.editor.Strings;
import graft.app.editor.Theme;
import graft.app.editor.WhenChanged;
import graft.app.user.ModelSources;
import graft.file.Location;
import graft.node.Problem;
import java.awt.CardLayout;
import java.awt.Color;
import java.awt.Component;
import java.awt.Graphics;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.Window;
import java.awt.event.FocusAdapter;
import java.awt.event.FocusEvent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import javax.swing.ButtonGroup;
import javax.swing.DefaultListCellRenderer;
import javax.swing.DefaultListModel;
import javax.swing.Icon;
import javax.swing.JButton;
import javax.swing.JCheckBox;
import javax.swing.JColorChooser;
import javax.swing.JComboBox;
import javax.swing.JComponent;
import javax.swing.JDialog;
import javax.swing.JLabel;
import javax.swing.JList;
import javax.swing.JPanel;
import javax.swing.JScrollPane;
import javax.swing.JTextField;
import javax.swing.JToggleButton;
import javax.swing.ListSelectionModel;
import net.miginfocom.swing.MigLayout;

/** The settings of the editor, page by page; what is changed takes effect and is kept at once. */
final class SettingsDialog {

    private static final List<String> ACCENTS =
            List.of(Theme.ACCENT, "#8B5CF6", "#E0559A", "#E5534B", "#E08A1E", "#2DA44E", "#1F9DAD", "#8A919C");
    private static final List<Double> SCALES = List.of(0.75, 1.0, 1.25, 1.5, 1.75, 2.0, 2.5, 3.0);
    private static final List<String> DEVICES = List.of("auto", "cpu", "cuda", "cuda:1");

    private final JDialog dialog;
    private final CardLayout cards = new CardLayout();
    private final JPanel pages = new JPanel(cards);
    private final Consumer<Preferences> changed;
    private Preferences preferences;
    private String deviceBefore;

    private SettingsDialog(Window owner, Preferences preferences, Consumer<Preferences> changed) {
        this.preferences = preferences;
        deviceBefore = preferences.device();
        this.changed = changed;
        dialog = new JDialog(owner, Strings.get("settings.title"));
        dialog.setName("settings");
        JList<String> index = new JList<>(new DefaultListModel<>());
        index.setName("settings.pages");
        index.getAccessibleContext().setAccessibleName(Strings.get("settings.title"));
        index.setSelectionMode(ListSelectionModel.SINGLE_SELECTION);
        index.setFixedCellHeight(UIScale.scale(30));
        page(index, "settings.look", look());
        page(index, "settings.folders", folders());
        page(index, "settings.running", running());
        page(index, "settings.keys", new KeysPage(preferences.keymap(), this::keys));
        index.addListSelectionListener(event -> cards.show(pages, index.getSelectedValue()));
        index.setSelectedIndex(0);
        JScrollPane list = new JScrollPane(index);
        JPanel content = new JPanel(new MigLayout("insets 0, fill, gap 0", "[170!,fill][grow,fill]", "[grow,fill]"));
        list.setBorder(null);
        content.add(list);
        content.add(pages, "wmin 0");
        dialog.setContentPane(content);
        EscapeCloses.in(dialog);
        dialog.setSize(ScreenRoom.now().fitting(820, 560));
        dialog.setLocationRelativeTo(owner);
    }

    /** Shows the settings; {@code changed} is given every change. */
    static void show(Window owner, Preferences preferences, Consumer<Preferences> changed) {
        new SettingsDialog(owner, preferences, changed).dialog.setVisible(true);
    }

    private void page(JList<String> index, String key, JComponent page) {
        String title = Strings.get(key);
        ((DefaultListModel<String>) index.getModel()).addElement(title);
        pages.add(page, title);
    }

    private void change(Preferences next) {
        if (!next.equals(preferences)) {
            preferences = next;
            changed.accept(next);
        }
    }

    // --- look ------------------------------------------------------------------------------------------------------

    private JComponent look() {
        JPanel page = newPage("settings.look");
        ButtonGroup looks = new ButtonGroup();
        JPanel choices = row();
        for (Preferences.Look look : Preferences.Look.values()) {
            JToggleButton button = new JToggleButton(Strings.get("settings.look." + lower(look.name())));
            button.setName("settings.look." + lower(look.name()));
            button.setSelected(look == preferences.look());
            button.addActionListener(event -> change(preferences.withLook(look)));
            looks.add(button);
            choices.add(button);
        }
        page.add(label("settings.look.theme"));
        page.add(choices, "wrap");
        ButtonGroup accents = new ButtonGroup();
        JPanel swatches = row();
        for (String accent : ACCENTS) {
            JToggleButton swatch = new JToggleButton(new Swatch(accent));
            swatch.setName("settings.accent." + accent);
            swatch.getAccessibleContext().setAccessibleName(Strings.get("settings.look.accent") + " " + accent);
            swatch.putClientProperty("JButton.buttonType", "toolBarButton");
            swatch.setSelected(accent.equalsIgnoreCase(preferences.accent()));
            swatch.addActionListener(event -> accent(accent));
            accents.add(swatch);
            swatches.add(swatch);
        }
        JButton other = new JButton(Strings.get("settings.look.accent.other"));
        other.setName("settings.accent.other");
        other.addActionListener(event -> {
            Color chosen = JColorChooser.showDialog(
                    dialog, Strings.get("settings.look.accent"), Color.decode(preferences.accent()));
            if (chosen != null) {
                accents.clearSelection();
                accent(String.format(Locale.ROOT, "#%06X", chosen.getRGB() & 0xffffff));
            }
        });
        swatches.add(other);
        page.add(label("settings.look.accent"));
        page.add(swatches, "wrap");
        JComboBox<String> scale =
                new JComboBox<>(SCALES.stream().map(SettingsDialog::percent).toArray(String[]::new));
        scale.setName("settings.scale");
        scale.setSelectedItem(percent(preferences.scale()));
        scale.addActionListener(event -> change(preferences.withScale(SCALES.get(scale.getSelectedIndex()))));
        page.add(label("settings.look.scale"));
        page.add(scale, "wrap");
        return page;
    }

    private void accent(String accent) {
        change(preferences.withAccent(accent));
    }

    private static String percent(double scale) {
        return Math.round(100 * scale) + " %";
    }

    // --- folders ---------------------------------------------------------------------------------------------------

    private JComponent folders() {
        JPanel page = newPage("settings.folders");
        DefaultListModel<Path> model = new DefaultListModel<>();
        model.addAll(preferences.folders());
        JList<Path> list = new JList<>(model);
        list.setName("settings.folders.list");
        list.getAccessibleContext().setAccessibleName(Strings.get("settings.folders"));
        JButton add = new JButton(Strings.get("settings.folders.add"), Icons.get("add"));
        add.setName("settings.folders.add");
        add.addActionListener(event -> Choosers.folder(dialog, Strings.get("settings.folders.add"))
                .ifPresent(folder -> addPlace(model, folder)));
        JTextField typed = new JTextField();
        typed.setName("settings.folders.place");
        typed.putClientProperty("JTextField.placeholderText", Strings.get("settings.folders.place"));
        typed.getAccessibleContext().setAccessibleName(Strings.get("settings.folders.place"));
        typed.addActionListener(event -> typedPlace(typed.getText()).ifPresent(place -> {
            if (addPlace(model, place)) {
                typed.setText("");
            }
        }));
        JButton file = new JButton(Strings.get("settings.folders.file"));
        file.setName("settings.folders.file");
        file.addActionListener(event -> Choosers.modelPaths(dialog).ifPresent(each -> addPlace(model, each)));
        JButton remove = new JButton(Strings.get("settings.folders.remove"));
        remove.setName("settings.folders.remove");
        remove.setEnabled(false);
        list.addListSelectionListener(event -> remove.setEnabled(!list.isSelectionEmpty()));
        remove.addActionListener(event -> {
            list.getSelectedValuesList().forEach(model::removeElement);
            folders(model);
        });
        page.add(explanation("settings.folders.help"), "span 2, growx, wmin 0, wrap");
        list.setCellRenderer(new PlaceRow());
        page.add(new JScrollPane(list), "span 2, grow, push, wrap");
        page.add(typed, "span 2, growx, wrap");
        JPanel buttons = row();
        buttons.add(add);
        buttons.add(file);
        buttons.add(remove);
        page.add(buttons, "span 2");
        return page;
    }

    /** What was typed as a place; tells of what is no path here. */
    private Optional<Path> typedPlace(String text) {
        try {
            return text.isBlank() ? Optional.empty() : Optional.of(Location.of(text, "folder", "a folder of models"));
        } catch (Problem noPath) {
            new MessageBoxes(dialog).tell(noPath);
            return Optional.empty();
        }
    }

    /** Adds a place that is there and, being a file, can be read as one of folders; tells of any other. */
    private boolean addPlace(DefaultListModel<Path> model, Path given) {
        Path place = given.toAbsolutePath().normalize();
        Optional<Problem> problem = Files.isDirectory(place) || ModelSources.isYaml(place)
                ? ModelSources.of(List.of(place), System.getenv()).problems().stream()
                        .findFirst()
                : Optional.of(new Problem(
                        "cannot look for models in " + place,
                        Files.exists(place) ? "it is neither a folder nor a .yaml file" : "there is no such folder",
                        "choose a folder, or a file such as extra_model_paths.yaml"));
        if (problem.isPresent()) {
            new MessageBoxes(dialog).tell(problem.get());
            return false;
        }
        if (!model.contains(place)) {
            model.addElement(place);
            folders(model);
        }
        return true;
    }

    private void folders(DefaultListModel<Path> model) {
        List<Path> all = new ArrayList<>();
        model.elements().asIterator().forEachRemaining(all::add);
        change(preferences.withFolders(all));
    }

    // --- running ---------------------------------------------------------------------------------------------------

    private JComponent running() {
        JPanel page = newPage("settings.running");
        JComboBox<String> device = new JComboBox<>(DEVICES.toArray(String[]::new));
        device.setEditable(true);
        device.setName("settings.device");
        device.setSelectedItem(preferences.device());
        JTextField typed = (JTextField) device.getEditor().getEditorComponent();
        typed.setName("settings.device.text");
        typed.getDocument().addDocumentListener(new WhenChanged(() -> device(device, typed)));
        typed.addFocusListener(new FocusAdapter() {
            @Override
            public void focusGained(FocusEvent come) {
                deviceBefore = preferences.device();
            }

            @Override
            public void focusLost(FocusEvent left) {
                device.setSelectedItem(preferences.device());
            }
        });
        page.add(label("settings.device"));
        page.add(device, "wrap");
        page.add(explanation("settings.device.help"), "skip, growx, wmin 0, wrap");
        JCheckBox worker = new JCheckBox(Strings.get("settings.worker"), preferences.worker());
        worker.setName("settings.worker");
        worker.addActionListener(event -> change(preferences.withWorker(worker.isSelected())));
        page.add(worker, "skip, wrap");
        page.add(explanation("settings.worker.help"), "skip, growx, wmin 0, wrap");
        NumberSpinner autosave = new NumberSpinner(preferences.autosave(), 0, 600, 5);
        autosave.setName("settings.autosave");
        autosave.whenTyped(seconds -> change(preferences.withAutosave(seconds)));
        page.add(label("settings.autosave"));
        page.add(autosave, "wrap");
        page.add(explanation("settings.autosave.help"), "skip, growx, wmin 0, wrap");
        return page;
    }

    /** What is typed counts at once, since nobody need press Enter before the dialog is closed, or is marked with the reason. */
    private void device(JComboBox<String> box, JTextField typed) {
        String device = typed.getText().strip();
        boolean right = Preferences.isDevice(device);
        box.putClientProperty("JComponent.outline", right ? null : "error");
        typed.setToolTipText(right ? null : Strings.get("settings.device.wrong"));
        // Of cuda:x, no cuda stays.
        change(preferences.withDevice(right ? device : deviceBefore));
    }

    private void keys(Keymap keymap) {
        change(preferences.withKeymap(keymap));
    }

    // --- small things ----------------------------------------------------------------------------------------------

    private static JPanel newPage(String key) {
        JPanel page = new JPanel(new MigLayout("insets 20 24 20 24, gap 16 12, hidemode 3", "[][grow]", ""));
        page.setName(key);
        JLabel title = new JLabel(Strings.get(key));
        title.putClientProperty("FlatLaf.styleClass", "h2");
        page.add(title, "span 2, gapbottom 8, wrap");
        return page;
    }

    private static JPanel row() {
        return new JPanel(new MigLayout("insets 0, gap 6", "", ""));
    }

    private static JLabel label(String key) {
        return new JLabel(Strings.get(key));
    }

    private static JLabel explanation(String key) {
        JLabel label = Markup.allow(new JLabel());
        label.setText("<html>" + Strings.get(key) + "</html>");
        label.putClientProperty("FlatLaf.styleClass", "small");
        label.putClientProperty("FlatLaf.style", "foreground: $Graft.text.dim");
        return label;
    }

    private static String lower(String name) {
        return name.toLowerCase(Locale.ROOT);
    }

    /** A folder or file, and that it is not there where it is not. */
    private static final class PlaceRow extends DefaultListCellRenderer {
        private static final long serialVersionUID = 1;

        @Override
        public Component getListCellRendererComponent(
                JList<?> list, Object value, int index, boolean selected, boolean focused) {
            String text = value instanceof Path place && !Files.exists(place)
                    ? Strings.get("settings.folders.gone", place)
                    : String.valueOf(value);
            return super.getListCellRendererComponent(list, text, index, selected, focused);
        }
    }

    /** A disc of an accent colour. */
    private record Swatch(String accent) implements Icon {
        @Override
        public void paintIcon(Component over, Graphics graphics, int x, int y) {
            Graphics2D g = (Graphics2D) graphics.create();
            g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
            g.setColor(Color.decode(accent));
            g.fillOval(x, y, getIconWidth(), getIconHeight());
            g.dispose();
        }

        @Override
        public int getIconWidth() {
            return UIScale.scale(18);
        }

        @Override
        public int getIconHeight() {
            return getIconWidth();
        }
    }
}
