package graft.app.editor.shell;

import graft.app.editor.Icons;
import graft.app.editor.Strings;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import javax.swing.ButtonGroup;
import javax.swing.DefaultListModel;
import javax.swing.JList;
import javax.swing.JPanel;
import javax.swing.JTextField;
import javax.swing.JToggleButton;
import javax.swing.ListSelectionModel;
import net.miginfocom.swing.MigLayout;

/** What the plugin manager lists: one page of it, of that what a search finds, and of that what is selected. */
final class PluginList {

    /** What the list shows. */
    enum Page {
        INSTALLED("alt 1"),
        OFFERED("alt 2"),
        REPOSITORIES("alt 3");

        private final String stroke;

        Page(String stroke) {
            this.stroke = stroke;
        }

        /** The keys that turn to it, as {@link javax.swing.KeyStroke#getKeyStroke(String)} reads them. */
        String stroke() {
            return stroke;
        }

        /** The end of its keys in the bundle, and of its button's name. */
        String key() {
            return name().toLowerCase(Locale.ROOT);
        }

        private List<PluginRow> of(PluginShelf shelf) {
            return switch (this) {
                case INSTALLED -> shelf.installed();
                case OFFERED -> shelf.offered();
                case REPOSITORIES -> shelf.repositories();
            };
        }
    }

    private final JPanel top = new JPanel(new MigLayout("insets 0, fillx, gap 4", "", ""));
    private final Map<Page, JToggleButton> pages = new EnumMap<>(Page.class);
    private final JTextField search = new JTextField();
    private final DefaultListModel<PluginRow> rows = new DefaultListModel<>();
    private final JList<PluginRow> list = new JList<>(rows);
    private final Runnable changed;
    private PluginShelf shelf = PluginShelf.EMPTY;
    private Page page = Page.INSTALLED;
    private String wanted = "";

    /**
     * An empty list.
     *
     * @param changed called when another row is selected, or the rows are others
     */
    PluginList(Runnable changed) {
        this.changed = changed;
        ButtonGroup group = new ButtonGroup();
        for (Page each : Page.values()) {
            JToggleButton button = new JToggleButton();
            button.setName("plugins.page." + each.key());
            button.putClientProperty("JButton.buttonType", "toolBarButton");
            button.putClientProperty("FlatLaf.style", "toolbar.margin: 4,10,4,10");
            button.addActionListener(event -> turnTo(each));
            group.add(button);
            pages.put(each, button);
            top.add(button);
        }
        search.setName("plugins.search");
        search.putClientProperty("JTextField.placeholderText", Strings.get("plugins.search"));
        search.putClientProperty("JTextField.leadingIcon", Icons.get("search"));
        search.putClientProperty("JTextField.showClearButton", true);
        search.getAccessibleContext().setAccessibleName(Strings.get("plugins.search"));
        PluginForms.whenTyped(search, this::fill);
        top.add(search, "pushx, growx, gapleft 12");
        list.setName("plugins.list");
        list.getAccessibleContext().setAccessibleName(Strings.get("plugins.list"));
        list.setSelectionMode(ListSelectionModel.SINGLE_SELECTION);
        list.setCellRenderer(new PluginCell());
        list.addListSelectionListener(event -> changed.run());
        pages.get(page).setSelected(true);
    }

    /** The choice of the page, with the search beside it. */
    JPanel top() {
        return top;
    }

    JTextField search() {
        return search;
    }

    JList<PluginRow> rows() {
        return list;
    }

    Page page() {
        return page;
    }

    Optional<PluginRow> selected() {
        return Optional.ofNullable(list.getSelectedValue());
    }

    void turnTo(Page other) {
        page = other;
        pages.get(other).setSelected(true);
        fill();
    }

    /** Selects a plugin once it is listed. */
    void want(String plugin) {
        wanted = plugin;
    }

    /** Lists what there is now. */
    void show(PluginShelf next) {
        shelf = next;
        fill();
    }

    /** Lists the page anew; what was selected stays so. */
    private void fill() {
        pages.forEach((each, button) -> button.setText(Strings.get(
                "plugins.page.count",
                Strings.get("plugins.page." + each.key()),
                each.of(shelf).size())));
        String keep = wanted.isEmpty() ? selected().map(PluginRow::id).orElse("") : wanted;
        rows.clear();
        page.of(shelf).stream().filter(row -> row.matches(search.getText())).forEach(rows::addElement);
        int at = 0;
        for (int i = 0; i < rows.size(); i++) {
            if (rows.get(i).id().equals(keep)) {
                at = i;
                wanted = "";
            }
        }
        list.setSelectedIndex(rows.isEmpty() ? -1 : at);
        list.ensureIndexIsVisible(at);
        changed.run();
    }

    /** Goes from the search to the row after the selected one. */
    void selectNext() {
        list.requestFocusInWindow();
        list.setSelectedIndex(Math.min(rows.size() - 1, list.getSelectedIndex() + 1));
    }
}
