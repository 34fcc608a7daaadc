package graft.app.comfy;

import graft.app.workflow.Workflow;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * A file of ComfyUI as a workflow of Graft.
 *
 * @param workflow what it became, with all that was not taken over in its notes
 * @param kept classes of nodes that Graft has no counterpart of
 * @param remarks what was not taken over, and what Graft does otherwise
 * @param fates what became of each node, those in subgraphs too
 */
public record Translation(Workflow workflow, Set<String> kept, List<Remark> remarks, List<Fate> fates) {

    static Translation of(ComfyGraph graph, Predicate<String> installed) {
        Report report = new Report();
        Definitions definitions = new Definitions(graph.subgraphs(), installed, report);
        Workflow whole = new Level(graph, definitions, report).workflow();
        Workflow workflow = whole.withSubgraphs(definitions.subgraphs());
        Set<String> kept = report.kept();
        String notes = kept.isEmpty()
                ? "Taken over from ComfyUI."
                : "Taken over from ComfyUI. Graft has no counterpart of these nodes: " + String.join(", ", kept) + ".";
        StringBuilder all = new StringBuilder(notes);
        Fate.lines(report.fates()).forEach(line -> all.append("\n").append(line));
        report.remarks().forEach(remark -> all.append("\n- ")
                .append(remark.node().isEmpty() ? "" : remark.node() + ": ")
                .append(remark.sentence()));
        return new Translation(
                workflow.withNotes(all.toString()), kept, List.copyOf(report.remarks()), List.copyOf(report.fates()));
    }

    /** One line for each class of nodes, with what became of them, and one before with how many. */
    public List<String> report() {
        long taken = fates.stream().filter(fate -> !fate.isKept()).count();
        List<String> lines = new ArrayList<>();
        lines.add("From ComfyUI: " + taken + " of " + fates.size() + (fates.size() == 1 ? " node" : " nodes")
                + " taken over" + (kept.isEmpty() ? "." : ", the others kept as they came; they do not run."));
        lines.addAll(Fate.lines(fates));
        return List.copyOf(lines);
    }
}
