package graft.app.comfy;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import graft.app.workflow.Edits;
import graft.app.workflow.Size;
import graft.app.workflow.Subgraph;
import graft.app.workflow.Workflow;
import java.util.Map;
import java.util.Optional;

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
    Level(ComfyGraph graph, Definitions definitions, Report report) {
        this(graph, Optional.empty(), definitions, report);
    }

    /** Translates what is inside a subgraph. */
    Level(ComfySubgraph subgraph, Definitions definitions, Report report) {
        this(subgraph.inside(), Optional.of(subgraph), definitions, report);
    }

    private Level(ComfyGraph file, Optional<ComfySubgraph> within, Definitions definitions, Report report) {
        this.within = within;
        this.definitions = definitions;
        Simplified simplified = new Simplified(file, within, definitions, definitions.installed());
        ComfyGraph graph = simplified.graph();
        Remarks remarks = new Remarks(within, report.remarks());
        Origins origins = new Origins(graph.nodes(), within);
        NodeValues values = new NodeValues(origins);
        SocketNames names = new SocketNames(definitions);
        entrance = new Entrance(graph.nodes(), definitions, values, draft);
        notesAndGroups = new NotesAndGroups(draft, remarks);
        instances = new SubgraphInstances(definitions, draft, names);
        Choosing choosing = new Choosing(draft, origins, within.isPresent(), definitions.installed());
        Samplers samplers = new Samplers(within.isPresent(), origins, remarks);
        known = new KnownNodes(draft, values, samplers, new Loras(draft, origins, remarks), choosing, remarks);
        strange = new StrangeNodes(graph.nodes(), draft, values, remarks, report.kept());
        Ends ends = new Ends(within, definitions, origins, names, draft);
        LevelWires wiring = new LevelWires(within, definitions, origins, ends, draft, remarks);

        graph.oddities().forEach(sentence -> remarks.say("", sentence));
        graph.nodes().forEach(node -> report.say(node, within, node(node)));
        simplified.gone().forEach(node -> {
            withoutNode.add(node.raw().json());
            report.say(node, within, simplified.became(node));
        });
        graph.nodes().stream().filter(draft::has).forEach(wiring::into);
        within.ifPresent(wiring::outputs);
        graph.groups().forEach(notesAndGroups::group);
        workflow = drawn(graph.rest());
    }

    /** Adds what a node becomes, and says what that is, as {@link Fate#became} has it. */
    private String node(ComfyNode node) {
        if (NotesAndGroups.isNote(node)) {
            notesAndGroups.note(node);
            withoutNode.add(node.raw().json());
            return "a comment";
        }
        if (node.type().equals(Origins.REROUTE) || node.type().equals(Origins.PRIMITIVE)) {
            withoutNode.add(node.raw().json());
            return node.type().equals(Origins.REROUTE) ? "a bend of its wires" : "the value of what it is wired to";
        }
        Optional<ComfySubgraph> subgraph = definitions.of(node.type());
        if (subgraph.isPresent()) {
            instances.add(node, subgraph.get());
        } else if (node.counterpart().isPresent()) {
            known.add(node, node.counterpart().get());
        } else {
            strange.add(node);
            return "";
        }
        String id = draft.made(node).id();
        return id + " (" + draft.nodes().get(id).type() + ")";
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
