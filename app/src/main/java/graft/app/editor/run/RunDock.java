package graft.app.editor.run;

import graft.app.editor.Icons;
import graft.app.editor.OpenedOutside;
import graft.app.editor.Strings;
import graft.app.editor.viewer.ImageViewer;
import graft.app.editor.viewer.Thumbnails;
import graft.app.engine.Finding;
import graft.app.engine.RunEvent;
import graft.app.engine.RunEvent.Outcome;
import graft.app.plugin.NodeLibrary;
import graft.app.worker.RunBackend;
import graft.app.workflow.OpenWorkflow;
import graft.app.workflow.WorkflowDifference;
import graft.file.ImageFile;
import graft.node.Problem;
import java.awt.BorderLayout;
import java.awt.Component;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import javax.swing.JPanel;
import javax.swing.JTabbedPane;

/** All that shows runs, in tabs: the queue, pictures, losses, problems, the log, the runs of before. */
public final class RunDock extends JPanel {

    private static final long serialVersionUID = 1;

    /** A tab of the dock. */
    public enum Tab {
        QUEUE,
        PICTURES,
        LOSSES,
        PROBLEMS,
        LOG,
        HISTORY,
        REPORT
    }

    private final transient RunHost host;
    private final JTabbedPane tabs = new JTabbedPane(JTabbedPane.TOP, JTabbedPane.SCROLL_TAB_LAYOUT);
    private final transient Map<Tab, Component> contents = new EnumMap<>(Tab.class);
    private final LossPanel losses = new LossPanel();
    private final LogPanel log = new LogPanel();
    private final ProblemsPanel problems;
    private final ImageViewer viewer;
    private final HistoryPanel history;
    private final ReportPanel report;
    private transient List<String> kept = List.of();
    /** Whether the run has written pictures. */
    private transient boolean drew;
    /** The page of the report that the run has written. */
    private transient Optional<Path> written = Optional.empty();

    private transient Optional<RunJob> last = Optional.empty();
    private transient BiConsumer<Integer, Integer> counted = (errors, warnings) -> {};

    public RunDock(RunController controller, RunHost host, NodeLibrary library) {
        super(new BorderLayout());
        this.host = host;
        setName("runs");
        Thumbnails thumbnails = new Thumbnails();
        viewer = new ImageViewer(host, thumbnails);
        problems = new ProblemsPanel(this::reveal, host::bring, library::canDisable, host::disable);
        report = new ReportPanel(host::tell, page -> OpenedOutside.open(page, host::tell));
        history = new HistoryPanel(host, library, thumbnails, new HistoryPanel.Viewer() {
            @Override
            public void show(List<Path> pictures) {
                viewer.show(pictures, 0);
                select(Tab.PICTURES);
            }

            @Override
            public void compare(Path left, Path right) {
                viewer.compare(left, right);
                select(Tab.PICTURES);
            }

            @Override
            public void report(Path page) {
                showReport(page);
            }
        });
        QueuePanel queue = new QueuePanel(
                controller, times -> host.front().ifPresent(target -> controller.run(target, List.of(), false, times)));
        tabs.setName("runs.tabs");
        tabs.getAccessibleContext().setAccessibleName(Strings.get("run.name"));
        add(Tab.QUEUE, "run.queue", "queue", queue);
        add(Tab.PICTURES, "run.pictures", "image", viewer);
        add(Tab.LOSSES, "run.losses", "losses", losses);
        add(Tab.PROBLEMS, "command.problems", "problems", problems);
        add(Tab.LOG, "run.log", "log", log);
        add(Tab.HISTORY, "run.history", "history", history);
        add(Tab.REPORT, "run.report", "file", report);
        tabs.addChangeListener(event -> {
            if (tabs.getSelectedComponent() == history) {
                history.refresh();
            }
        });
        add(tabs, BorderLayout.CENTER);
        controller.addListener(new Listener());
    }

    private void add(Tab tab, String title, String icon, Component content) {
        tabs.addTab(Strings.get(title), Icons.get(icon), content);
        contents.put(tab, content);
    }

    private void showReport(Path page) {
        if (report.show(page)) {
            select(Tab.REPORT);
        }
    }

    /** Brings a tab to the front. */
    public void select(Tab tab) {
        tabs.setSelectedComponent(contents.get(tab));
        if (tab == Tab.HISTORY) {
            history.refresh();
        }
    }

    /** The tab in front. */
    public Tab selected() {
        return contents.entrySet().stream()
                .filter(each -> each.getValue().equals(tabs.getSelectedComponent()))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElseThrow();
    }

    public ImageViewer viewer() {
        return viewer;
    }

    /** From now on tells how many problems are shown, and how many warnings. */
    public void onProblems(BiConsumer<Integer, Integer> told) {
        counted = told;
        countProblems();
    }

    /**
     * What the last check of the workflow in front found, nothing where none is in front; of the last run only what may be so
     * still is shown beside it.
     */
    public void showFindings(List<Finding> findings) {
        forgetWhatChanged();
        problems.showFindings(findings);
        countProblems();
    }

    private void forgetWhatChanged() {
        if (last.isEmpty() || last.get().document().isEmpty() || !problems.hasOfRun()) {
            return;
        }
        RunJob job = last.get();
        OpenWorkflow document = job.document().get();
        if (!host.isOpen(document)) {
            problems.forget(node -> true);
            return;
        }
        Set<String> touched = WorkflowDifference.touched(job.run().workflow(), document.workflow());
        problems.forget(node -> node.isEmpty()
                ? !touched.isEmpty()
                : touched.contains(job.drawn().of(node)));
    }

    private void countProblems() {
        int count = problems.errors() + problems.warnings();
        tabs.setTitleAt(
                tabs.indexOfComponent(problems),
                Strings.get("command.problems") + (count == 0 ? "" : " (" + count + ")"));
        counted.accept(problems.errors(), problems.warnings());
    }

    /** Of the run that told of the problem when it is open still, else of the workflow in front. */
    private void reveal(String ran) {
        String node = last.map(job -> job.drawn().of(ran)).orElse(ran);
        last.flatMap(RunJob::document)
                .filter(document -> document.workflow().nodes().containsKey(outer(node)))
                .or(() -> host.front().map(RunTarget::document))
                .ifPresent(document -> host.reveal(document, node));
    }

    private static String outer(String node) {
        int dot = node.indexOf('.');
        return dot < 0 ? node : node.substring(0, dot);
    }

    private final class Listener implements RunListener {

        @Override
        public void began(RunJob job) {
            last = Optional.of(job);
            kept = List.of();
            drew = false;
            written = Optional.empty();
            viewer.begin();
            losses.begin();
            problems.begin();
            countProblems();
            if (selected() == Tab.PROBLEMS && problems.errors() + problems.warnings() == 0) {
                // They were of the run before.
                select(Tab.QUEUE);
            }
        }

        @Override
        public void events(RunJob job, List<RunEvent> events) {
            for (RunEvent event : events) {
                if (event instanceof RunEvent.RunFinished finished) {
                    kept = finished.kept();
                } else if (event instanceof RunEvent.Wrote wrote && ImageFile.isPicture(wrote.file())) {
                    viewer.append(wrote.file());
                    drew = true;
                } else if (event instanceof RunEvent.Wrote wrote && wrote.file().endsWith("report.html")) {
                    written = Optional.of(wrote.file());
                }
            }
            losses.add(events);
            log.add(events);
            problems.add(events);
            countProblems();
        }

        private void showPictures() {
            if (drew) {
                select(Tab.PICTURES);
            }
        }

        @Override
        public void ended(RunJob job, Outcome outcome, Optional<Problem> problem) {
            problem.ifPresent(words -> {
                problems.add(words);
                log.note(words.getMessage());
                countProblems();
            });
            boolean refused = problem.filter(words -> words.happened().equals(RunBackend.REFUSED))
                    .isPresent();
            String words = Strings.get(
                    switch (outcome) {
                        case DONE -> "run.done";
                        case FAILED -> refused ? "run.refused" : "run.failed";
                        case CANCELLED -> "run.cancelled";
                    },
                    job.run().title());
            host.say(kept.isEmpty() ? words : words + ". " + String.join(" ", kept));
            viewer.end();
            if (outcome == Outcome.FAILED) {
                select(Tab.PROBLEMS);
            } else if (outcome == Outcome.DONE && kept.isEmpty()) {
                // Else the queue says what was done, and where that is.
                written.ifPresentOrElse(RunDock.this::showReport, this::showPictures);
            }
            if (selected() == Tab.HISTORY) {
                history.refresh();
            }
        }
    }
}
