package graft.app.engine;

import static org.assertj.core.api.Assertions.assertThat;

import graft.app.plugin.NodeLibrary;
import graft.app.workflow.Workflow;
import graft.app.workflow.WorkflowNode;
import graft.node.NodeSchema;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every node that comes with Graft has its place in a workflow that comes with it, or its reason to have none. */
class ShippedNodesTest {

    private static final Path HOME = Path.of("").toAbsolutePath().getParent();

    private static final String FILE_OF_ONES_OWN = "begins with a file that a person has, and none ships";
    private static final String TOOL = "makes one file of others, once, and ends there";
    private static final String AS_ANOTHER = "does what another node of a workflow does, in another form";

    private static final Map<String, String> WITHOUT = Map.ofEntries(
            Map.entry("graft/lora/load", FILE_OF_ONES_OWN),
            Map.entry("graft/embedding/load", FILE_OF_ONES_OWN),
            Map.entry("graft/lora/convert", TOOL),
            Map.entry("graft/lora/extract", TOOL),
            Map.entry("graft/lora/merge", TOOL),
            Map.entry("graft/lora/resize", TOOL),
            Map.entry("graft/model/merge", TOOL),
            Map.entry("graft/images/preview", AS_ANOTHER),
            Map.entry("graft/adapters/add-lora", AS_ANOTHER),
            Map.entry("graft/adapters/add-embedding", AS_ANOTHER),
            Map.entry("graft/dreambooth/class-pictures", AS_ANOTHER),
            Map.entry("graft/dataset/augment", AS_ANOTHER),
            Map.entry("graft/dataset/join", AS_ANOTHER),
            Map.entry("graft/dataset/split", AS_ANOTHER));

    @Test
    void eachNodeStandsInOneOrIsNamed() throws IOException {
        NodeLibrary library = NodeLibrary.load(HOME.resolve("plugins"), "0.1.0");
        Set<String> all = library.nodes().stream().map(NodeSchema::id).collect(Collectors.toCollection(TreeSet::new));
        Set<String> used = new TreeSet<>();
        for (Path file : workflows()) {
            Workflow workflow = Workflow.read(file);
            used.addAll(types(workflow));
            workflow.subgraphs().values().forEach(subgraph -> used.addAll(types(subgraph.inside())));
        }
        Set<String> missing = new TreeSet<>(all);
        missing.removeAll(used);
        assertThat(missing).containsExactlyInAnyOrderElementsOf(WITHOUT.keySet());
    }

    private static List<Path> workflows() throws IOException {
        try (Stream<Path> files = Files.list(HOME.resolve("workflows"))) {
            return files.filter(file -> file.toString().endsWith(".json")).toList();
        }
    }

    private static Set<String> types(Workflow workflow) {
        return workflow.nodes().values().stream().map(WorkflowNode::type).collect(Collectors.toSet());
    }
}
