package graft.app.comfy;

import graft.app.workflow.Workflow;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * A file of ComfyUI as a workflow of Graft.
 *
 * @param workflow what it became, with all that was not taken over in its notes
 * @param kept classes of nodes that Graft has no counterpart of
 * @param remarks what was not taken over, and what Graft does otherwise
 */
public record Translation(Workflow workflow, Set<String> kept, List<Remark> remarks) {

    static Translation of(ComfyGraph graph) {
        List<Remark> remarks = new ArrayList<>();
        Set<String> kept = new LinkedHashSet<>();
        Definitions definitions = new Definitions(graph.subgraphs(), remarks, kept);
        Workflow whole = new Level(graph, definitions, remarks, kept).workflow();
        Workflow workflow = whole.withSubgraphs(definitions.subgraphs());
        String notes = kept.isEmpty()
                ? "Taken over from ComfyUI."
                : "Taken over from ComfyUI. Graft has no counterpart of these nodes: " + String.join(", ", kept) + ".";
        StringBuilder all = new StringBuilder(notes);
        remarks.forEach(remark -> all.append("\n- ")
                .append(remark.node().isEmpty() ? "" : remark.node() + ": ")
                .append(remark.sentence()));
        return new Translation(workflow.withNotes(all.toString()), kept, List.copyOf(remarks));
    }
}
