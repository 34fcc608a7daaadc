package graft.app.editor.canvas;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonPrimitive;
import com.mxgraph.view.mxCellState;
import graft.app.workflow.Edits;
import graft.app.workflow.Place;
import graft.app.workflow.Size;
import graft.app.workflow.Workflow;
import graft.app.workflow.WorkflowNode;
import graft.node.SettingKind;
import graft.node.SettingSchema;
import java.awt.geom.Point2D;
import java.awt.geom.Rectangle2D;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ProjectionTest {

    private Workflow workflow = Shipped.workflow("text-to-image");
    private final Projection projection = Shipped.projection(workflow);
    private final HitTest hitTest = new HitTest(projection);

    private void become(Workflow next) {
        projection.update(next, next);
        workflow = next;
    }

    private NodeView node(String id) {
        return projection.node(id).orElseThrow();
    }

    private WireView wire(String to) {
        return projection.wires().stream()
                .filter(wire -> wire.wire().to().equals(to))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void jGraphXHoldsEveryNodeAndWireWhereItIsDrawn() {
        for (NodeView node : projection.stack()) {
            mxCellState state = projection.state(node.cell());
            assertThat(new Rectangle2D.Double(state.getX(), state.getY(), state.getWidth(), state.getHeight()))
                    .isEqualTo(node.bounds());
        }
        assertThat(projection.wires()).hasSize(workflow.wires().size()).allSatisfy(wire -> assertThat(
                        projection.state(wire.cell()).getAbsolutePointCount())
                .isEqualTo(wire.path().points()));
    }

    @Test
    void wiresFollowANodeThatMoves() {
        Point2D before = wire("decode.latents").path().middle();
        become(Edits.moveBy(workflow, Set.of("decode"), 200, 100));
        WireView wire = wire("decode.latents");
        assertThat(wire.path().middle()).isNotEqualTo(before);
        assertThat(wire.path().x(wire.path().points() - 1))
                .isEqualTo(node("decode").x());
    }

    @Test
    void whatIsRemovedIsGoneAndWhatIsUndoneIsBack() {
        Workflow before = workflow;
        become(Edits.remove(workflow, Set.of("sample")));
        assertThat(projection.node("sample")).isEmpty();
        assertThat(projection.wires()).hasSize(4);
        become(before);
        assertThat(projection.node("sample")).isPresent();
        assertThat(projection.wires()).hasSize(8);
    }

    @Test
    void nodesWithoutAPlaceAreLaidOut() {
        WorkflowNode node = workflow.nodes().get("model");
        Workflow unplaced = Workflow.EMPTY.withNodes(Map.of(
                "a",
                new WorkflowNode(node.type(), 1, Map.of(), "", Optional.empty(), node.extra()),
                "b",
                new WorkflowNode(node.type(), 1, Map.of(), "", Optional.empty(), node.extra())));
        become(unplaced);
        assertThat(node("a").bounds().intersects(node("b").bounds())).isFalse();
    }

    @Test
    void aSettingThatIsNotAtItsDefaultShowsThoughItIsForTheExperienced() {
        SettingSchema advanced = Shipped.type("graft/lora/train").settings().stream()
                .filter(setting -> setting.declared().advanced() && setting.kind() == SettingKind.WHOLE_NUMBER)
                .findFirst()
                .orElseThrow();
        become(Edits.add(workflow, "train", WorkflowNode.of("graft/lora/train", 1, new Place(0, 900))));
        assertThat(node("train").geometry().row(advanced.id())).isEmpty();
        // As the workflow of a run has them all.
        become(Edits.setSetting(workflow, "train", advanced.id(), advanced.toJson(advanced.defaultValue())));
        assertThat(node("train").geometry().row(advanced.id())).isEmpty();
        become(Edits.setSetting(workflow, "train", advanced.id(), new JsonPrimitive(77)));
        assertThat(node("train").geometry().row(advanced.id())).isPresent();
    }

    @Test
    void aHitFindsSocketsBeforeRowsBeforeTheNodeBeforeWires() {
        Point2D end = node("sample").end("latents", false);
        assertThat(hitTest.at(end.getX(), end.getY(), 1)).containsInstanceOf(Hit.OfSocket.class);
        Rectangle2D row = node("sample")
                .onCanvas(node("sample").geometry().row("steps").orElseThrow().bounds());
        assertThat(hitTest.at(row.getCenterX(), row.getCenterY(), 1)).containsInstanceOf(Hit.OfSetting.class);
        assertThat(hitTest.at(node("sample").x() + 80, node("sample").y() + 10, 1))
                .contains(new Hit.OfNode(node("sample"), Hit.Part.TITLE));
        Point2D middle = wire("sample.latents").path().middle();
        assertThat(hitTest.at(middle.getX(), middle.getY(), 1)).contains(new Hit.OfWire(wire("sample.latents")));
        assertThat(hitTest.at(-500, -500, 1)).isEmpty();
    }

    @Test
    void aGroupIsHeldByItsTitleAndLetsTheMouseThroughElsewhere() {
        become(Edits.group(
                        workflow.withGroups(List.of()),
                        Set.of("decode", "save"),
                        "Out",
                        id -> new Size(
                                node(id).geometry().width(), node(id).geometry().height()))
                .workflow());
        BoxView group = projection.boxes().iterator().next();
        Rectangle2D box = group.bounds();
        assertThat(hitTest.at(box.getX() + 30, box.getY() + 10, 1)).contains(new Hit.OfBox(group, false));
        assertThat(hitTest.at(box.getX() + 8, box.getMaxY() - 30, 1)).isEmpty();
        assertThat(hitTest.within(box)).contains("decode", "save", group.id());
    }

    @Test
    void aTypeThatNoPluginOffersStandsInWithTheSocketsOfItsWires() {
        Workflow strange = workflow.map(
                "sample", node -> WorkflowNode.of("other/thing", 1, node.place().orElseThrow()));
        become(strange);
        assertThat(node("sample").face().known()).isFalse();
        assertThat(node("sample").face().inputs())
                .extracting(socket -> socket.id())
                .containsExactly("model", "positive", "latents");
        assertThat(projection.wires()).hasSize(8);
    }
}
