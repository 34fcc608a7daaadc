package graft.app.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.google.gson.JsonElement;
import graft.app.plugin.NodeLibrary;
import graft.app.plugin.Plugin;
import graft.app.workflow.Place;
import graft.app.workflow.Workflow;
import graft.app.workflow.WorkflowNode;
import graft.node.NodeSchema;
import graft.node.SettingSchema;
import graft.node.testing.NodeTrial;
import graft.node.testing.OddValues;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Every setting of every node that ships, found in the plugins themselves, comes back from a workflow's file as it was. */
class SettingsRoundTripTest {

    private static final Path HOME = Path.of("").toAbsolutePath().getParent();
    private static final NodeLibrary LIBRARY = NodeLibrary.load(HOME.resolve("plugins"), "0.1.0");

    @TempDir
    private static Path folder;

    @AfterAll
    static void close() {
        LIBRARY.close();
    }

    private static Stream<NodeSchema> nodes() {
        return LIBRARY.ids().stream().map(id -> LIBRARY.node(id).orElseThrow());
    }

    @Test
    void allPluginsThatShipAreLookedAt() {
        assertThat(LIBRARY.failures()).isEmpty();
        assertThat(LIBRARY.plugins())
                .filteredOn(Plugin::bundled)
                .hasSizeGreaterThanOrEqualTo(4)
                .allSatisfy(plugin -> assertThat(plugin.nodes()).isNotEmpty());
    }

    @TestFactory
    Stream<DynamicTest> theKitFindsNothingToSay() {
        return nodes().map(node -> dynamicTest(
                node.id(), () -> NodeTrial.of(node.create().getClass()).checkSettings()));
    }

    /** One workflow for the n-th odd value of each setting, written, read and looked at as the engine does. */
    @TestFactory
    Stream<DynamicTest> aFileKeepsWhatIsOdd() {
        return nodes().map(node -> dynamicTest(node.id(), () -> {
            Map<SettingSchema, List<Object>> values = new LinkedHashMap<>();
            node.settings().forEach(setting -> values.put(setting, OddValues.of(setting)));
            int most = values.values().stream().mapToInt(List::size).max().orElse(0);
            for (int n = 0; n < most; n++) {
                keeps(node, values, n);
            }
        }));
    }

    private static void keeps(NodeSchema node, Map<SettingSchema, List<Object>> values, int n) {
        Map<String, JsonElement> settings = new LinkedHashMap<>();
        values.forEach((setting, odd) -> {
            if (!odd.isEmpty()) {
                settings.put(setting.id(), setting.toJson(odd.get(n % odd.size())));
            }
        });
        WorkflowNode placed =
                WorkflowNode.of(node.id(), node.version(), new Place(0, 0)).withSettings(settings);
        Workflow workflow = Workflow.EMPTY.withNodes(Map.of("node", placed));
        Path file = folder.resolve("odd.json");
        workflow.write(file);

        Workflow read = Workflow.read(file);
        assertThat(read).isEqualTo(workflow);
        assertThat(read.toJson()).isEqualTo(workflow.toJson());
        values.forEach((setting, odd) -> {
            if (!odd.isEmpty()) {
                JsonElement saved = read.nodes().get("node").settings().get(setting.id());
                assertThat(setting.fromJson(saved)).as(setting.id()).isEqualTo(odd.get(n % odd.size()));
            }
        });
    }
}
