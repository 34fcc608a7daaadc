package graft.app.comfy;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import graft.app.workflow.Edits;
import graft.app.workflow.Size;
import graft.app.workflow.Subgraph;
import graft.app.workflow.Workflow;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Translates the whole, or what is inside one subgraph: nodes, then the wires between them. */
final class Level {

    private final Optional<ComfySubgraph> within;
    private final Definitions definitions;
    private final Draft draft = new Draft();
    private final Entrance entrance;
    private final NotesAndGroups notesAndGroups;
    private final SubgraphInstances instances;
    private final KnownNodes known;
    private final StrangeNodes strange;
    private final JsonArray withoutNode = new JsonArray();
    private final Workflow workflow;

    /** Translates the whole. */
    Level(ComfyGraph graph, Definitions definitions, List<Remark> remarks, Set<String> kept) {
        this(graph, Optional.empty(), definitions, remarks, kept);
    }

    /** Translates what is inside a subgraph. */
    Level(ComfySubgraph subgraph, Definitions definitions, List<Remark> remarks, Set<String> kept) {
        this(subgraph.inside(), Optional.of(subgraph), definitions, remarks, kept);
    }

    private Level(
            ComfyGraph graph,
            Optional<ComfySubgraph> within,
            Definitions definitions,
            List<Remark> all,
            Set<String> kept) {
        this.within = within;
        this.definitions = definitions;
        Remarks remarks = new Remarks(within, all);
        Origins origins = new Origins(graph.nodes(), within, definitions);
        NodeValues values = new NodeValues(origins);
        SocketNames names = new SocketNames(definitions);
        entrance = new Entrance(graph.nodes(), definitions, values, draft);
        notesAndGroups = new NotesAndGroups(draft, remarks);
        instances = new SubgraphInstances(definitions, draft, names);
        Samplers samplers = new Samplers(within.isPresent(), origins, remarks);
        known = new KnownNodes(draft, values, samplers, new Loras(draft, origins, remarks), remarks);
        strange = new StrangeNodes(graph.nodes(), draft, values, remarks, kept);
        Ends ends = new Ends(within, definitions, origins, names, draft);
        Wiring wiring = new Wiring(within, definitions, origins, ends, draft, remarks);

        graph.oddities().forEach(sentence -> remarks.say("", sentence));
        graph.nodes().forEach(this::node);
        graph.nodes().stream().filter(draft::has).forEach(wiring::into);
        within.ifPresent(wiring::outputs);
        graph.groups().forEach(notesAndGroups::group);
        workflow = drawn(graph.rest());
    }

    private void node(ComfyNode node) {
        if (NotesAndGroups.isNote(node)) {
            notesAndGroups.note(node);
            withoutNode.add(node.raw().json());
        } else if (node.type().equals(Origins.REROUTE) || node.type().equals(Origins.PRIMITIVE)) {
            withoutNode.add(node.raw().json());
        } else if (definitions.of(node.type()).isPresent()) {
            instances.add(node, definitions.of(node.type()).get());
        } else {
            Counterpart.of(node.type())
                    .ifPresentOrElse(counterpart -> known.add(node, counterpart), () -> strange.add(node));
        }
    }

    private Workflow drawn(Loose rest) {
        Workflow drawn = new Workflow(
                "",
                "",
                draft.nodes(),
                draft.wires(),
                notesAndGroups.groups(),
                notesAndGroups.comments(),
                Map.of(),
                extra(rest));
        return LatentModels.wired(Edits.place(drawn, id -> new Size(260, 220)), draft.inputs());
    }

    private JsonObject extra(Loose asItCame) {
        JsonObject rest = asItCame.json().deepCopy();
        if (!withoutNode.isEmpty()) {
            rest.add("nodes", withoutNode);
        }
        JsonObject extra = new JsonObject();
        if (!rest.isEmpty()) {
            extra.add(Draft.AS_IT_CAME, rest);
        }
        return extra;
    }

    Workflow workflow() {
        return workflow;
    }

    /** What is inside as a subgraph of Graft. */
    Subgraph subgraph() {
        return new Subgraph(within.orElseThrow().title(), workflow, draft.inputs(), draft.outputs());
    }

    /** What takes the values from outside. */
    Entrance entrance() {
        return entrance;
    }
}
