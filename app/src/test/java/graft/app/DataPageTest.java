package graft.app;

import static org.assertj.core.api.Assertions.assertThat;

import graft.app.plugin.NodeLibrary;
import graft.app.plugin.TestPlugin;
import graft.node.Resource;
import graft.node.SocketKind;
import graft.node.SocketSchema;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What docs/data.md says of the types of wires is what the nodes declare. */
class DataPageTest {

    private record Row(String title, String type, String colour, boolean resource) {}

    @TempDir
    private Path folder;

    @Test
    void theTypesAreThoseOfTheNodes() throws Exception {
        Map<String, Row> told = new TreeMap<>();
        for (List<String> cells : Page.read("docs/data.md").table("The types")) {
            told.put(
                    Page.code(cells.get(2)).get(0),
                    new Row(
                            cells.get(0),
                            String.join(", ", Page.code(cells.get(1))),
                            Page.code(cells.get(3)).get(0),
                            cells.get(7).startsWith("the engine")));
        }
        Set<SocketKind> kinds = new HashSet<>();
        try (NodeLibrary library = NodeLibrary.load(TestPlugin.built(folder), "0.1.0")) {
            library.nodes().forEach(node -> Stream.concat(node.inputs().stream(), node.outputs().stream())
                    .map(SocketSchema::kind)
                    .forEach(kinds::add));
        }
        Map<String, Row> real = new TreeMap<>();
        kinds.forEach(kind -> real.put(
                kind.id(),
                new Row(
                        kind.title(),
                        kind.type().getSimpleName(),
                        kind.color(),
                        Resource.class.isAssignableFrom(kind.type()))));
        // Settings that a wire may drive have these too; no node has to have a socket of them.
        for (Map.Entry<String, Class<?>> plain : Map.of(
                        "int, long, double",
                        int.class,
                        "String",
                        String.class,
                        "boolean",
                        boolean.class,
                        "Object",
                        Object.class)
                .entrySet()) {
            SocketKind kind = SocketKind.of(plain.getValue());
            real.put(kind.id(), new Row(kind.title(), plain.getKey(), kind.color(), false));
        }
        assertThat(told).isEqualTo(real);
    }
}
