package graft.app.editor.canvas;

import static org.assertj.core.api.Assertions.assertThat;

import graft.app.workflow.Edits;
import graft.app.workflow.Place;
import graft.app.workflow.Wire;
import graft.app.workflow.Workflow;
import graft.app.workflow.WorkflowNode;
import graft.node.SocketKind;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class WireDragTest {

    private final Workflow workflow = Shipped.workflow("text-to-image");
    private final Projection projection = Shipped.projection(workflow);

    private NodeView node(String id) {
        return projection.node(id).orElseThrow();
    }

    private NodeGeometry.Spot spot(String node, String id, boolean output) {
        return node(node).geometry().socket(id, output).orElseThrow();
    }

    private WireDrag from(String node, String output) {
        return WireDrag.from(
                workflow,
                new SocketId(node, output, true),
                spot(node, output, true).kind(),
                SocketKind::fits);
    }

    @Test
    void aKindThatDoesNotFitIsRefusedInWords() {
        assertThat(from("model", "model").refusal("save", spot("save", "images", false)))
                .contains("It carries Model, and Image is wanted.");
        assertThat(from("model", "model").refusal("decode", spot("decode", "model", false)))
                .isEmpty();
    }

    @Test
    void wiresThatWouldRunInACircleAreRefused() {
        assertThat(from("sample", "samples").refusal("sample", spot("sample", "latents", false)))
                .contains("A node cannot feed itself.");
        Workflow twice = Edits.connect(
                Edits.add(workflow, "again", WorkflowNode.of("graft/latents/sample", 1, new Place(0, 800))),
                new Wire("sample", "samples", "again", "latents"),
                false);
        Projection shown = Shipped.projection(twice);
        NodeGeometry.Spot input = spot("sample", "latents", false);
        WireDrag back = WireDrag.from(twice, new SocketId("sample", "latents", false), input.kind(), SocketKind::fits);
        NodeView again = shown.node("again").orElseThrow();
        assertThat(back.refusal(
                        "again", again.geometry().socket("samples", true).orElseThrow()))
                .contains("The wires would run in a circle.");
        assertThat(back.first(again)).isEmpty();
    }

    @Test
    void aNodeIsWiredAtTheFirstInputThatFitsAndHasNoWireYet() {
        Workflow bare = workflow.withWires(List.of());
        Projection unwired = Shipped.projection(bare);
        WireDrag conditioning = WireDrag.from(
                bare,
                new SocketId("prompt", "conditioning", true),
                spot("prompt", "conditioning", true).kind(),
                SocketKind::fits);
        assertThat(conditioning.first(unwired.node("sample").orElseThrow()).map(NodeGeometry.Spot::id))
                .contains("positive");
        assertThat(from("prompt", "conditioning").first(node("sample")).map(NodeGeometry.Spot::id))
                .contains("negative");
    }

    @Test
    void aNodeWithNothingThatFitsSaysSo() {
        WireDrag drag = from("model", "model");
        drag.aim(Optional.of(new Hit.OfNode(node("save"), Hit.Part.BODY)));
        assertThat(drag.target()).isEmpty();
        assertThat(drag.refusal()).contains("Save Image has nothing that takes Model.");
    }

    @Test
    void allWiresOfAnOutputMoveTogetherToAnotherThatFitsThemAll() {
        var wires = workflow.wires().stream()
                .filter(wire -> wire.from().equals("model.model"))
                .toList();
        var wanted = wires.stream()
                .map(wire -> spot(wire.toNode(), wire.input(), false).kind())
                .toList();
        WireDrag drag = WireDrag.unplugged(workflow, wires, wanted, SocketKind::fits);
        assertThat(drag.refusal("model", spot("model", "model", true))).isEmpty();
        assertThat(drag.refusal("prompt", spot("prompt", "conditioning", true))).isPresent();
        assertThat(drag.wires(new SocketId("model", "model", true)))
                .containsExactlyElementsOf(wires.stream()
                        .map(wire -> new Wire("model", "model", wire.toNode(), wire.input()))
                        .toList());
    }
}
