package graft.app.editor.shell;

import graft.app.editor.OpenedOutside;
import graft.app.editor.Strings;
import graft.app.editor.inspector.FileLibrary;
import graft.app.editor.inspector.Prompts;
import graft.app.sweep.SweepFolder;
import graft.app.sweep.SweepOutcome;
import graft.app.sweep.SweepPlan;
import graft.app.sweep.SweepProcess;
import graft.app.sweep.SweepProgress;
import graft.app.sweep.SweepRequest;
import graft.app.workflow.OpenWorkflow;
import graft.app.workflow.RunPlace;
import graft.app.workflow.Subgraphs;
import graft.app.workflow.Workflow;
import graft.node.Problem;
import java.awt.Window;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.WeakHashMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import javax.swing.SwingUtilities;

/** The sweeps of the window: the form of each workflow, and the one that runs, in a process that outlives the window's death. */
final class Sweeps {

    /** What a form was left with. */
    private record Left(SweepRequest asked, String folder) {}

    /** What was read before a form is shown. */
    private record Found(Left left, Optional<SweepProcess> process) {}

    private final Window window;
    private final EditorPlace place;
    private final Supplier<String> device;
    private final FileLibrary files;
    private final Prompts prompts;
    private final Checks checks;
    private final Opener opener;
    private final FileWork work;
    private final MessageBoxes boxes;
    private final StatusBar status;
    private final Runnable settle;
    private final Map<OpenWorkflow, Left> left = new WeakHashMap<>();

    private Optional<SweepDialog> dialog = Optional.empty();
    private Optional<SweepProcess> running = Optional.empty();
    private OpenWorkflow document;

    /** Whether the form is on its way. */
    private boolean opening;

    private String name = "";

    /**
     * Nothing asked for yet.
     *
     * @param device what the user chose to compute on
     * @param settle ends what is being typed in the window
     */
    Sweeps(
            Window window,
            EditorPlace place,
            Supplier<String> device,
            FileLibrary files,
            Prompts prompts,
            Checks checks,
            Opener opener,
            FileWork work,
            MessageBoxes boxes,
            StatusBar status,
            Runnable settle) {
        this.window = window;
        this.place = place;
        this.device = device;
        this.files = files;
        this.prompts = prompts;
        this.checks = checks;
        this.opener = opener;
        this.work = work;
        this.boxes = boxes;
        this.status = status;
        this.settle = settle;
    }

    /** Shows the form of a workflow, or the sweep that runs. */
    void ask(WorkflowTab tab) {
        ask(tab, form -> {});
    }

    /**
     * Shows the form with a setting to be varied.
     *
     * @param node its id in a run
     * @param setting empty for any of the node
     */
    void vary(WorkflowTab tab, String node, Optional<String> setting) {
        // A setting of a subgraph's node is one of a node within.
        Workflow root = tab.document().workflow();
        Optional<Subgraphs.Inner> inner =
                setting.flatMap(each -> root.node(node).flatMap(outer -> Subgraphs.behind(root, outer, each, true)));
        String of = inner.map(behind -> node + "." + behind.path()).orElse(node);
        Optional<String> what = inner.map(Subgraphs.Inner::socket).or(() -> setting);
        ask(tab, form -> {
            if (running.isEmpty()) {
                form.vary(of, what);
            }
        });
    }

    private void ask(WorkflowTab tab, Consumer<SweepDialog> then) {
        boolean same = tab.document() == document;
        if (dialog.isPresent() && (running.isPresent() || same)) {
            if (running.isEmpty() && !dialog.get().isShowing()) {
                dialog.get().showForm();
            }
            dialog.get().toFront();
            then.accept(dialog.get());
            return;
        }
        if (same && opening) {
            return;
        }
        dialog.ifPresent(SweepDialog::dispose);
        dialog = Optional.empty();
        opening = true;
        document = tab.document();
        name = SweepFolder.name(tab.title());
        Path usual = usualFolder();
        Optional<Left> before = Optional.ofNullable(left.get(document));
        // What another session asked for, and left running, is in the folder.
        work.soon(
                () -> {
                    Left known = before.orElseGet(
                            () -> new Left(SweepFolder.asked(usual).orElse(SweepRequest.NONE), shown(usual)));
                    return new Found(known, processIn(known.folder()));
                },
                found -> {
                    if (tab.document() != document) {
                        // Another's was asked for meanwhile.
                        return;
                    }
                    opening = false;
                    SweepDialog made = new SweepDialog(window, place.library(), files, prompts, new Asked(document));
                    dialog = Optional.of(made);
                    left.put(tab.document(), found.left());
                    made.show(found.left().asked(), found.left().folder());
                    found.process().ifPresent(this::follow);
                    then.accept(made);
                });
    }

    private static Optional<SweepProcess> processIn(String folder) {
        try {
            return SweepProcess.in(Path.of(folder));
        } catch (InvalidPathException noPath) {
            return Optional.empty();
        }
    }

    private Path usualFolder() {
        return SweepFolder.usual(RunPlace.of(document.workflow()).under(place.runs()), name);
    }

    /** As people write it: without the folder that all is in. */
    private static String shown(Path folder) {
        Path here = Path.of("").toAbsolutePath();
        return folder.startsWith(here) ? here.relativize(folder).toString() : folder.toString();
    }

    // --- the one that runs -------------------------------------------------------------------------------------------

    private void follow(SweepProcess process) {
        running = Optional.of(process);
        dialog.ifPresent(shown -> shown.begin(name, process.folder()));
        status.showSweep(Optional.of(Strings.get("sweep.status")), this::front);
        process.follow(
                line -> SwingUtilities.invokeLater(() -> said(line)),
                outcome -> SwingUtilities.invokeLater(() -> ended(outcome)));
    }

    private void front() {
        dialog.ifPresent(SweepDialog::toFront);
    }

    private void said(String line) {
        dialog.ifPresent(shown -> shown.said(line));
        SweepProgress.of(line)
                .ifPresent(progress -> status.showSweep(
                        Optional.of(Strings.get("sweep.status.some", progress.ended(), progress.all())), this::front));
    }

    private void ended(Optional<SweepOutcome> outcome) {
        running = Optional.empty();
        boolean seen = dialog.filter(SweepDialog::isShowing).isPresent();
        dialog.ifPresent(shown -> shown.ended(outcome));
        String words = outcome.map(known -> Strings.get("sweep.status.ended", known.done(), known.jobs()))
                .orElseGet(() -> Strings.get("sweep.status.failed"));
        // It stays until somebody has looked.
        status.showSweep(seen ? Optional.empty() : Optional.of(words), () -> {
            status.showSweep(Optional.empty(), () -> {});
            front();
        });
    }

    /** Whether the window may be closed: asks where a sweep would end with it. */
    boolean mayClose() {
        return running.isEmpty() || boxes.confirm(Strings.get("sweep.close.running"), Strings.get("close.stop"));
    }

    /** Ends what runs; what is done is kept. */
    void end() {
        running.ifPresent(SweepProcess::stop);
        dialog.ifPresent(SweepDialog::dispose);
    }

    /** What the form of a workflow asks of the window. */
    private final class Asked implements SweepDialog.Host {

        private final OpenWorkflow of;

        Asked(OpenWorkflow of) {
            this.of = of;
        }

        @Override
        public Workflow workflow() {
            return of.workflow();
        }

        @Override
        public List<String> reported(String folder) {
            try {
                return SweepOutcome.numbers(Path.of(folder));
            } catch (InvalidPathException noPath) {
                return List.of();
            }
        }

        @Override
        public void forecast(SweepPlan plan, Consumer<SweepPlan.Forecast> then, Consumer<Problem> failed) {
            checks.forecast(plan, then, failed);
        }

        private Path file(Path folder) {
            return folder.resolve(name + ".json");
        }

        private List<String> words(SweepRequest asked, Path folder) {
            List<String> words = new ArrayList<>(List.of("sweep", file(folder).toString()));
            words.addAll(asked.words());
            words.addAll(List.of("--out", folder.toString()));
            if (!device.get().equals("auto")) {
                words.addAll(List.of("--device", device.get()));
            }
            return words;
        }

        @Override
        public List<String> command(SweepRequest asked, Path folder) {
            List<String> command = new ArrayList<>(List.of("graft"));
            command.addAll(words(asked, folder));
            return command;
        }

        @Override
        public void write(Path folder, Runnable then) {
            settle.run();
            Workflow now = of.workflow();
            work.soon(() -> now.write(file(folder)), then);
        }

        @Override
        public void start(SweepRequest asked, Path folder, Runnable refused) {
            settle.run();
            Workflow now = of.workflow();
            List<String> command = new ArrayList<>(place.program());
            command.addAll(words(asked, folder));
            left.put(of, new Left(asked, folder.toString()));
            work.soon(
                    () -> {
                        now.write(file(folder));
                        return SweepProcess.start(command, folder);
                    },
                    Sweeps.this::follow,
                    problem -> {
                        boxes.tell(problem);
                        refused.run();
                    });
        }

        @Override
        public void stop() {
            running.ifPresent(SweepProcess::stop);
        }

        @Override
        public void retry() {
            Left last = left.get(of);
            Path folder = Path.of(last.folder());
            List<String> command = new ArrayList<>(place.program());
            command.addAll(words(last.asked(), folder));
            command.add("--retry-failed");
            work.soon(() -> SweepProcess.start(command, folder), Sweeps.this::follow);
        }

        @Override
        public void browse(Path page) {
            OpenedOutside.open(page, boxes::tell);
        }

        @Override
        public void open(Path workflow) {
            work.soon(() -> Workflow.read(workflow), best -> opener.untitled(best.withTitle(bestTitle(best))));
        }

        private String bestTitle(Workflow best) {
            return Strings.get("sweep.best.title", best.title().isEmpty() ? name : best.title());
        }

        @Override
        public void left(SweepRequest asked, String folder) {
            left.put(of, new Left(asked, folder));
        }
    }
}
