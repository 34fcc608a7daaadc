package graft.app.editor.canvas;

import static org.assertj.core.api.Assertions.assertThat;

import graft.app.workflow.Wire;
import graft.app.workflow.Workflow;
import java.awt.Rectangle;
import java.awt.geom.Rectangle2D;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Where the nodes of the workflows lie that Graft comes with, as large as the canvas draws them. */
class ShippedPlacesTest {

    static List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(Shipped.WORKFLOWS)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".json"))
                    .map(name -> name.replace(".json", ""))
                    .sorted()
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("names")
    void noNodeLiesOnAnother(String name) {
        List<NodeView> nodes =
                List.copyOf(Shipped.projection(Shipped.workflow(name)).stack());
        for (int i = 0; i < nodes.size(); i++) {
            for (NodeView other : nodes.subList(0, i)) {
                assertThat(nodes.get(i).bounds().intersects(other.bounds()))
                        .as("%s on %s", nodes.get(i).id(), other.id())
                        .isFalse();
            }
        }
    }

    @ParameterizedTest
    @MethodSource("names")
    void everyWireRunsFromLeftToRight(String name) {
        Workflow workflow = Shipped.workflow(name);
        Projection shown = Shipped.projection(workflow);
        for (Wire wire : workflow.wires()) {
            assertThat(shown.node(wire.fromNode()).orElseThrow().bounds().getMaxX())
                    .as("%s to %s", wire.from(), wire.to())
                    .isLessThan(shown.node(wire.toNode()).orElseThrow().x());
        }
    }

    @ParameterizedTest
    @MethodSource("names")
    void everyStepHasAFrameWithItsNumberAndName(String name) {
        Workflow workflow = Shipped.workflow(name);
        Projection shown = Shipped.projection(workflow);
        List<Rectangle2D> frames =
                shown.boxesByDepth().stream().map(BoxView::bounds).toList();

        assertThat(shown.stack()).allSatisfy(node -> assertThat(frames.stream()
                        .filter(frame -> frame.contains(node.bounds()))
                        .count())
                .as("frames of %s", node.id())
                .isEqualTo(1));
        for (int i = 0; i < workflow.groups().size(); i++) {
            assertThat(workflow.groups().get(i).title()).matches((i + 1) + " \\p{Lu}.+");
            for (Rectangle2D other : frames.subList(0, i)) {
                assertThat(frames.get(i).intersects(other)).isFalse();
            }
        }
    }

    @ParameterizedTest
    @MethodSource("names")
    void itOpensWhereItsFirstNodeIsReadOnASmallScreen(String name) {
        Beginning beginning =
                Beginning.of(Shipped.projection(Shipped.workflow(name))).orElseThrow();

        // What a window of 1366 × 768 leaves for the canvas beside its inspector.
        Viewport seen = beginning.seen(1000, 640);
        assertThat(seen.scale()).isGreaterThanOrEqualTo(0.85);
        assertThat(new Rectangle(1000, 640).contains(seen.toComponent(beginning.first())))
                .isTrue();
        assertThat(beginning.first().getX()).isEqualTo(beginning.all().getX() + 20);
    }
}
