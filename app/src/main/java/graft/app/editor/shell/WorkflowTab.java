package graft.app.editor.shell;

import graft.app.editor.Strings;
import graft.app.editor.canvas.CanvasContext;
import graft.app.editor.canvas.GraphCanvas;
import graft.app.engine.Finding;
import graft.app.plugin.NodeLibrary;
import graft.app.workflow.OpenWorkflow;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** One open workflow: its document, its canvas and what the last check of it found. */
final class WorkflowTab {

    private final OpenWorkflow document;
    private final GraphCanvas canvas;
    private List<Finding> findings = List.of();

    WorkflowTab(OpenWorkflow document, NodeLibrary library, CanvasContext context) {
        this.document = document;
        canvas = new GraphCanvas(document, library, context);
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
                shown.add(new Finding(
                        finding.severity(),
                        dot < 0 ? inside : inside.substring(0, dot),
                        dot < 0 ? finding.socket() : "",
                        finding.happened(),
                        finding.why(),
                        finding.remedy()));
            }
        }
        return shown;
    }

    /** Shows a node of the outermost workflow, which may be one that a subgraph holds. */
    void reveal(String node) {
        String prefix = canvas.prefix();
        String inside = node.startsWith(prefix) ? node.substring(prefix.length()) : node;
        String here = inside.contains(".") ? inside.substring(0, inside.indexOf('.')) : inside;
        canvas.select(Set.of(here));
        canvas.centerOn(here);
        canvas.requestFocusInWindow();
    }

    void dispose() {
        canvas.dispose();
    }
}
