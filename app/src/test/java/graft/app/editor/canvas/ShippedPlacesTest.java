package graft.app.editor.canvas;

import static org.assertj.core.api.Assertions.assertThat;

import graft.app.workflow.Wire;
import graft.app.workflow.Workflow;
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
}
