package graft.app.editor.shell;

import com.formdev.flatlaf.util.UIScale;
import graft.app.editor.Background;
import graft.app.editor.Icons;
import graft.app.editor.ScreenRoom;
import graft.app.editor.Strings;
import graft.app.editor.shell.PluginList.Page;
import graft.app.editor.shell.PluginRow.Act;
import graft.app.plugin.InstallPlan;
import graft.app.plugin.MissingNode;
import graft.app.plugin.NodeLibrary;
import graft.app.plugin.PluginCatalogue;
import graft.app.plugin.PluginStore;
import graft.app.plugin.PluginStore.Wanted;
import graft.node.Problem;
import java.awt.Dimension;
import java.awt.KeyboardFocusManager;
import java.awt.Window;
import java.awt.event.WindowAdapter;
import java.awt.event.WindowEvent;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import javax.swing.JButton;
import javax.swing.JComponent;
import javax.swing.JDialog;
import javax.swing.JPanel;
import javax.swing.JProgressBar;
import javax.swing.JScrollPane;
import javax.swing.KeyStroke;
import javax.swing.ScrollPaneConstants;
import javax.swing.SwingUtilities;
import net.miginfocom.swing.MigLayout;

/**
 * The plugin manager: what is installed, what repositories offer, and all that can be done with it. The work is done in a
 * thread of its own, and the editor takes every change up at once.
 */
final class PluginsDialog {

    private final NodeLibrary library;
    private final PluginStore store;
    private final JDialog dialog;
    private final Background background = new Background("graft-plugins", 1);
    private final Consumer<NodeLibrary.Changed> onChange;
    private final PluginList list = new PluginList(this::showSelected);
    private final PluginDetails details =
            new PluginDetails(act -> list.selected().ifPresent(row -> carryOut(act, row)));
    private final PluginBanner banner = new PluginBanner();
    private final JProgressBar progress = new JProgressBar();
    private final JButton file = button("plugins.file", "file", this::installFile);
    private final JButton repository = button("plugins.repository", "add", this::addRepository);
    private final JButton ask = button("plugins.ask", "reset", this::ask);
    private PluginCatalogue catalogue;
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
        dialog.setSize(ScreenRoom.now().fitting(900, 620));
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
        manager.dialog.setVisible(true);
        manager.list.rows().requestFocusInWindow();
        manager.look();
        if (missing.filter(node -> node.how() == MissingNode.How.UNKNOWN).isPresent()) {
            manager.ask();
        }
    }

    private void want(MissingNode missing) {
        list.want(missing.plugin().orElse(""));
        list.turnTo(
                switch (missing.how()) {
                    case INSTALL, UNKNOWN -> Page.OFFERED;
                    case ENABLE, MEND -> Page.INSTALLED;
                });
        if (missing.plugin().isEmpty()) {
            list.search().setText(missing.type());
        }
    }

    // --- looks -----------------------------------------------------------------------------------------------------

    private JPanel content() {
        JPanel content = new JPanel(new MigLayout(
                "insets 14 16 12 16, fill, gap 12 10, hidemode 3", "[280!,fill][grow,fill]", "[][grow,fill][][]"));
        content.add(list.top(), "span, wrap");
        JScrollPane rows = new JScrollPane(list.rows());
        rows.setHorizontalScrollBarPolicy(ScrollPaneConstants.HORIZONTAL_SCROLLBAR_NEVER);
        content.add(rows);
        content.add(details, "wmin 0, wrap");
        content.add(banner, "span, growx, wrap");
        content.add(foot(), "span, growx");
        return content;
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
        JButton button = new JButton(Strings.get(key), Icons.get(icon));
        button.setName(key);
        button.addActionListener(event -> then.run());
        return button;
    }

    private void keys() {
        JComponent root = dialog.getRootPane();
        key(root, "ESCAPE", dialog::dispose);
        key(root, "F5", this::ask);
        key(root, "control F", list.search()::requestFocusInWindow);
        key(root, "control O", this::installFile);
        for (Page each : Page.values()) {
            key(root, each.stroke(), () -> list.turnTo(each));
        }
        key(list.search(), "DOWN", list::selectNext);
        key(list.rows(), "ENTER", () -> list.selected()
                .flatMap(row -> row.acts().stream().sorted().findFirst())
                .ifPresent(details::press));
        key(list.rows(), "DELETE", () -> {
            details.press(Act.REMOVE);
            details.press(Act.FORGET);
        });
    }

    private static void key(JComponent component, String key, Runnable then) {
        component.registerKeyboardAction(
                event -> then.run(), KeyStroke.getKeyStroke(key), JComponent.WHEN_ANCESTOR_OF_FOCUSED_COMPONENT);
    }

    // --- what is shown ---------------------------------------------------------------------------------------------

    private void showSelected() {
        String none = "<p>" + Strings.get("plugins.none." + list.page().key()) + "</p>";
        details.show(list.selected(), catalogue == null ? "" : none, busy > 0);
    }

    /** Work was refused. */
    private void refused(Problem problem) {
        done();
        look();
        warn(problem);
    }

    private void warn(Problem problem) {
        String sentence = problem.getMessage();
        banner.warn(sentence.substring(0, 1).toUpperCase(Locale.ROOT) + sentence.substring(1));
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
            banner.say(words);
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
            list.rows().requestFocus();
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
                    list.show(found.getValue());
                },
                this::warn);
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
                    PluginShelf shelf = found.getValue();
                    list.show(shelf);
                    if (!catalogue.problems().isEmpty()) {
                        banner.warn(String.join("\n", catalogue.problems()));
                    } else if (shelf.updates() > 0) {
                        banner.say(Strings.get("plugins.said.updates", shelf.updates()));
                    } else {
                        banner.say(Strings.get(
                                shelf.repositories().isEmpty() ? "plugins.none.repositories" : "plugins.said.newest"));
                    }
                });
    }

    /** Changes something and shows how it is then. */
    private void change(String words, Runnable job, String said) {
        change(words, job, () -> said);
    }

    /** @param said asked once all is changed, not on Swing's thread */
    private void change(String words, Runnable job, Supplier<String> said) {
        record Changed(PluginCatalogue known, PluginShelf shelf, String said) {}
        work(
                words,
                () -> {
                    job.run();
                    library.refresh();
                    PluginCatalogue known = store.known();
                    return new Changed(known, read(known), said.get());
                },
                found -> {
                    catalogue = found.known();
                    list.show(found.shelf());
                    banner.say(found.said());
                });
    }

    /** What is said of plugins that may have come into the sandbox: what they do not offer there, too. */
    private String withLeftOut(String said, List<String> plugins) {
        List<String> leftOut =
                plugins.stream().flatMap(id -> store.leftOut(id).stream()).toList();
        return leftOut.isEmpty() ? said : said + " " + Strings.get("plugins.said.leftOut", String.join(", ", leftOut));
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
            case SANDBOX ->
                change(changing, () -> store.setSandboxed(row.id(), true), () -> withLeftOut(said, List.of(row.id())));
            case TRUST -> change(changing, () -> store.setSandboxed(row.id(), false), said);
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
            list.turnTo(Page.OFFERED);
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
            PluginForms.Wish unasked = asks ? PluginForms.Wish.NOTHING : PluginForms.Wish.TRUSTED;
            // The manager may have been closed meanwhile: then nobody is there to be asked.
            PluginForms.Wish wish = asks && dialog.isDisplayable() ? PluginForms.wish(dialog, plan) : unasked;
            if (!dialog.isDisplayable() || wish == PluginForms.Wish.NOTHING) {
                drop(plan, "plugins.said.declined");
                return;
            }
            String names = plan.steps().stream()
                    .map(step -> step.archive().manifest().name())
                    .collect(Collectors.joining(", "));
            list.want(plan.steps()
                    .get(plan.steps().size() - 1)
                    .archive()
                    .manifest()
                    .id());
            change(
                    Strings.get("plugins.busy.installing"),
                    () -> {
                        try (plan) {
                            store.install(plan, wish == PluginForms.Wish.SANDBOXED);
                        }
                    },
                    () -> withLeftOut(
                            Strings.get("plugins.said.installed", names),
                            plan.steps().stream()
                                    .map(step -> step.archive().manifest().id())
                                    .toList()));
        });
    }

    private void drop(InstallPlan plan, String said) {
        background.run(Executors.callable(plan::close), done -> banner.say(Strings.get(said)), this::warn);
    }
}
