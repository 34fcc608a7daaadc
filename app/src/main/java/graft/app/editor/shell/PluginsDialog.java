package graft.app.editor.shell;

import com.formdev.flatlaf.util.UIScale;
import graft.app.editor.Background;
import graft.app.editor.Icons;
import graft.app.editor.Strings;
import graft.app.editor.Theme;
import graft.app.editor.shell.PluginRow.Act;
import graft.app.plugin.InstallPlan;
import graft.app.plugin.MissingNode;
import graft.app.plugin.NodeLibrary;
import graft.app.plugin.PluginCatalogue;
import graft.app.plugin.PluginStore;
import graft.app.plugin.PluginStore.Wanted;
import graft.node.Problem;
import java.awt.BorderLayout;
import java.awt.Color;
import java.awt.Component;
import java.awt.Dimension;
import java.awt.Font;
import java.awt.Insets;
import java.awt.KeyboardFocusManager;
import java.awt.Window;
import java.awt.event.WindowAdapter;
import java.awt.event.WindowEvent;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import javax.swing.BorderFactory;
import javax.swing.ButtonGroup;
import javax.swing.DefaultListModel;
import javax.swing.JButton;
import javax.swing.JComponent;
import javax.swing.JDialog;
import javax.swing.JEditorPane;
import javax.swing.JLabel;
import javax.swing.JList;
import javax.swing.JPanel;
import javax.swing.JProgressBar;
import javax.swing.JScrollPane;
import javax.swing.JTextArea;
import javax.swing.JTextField;
import javax.swing.JToggleButton;
import javax.swing.KeyStroke;
import javax.swing.ListCellRenderer;
import javax.swing.ListSelectionModel;
import javax.swing.ScrollPaneConstants;
import javax.swing.SwingUtilities;
import javax.swing.UIManager;
import net.miginfocom.swing.MigLayout;

/**
 * The plugin manager: what is installed, what repositories offer, and all that can be done with it. The work is done in a
 * thread of its own, and the editor takes every change up at once.
 */
final class PluginsDialog {

    /** What the list shows. */
    private enum Page {
        INSTALLED("alt 1"),
        OFFERED("alt 2"),
        REPOSITORIES("alt 3");

        private final String stroke;

        Page(String stroke) {
            this.stroke = stroke;
        }

        String key() {
            return name().toLowerCase(Locale.ROOT);
        }

        List<PluginRow> of(PluginShelf shelf) {
            return switch (this) {
                case INSTALLED -> shelf.installed();
                case OFFERED -> shelf.offered();
                case REPOSITORIES -> shelf.repositories();
            };
        }
    }

    private final NodeLibrary library;
    private final PluginStore store;
    private final JDialog dialog;
    private final Background background = new Background("graft-plugins", 1);
    private final Consumer<NodeLibrary.Changed> onChange;
    private final Map<Page, JToggleButton> pages = new EnumMap<>(Page.class);
    private final Map<Act, JButton> acts = new EnumMap<>(Act.class);
    private final JTextField search = new JTextField();
    private final DefaultListModel<PluginRow> rows = new DefaultListModel<>();
    private final JList<PluginRow> list = new JList<>(rows);
    private final JEditorPane details = new JEditorPane("text/html", "");
    private final JTextArea message = PluginForms.text("");
    private final JPanel banner = new JPanel(new MigLayout("insets 8 10 8 10, fillx", "[][grow,fill]", "[top]"));
    private final JLabel bannerIcon = new JLabel();
    private final JProgressBar progress = new JProgressBar();
    private final JButton file = button("plugins.file", "file", this::installFile);
    private final JButton repository = button("plugins.repository", "add", this::addRepository);
    private final JButton ask = button("plugins.ask", "reset", this::ask);
    private PluginShelf shelf = PluginShelf.EMPTY;
    private PluginCatalogue catalogue;
    private Page page = Page.INSTALLED;
    private String wanted = "";
    private int busy;

    private PluginsDialog(Window owner, NodeLibrary library) {
        this.library = library;
        this.store = library.store().orElseThrow();
        dialog = new JDialog(owner, Strings.get("plugins.title"));
        dialog.setName("plugins");
        dialog.setContentPane(content());
        keys();
        onChange = changed -> SwingUtilities.invokeLater(this::look);
        library.addListener(onChange);
        dialog.addWindowListener(new WindowAdapter() {
            @Override
            public void windowClosed(WindowEvent event) {
                library.removeListener(onChange);
                background.leave();
            }
        });
        dialog.setDefaultCloseOperation(JDialog.DISPOSE_ON_CLOSE);
        dialog.setSize(UIScale.scale(new Dimension(900, 620)));
        dialog.setMinimumSize(UIScale.scale(new Dimension(680, 420)));
        dialog.setLocationRelativeTo(owner);
    }

    /**
     * Shows the manager.
     *
     * @param missing a type of node that is wanted: the plugin that brings it is selected, or looked for
     */
    static void show(Window owner, NodeLibrary library, Optional<MissingNode> missing) {
        for (Window other : owner.getOwnedWindows()) {
            if ("plugins".equals(other.getName())) {
                other.dispose();
            }
        }
        PluginsDialog manager = new PluginsDialog(owner, library);
        missing.ifPresent(manager::want);
        manager.pages.get(manager.page).setSelected(true);
        manager.dialog.setVisible(true);
        manager.list.requestFocusInWindow();
        manager.look();
        if (missing.filter(node -> node.how() == MissingNode.How.UNKNOWN).isPresent()) {
            manager.ask();
        }
    }

    private void want(MissingNode missing) {
        wanted = missing.plugin().orElse("");
        page = switch (missing.how()) {
            case INSTALL, UNKNOWN -> Page.OFFERED;
            case ENABLE, MEND -> Page.INSTALLED;
        };
        if (missing.plugin().isEmpty()) {
            search.setText(missing.type());
        }
    }

    // --- looks -----------------------------------------------------------------------------------------------------

    private JPanel content() {
        JPanel content = new JPanel(new MigLayout(
                "insets 14 16 12 16, fill, gap 12 10, hidemode 3", "[280!,fill][grow,fill]", "[][grow,fill][][]"));
        JPanel top = new JPanel(new MigLayout("insets 0, fillx, gap 4", "", ""));
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
        content.add(top, "span, wrap");
        list.setName("plugins.list");
        list.getAccessibleContext().setAccessibleName(Strings.get("plugins.list"));
        list.setSelectionMode(ListSelectionModel.SINGLE_SELECTION);
        list.setCellRenderer(new Cell());
        list.addListSelectionListener(event -> showSelected());
        JScrollPane listScroll = new JScrollPane(list);
        listScroll.setHorizontalScrollBarPolicy(ScrollPaneConstants.HORIZONTAL_SCROLLBAR_NEVER);
        content.add(listScroll);
        content.add(about(), "wmin 0, wrap");
        content.add(banner(), "span, growx, wrap");
        content.add(foot(), "span, growx");
        return content;
    }

    private JPanel about() {
        details.setName("plugins.details");
        details.getAccessibleContext().setAccessibleName(Strings.get("plugins.details"));
        details.setEditable(false);
        details.setMargin(new Insets(0, 0, 0, 0));
        details.putClientProperty(JEditorPane.HONOR_DISPLAY_PROPERTIES, true);
        details.setOpaque(false);
        JScrollPane scroll = new JScrollPane(details);
        scroll.setBorder(null);
        scroll.getViewport().setOpaque(false);
        scroll.setOpaque(false);
        JPanel buttons = new JPanel(new MigLayout("insets 0, gap 8, hidemode 3"));
        for (Act act : Act.values()) {
            JButton button =
                    button("plugins.act." + act.key(), "", () -> selected().ifPresent(row -> carryOut(act, row)));
            acts.put(act, button);
            buttons.add(button);
        }
        JPanel about = new JPanel(new BorderLayout(0, UIScale.scale(8)));
        about.add(scroll, BorderLayout.CENTER);
        about.add(buttons, BorderLayout.SOUTH);
        return about;
    }

    private JPanel banner() {
        banner.setName("plugins.banner");
        banner.putClientProperty("FlatLaf.style", "arc: 8");
        banner.setVisible(false);
        message.setName("plugins.message");
        message.setFocusable(true);
        banner.add(bannerIcon, "top");
        banner.add(message, "wmin 0");
        return banner;
    }

    private JPanel foot() {
        JPanel foot = new JPanel(new MigLayout("insets 0, fillx, gap 8", "[][][]push[160!,fill]", "[][]"));
        foot.add(file);
        foot.add(repository);
        foot.add(ask);
        progress.setName("plugins.progress");
        progress.setIndeterminate(true);
        progress.setStringPainted(false);
        progress.setVisible(false);
        foot.add(progress, "wrap");
        foot.add(PluginForms.dim(Strings.get("plugins.sandbox")), "span, growx, wmin 0");
        return foot;
    }

    private static JButton button(String key, String icon, Runnable then) {
        JButton button = new JButton(Strings.get(key), icon.isEmpty() ? null : Icons.get(icon));
        button.setName(key);
        button.addActionListener(event -> then.run());
        return button;
    }

    private void keys() {
        JComponent root = dialog.getRootPane();
        key(root, "ESCAPE", dialog::dispose);
        key(root, "F5", this::ask);
        key(root, "control F", search::requestFocusInWindow);
        key(root, "control O", this::installFile);
        for (Page each : Page.values()) {
            key(root, each.stroke, () -> turnTo(each));
        }
        key(search, "DOWN", () -> {
            list.requestFocusInWindow();
            list.setSelectedIndex(Math.min(rows.size() - 1, list.getSelectedIndex() + 1));
        });
        key(list, "ENTER", () -> selected()
                .flatMap(row -> row.acts().stream().sorted().findFirst())
                .ifPresent(act -> acts.get(act).doClick()));
        key(list, "DELETE", () -> {
            acts.get(Act.REMOVE).doClick();
            acts.get(Act.FORGET).doClick();
        });
    }

    private static void key(JComponent component, String key, Runnable then) {
        component.registerKeyboardAction(
                event -> then.run(), KeyStroke.getKeyStroke(key), JComponent.WHEN_ANCESTOR_OF_FOCUSED_COMPONENT);
    }

    // --- what is shown ---------------------------------------------------------------------------------------------

    private void turnTo(Page other) {
        page = other;
        pages.get(other).setSelected(true);
        fill();
    }

    private void show(PluginShelf next) {
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
        showSelected();
    }

    private Optional<PluginRow> selected() {
        return Optional.ofNullable(list.getSelectedValue());
    }

    private void showSelected() {
        Optional<PluginRow> row = selected();
        String none = "<p>" + Strings.get("plugins.none." + page.key()) + "</p>";
        String shown = "<html><head><style>h2 { margin: 0 0 4 0; } p { margin: 0 0 8 0; } td { padding: 3 0 3 0; }"
                + " td.key { padding-right: 14; color: " + hex(Theme.colour("text.dim")) + "; white-space: nowrap; }"
                + " p.trouble { color: " + hex(Theme.colour("problem.error")) + "; }</style></head><body>"
                + row.map(PluginRow::details).orElse(catalogue == null ? "" : none)
                + "</body></html>";
        details.setText(shown);
        details.setCaretPosition(0);
        Set<Act> possible = row.map(PluginRow::acts).orElse(Set.of());
        acts.forEach((act, button) -> {
            button.setVisible(possible.contains(act));
            button.setEnabled(busy == 0);
        });
    }

    private static String hex(Color colour) {
        return String.format(Locale.ROOT, "#%06x", colour.getRGB() & 0xffffff);
    }

    private void say(String words) {
        tell(words, "plugins", "card.background");
    }

    private void refused(Problem problem) {
        done();
        look();
        String sentence = problem.getMessage();
        tell(
                sentence.substring(0, 1).toUpperCase(Locale.ROOT) + sentence.substring(1),
                "problems",
                "problem.errorBackground");
    }

    private void tell(String words, String icon, String colour) {
        message.setText(words);
        message.getAccessibleContext().setAccessibleName(words);
        bannerIcon.setIcon(Icons.get(icon));
        banner.setBackground(Theme.colour(colour));
        banner.setVisible(true);
        dialog.getContentPane().validate();
    }

    // --- work ------------------------------------------------------------------------------------------------------

    /** Does work off Swing's thread while the buttons rest; a refusal is shown as its sentence. */
    private <T> void work(String words, Supplier<T> job, Consumer<T> then) {
        busy++;
        banner.setVisible(false);
        progress.setVisible(true);
        progress.getAccessibleContext().setAccessibleName(words);
        progress.setToolTipText(words);
        rest();
        if (!words.isEmpty()) {
            say(words);
        }
        background.run(
                job::get,
                result -> {
                    done();
                    then.accept(result);
                },
                this::refused);
    }

    private void done() {
        busy--;
        progress.setVisible(busy > 0);
        banner.setVisible(false);
        rest();
        // The button that had the keyboard rested meanwhile, so that nothing has it now.
        if (busy == 0 && KeyboardFocusManager.getCurrentKeyboardFocusManager().getFocusOwner() == null) {
            list.requestFocus();
        }
    }

    private void rest() {
        for (JButton each : List.of(file, repository, ask)) {
            each.setEnabled(busy == 0);
        }
        showSelected();
    }

    private PluginShelf read(PluginCatalogue known) {
        return PluginShelf.read(library, store, known);
    }

    /** Looks at what is here, and asks nobody; a message stays. */
    private void look() {
        if (!dialog.isDisplayable()) {
            return;
        }
        PluginCatalogue asked = catalogue;
        background.run(
                () -> {
                    PluginCatalogue known = asked == null ? store.known() : asked;
                    return Map.entry(known, read(known));
                },
                found -> {
                    if (Objects.equals(catalogue, asked)) {
                        catalogue = found.getKey();
                    }
                    show(found.getValue());
                },
                this::refused);
    }

    private void ask() {
        if (busy > 0) {
            return;
        }
        work(
                Strings.get("plugins.busy.asking"),
                () -> {
                    PluginCatalogue asked = store.ask();
                    return Map.entry(asked, read(asked));
                },
                found -> {
                    catalogue = found.getKey();
                    show(found.getValue());
                    if (!catalogue.problems().isEmpty()) {
                        tell(String.join("\n", catalogue.problems()), "problems", "problem.errorBackground");
                    } else if (shelf.updates() > 0) {
                        say(Strings.get("plugins.said.updates", shelf.updates()));
                    } else {
                        say(Strings.get(
                                shelf.repositories().isEmpty() ? "plugins.none.repositories" : "plugins.said.newest"));
                    }
                });
    }

    /** Changes something and shows how it is then. */
    private void change(String words, Runnable job, String said) {
        work(
                words,
                () -> {
                    job.run();
                    library.refresh();
                    PluginCatalogue known = store.known();
                    return Map.entry(known, read(known));
                },
                found -> {
                    catalogue = found.getKey();
                    show(found.getValue());
                    say(said);
                });
    }

    private void carryOut(Act act, PluginRow row) {
        String changing = Strings.get("plugins.busy.changing", row.name());
        String said = act == Act.INSTALL || act == Act.UPDATE ? "" : Strings.get("plugins.said." + act.key(), row.id());
        switch (act) {
            case INSTALL ->
                install(
                        Strings.get("plugins.busy.fetching", row.name()),
                        () -> store.plan(List.of(Wanted.parse(row.id())), store.ask()));
            case UPDATE ->
                install(
                        Strings.get("plugins.busy.fetching", row.id()),
                        () -> store.planUpdates(List.of(row.id()), store.ask()));
            case ENABLE -> change(changing, () -> store.setEnabled(row.id(), true), said);
            case DISABLE -> change(changing, () -> store.setEnabled(row.id(), false), said);
            case ROLL_BACK -> change(changing, () -> store.rollBack(row.id()), said);
            case REMOVE -> {
                if (PluginForms.removes(dialog, row.name())) {
                    change(changing, () -> store.remove(row.id()), said);
                }
            }
            case FORGET -> change(changing, () -> store.removeRepository(row.id()), said);
        }
    }

    private void installFile() {
        if (busy > 0) {
            return;
        }
        PluginForms.archive(dialog)
                .ifPresent(chosen -> install(
                        Strings.get("plugins.busy.looking"),
                        () -> store.planFile(
                                chosen.file(),
                                chosen.sha512().or(() -> PluginStore.promised(chosen.file())),
                                store.known())));
    }

    private void addRepository() {
        PluginForms.repository(dialog).ifPresent(address -> {
            turnTo(Page.OFFERED);
            change(
                    Strings.get("plugins.busy.asking"),
                    () -> store.addRepository(address),
                    Strings.get("plugins.said.repository", address));
        });
    }

    /** Plans, asks what is new to the user, and installs. */
    private void install(String words, Supplier<InstallPlan> planning) {
        work(words, planning, plan -> {
            if (plan.steps().isEmpty()) {
                drop(plan, "plugins.said.newest");
                return;
            }
            boolean asks = !plan.questions().isEmpty() || plan.steps().size() > 1;
            // The manager may have been closed meanwhile: then nobody is there to be asked.
            if (!dialog.isDisplayable() || (asks && !PluginForms.accepts(dialog, plan))) {
                drop(plan, "plugins.said.declined");
                return;
            }
            String names = plan.steps().stream()
                    .map(step -> step.archive().manifest().name())
                    .collect(Collectors.joining(", "));
            wanted = plan.steps()
                    .get(plan.steps().size() - 1)
                    .archive()
                    .manifest()
                    .id();
            change(
                    Strings.get("plugins.busy.installing"),
                    () -> {
                        try (plan) {
                            store.install(plan);
                        }
                    },
                    Strings.get("plugins.said.installed", names));
        });
    }

    private void drop(InstallPlan plan, String said) {
        background.run(Executors.callable(plan::close), done -> say(Strings.get(said)), this::refused);
    }

    // --- the list --------------------------------------------------------------------------------------------------

    /** A row: the name, and how it is. */
    private static final class Cell extends JPanel implements ListCellRenderer<PluginRow> {
        private static final long serialVersionUID = 1;

        private final JLabel name = new JLabel();
        private final JLabel state = new JLabel();

        Cell() {
            super(new MigLayout("insets 5 8 5 8, fillx, gap 0 1, wrap 1", "[grow,fill]", ""));
            // What a plugin calls itself is words, and no markup.
            name.putClientProperty("html.disable", true);
            state.putClientProperty("html.disable", true);
            add(name, "wmin 0");
            add(state, "wmin 0");
            setBorder(BorderFactory.createEmptyBorder());
        }

        @Override
        public Component getListCellRendererComponent(
                JList<? extends PluginRow> list, PluginRow row, int index, boolean selected, boolean focused) {
            name.setText(row.name());
            name.setFont(list.getFont().deriveFont(Font.BOLD));
            state.setFont(list.getFont());
            state.setText(row.state());
            setBackground(selected ? list.getSelectionBackground() : list.getBackground());
            name.setForeground(selected ? list.getSelectionForeground() : list.getForeground());
            state.setForeground(
                    selected
                            ? list.getSelectionForeground()
                            : UIManager.getColor(row.tone().colour()));
            getAccessibleContext().setAccessibleName(row.name() + ", " + row.state());
            return this;
        }
    }
}
