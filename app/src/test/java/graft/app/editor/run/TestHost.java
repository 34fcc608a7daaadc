package graft.app.editor.run;

import graft.app.plugin.MissingNode;
import graft.app.workflow.OpenWorkflow;
import graft.app.workflow.Workflow;
import graft.node.Problem;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A window that notes what is asked of it. */
final class TestHost implements RunHost {

    final List<Workflow> opened = new ArrayList<>();
    final List<String> revealed = new ArrayList<>();
    final List<Path> sent = new ArrayList<>();
    final List<MissingNode> brought = new ArrayList<>();
    final List<Problem> told = new ArrayList<>();
    private final Path runs;
    RunTarget front;

    TestHost(Path runs) {
        this.runs = runs;
    }

    @Override
    public Optional<RunTarget> front() {
        return Optional.ofNullable(front);
    }

    @Override
    public boolean isOpen(OpenWorkflow document) {
        return true;
    }

    @Override
    public void open(Workflow workflow, String title) {
        opened.add(workflow);
    }

    @Override
    public void reveal(OpenWorkflow document, String node) {
        revealed.add(node);
    }

    @Override
    public Path runs() {
        return runs;
    }

    @Override
    public List<Path> places() {
        return List.of(runs);
    }

    @Override
    public String device() {
        return "cpu";
    }

    @Override
    public void bring(MissingNode missing) {
        brought.add(missing);
    }

    @Override
    public void disable(String plugin) {}

    @Override
    public void say(String words) {
        // What is said in passing is seen in the panels too.
    }

    @Override
    public void sendToNode(Path picture) {
        sent.add(picture);
    }

    @Override
    public void openWorkflow(Path picture) {
        opened.add(Workflow.read(picture));
    }

    @Override
    public void tell(Problem problem) {
        told.add(problem);
    }
}
