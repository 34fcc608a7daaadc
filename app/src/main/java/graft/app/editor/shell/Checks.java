package graft.app.editor.shell;

import graft.app.editor.WindowThread;
import graft.app.engine.Cache;
import graft.app.engine.Engine;
import graft.app.engine.Estimate;
import graft.app.engine.Finding;
import graft.app.engine.Known;
import graft.app.engine.Plan;
import graft.app.engine.Sweep;
import graft.app.plugin.NodeLibrary;
import graft.app.sweep.SweepPlan;
import graft.app.user.ModelFolders;
import graft.app.workflow.RunPlace;
import graft.app.workflow.Subgraphs;
import graft.app.workflow.Workflow;
import graft.node.Problem;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Supplier;
import javax.swing.SwingUtilities;
import javax.swing.Timer;

/**
 * Checks a workflow after it changed and has been left alone for a moment, and then asks what it will take, each in a thread of
 * its own.
 */
final class Checks implements AutoCloseable {

    private static final int PAUSE = 250;

    private final Engine engine;
    private final Cache cache = Cache.none();
    private final AtomicLong latest = new AtomicLong();
    private final AtomicLong latestSweep = new AtomicLong();
    private final Timer pause;
    private final ExecutorService thread = WindowThread.named("graft-check");
    private final ExecutorService estimating = WindowThread.named("graft-estimate");
    private final Supplier<String> device;
    private final Path runs;
    private Runnable next = () -> {};

    /**
     * Checks with the nodes of a library.
     *
     * @param device what the user chose to compute on
     * @param runs where the folder of a run would be made, unless a workflow has a place of its own
     */
    Checks(NodeLibrary library, Supplier<ModelFolders> models, Supplier<String> device, Path runs) {
        this.device = device;
        this.runs = runs;
        engine = new Engine(library, cache, models);
        pause = new Timer(PAUSE, event -> next.run());
        pause.setRepeats(false);
    }

    /**
     * Checks soon; only what the latest call asked for is found.
     *
     * @param then told what was found
     * @param later told after that what nodes will take, by their ids in a run
     */
    void soon(Workflow workflow, Consumer<List<Finding>> then, Consumer<Map<String, Estimate>> later) {
        long turn = latest.incrementAndGet();
        next = () -> thread.execute(() -> {
            Plan plan = engine.check(workflow);
            // An empty canvas is a beginning and no mistake; a run of it is refused all the same.
            List<Finding> found = workflow.nodes().isEmpty() ? List.of() : drawn(workflow, plan.findings());
            tell(latest, turn, () -> then.accept(found));
            estimating.execute(() -> {
                if (latest.get() == turn) {
                    Map<String, Estimate> known = estimates(
                            workflow,
                            engine.estimates(
                                    plan, device.get(), RunPlace.of(workflow).under(runs)));
                    tell(latest, turn, () -> later.accept(known));
                }
            });
        });
        pause.restart();
    }

    /**
     * Checks jobs of a sweep and tells what all of them will take; only what the latest call asked for is told.
     *
     * @param failed told why one of them cannot run
     */
    void forecast(SweepPlan plan, Consumer<SweepPlan.Forecast> then, Consumer<Problem> failed) {
        long turn = latestSweep.incrementAndGet();
        estimating.execute(() -> {
            if (latestSweep.get() != turn) {
                return;
            }
            Runnable told;
            try {
                Path place = RunPlace.of(plan.workflow()).under(runs);
                SweepPlan.Forecast known = plan.forecast(engine, device.get(), place);
                told = () -> then.accept(known);
            } catch (Problem problem) {
                told = () -> failed.accept(problem);
            }
            tell(latestSweep, turn, told);
        });
    }

    /** Tells what is known of a workflow before it runs, after all that was asked for before. */
    void known(Workflow workflow, Consumer<Known> then) {
        thread.execute(() -> {
            Known known = engine.known(workflow);
            SwingUtilities.invokeLater(() -> then.accept(known));
        });
    }

    private static void tell(AtomicLong latest, long turn, Runnable told) {
        SwingUtilities.invokeLater(() -> {
            if (latest.get() == turn) {
                told.run();
            }
        });
    }

    /** Of nodes as the workflow has them: the cells that a sweep makes of one run one after the other. */
    private static Map<String, Estimate> estimates(Workflow workflow, Map<String, Estimate> cells) {
        Set<String> ids = Subgraphs.flatten(workflow).nodes().keySet();
        Map<String, Estimate> drawn = new LinkedHashMap<>();
        cells.forEach((node, estimate) ->
                drawn.merge(ids.contains(node) ? node : Sweep.origin(node), estimate, Estimate::then));
        return drawn;
    }

    /** Of nodes as the workflow has them, where a sweep makes many of one. */
    private static List<Finding> drawn(Workflow workflow, List<Finding> findings) {
        Set<String> ids = Subgraphs.flatten(workflow).nodes().keySet();
        return findings.stream()
                .map(finding -> ids.contains(finding.node())
                        ? finding
                        : finding.at(Sweep.origin(finding.node()), finding.socket()))
                .toList();
    }

    @Override
    public void close() {
        pause.stop();
        thread.execute(cache::close);
        thread.shutdown();
        estimating.shutdown();
    }
}
