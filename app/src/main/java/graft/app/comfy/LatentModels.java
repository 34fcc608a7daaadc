package graft.app.comfy;

import graft.app.workflow.Port;
import graft.app.workflow.Wire;
import graft.app.workflow.Workflow;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Gives Graft's empty latents the model that they ask how large a latent is: that of the sampler that they enter, else any one here. */
final class LatentModels {

    private LatentModels() {}

    /** @param inputs those of the subgraph that is drawn, added to where the model comes from outside */
    static Workflow wired(Workflow drawn, List<Port> inputs) {
        List<Wire> all = new ArrayList<>(drawn.wires());
        drawn.nodes().forEach((id, node) -> {
            if (!node.type().equals("graft/latents/empty")) {
                return;
            }
            List<String> samplers = drawn.wires().stream()
                    .filter(wire -> wire.fromNode().equals(id))
                    .map(Wire::toNode)
                    .toList();
            Optional<Wire> wired = drawn.wires().stream()
                    .filter(wire ->
                            samplers.contains(wire.toNode()) && wire.input().equals("model"))
                    .findFirst();
            Optional<Port> fromOutside = inputs.stream()
                    .filter(port ->
                            samplers.contains(port.node()) && port.socket().equals("model"))
                    .findFirst();
            if (wired.isEmpty() && fromOutside.isPresent()) {
                Port port = fromOutside.get();
                inputs.add(new Port(port.id(), port.title(), id, "model"));
                return;
            }
            wired.map(model -> new Wire(model.fromNode(), model.output(), id, "model"))
                    .or(() -> drawn.nodes().entrySet().stream()
                            .filter(each -> each.getValue().type().equals("graft/model/load"))
                            .map(each -> new Wire(each.getKey(), "model", id, "model"))
                            .findFirst())
                    .ifPresent(all::add);
        });
        return drawn.withWires(all);
    }
}
