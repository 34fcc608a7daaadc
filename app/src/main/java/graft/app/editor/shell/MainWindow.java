package graft.app.editor.shell;

import com.formdev.flatlaf.FlatLaf;
import com.formdev.flatlaf.extras.FlatSVGUtils;
import com.formdev.flatlaf.extras.components.FlatTabbedPane;
import com.formdev.flatlaf.util.UIScale;
import com.google.gson.JsonElement;
import com.google.gson.JsonPrimitive;
import graft.app.editor.Background;
import graft.app.editor.CommandKeys;
import graft.app.editor.Commands;
import graft.app.editor.Icons;
import graft.app.editor.Keymap;
import graft.app.editor.Strings;
import graft.app.editor.canvas.CanvasContext;
import graft.app.editor.inspector.FileLibrary;
import graft.app.editor.inspector.Inspector;
import graft.app.editor.inspector.Prompts;
import graft.app.editor.run.RunController;
import graft.app.editor.run.RunDock;
import graft.app.editor.run.RunHost;
import graft.app.editor.run.RunTarget;
import graft.app.engine.ComfyWorkflow;
import graft.app.engine.Finding;
import graft.app.plugin.MissingNode;
import graft.app.plugin.NodeLibrary;
import graft.app.plugin.PluginWatch;
import graft.app.worker.LocalBackend;
import graft.app.worker.RunBackend;
import graft.app.worker.WorkerClient;
import graft.app.workflow.Drafts;
import graft.app.workflow.OpenWorkflow;
import graft.app.workflow.Workflow;
import graft.node.NodeSchema;
import graft.node.Problem;
import graft.node.Setting;
import graft.node.SettingSchema;
import java.awt.BorderLayout;
import java.awt.Component;
import java.awt.Dimension;
import java.awt.Frame;
import java.awt.KeyboardFocusManager;
import java.awt.Rectangle;
import java.awt.event.ActionEvent;
import java.awt.event.MouseAdapter;
import java.awt.event.MouseEvent;
import java.awt.event.WindowAdapter;
import java.awt.event.WindowEvent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.format.FormatStyle;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import javax.swing.AbstractAction;
import javax.swing.Action;
import javax.swing.BorderFactory;
import javax.swing.Box;
import javax.swing.JButton;
import javax.swing.JFrame;
import javax.swing.JOptionPane;
import javax.swing.JPanel;
import javax.swing.JSplitPane;
import javax.swing.JTabbedPane;
import javax.swing.JToolBar;
import javax.swing.SwingUtilities;
import javax.swing.Timer;
import javax.swing.WindowConstants;
import org.slf4j.LoggerFactory;

/** The editor's window: tabs of open workflows, the inspector beside them, menus, tools and the status line. */
final class MainWindow {

    private static final int DIVIDER = 5;
    private static final int TOOLS_PACE = 300;
    private static final DateTimeFormatter WHEN = DateTimeFormatter.ofLocalizedDateTime(FormatStyle.SHORT);

    /**
     * What the window works with and does not own.
     *
     * @param worker the command that starts a worker process
     */
    record Place(Path workflows, Path runs, Path config, NodeLibrary library, List<String> worker) {
        Path settingsFile() {
            return config.resolve("settings.json");
        }

        Path sessionFile() {
            return config.resolve("session.json");
        }
    }

    private final Place place;
    private final Runnable closed;
    private final JFrame frame = new JFrame(Strings.get("shell.name"));
    private final FlatTabbedPane tabs = new FlatTabbedPane();
    private final JToolBar tools = new JToolBar();
    private final JSplitPane split;
    private final StatusBar status;
    private final StartPage start;
    private final Inspector inspector;
    private final LibraryPanel shelf;
    private final JSplitPane left;
    private final JSplitPane middle;
    private final RunController runs;
    private final RunDock dock;
    private final FileLibrary files;
    private final Prompts prompts = new Prompts();
    private final Background background = new Background("graft-shell", 1);
    private final Checks checks;
    private final PluginWatch watch;
    private final Consumer<NodeLibrary.Changed> plugins;
    private final Drafts drafts;
    private final LogWindow.Memory log = LogWindow.Memory.begin();
    private final Map<Component, WorkflowTab> open = new LinkedHashMap<>();
    private final Deque<Path> closedFiles = new ArrayDeque<>();
    private final Map<Commands, Action> actions = new EnumMap<>(Commands.class);
    private final Map<Commands, JButton> toolButtons = new EnumMap<>(Commands.class);
    private final CommandKeys keys;
    private final Timer autosave = new Timer(1000, event -> autosave());
    private final Timer toolsPace = new Timer(TOOLS_PACE, event -> enableTools());
    private Preferences preferences;
    private Session session;
    private List<Template> templates = List.of();
    private boolean focusMode;
    private boolean inspectorWanted = true;

    /**
     * A window, not shown yet.
     *
     * @param closed called when the window is gone
     */
    MainWindow(Place place, Preferences preferences, Session session, Runnable closed) {
        this.place = place;
        this.preferences = preferences;
        this.session = session;
        this.closed = closed;
        files = new FileLibrary(() -> this.preferences.folders(), place.runs());
        checks = new Checks(place.library());
        plugins = changed -> SwingUtilities.invokeLater(this::pluginsChanged);
        place.library().addListener(plugins);
        watch = new PluginWatch(place.library());
        drafts = new Drafts(
                place.config().resolve("drafts"), problem -> SwingUtilities.invokeLater(() -> tell(problem)));
        inspector = new Inspector(place.library(), files, prompts, new Edits());
        runs = new RunController(
                place.library(),
                backend(preferences),
                new Runs(),
                place.config().resolve("queue.json"));
        dock = new RunDock(runs, new Runs(), place.library());
        actions();
        start = new StartPage(actions.get(Commands.NEW), actions.get(Commands.OPEN), this::openTemplate, this::open);
        status = new StatusBar(() -> command(Commands.PROBLEMS), () -> command(Commands.ZOOM_ACTUAL));
        shelf = new LibraryPanel(place.library(), files, this::workflowFiles, new Shelves());
        middle = new JSplitPane(JSplitPane.VERTICAL_SPLIT, true, tabs, dock);
        split = new JSplitPane(JSplitPane.HORIZONTAL_SPLIT, true, middle, inspector);
        left = new JSplitPane(JSplitPane.HORIZONTAL_SPLIT, true, shelf, split);
        keys = new CommandKeys(frame, () -> this.preferences.keymap(), this::action);
        autosave.setRepeats(false);
        build();
    }

    private void build() {
        tabs.setName("tabs");
        tabs.getAccessibleContext().setAccessibleName(Strings.get("tab.name"));
        tabs.setTabsClosable(true);
        tabs.setTabCloseToolTipText(Commands.CLOSE.title());
        tabs.setTabCloseCallback((pane, index) -> close(pane.getComponentAt(index), () -> {}));
        tabs.setTabLayoutPolicy(JTabbedPane.SCROLL_TAB_LAYOUT);
        tabs.addMouseListener(new MouseAdapter() {
            @Override
            public void mousePressed(MouseEvent event) {
                int index = tabs.indexAtLocation(event.getX(), event.getY());
                if (SwingUtilities.isMiddleMouseButton(event) && index > 0) {
                    close(tabs.getComponentAt(index), () -> {});
                }
            }
        });
        tabs.addTab(Commands.START_PAGE.title(), Icons.get("home"), start);
        start.putClientProperty("JTabbedPane.tabClosable", false);
        tabs.addChangeListener(event -> selected());
        split.setName("split");
        split.setResizeWeight(1);
        split.setBorder(null);
        middle.setName("middle");
        middle.setResizeWeight(1);
        middle.setBorder(null);
        dock.setMinimumSize(new Dimension(0, UIScale.scale(120)));
        dock.setPreferredSize(new Dimension(400, UIScale.scale(session.bottom())));
        dock.setVisible(false);
        left.setName("left");
        left.setBorder(null);
        left.setDividerLocation(UIScale.scale(240));
        shelf.setVisible(false);
        inspector.setMinimumSize(new Dimension(UIScale.scale(240), 0));
        tabs.setMinimumSize(new Dimension(UIScale.scale(320), 0));
        inspector.setPreferredSize(new Dimension(UIScale.scale(session.side()), 400));
        toolbar();
        JPanel content = new JPanel(new BorderLayout());
        content.add(tools, BorderLayout.NORTH);
        content.add(left, BorderLayout.CENTER);
        content.add(status, BorderLayout.SOUTH);
        frame.setName("main");
        frame.setContentPane(content);
        frame.setJMenuBar(new Menus(this::action, () -> preferences.keymap()).bar());
        frame.setIconImages(FlatSVGUtils.createWindowIconImages("/graft/app/editor/icons/graft.svg"));
        frame.setDefaultCloseOperation(WindowConstants.DO_NOTHING_ON_CLOSE);
        frame.addWindowListener(new WindowAdapter() {
            @Override
            public void windowClosing(WindowEvent event) {
                quit();
            }
        });
        Rectangle bounds = session.bounds();
        if (bounds == null) {
            frame.setSize(UIScale.scale(new Dimension(1440, 900)));
            frame.setLocationRelativeTo(null);
        } else {
            frame.setBounds(bounds);
        }
        if (session.maximised()) {
            frame.setExtendedState(Frame.MAXIMIZED_BOTH);
        }
        status.showDevice(preferences.device());
        inspector.setVisible(false);
        for (JSplitPane each : List.of(split, left, middle)) {
            each.setDividerSize(0);
        }
        toolsPace.start();
    }

    private void toolbar() {
        tools.setName("tools");
        tools.setFloatable(false);
        tools.setBorder(BorderFactory.createEmptyBorder(4, 8, 4, 8));
        for (Commands command : List.of(Commands.NEW, Commands.OPEN, Commands.SAVE)) {
            tools.add(tool(command));
        }
        tools.addSeparator();
        for (Commands command : List.of(Commands.UNDO, Commands.REDO)) {
            tools.add(tool(command));
        }
        tools.addSeparator();
        for (Commands command : List.of(Commands.ADD_NODE, Commands.ARRANGE, Commands.FIT)) {
            tools.add(tool(command));
        }
        tools.add(Box.createHorizontalGlue());
        JButton run = tool(Commands.RUN);
        run.setText(Commands.RUN.title());
        run.putClientProperty("JButton.buttonType", null);
        // In a tool bar itself a button has no background.
        JPanel runs = new JPanel(new BorderLayout());
        runs.setOpaque(false);
        runs.add(run);
        runs.setMaximumSize(new Dimension(UIScale.scale(120), UIScale.scale(32)));
        run.setIcon(Icons.onAccent("run", 16));
        run.putClientProperty(
                "FlatLaf.style",
                "background: $Graft.accent; foreground: $Graft.onAccent; font: bold; margin: 4,14,4,16;"
                        + " borderWidth: 0; hoverBackground: lighten($Graft.accent,6%)");
        tools.add(tool(Commands.CANCEL));
        tools.add(tool(Commands.STOP_AND_KEEP));
        tools.add(Box.createHorizontalStrut(UIScale.scale(6)));
        tools.add(runs);
        tools.add(Box.createHorizontalStrut(UIScale.scale(6)));
        tools.add(tool(Commands.INSPECTOR));
    }

    /** Greys the tools whose commands can do nothing now. */
    private void enableTools() {
        toolButtons.forEach((command, button) ->
                button.setEnabled(action(command).filter(Action::isEnabled).isPresent()));
    }

    private JButton tool(Commands command) {
        JButton button = new JButton(Icons.get(Menus.icon(command).orElseThrow(), 18));
        button.setName("tool." + command.id());
        button.setFocusable(false);
        button.putClientProperty("JButton.buttonType", "toolBarButton");
        button.getAccessibleContext().setAccessibleName(command.title());
        button.setToolTipText(tip(command));
        button.addActionListener(event -> command(command));
        toolButtons.put(command, button);
        return button;
    }

    private String tip(Commands command) {
        String words = preferences.keymap().key(command).map(Keymap::words).orElse("");
        return command.title().replace("…", "") + (words.isEmpty() ? "" : "  " + words);
    }

    /** Shows the window, with what was open when it was left, and then the given files. */
    void show(List<Path> given) {
        KeyboardFocusManager.getCurrentKeyboardFocusManager().addKeyEventDispatcher(keys);
        frame.setVisible(true);
        split.setDividerLocation(split.getWidth() - UIScale.scale(session.side()) - split.getDividerSize());
        refreshStart();
        soon(drafts::abandoned, this::offer);
        boolean first = !session.started();
        session = session.begun();
        if (first && given.isEmpty()) {
            openTemplate(place.workflows().resolve("train-lora.json"));
        }
        for (String file : session.open()) {
            if (Files.isRegularFile(Path.of(file))) {
                open(Path.of(file));
            }
        }
        given.forEach(this::open);
        keepSession();
    }

    JFrame frame() {
        return frame;
    }

    /** Does work with files after all that was asked for before, and hands on what it gives unless that is a problem. */
    private <T> void soon(Callable<T> work, Consumer<T> then) {
        background.run(work, then, this::tell);
    }

    private void soon(Runnable work, Runnable then) {
        soon(Executors.callable(work), done -> then.run());
    }

    // --- commands --------------------------------------------------------------------------------------------------

    private void actions() {
        put(Commands.NEW, this::newWorkflow);
        put(Commands.OPEN, () -> Choosers.workflows(
                        frame, current().flatMap(tab -> tab.document().file()))
                .forEach(this::open));
        put(Commands.START_PAGE, () -> tabs.setSelectedIndex(0));
        put(Commands.SETTINGS, () -> SettingsDialog.show(frame, preferences, this::apply));
        put(Commands.QUIT, this::quit);
        put(Commands.REOPEN, () -> Optional.ofNullable(closedFiles.poll()).ifPresent(this::open));
        put(Commands.INSPECTOR, () -> showInspector(!inspector.isVisible()));
        put(Commands.EDITOR_LOG, () -> LogWindow.show(frame, log));
        put(Commands.QUEUE, () -> showDock(RunDock.Tab.QUEUE));
        put(Commands.PROBLEMS, () -> showDock(RunDock.Tab.PROBLEMS));
        put(Commands.LOG, () -> showDock(RunDock.Tab.LOG));
        ofTab(Commands.RUN, tab -> run(tab, List.of(), false));
        ofTab(Commands.RUN_FIRST, tab -> run(tab, List.of(), true));
        ofTab(Commands.RUN_TO_HERE, tab -> {
            List<String> here = tab.selectedNodes();
            if (here.isEmpty()) {
                status.say(Strings.get("status.select"));
            } else {
                run(tab, here, false);
            }
        });
        whileRunning(Commands.CANCEL, runs::cancel);
        whileRunning(Commands.STOP_AND_KEEP, runs::stopAndKeep);
        put(Commands.FOCUS_MODE, this::focusMode);
        put(Commands.NEXT_TAB, () -> tabs.setSelectedIndex((tabs.getSelectedIndex() + 1) % tabs.getTabCount()));
        put(
                Commands.PREVIOUS_TAB,
                () -> tabs.setSelectedIndex(Math.floorMod(tabs.getSelectedIndex() - 1, tabs.getTabCount())));
        put(Commands.SHORTCUTS, () -> ShortcutsDialog.show(frame, preferences.keymap()));
        put(Commands.ABOUT, () -> AboutDialog.show(frame));
        put(Commands.REFRESH, this::refresh);
        put(Commands.PLUGINS, () -> PluginsDialog.show(frame, place.library(), Optional.empty()));
        for (Commands command : List.of(Commands.NODES, Commands.WORKFLOWS, Commands.MODELS, Commands.ASSETS)) {
            put(command, () -> showShelf(command));
        }
        ofTab(Commands.SAVE, tab -> save(tab, () -> {}));
        ofTab(Commands.SAVE_AS, tab -> saveAs(tab, () -> {}));
        ofTab(Commands.CLOSE, tab -> close(tab.canvas(), () -> {}));
        ofTab(Commands.NODE_HELP, tab -> {
            showInspector(true);
            inspector.showHelp();
        });
        ofTab(
                Commands.FIND,
                tab -> FindDialog.show(frame, place.library(), tab.canvas().shown(), tab::reveal));
        actions.put(Commands.UNDO, new Undo(false));
        actions.put(Commands.REDO, new Undo(true));
    }

    private void put(Commands command, Runnable then) {
        actions.put(command, new AbstractAction(command.title()) {
            @Override
            public void actionPerformed(ActionEvent event) {
                then.run();
            }
        });
    }

    /** Puts a command that needs a workflow in front. */
    private void ofTab(Commands command, Consumer<WorkflowTab> then) {
        actions.put(command, new AbstractAction(command.title()) {
            @Override
            public void actionPerformed(ActionEvent event) {
                current().ifPresent(then);
            }

            @Override
            public boolean isEnabled() {
                return current().isPresent();
            }
        });
    }

    /** Puts a command that needs a run under way. */
    private void whileRunning(Commands command, Runnable then) {
        actions.put(command, new AbstractAction(command.title()) {
            @Override
            public void actionPerformed(ActionEvent event) {
                then.run();
            }

            @Override
            public boolean isEnabled() {
                return runs.isRunning();
            }
        });
    }

    private void run(WorkflowTab tab, List<String> outputs, boolean first) {
        runs.run(tab.target(), outputs, first, 1);
        tab.noteSeeds(place.library());
        inspect(tab);
        enableTools();
        if (!dock.isVisible()) {
            showDock(RunDock.Tab.QUEUE);
        }
    }

    private RunBackend backend(Preferences wanted) {
        return wanted.worker()
                ? new WorkerClient(place.worker(), line -> LoggerFactory.getLogger(WorkerClient.class)
                        .info(line))
                : new LocalBackend(place.library());
    }

    /** What carries a command out now: the window, else the canvas in front. */
    Optional<Action> action(Commands command) {
        Action own = actions.get(command);
        return own != null
                ? Optional.of(own)
                : current().map(tab -> tab.canvas().getActionMap().get(command.id()));
    }

    private void command(Commands command) {
        action(command)
                .filter(Action::isEnabled)
                .ifPresent(action ->
                        action.actionPerformed(new ActionEvent(frame, ActionEvent.ACTION_PERFORMED, command.id())));
    }

    private final class Undo extends AbstractAction {
        private static final long serialVersionUID = 1;

        private final boolean redo;

        Undo(boolean redo) {
            this.redo = redo;
        }

        @Override
        public void actionPerformed(ActionEvent event) {
            current().ifPresent(tab -> {
                if (redo) {
                    tab.document().redo();
                } else {
                    tab.document().undo();
                }
            });
        }

        @Override
        public boolean isEnabled() {
            return current()
                    .map(tab -> tab.document().history())
                    .filter(history -> redo ? history.canRedo() : history.canUndo())
                    .isPresent();
        }

        @Override
        public Object getValue(String key) {
            Commands command = redo ? Commands.REDO : Commands.UNDO;
            if (!key.equals(NAME)) {
                return super.getValue(key);
            }
            Optional<String> label = current()
                    .map(tab -> tab.document().history())
                    .flatMap(history -> redo ? history.redoLabel() : history.undoLabel());
            return label.map(words -> command.title() + ": " + words).orElse(command.title());
        }
    }

    private void refresh() {
        refreshStart();
        background.run(
                place.library()::refresh,
                changed -> {
                    shelf.look();
                    current().ifPresent(this::inspectAndCheck);
                    status.say(Strings.get("status.refreshed"));
                },
                this::tell);
    }

    /** Plugins came or went: all that shows their nodes shows them as they are now. */
    private void pluginsChanged() {
        open.values().forEach(tab -> tab.canvas().typesChanged());
        shelf.look();
        current().ifPresent(this::inspectAndCheck);
    }

    private void inspectAndCheck(WorkflowTab tab) {
        inspect(tab);
        check(tab);
    }

    private void focusMode() {
        focusMode = !focusMode;
        tools.setVisible(!focusMode);
        status.setVisible(!focusMode);
        tabs.putClientProperty("JTabbedPane.hideTabAreaWithOneTab", focusMode);
        tabs.setTabAreaInsets(null);
        shelf.setVisible(false);
        left.setDividerSize(0);
        keepSizes();
        dock.setVisible(false);
        middle.setDividerSize(0);
        showInspector(!focusMode);
    }

    /** Shows a tab of the dock, or puts the dock away when it shows that one. */
    private void showDock(RunDock.Tab tab) {
        boolean away = dock.isVisible() && dock.selected() == tab;
        keepSizes();
        dock.setVisible(!away);
        middle.setDividerSize(away ? 0 : DIVIDER);
        if (!away) {
            middle.setDividerLocation(middle.getHeight() - UIScale.scale(session.bottom()) - middle.getDividerSize());
            dock.select(tab);
        }
    }

    /** Shows a shelf of the library, or puts the library away when it shows that one. */
    private void showShelf(Commands command) {
        boolean away = shelf.isVisible() && shelf.shows(command);
        int width = left.getDividerLocation();
        shelf.setVisible(!away);
        left.setDividerSize(away ? 0 : DIVIDER);
        if (away) {
            current().ifPresent(tab -> tab.canvas().requestFocusInWindow());
        } else {
            left.setDividerLocation(Math.max(width, UIScale.scale(220)));
            shelf.show(command);
        }
    }

    /** The templates, and the files that were opened lately. */
    private List<Path> workflowFiles() {
        List<Path> all = new ArrayList<>(session.recent().stream()
                .map(Path::of)
                .filter(Files::isRegularFile)
                .toList());
        templates.stream()
                .map(Template::file)
                .filter(file -> !all.contains(file))
                .forEach(all::add);
        return all;
    }

    private void showInspector(boolean shown) {
        boolean visible = shown && current().isPresent();
        if (visible != inspector.isVisible()) {
            if (!visible) {
                keepSizes();
            }
            inspector.setVisible(visible);
            split.setDividerSize(visible ? DIVIDER : 0);
            if (visible) {
                split.setDividerLocation(split.getWidth() - UIScale.scale(session.side()) - split.getDividerSize());
            }
        }
        inspectorWanted = shown;
    }

    private void keepSizes() {
        if (inspector.isVisible() && inspector.getWidth() > 0) {
            session = session.withSide(UIScale.unscale(inspector.getWidth()));
        }
        if (dock.isVisible() && dock.getHeight() > 0) {
            session = session.withBottom(UIScale.unscale(dock.getHeight()));
        }
    }

    // --- tabs ------------------------------------------------------------------------------------------------------

    /** The workflow in front; none on the start page. */
    Optional<WorkflowTab> current() {
        return Optional.ofNullable(open.get(tabs.getSelectedComponent()));
    }

    private void newWorkflow() {
        add(OpenWorkflow.untitled(Workflow.EMPTY, drafts));
    }

    void openTemplate(Path file) {
        soon(() -> Workflow.read(file), workflow -> add(OpenWorkflow.untitled(workflow, drafts)));
    }

    /** Opens a file in a tab, or brings the tab that it is open in to the front. */
    void open(Path file) {
        Path whole = file.toAbsolutePath().normalize();
        for (Map.Entry<Component, WorkflowTab> each : open.entrySet()) {
            if (each.getValue().document().file().map(Path::normalize).equals(Optional.of(whole))) {
                tabs.setSelectedComponent(each.getKey());
                return;
            }
        }
        soon(() -> ComfyWorkflow.isOne(whole), theirs -> {
            if (theirs) {
                takeOver(whole);
            } else {
                soon(() -> OpenWorkflow.open(whole, drafts), document -> {
                    add(document);
                    remember(whole);
                });
            }
        });
    }

    /** Opens a file of ComfyUI as a workflow without a file, so that theirs stays as it is. */
    private void takeOver(Path file) {
        String name = file.getFileName().toString();
        soon(() -> ComfyWorkflow.read(file), read -> {
            add(OpenWorkflow.untitled(read.workflow().withTitle(name.replaceFirst("\\.[A-Za-z]+$", "")), drafts));
            status.say(
                    read.kept().isEmpty()
                            ? Strings.get("status.comfy", name)
                            : Strings.get("status.comfy.kept", name, String.join(", ", read.kept())));
        });
    }

    private void add(OpenWorkflow document) {
        WorkflowTab tab = new WorkflowTab(document, place.library(), new Context(), runs);
        open.put(tab.canvas(), tab);
        document.addListener(workflow -> changed(tab));
        tab.canvas().onSelection(() -> {
            if (current().filter(tab::equals).isPresent()) {
                inspect(tab);
            }
        });
        tab.canvas().onView(() -> {
            if (current().filter(tab::equals).isPresent()) {
                status.showZoom(tab.canvas().zoom());
            }
        });
        tabs.addTab(tab.title(), tab.canvas());
        title(tab);
        tabs.setSelectedComponent(tab.canvas());
        changed(tab);
        keepSession();
        // The inspector beside it takes its place first.
        SwingUtilities.invokeLater(tab.canvas()::fit);
    }

    /** The front tab is another one. */
    private void selected() {
        Optional<WorkflowTab> tab = current();
        showInspectorIf(tab.isPresent() && inspectorWanted);
        tab.ifPresent(shown -> {
            inspect(shown);
            showFindings(shown);
            status.showZoom(shown.canvas().zoom());
            shown.canvas().requestFocusInWindow();
            check(shown);
        });
        if (tab.isEmpty()) {
            status.showZoom(-1);
            refreshStart();
        }
        frame.setTitle(tab.map(shown -> shown.title() + " – ").orElse("") + Strings.get("shell.name"));
        // Not at the next tick: a hand that opens a workflow and presses Run at once would press a grey button.
        enableTools();
    }

    private void showInspectorIf(boolean shown) {
        boolean wanted = inspectorWanted;
        showInspector(shown);
        inspectorWanted = wanted;
    }

    private void changed(WorkflowTab tab) {
        title(tab);
        if (current().filter(tab::equals).isPresent()) {
            inspectAndCheck(tab);
        }
        enableTools();
        if (preferences.autosave() > 0) {
            autosave.setInitialDelay(1000 * preferences.autosave());
            autosave.restart();
        }
    }

    private void check(WorkflowTab tab) {
        checks.soon(tab.document().workflow(), found -> {
            tab.setFindings(found);
            if (current().filter(tab::equals).isPresent()) {
                showFindings(tab);
            }
        });
    }

    private void showFindings(WorkflowTab tab) {
        long errors = tab.findings().stream().filter(Finding::isError).count();
        status.showProblems((int) errors, tab.findings().size() - (int) errors);
        inspector.show(tab.shownFindings());
        dock.showFindings(tab.findings());
    }

    private void inspect(WorkflowTab tab) {
        inspector.show(tab.canvas().shown(), tab.canvas().selected());
        inspector.showUsedSeeds(tab.usedSeeds());
        inspector.show(tab.shownFindings());
    }

    /** The title of a tab, with a dot while it has changes that are not saved. */
    private void title(WorkflowTab tab) {
        int index = tabs.indexOfComponent(tab.canvas());
        if (index >= 0) {
            tabs.setTitleAt(index, (tab.document().dirty() ? "● " : "") + tab.title());
            tabs.setToolTipTextAt(
                    index, tab.document().file().map(Path::toString).orElse(Strings.get("tab.no-file")));
        }
    }

    // --- saving and closing ----------------------------------------------------------------------------------------

    private void save(WorkflowTab tab, Runnable then) {
        if (tab.document().file().isEmpty()) {
            saveAs(tab, then);
            return;
        }
        if (tab.document().changedOnDisk()
                && !confirm(Strings.get("save.changed", tab.document().file().get()), Strings.get("save.over"))) {
            return;
        }
        write(tab, tab.document().file().get(), then);
    }

    private void saveAs(WorkflowTab tab, Runnable then) {
        Path suggested = tab.document()
                .file()
                .orElseGet(() -> Path.of(System.getProperty("user.home"), fileName(tab.title()) + ".json"));
        Choosers.save(frame, suggested).ifPresent(file -> write(tab, file, then));
    }

    private static String fileName(String title) {
        String plain = title.toLowerCase(Locale.ROOT).replaceAll("[^\\p{L}\\p{N}]+", "-");
        return plain.replaceAll("^-|-$", "");
    }

    private void write(WorkflowTab tab, Path file, Runnable then) {
        soon(() -> tab.document().saveAs(file), () -> {
            title(tab);
            remember(file.toAbsolutePath().normalize());
            status.say(Strings.get("status.saved", file));
            then.run();
        });
    }

    /** Saves what has a file and changes, unless another program changed the file too. */
    private void autosave() {
        for (WorkflowTab tab : open.values()) {
            if (tab.document().dirty()
                    && tab.document().file().isPresent()
                    && !tab.document().changedOnDisk()) {
                write(tab, tab.document().file().get(), () -> {});
            }
        }
    }

    /** Closes a tab, asking first when it has changes; {@code then} is left out when the user keeps it. */
    private void close(Component component, Runnable then) {
        WorkflowTab tab = open.get(component);
        if (tab == null) {
            return;
        }
        if (!tab.document().dirty()) {
            closed(tab);
            then.run();
            return;
        }
        tabs.setSelectedComponent(component);
        switch (askToSave(tab.title())) {
            case 0 ->
                save(tab, () -> {
                    closed(tab);
                    then.run();
                });
            case 1 -> {
                closed(tab);
                then.run();
            }
            default -> {
                // The user keeps working on it.
            }
        }
    }

    private int askToSave(String title) {
        Object[] choices = {Strings.get("close.save"), Strings.get("close.discard"), Strings.get("close.cancel")};
        return JOptionPane.showOptionDialog(
                frame,
                Strings.get("close.question", title),
                Strings.get("close.title"),
                JOptionPane.DEFAULT_OPTION,
                JOptionPane.QUESTION_MESSAGE,
                null,
                choices,
                choices[0]);
    }

    private boolean confirm(String question, String yes) {
        Object[] choices = {yes, Strings.get("close.cancel")};
        return JOptionPane.showOptionDialog(
                        frame,
                        question,
                        Strings.get("shell.name"),
                        JOptionPane.DEFAULT_OPTION,
                        JOptionPane.WARNING_MESSAGE,
                        null,
                        choices,
                        choices[1])
                == 0;
    }

    private void closed(WorkflowTab tab) {
        tab.document().file().ifPresent(closedFiles::push);
        tab.document().close();
        open.remove(tab.canvas());
        tabs.remove(tab.canvas());
        tab.dispose();
        keepSession();
    }

    /** Ends the editor, unless the user keeps a workflow that is not saved. */
    private void quit() {
        keepSession();
        if (runs.isRunning() && !confirm(Strings.get("close.running"), Strings.get("close.stop"))) {
            return;
        }
        Optional<WorkflowTab> unsaved =
                open.values().stream().filter(tab -> tab.document().dirty()).findFirst();
        if (unsaved.isPresent()) {
            close(unsaved.get().canvas(), this::quitKeeping);
            return;
        }
        end();
    }

    /** Goes on to quit with the session as it was when the user began to. */
    private void quitKeeping() {
        Session before = session;
        Optional<WorkflowTab> unsaved =
                open.values().stream().filter(tab -> tab.document().dirty()).findFirst();
        if (unsaved.isPresent()) {
            close(unsaved.get().canvas(), this::quitKeeping);
            return;
        }
        session = before;
        end();
    }

    /** Ends the editor as it is. */
    void end() {
        keepSession();
        KeyboardFocusManager.getCurrentKeyboardFocusManager().removeKeyEventDispatcher(keys);
        List<WorkflowTab> last = new ArrayList<>(open.values());
        last.forEach(tab -> {
            tab.document().close();
            tab.dispose();
        });
        runs.close();
        autosave.stop();
        toolsPace.stop();
        status.close();
        watch.close();
        place.library().removeListener(plugins);
        checks.close();
        prompts.close();
        files.close();
        background.close();
        frame.dispose();
        log.end();
        drafts.close();
        closed.run();
    }

    // --- what is remembered ----------------------------------------------------------------------------------------

    private void remember(Path file) {
        session = session.opened(file);
        keepSession();
        refreshStart();
    }

    private void keepSession() {
        keepSizes();
        List<String> paths = new ArrayList<>();
        int front = -1;
        for (WorkflowTab tab : open.values()) {
            if (tab.document().file().isPresent()) {
                if (current().filter(tab::equals).isPresent()) {
                    front = paths.size();
                }
                paths.add(tab.document().file().get().toString());
            }
        }
        boolean maximised = (frame.getExtendedState() & Frame.MAXIMIZED_BOTH) == Frame.MAXIMIZED_BOTH;
        Session now = session.withOpen(paths, front, maximised ? session.bounds() : frame.getBounds(), maximised);
        session = now;
        soon(() -> now.write(place.sessionFile()), () -> {});
    }

    private void refreshStart() {
        start.showRecent(session.recent().stream()
                .map(Path::of)
                .filter(Files::isRegularFile)
                .toList());
        soon(() -> Template.all(place.workflows(), place.runs()), all -> {
            templates = all;
            start.showTemplates(all);
        });
    }

    private void offer(List<Drafts.Draft> abandoned) {
        List<Drafts.Draft> left = new ArrayList<>(abandoned);
        showDrafts(left);
        if (!left.isEmpty()) {
            tabs.setSelectedIndex(0);
            status.say(Strings.get("status.drafts", left.size()));
        }
    }

    private void showDrafts(List<Drafts.Draft> left) {
        List<StartPage.Recovered> shown = new ArrayList<>();
        for (Drafts.Draft draft : left) {
            String title = draft.file()
                    .map(file -> file.getFileName().toString())
                    .orElseGet(() -> draft.workflow().title().isEmpty()
                            ? Strings.get("tab.untitled")
                            : draft.workflow().title());
            shown.add(new StartPage.Recovered(
                    title,
                    WHEN.format(draft.at().atZone(ZoneId.systemDefault())),
                    () -> {
                        left.remove(draft);
                        showDrafts(left);
                        add(OpenWorkflow.recover(draft, drafts));
                    },
                    () -> {
                        left.remove(draft);
                        showDrafts(left);
                        drafts.discard(draft);
                    }));
        }
        start.showDrafts(shown);
    }

    // --- settings --------------------------------------------------------------------------------------------------

    /** Puts new settings into effect and keeps them. */
    void apply(Preferences next) {
        boolean look = next.look() != preferences.look()
                || !next.accent().equals(preferences.accent())
                || next.scale() != preferences.scale();
        boolean elsewhere = next.worker() != preferences.worker();
        preferences = next;
        if (elsewhere) {
            runs.use(backend(next));
        }
        soon(() -> next.write(place.settingsFile()), () -> {});
        status.showDevice(next.device());
        for (Component each : tools.getComponents()) {
            if (each instanceof JButton button && button.getName() != null) {
                Commands.of(button.getName().replace("tool.", ""))
                        .ifPresent(command -> button.setToolTipText(tip(command)));
            }
        }
        if (look) {
            soon(() -> Editor.theme(next.look()), theme -> {
                Editor.install(theme, next);
                FlatLaf.updateUI();
            });
        }
    }

    private void tell(Problem problem) {
        JOptionPane.showMessageDialog(
                frame,
                Strings.get(
                        "problem.words",
                        problem.getMessage().replaceFirst(": ", ":\n").replaceFirst("; ", ".\n")),
                Strings.get("shell.name"),
                JOptionPane.ERROR_MESSAGE);
    }

    /** What the canvases ask of the window. */
    private final class Context implements CanvasContext {
        @Override
        public void open(Path file) {
            MainWindow.this.open(file);
        }

        @Override
        public void tell(Problem problem) {
            MainWindow.this.tell(problem);
        }

        @Override
        public boolean confirm(String question, String yes) {
            return MainWindow.this.confirm(question, yes);
        }

        @Override
        public Keymap keymap() {
            return preferences.keymap();
        }
    }

    /** Edits of the inspector go to the canvas in front, which knows what of the workflow it shows. */
    private final class Edits implements Inspector.Host {
        @Override
        public void edit(String label, String mergeKey, UnaryOperator<Workflow> change) {
            current().ifPresent(tab -> tab.canvas().edit(label, mergeKey, change));
        }

        @Override
        public void reveal(String node) {
            current().ifPresent(tab -> {
                tab.canvas().select(Set.of(node));
                tab.canvas().centerOn(node);
            });
        }
    }

    /** What is taken from a shelf goes to the canvas in front. */
    private final class Shelves implements LibraryPanel.Host {
        @Override
        public void add(NodeSchema type, Map<String, JsonElement> settings) {
            if (current().isEmpty()) {
                newWorkflow();
            }
            current().ifPresent(tab -> {
                tab.canvas().add(type, settings);
                tab.canvas().requestFocusInWindow();
            });
        }

        @Override
        public void open(Path workflow) {
            if (templates.stream().anyMatch(template -> template.file().equals(workflow))) {
                openTemplate(workflow);
            } else {
                MainWindow.this.open(workflow);
            }
        }

        @Override
        public void view(Path picture) {
            if (!dock.isVisible()) {
                showDock(RunDock.Tab.PICTURES);
            }
            dock.viewer().show(List.of(picture), 0);
            dock.select(RunDock.Tab.PICTURES);
        }
    }

    /** What runs ask of the window. */
    private final class Runs implements RunHost {
        @Override
        public Optional<RunTarget> front() {
            return current().map(WorkflowTab::target);
        }

        @Override
        public void open(Workflow workflow, String title) {
            add(OpenWorkflow.untitled(workflow.withTitle(title), drafts));
        }

        @Override
        public void reveal(OpenWorkflow document, String node) {
            open.values().stream()
                    .filter(tab -> tab.document().equals(document))
                    .findFirst()
                    .ifPresent(tab -> {
                        tabs.setSelectedComponent(tab.canvas());
                        tab.reveal(node);
                    });
        }

        @Override
        public Path runs() {
            return place.runs();
        }

        @Override
        public String device() {
            return preferences.device();
        }

        @Override
        public void bring(MissingNode missing) {
            PluginsDialog.show(frame, place.library(), Optional.of(missing));
        }

        @Override
        public void say(String words) {
            status.say(words);
        }

        /** Into the selected node when it takes a picture, else into a new one that loads it. */
        @Override
        public void sendToNode(Path picture) {
            JsonPrimitive file = new JsonPrimitive(picture.toString());
            current().ifPresent(tab -> {
                for (String node : tab.selectedNodes()) {
                    Optional<SettingSchema> setting = place.library()
                            .node(tab.canvas().shown().nodes().get(node).type())
                            .flatMap(schema -> schema.settings().stream()
                                    .filter(each -> each.declared().control() == Setting.Control.IMAGE_FILE)
                                    .findFirst());
                    if (setting.isPresent()) {
                        tab.canvas()
                                .edit(
                                        Strings.get(
                                                "inspector.edit", setting.get().title()),
                                        workflow -> workflow.with(
                                                node, setting.get().id(), file));
                        return;
                    }
                }
                place.library().node("graft/images/load").ifPresent(type -> tab.canvas()
                        .add(type, Map.of("file", file)));
            });
        }

        @Override
        public void openWorkflow(Path picture) {
            MainWindow.this.open(picture);
        }

        @Override
        public void tell(Problem problem) {
            MainWindow.this.tell(problem);
        }
    }
}
