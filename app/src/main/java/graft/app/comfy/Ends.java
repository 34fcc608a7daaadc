package graft.app.comfy;

import graft.app.workflow.Place;
import java.util.List;
import java.util.Optional;

/** Finds the ends that wires there have here, once the nodes are made. */
final class Ends {

    /** Where a wire comes from here; of no node for the subgraph's own inputs. */
    record End(String node, String socket, List<Place> via) {}

    /** An input or setting here. */
    record Target(String node, String socket) {}

    private final Optional<ComfySubgraph> within;
    private final Definitions definitions;
    private final Origins origins;
    private final SocketNames names;
    private final Draft draft;

    Ends(Optional<ComfySubgraph> within, Definitions definitions, Origins origins, SocketNames names, Draft draft) {
        this.within = within;
        this.definitions = definitions;
        this.origins = origins;
        this.names = names;
        this.draft = draft;
    }

    /** Where a wire comes from; empty when nothing comes by it. */
    Optional<End> source(ComfyLink link) {
        return origins.of(link).flatMap(this::end);
    }

    private Optional<End> end(Origins.Origin origin) {
        if (origin.node().isEmpty()) {
            String port =
                    definitions.sockets(within.orElseThrow().id()).inputs().get(origin.slot());
            return Optional.of(new End("", port, origin.via()));
        }
        ComfyNode node = origin.node().get();
        if (!draft.has(node)) {
            return Optional.empty();
        }
        Draft.Made here = draft.made(node);
        String id = node.type().equals(Counterpart.LORA) && origin.slot() == 1 ? here.clip() : here.id();
        return Optional.of(new End(id, names.output(node, origin.slot()), origin.via()));
    }

    /**
     * What a wire into an input enters; nothing for what is one with another input here.
     *
     * @param index of the input, from 0
     */
    List<Target> targets(ComfyNode node, int index, ComfyNode.Input input) {
        Draft.Made here = draft.made(node);
        Optional<ComfySubgraph> subgraph = definitions.of(node.type());
        if (subgraph.isPresent()) {
            return List.of(new Target(here.id(), names.port(node, input, subgraph.get())));
        }
        Optional<Counterpart> counterpart = node.counterpart();
        if (counterpart.isEmpty()) {
            return List.of(new Target(here.id(), SocketNames.inputs(node).get(index)));
        }
        if (isFileOfLora(node, input)) {
            return List.of(new Target(here.loader(), "file"));
        }
        if (counterpart.get().knows(input.name())
                && counterpart.get().socket(input.name()).isEmpty()) {
            return List.of();
        }
        String socket = counterpart.get().socket(input.name()).orElseGet(() -> SocketNames.inputs(node)
                .get(index));
        if (input.name().equals("clip") && node.type().equals(Counterpart.LORA)) {
            return here.clip().equals(here.id()) ? List.of() : List.of(new Target(here.clip(), socket));
        }
        boolean ofClip = input.name().equals("strength_clip");
        return List.of(new Target(ofClip ? here.clip() : here.id(), socket));
    }

    private static boolean isFileOfLora(ComfyNode node, ComfyNode.Input input) {
        return Loras.isOne(node) && input.name().equals("lora_name");
    }
}
