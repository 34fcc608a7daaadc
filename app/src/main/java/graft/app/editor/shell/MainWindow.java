package graft.app.editor.shell;

import com.formdev.flatlaf.FlatLaf;
import com.formdev.flatlaf.extras.FlatSVGUtils;
import com.formdev.flatlaf.util.UIScale;
import graft.app.editor.CommandKeys;
import graft.app.editor.Commands;
import graft.app.editor.Keymap;
import graft.app.editor.ScreenRoom;
import graft.app.editor.Strings;
import graft.app.editor.dataset.DatasetPanel;
import graft.app.editor.inspector.CaptionTokens;
import graft.app.editor.inspector.FileLibrary;
import graft.app.editor.inspector.Inspector;
import graft.app.editor.inspector.Prompts;
import graft.app.editor.run.RunController;
import graft.app.editor.run.RunDock;
import graft.app.plugin.NodeLibrary;
import graft.app.plugin.PluginWatch;
import graft.app.sandbox.Sandbox;
import graft.app.user.ModelFolders;
import graft.app.user.ModelSources;
import graft.app.worker.LocalBackend;
import graft.app.worker.RunBackend;
import graft.app.worker.SandboxingBackend;
import graft.app.worker.WorkerClient;
import graft.app.workflow.Drafts;
import graft.app.workflow.OpenWorkflow;
import graft.app.workflow.Workflow;
import java.awt.Dialog;
import java.awt.Frame;
import java.awt.KeyboardFocusManager;
import java.awt.Window;
import java.awt.event.WindowAdapter;
import java.awt.event.WindowEvent;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import javax.swing.Action;
import javax.swing.JFrame;
import javax.swing.SwingUtilities;
import javax.swing.WindowConstants;
import org.slf4j.LoggerFactory;

/** The editor's window: what it is made of, and which command does what. */
final class MainWindow {

    private final EditorPlace place;
    private final Runnable closed;
    /** Threads that look for models ask for its folders. */
    private volatile Preferences preferences;

    private final LogWindow.Memory log = LogWindow.Memory.begin();
    private final JFrame frame = new JFrame(Strings.get("shell.name"));
    private final MessageBoxes boxes = new MessageBoxes(frame);
    private final FileWork work = new FileWork(boxes);
    private final OpenTabs tabs = new OpenTabs();
    private final WindowActions actions = new WindowActions(tabs, this::hasRefused, this::settle);
    private final CommandKeys keys = new CommandKeys(frame, this::keymap, actions::find);
    private final ToolBar tools;
    private final StatusBar status =
            new StatusBar(() -> actions.perform(Commands.PROBLEMS), () -> actions.perform(Commands.ZOOM_ACTUAL));

    private final Drafts drafts;
    private final Leftovers leftovers;
    private final Opener opener;
    private final Saving saving;
    private final ComfySaving comfySaving;
    private final Closing closing;
    private final SessionKeeper session;
    private final StartOffers offers;
    private final Teaching teaching;
    private final Sweeps sweeps;

    private final FileLibrary files;
    private final Prompts prompts = new Prompts(this::models);
    private final Inspector inspector;
    private final LibraryPanel shelves;
    private final Datasets datasets;
    private final CanvasHost canvasHost;
    private final RunController runs;
    private final Docks docks;
    private final Checks checks;
    private final FrontPanels panels;
    private final PluginWatch watch;
    private final Consumer<NodeLibrary.Changed> plugins;

    /**
     * A window, not shown yet.
     *
     * @param closed called when the window is gone and what a run has to save is saved
     */
    MainWindow(EditorPlace place, Preferences preferences, Session last, Runnable closed) {
        this.place = place;
        this.preferences = preferences;
        this.closed = closed;
        plugins = changed -> SwingUtilities.invokeLater(this::pluginsChanged);
        place.library().addListener(plugins);
        watch = new PluginWatch(place.library());
        checks = new Checks(place.library(), this::models, () -> this.preferences.device(), place.runs());
        files = new FileLibrary(this::models, place.runs());
        drafts = new Drafts(
                place.config().resolve("drafts"), problem -> SwingUtilities.invokeLater(() -> boxes.tell(problem)));
        leftovers = new Leftovers(drafts);
        opener = new Opener(
                tabs, drafts, leftovers, work, status, place.library(), this::models, this::add, this::remember);
        datasets = new Datasets(tabs, place.library(), new CaptionTokens(place.library(), prompts), checks, status);
        canvasHost = new CanvasHost(
                opener,
                boxes,
                status,
                this::keymap,
                frame,
                work,
                datasets,
                place.workflows(),
                this::vary,
                actions::perform);
        inspector =
                new Inspector(place.library(), files, prompts, new InspectorHost(tabs, status, datasets, this::vary));
        RunsHost runsHost =
                new RunsHost(place, () -> this.preferences.device(), frame, tabs, opener, work, boxes, status);
        runs = new RunController(
                place.library(), backend(preferences), runsHost, place.config().resolve("queue.json"));
        RunDock runDock = new RunDock(runs, runsHost, place.library());
        panels = new FrontPanels(tabs, inspector, runDock, status, checks);
        // How long it took tells how long the next one will.
        runs.whenEnded(panels::lookAgain);
        session = new SessionKeeper(last, place.sessionFile(), work, frame, tabs, inspector, runDock);
        comfySaving = new ComfySaving(place.library(), this::models, work, status, frame);
        saving = new Saving(tabs, work, boxes, status, frame, this::remember);
        closing = new Closing(tabs, saving, boxes, session);
        teaching = new Teaching(
                frame, place.workflows(), checks, files, opener, work, boxes, () -> actions.perform(Commands.RUN));
        sweeps = new Sweeps(
                frame,
                place,
                () -> this.preferences.device(),
                files,
                prompts,
                checks,
                opener,
                work,
                boxes,
                status,
                this::settle);
        commands();
        tools = new ToolBar(actions, this::keymap);
        StartPage start = new StartPage(
                actions.find(Commands.TEACH).orElseThrow(),
                actions.find(Commands.NEW).orElseThrow(),
                actions.find(Commands.OPEN).orElseThrow(),
                opener::template,
                opener::file);
        offers = new StartOffers(start, place, session, leftovers, opener, work);
        shelves = new LibraryPanel(
                place.library(), files, offers::files, new LibraryHost(tabs, opener, offers, this::view, boxes::tell));
        docks = new Docks(tabs, tools, status, inspector, runDock, shelves, session);
        tabs.begin(start, this::turned, tab -> closing.close(tab, () -> {}));
        status.showDevice(preferences.device());
        fillFrame();
    }

    private void fillFrame() {
        frame.setName("main");
        RecentMenu recent = new RecentMenu(session::recentOrMissing, opener::file, session::forget, status::say);
        frame.setContentPane(docks.content());
        frame.setJMenuBar(new Menus(actions::find, this::keymap, recent).bar());
        frame.setIconImages(FlatSVGUtils.createWindowIconImages("/graft/app/editor/icons/graft.svg"));
        frame.setDefaultCloseOperation(WindowConstants.DO_NOTHING_ON_CLOSE);
        frame.addWindowListener(new WindowAdapter() {
            @Override
            public void windowActivated(WindowEvent event) {
                panels.lookAgain();
            }

            @Override
            public void windowClosing(WindowEvent event) {
                quit();
            }
        });
        session.placeWindow();
    }

    /** Shows the window, with what was open when it was left, and then the given files. */
    void show(List<Path> given) {
        KeyboardFocusManager.getCurrentKeyboardFocusManager().addKeyEventDispatcher(keys);
        frame.setVisible(true);
        // Before all else that is read: what is left of a file may be newer than it.
        work.soon(drafts::abandoned, leftovers::found);
        offers.refresh();
        if (session.begin() && given.isEmpty()) {
            openTemplate(place.workflows().resolve("train-lora.json"));
        }
        session.openFiles().forEach(opener::file);
        session.frontFile().ifPresent(opener::file);
        given.forEach(opener::file);
        afterFileWork(() -> restored(given));
        sayWhatDidNotLoad();
    }

    /** What was open before, and what was given, is open. */
    private void restored(List<Path> given) {
        session.restored();
        // Of a file that is open its tab tells.
        long elsewhere = leftovers.count(draft -> draft.file().flatMap(tabs::of).isEmpty());
        if (elsewhere > 0) {
            if (given.isEmpty()) {
                tabs.showStartPage();
            }
            status.say(Strings.get("status.drafts", elsewhere));
        }
    }

    JFrame frame() {
        return frame;
    }

    /** The workflow in front; empty on the start page. */
    Optional<WorkflowTab> current() {
        return tabs.front();
    }

    /** Opens a copy of a template. */
    void openTemplate(Path file) {
        opener.template(file);
    }

    /** Saves the workflow in front in a file. */
    void saveAs(Path file) {
        tabs.front().ifPresent(tab -> saving.saveAs(tab, file, () -> {}));
    }

    /** Does something when all that was asked of files is done. */
    void afterFileWork(Runnable then) {
        work.soon(() -> {}, then);
    }

    /** All open workflows. */
    List<WorkflowTab> open() {
        return tabs.all();
    }

    /** Opens a file, or brings the tab that it is open in to the front. */
    void open(Path file) {
        opener.file(file);
    }

    /** What carries a command out now: the window, else the canvas in front. */
    Optional<Action> action(Commands command) {
        return actions.find(command);
    }

    private Keymap keymap() {
        return preferences.keymap();
    }

    /** Ends what is being typed, wherever that is: a command finds in the document what the user sees. */
    private void settle() {
        inspector.settle();
        tabs.front().ifPresent(tab -> tab.canvas().settle());
    }

    private boolean hasRefused() {
        return inspector.hasRefused()
                || tabs.front().filter(tab -> tab.canvas().hasRefused()).isPresent();
    }

    // --- which command does what -----------------------------------------------------------------------------------

    private void commands() {
        actions.put(Commands.NEW, () -> opener.untitled(Workflow.EMPTY));
        actions.put(Commands.TEACH, teaching::ask);
        actions.put(Commands.OPEN, this::choose);
        actions.put(Commands.START_PAGE, tabs::showStartPage);
        actions.putOfTab(Commands.SAVE, tab -> saving.save(tab, () -> {}));
        actions.putOfTab(Commands.SAVE_AS, tab -> saving.saveAs(tab, () -> {}));
        actions.putOfTab(Commands.EXPORT_COMFY, comfySaving::save);
        actions.putOfTab(Commands.CLOSE, tab -> closing.close(tab, () -> {}));
        actions.put(Commands.REOPEN, () -> closing.takeLast().ifPresent(opener::file));
        actions.put(Commands.SETTINGS, () -> SettingsDialog.show(frame, preferences, this::apply));
        actions.put(Commands.QUIT, this::quit);

        actions.putOfTab(
                Commands.FIND,
                tab -> FindDialog.show(frame, place.library(), tab.canvas().shown(), tab::reveal));

        actions.put(Commands.REFRESH, this::refresh);
        for (Commands shelf : List.of(Commands.NODES, Commands.WORKFLOWS, Commands.MODELS, Commands.ASSETS)) {
            actions.putToggle(shelf, () -> docks.shows(shelf), () -> docks.toggleShelf(shelf));
        }
        actions.putToggle(Commands.INSPECTOR, () -> docks.showsInspector(), () -> docks.toggleInspector());
        Map.of(
                        Commands.QUEUE, RunDock.Tab.QUEUE,
                        Commands.PROBLEMS, RunDock.Tab.PROBLEMS,
                        Commands.LOG, RunDock.Tab.LOG)
                .forEach((command, tab) ->
                        actions.putToggle(command, () -> docks.shows(tab), () -> docks.toggleRuns(tab)));
        actions.putToggle(Commands.FOCUS_MODE, () -> docks.isFocusMode(), () -> docks.toggleFocusMode());
        actions.put(Commands.NEXT_TAB, () -> tabs.turn(1));
        actions.put(Commands.PREVIOUS_TAB, () -> tabs.turn(-1));

        actions.putOfTab(Commands.RUN, tab -> run(tab, List.of(), false));
        actions.putOfTab(Commands.RUN_FIRST, tab -> run(tab, List.of(), true));
        actions.putOfTab(Commands.RUN_TO_HERE, this::runToHere);
        actions.putWhile(Commands.CANCEL, runs::isRunning, runs::cancel);
        actions.putWhile(Commands.STOP_AND_KEEP, runs::isRunning, runs::stopAndKeep);
        actions.putOfTab(Commands.SWEEP, tab -> sweeps.ask(tab));

        actions.putOfTab(Commands.NODE_HELP, tab -> {
            docks.showInspector(true);
            inspector.showHelp();
        });
        actions.put(Commands.SHORTCUTS, () -> ShortcutsDialog.show(frame, preferences.keymap()));
        actions.put(Commands.PLUGINS, () -> PluginsDialog.show(frame, place.library(), Optional.empty()));
        actions.put(Commands.EDITOR_LOG, () -> LogWindow.show(frame, log));
        actions.put(Commands.ABOUT, () -> AboutDialog.show(frame));
    }

    private void choose() {
        Optional<Path> beside = tabs.front().flatMap(tab -> tab.document().file());
        Choosers.workflows(frame, beside).forEach(opener::file);
    }

    private void runToHere(WorkflowTab tab) {
        List<String> here = tab.selectedInRun();
        if (here.isEmpty()) {
            status.say(Strings.get("status.select"));
        } else {
            run(tab, here, false);
        }
    }

    /** Of a node that the canvas in front shows. */
    private void vary(String node, Optional<String> setting) {
        settle();
        tabs.front().ifPresent(tab -> sweeps.vary(tab, tab.canvas().prefix() + node, setting));
    }

    private void run(WorkflowTab tab, List<String> outputs, boolean first) {
        runs.run(tab.target(), outputs, first, 1);
        tab.noteSeeds(place.library());
        panels.inspect(tab);
        tools.enableButtons();
        docks.showRun();
    }

    private RunBackend backend(Preferences wanted) {
        Consumer<String> logged = LoggerFactory.getLogger(WorkerClient.class)::info;
        RunBackend chosen = wanted.worker()
                ? new WorkerClient(place.worker(), logged)
                : new LocalBackend(place.library(), this::models);
        return new SandboxingBackend(chosen, place.library(), this::models, Sandbox.ofThisMachine(), logged);
    }

    private void refresh() {
        offers.refresh();
        work.soon(place.library()::refresh, changed -> {
            shelves.look();
            panels.changed();
            status.say(Strings.get("status.refreshed"));
        });
    }

    // --- what happens in the window --------------------------------------------------------------------------------

    /** Puts a document into a tab. */
    private void add(OpenWorkflow document) {
        WorkflowTab tab = new WorkflowTab(document, place.library(), canvasHost, runs);
        document.addListener(workflow -> changed(tab));
        panels.follow(tab);
        tabs.add(tab);
        changed(tab);
        session.keep();
        // The inspector beside it takes its place first.
        SwingUtilities.invokeLater(tab.canvas()::showBeginning);
    }

    /** The front tab is another one. */
    private void turned() {
        Optional<WorkflowTab> front = tabs.front();
        docks.turned();
        panels.turned();
        if (front.isEmpty()) {
            offers.refresh();
        }
        frame.setTitle(front.map(tab -> tab.title() + " – ").orElse("") + Strings.get("shell.name"));
        // Not at the next tick: a hand that opens a workflow and presses Run at once would press a grey button.
        tools.enableButtons();
    }

    private void changed(WorkflowTab tab) {
        tabs.showTitle(tab);
        tab.dataset().ifPresent(DatasetPanel::changed);
        if (tabs.isFront(tab)) {
            panels.changed();
        }
        tools.enableButtons();
        saving.edited(preferences.autosave());
    }

    /** A file was opened or saved. */
    private void remember(Path file) {
        session.opened(file);
        offers.refresh();
    }

    private void view(Path picture) {
        docks.view(picture);
    }

    /** Plugins came or went: all that shows their nodes shows them as they are now. */
    private void pluginsChanged() {
        tabs.all().forEach(tab -> tab.canvas().typesChanged());
        inspector.typesChanged();
        shelves.look();
        offers.refresh();
        panels.changed();
        sayWhatDidNotLoad();
    }

    private void sayWhatDidNotLoad() {
        int count = place.library().failures().size();
        if (count > 0) {
            status.say(Strings.get("plugins.failed.some", count));
        }
    }

    private ModelFolders models() {
        return ModelSources.chosen(preferences.folders());
    }

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
        work.soon(() -> next.write(place.settingsFile()), () -> {});
        status.showDevice(next.device());
        panels.lookAgain();
        tools.showKeys();
        if (look) {
            work.soon(() -> next.look().theme(), theme -> {
                double before = UIScale.scale(1f);
                session.keepSizes();
                next.install(theme);
                FlatLaf.updateUI();
                scaled(UIScale.scale(1f) / before);
            });
        }
    }

    /** Makes all windows, and what stands around the canvas, as much larger or smaller as the words in them became. */
    private void scaled(double change) {
        if (change == 1) {
            return;
        }
        ScreenRoom room = ScreenRoom.now();
        for (Window each : Window.getWindows()) {
            boolean whole = each instanceof Frame other && other.getExtendedState() != Frame.NORMAL;
            if (each.isDisplayable() && !whole && (each instanceof Frame || each instanceof Dialog)) {
                each.setBounds(room.scaled(each.getBounds(), change));
                each.validate();
            }
        }
        docks.scaled(change);
    }

    /** Ends the editor, unless the user keeps a run or a workflow that is not saved. */
    private void quit() {
        settle();
        session.keep();
        boolean ends = !runs.isRunning() || boxes.confirm(Strings.get("close.running"), Strings.get("close.stop"));
        if (ends && sweeps.mayClose()) {
            // What is edited while files are waited for is asked about too.
            work.atLast(
                    () -> closing.settle(this::end),
                    () -> boxes.confirm(Strings.get("close.writing"), Strings.get("close.atOnce")));
        }
    }

    /** Ends the editor as it is. */
    void end() {
        session.keep();
        KeyboardFocusManager.getCurrentKeyboardFocusManager().removeKeyEventDispatcher(keys);
        tabs.all().forEach(tab -> {
            tab.document().close();
            tab.dispose();
        });
        CompletableFuture<Void> saved = runs.end();
        sweeps.end();
        saving.close();
        tools.close();
        status.close();
        watch.close();
        place.library().removeListener(plugins);
        checks.close();
        prompts.close();
        files.close();
        work.close();
        frame.dispose();
        log.end();
        drafts.close();
        var unused = saved.whenComplete((done, failure) -> closed.run());
    }
}
