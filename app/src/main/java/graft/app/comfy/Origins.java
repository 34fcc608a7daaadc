package graft.app.comfy;

import graft.app.workflow.Place;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Finds where the wires of one level come from, past reroutes and nodes that hand on what comes in. */
final class Origins {

    static final String REROUTE = "Reroute";

    /** A node that only holds a value. */
    static final String PRIMITIVE = "PrimitiveNode";

    /** A node there and which of its outputs; no node for the subgraph's own inputs. */
    record Origin(Optional<ComfyNode> node, int slot, List<Place> via) {}

    private final Optional<ComfySubgraph> within;
    private final Map<String, ComfyNode> byId = new HashMap<>();

    Origins(List<ComfyNode> nodes, Optional<ComfySubgraph> within) {
        this.within = within;
        nodes.forEach(node -> byId.putIfAbsent(node.id(), node));
    }

    /** Empty where nothing comes, which {@link #whyNone} explains. */
    Optional<Origin> of(ComfyLink link) {
        return of(link, new HashSet<>(), link.via());
    }

    /** The node that an input is wired to. */
    Optional<ComfyNode> node(ComfyNode node, String input) {
        return node.link(input).flatMap(this::of).flatMap(Origin::node);
    }

    /** The primitive that an input is wired to. */
    Optional<ComfyNode> primitive(ComfyNode.Input input) {
        return input.link().flatMap(this::of).flatMap(Origin::node).filter(node -> node.type()
                .equals(PRIMITIVE));
    }

    private Optional<Origin> of(ComfyLink link, Set<String> seen, List<Place> via) {
        if (link.node().equals(ComfySubgraph.INPUTS) && within.isPresent()) {
            return link.slot() < within.get().inputs().size()
                    ? Optional.of(new Origin(Optional.empty(), link.slot(), via))
                    : Optional.empty();
        }
        ComfyNode node = byId.get(link.node());
        if (node == null || link.slot() < 0 || !seen.add(link.node() + ":" + link.slot())) {
            return Optional.empty();
        }
        if (node.type().equals(REROUTE)) {
            return node.inputs().stream()
                    .flatMap(input -> input.link().stream())
                    .findFirst()
                    .flatMap(before -> of(before, seen, joined(before.via(), middle(node), via)));
        }
        Optional<String> passed = node.counterpart().flatMap(counterpart -> counterpart.passed(link.slot()));
        if (passed.isPresent()) {
            return node.mode() == ComfyNode.MUTED
                    ? Optional.empty()
                    : node.link(passed.get()).flatMap(before -> of(before, seen, joined(before.via(), via)));
        }
        return Optional.of(new Origin(Optional.of(node), link.slot(), via));
    }

    private static List<Place> middle(ComfyNode reroute) {
        Place size = reroute.raw().pair("size").orElse(new Place(0, 0));
        return reroute.raw().pair("pos").map(at -> at.plus(size.x() / 2, size.y() / 2)).stream()
                .toList();
    }

    @SafeVarargs
    private static List<Place> joined(List<Place>... parts) {
        List<Place> all = new ArrayList<>();
        for (List<Place> part : parts) {
            all.addAll(part);
        }
        return all;
    }

    /** Why a wire comes from nowhere. */
    String whyNone(ComfyLink link) {
        if (link.equals(ComfyLink.NOWHERE)) {
            return "the file's table of wires does not have it";
        }
        if (link.node().equals(ComfySubgraph.INPUTS) && within.isPresent()) {
            return "the subgraph has no input " + link.slot();
        }
        return byId.containsKey(link.node())
                ? "nothing comes out of node " + link.node() + " there"
                : "there is no node " + link.node() + " in the file";
    }
}
