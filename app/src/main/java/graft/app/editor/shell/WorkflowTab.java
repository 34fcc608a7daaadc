package graft.app.editor.shell;

import com.google.gson.JsonPrimitive;
import graft.app.editor.Strings;
import graft.app.editor.canvas.CanvasContext;
import graft.app.editor.canvas.GraphCanvas;
import graft.app.editor.dataset.DatasetPanel;
import graft.app.editor.run.NodeStateSink;
import graft.app.editor.run.RunController;
import graft.app.editor.run.RunTarget;
import graft.app.engine.Finding;
import graft.app.plugin.NodeLibrary;
import graft.app.workflow.OpenWorkflow;
import graft.node.Setting;
import java.awt.BorderLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.swing.JComponent;
import javax.swing.JPanel;
import javax.swing.SwingUtilities;

/** One open workflow: its document, its canvas and what the last check of it found. */
final class WorkflowTab {

    private final OpenWorkflow document;
    private final GraphCanvas canvas;
    private final JPanel content = new JPanel(new BorderLayout());
    private Optional<TabBanner> banner = Optional.empty();
    private Optional<DatasetPanel> dataset = Optional.empty();
    private final RunTarget target;
    private final Runnable detach;
    private List<Finding> findings = List.of();
    private Map<String, Long> usedSeeds = Map.of();

    WorkflowTab(OpenWorkflow document, NodeLibrary library, CanvasContext context, RunController runs) {
        this.document = document;
        canvas = new GraphCanvas(document, library, context);
        target = new RunTarget(document, NodeStateSink.of(canvas));
        detach = runs.attach(target);
        content.add(canvas);
    }

    /** All that its tab shows: the canvas, and above it what there is to say of the workflow. */
    JComponent content() {
        return content;
    }

    /** Says something above the canvas until it is closed or done, in place of what was said before. */
    void say(String words, String does, Runnable then) {
        sayNothing();
        TabBanner said = new TabBanner(words, does, then, this::sayNothing);
        banner = Optional.of(said);
        content.add(said, BorderLayout.NORTH);
        content.revalidate();
    }

    /** Says nothing more above the canvas. */
    void sayNothing() {
        banner.ifPresent(content::remove);
        banner = Optional.empty();
        content.revalidate();
        content.repaint();
    }

    /** Shows pictures and captions in place of the canvas. */
    void show(DatasetPanel panel) {
        showCanvas();
        canvas.settle();
        dataset = Optional.of(panel);
        content.remove(canvas);
        content.add(panel);
        content.revalidate();
        content.repaint();
        panel.requestFocusInWindow();
    }

    /** Shows the canvas, as it does unless pictures and captions are in its place. */
    void showCanvas() {
        dataset.ifPresent(panel -> {
            dataset = Optional.empty();
            content.remove(panel);
            content.add(canvas);
            // The look may be another since.
            SwingUtilities.updateComponentTreeUI(canvas);
            content.revalidate();
            content.repaint();
            canvas.requestFocusInWindow();
        });
    }

    boolean showsCanvas() {
        return dataset.isEmpty();
    }

    /** The pictures and captions that are shown in place of the canvas. */
    Optional<DatasetPanel> dataset() {
        return dataset;
    }

    /** Gives the keyboard to what is shown. */
    void requestFocus() {
        if (dataset.isPresent()) {
            dataset.get().requestFocusInWindow();
        } else {
            canvas.requestFocusInWindow();
        }
    }

    /** Its document and canvas, for runs. */
    RunTarget target() {
        return target;
    }

    /** Remembers the seeds of the run that begins now, by node and setting, as the document has them. */
    void noteSeeds(NodeLibrary library) {
        Map<String, Long> seeds = new HashMap<>();
        document.workflow().nodes().forEach((id, node) -> library.node(node.type())
                .ifPresent(schema -> schema.settings().stream()
                        .filter(setting -> setting.declared().control() == Setting.Control.SEED)
                        .filter(setting -> node.settings().get(setting.id()) instanceof JsonPrimitive)
                        .forEach(setting -> seeds.put(
                                id + "." + setting.id(),
                                node.settings().get(setting.id()).getAsLong()))));
        usedSeeds = Map.copyOf(seeds);
    }

    Map<String, Long> usedSeeds() {
        return usedSeeds;
    }

    OpenWorkflow document() {
        return document;
    }

    GraphCanvas canvas() {
        return canvas;
    }

    /** What its tab says: the file's name, else the workflow's title. */
    String title() {
        return document.file()
                .map(Path::getFileName)
                .map(name -> name.toString().replaceFirst("\\.json$", ""))
                .orElseGet(() -> document.workflow().title().isEmpty()
                        ? Strings.get("tab.untitled")
                        : document.workflow().title());
    }

    void setFindings(List<Finding> found) {
        findings = List.copyOf(found);
        canvas.showFindings(findings);
    }

    List<Finding> findings() {
        return findings;
    }

    /** The findings of the nodes that the canvas shows, under the ids that they have there. */
    List<Finding> shownFindings() {
        String prefix = canvas.prefix();
        List<Finding> shown = new ArrayList<>();
        for (Finding finding : findings) {
            if (finding.node().startsWith(prefix)) {
                String inside = finding.node().substring(prefix.length());
                int dot = inside.indexOf('.');
                shown.add(finding.at(dot < 0 ? inside : inside.substring(0, dot), dot < 0 ? finding.socket() : ""));
            }
        }
        return shown;
    }

    /** Ids of the selected nodes, without groups and comments. */
    List<String> selectedNodes() {
        return canvas.selected().stream()
                .filter(canvas.shown().nodes()::containsKey)
                .sorted()
                .toList();
    }

    /** The ids of the selected nodes in a run. */
    List<String> selectedInRun() {
        return selectedNodes().stream().map(canvas.prefix()::concat).toList();
    }

    /** Shows a node of the outermost workflow, which may be one that a subgraph holds. */
    void reveal(String node) {
        showCanvas();
        String prefix = canvas.prefix();
        String inside = node.startsWith(prefix) ? node.substring(prefix.length()) : node;
        String here = inside.contains(".") ? inside.substring(0, inside.indexOf('.')) : inside;
        canvas.select(Set.of(here));
        canvas.centerOn(here);
        canvas.requestFocusInWindow();
    }

    void dispose() {
        detach.run();
        canvas.dispose();
    }
}
