package graft.app.editor.shell;

import graft.app.editor.WindowThread;
import graft.app.engine.Cache;
import graft.app.engine.Engine;
import graft.app.engine.Finding;
import graft.app.engine.Known;
import graft.app.engine.Sweep;
import graft.app.plugin.NodeLibrary;
import graft.app.user.ModelFolders;
import graft.app.workflow.Subgraphs;
import graft.app.workflow.Workflow;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Supplier;
import javax.swing.SwingUtilities;
import javax.swing.Timer;

/** Checks a workflow after it changed and has been left alone for a moment, in a thread of its own. */
final class Checks implements AutoCloseable {

    private static final int PAUSE = 250;

    private final Engine engine;
    private final Cache cache = Cache.none();
    private final AtomicLong latest = new AtomicLong();
    private final Timer pause;
    private final ExecutorService thread = WindowThread.named("graft-check");
    private Runnable next = () -> {};

    Checks(NodeLibrary library, Supplier<ModelFolders> models) {
        engine = new Engine(library, cache, models);
        pause = new Timer(PAUSE, event -> next.run());
        pause.setRepeats(false);
    }

    /** Checks soon; only what the latest call asked for is found. */
    void soon(Workflow workflow, Consumer<List<Finding>> then) {
        long turn = latest.incrementAndGet();
        next = () -> thread.execute(() -> {
            // An empty canvas is a beginning and no mistake; a run of it is refused all the same.
            List<Finding> found = workflow.nodes().isEmpty()
                    ? List.of()
                    : drawn(workflow, engine.check(workflow).findings());
            SwingUtilities.invokeLater(() -> {
                if (latest.get() == turn) {
                    then.accept(found);
                }
            });
        });
        pause.restart();
    }

    /** Tells what is known of a workflow before it runs, after all that was asked for before. */
    void known(Workflow workflow, Consumer<Known> then) {
        thread.execute(() -> {
            Known known = engine.known(workflow);
            SwingUtilities.invokeLater(() -> then.accept(known));
        });
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
    }
}
