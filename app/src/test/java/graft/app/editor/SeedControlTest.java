package graft.app.editor;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonPrimitive;
import graft.app.plugin.NodeLibrary;
import graft.app.workflow.Place;
import graft.app.workflow.Workflow;
import graft.app.workflow.WorkflowNode;
import graft.node.Node;
import graft.node.NodeType;
import graft.node.Run;
import graft.node.Setting;
import graft.node.Setting.Control;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SeedControlTest {

    /** A node with a seed and a number that is none. */
    @NodeType(id = "test/draw", title = "Draw", category = "test", help = "Draws.")
    public static final class Draw implements Node {
        @Setting(control = Control.SEED)
        long seed = 5;

        @Setting
        int steps = 20;

        @Override
        public void run(Run run) {
            // Only its settings are looked at.
        }
    }

    private final NodeLibrary library = NodeLibrary.of(List.of(Draw.class));

    private static Workflow workflow(SeedControl control) {
        WorkflowNode node = WorkflowNode.of("test/draw", 1, new Place(0, 0));
        return Workflow.EMPTY.withNodes(Map.of("draw", node.withExtra(control.in(node.extra(), "seed"))));
    }

    private long seed(Workflow workflow) {
        return workflow.nodes().get("draw").settings().get("seed").getAsLong();
    }

    @Test
    void aFixedSeedLeavesTheWorkflowAsItIs() {
        Workflow fixed = workflow(SeedControl.FIXED);
        assertThat(SeedControl.beforeRun(fixed, library, new Random(1))).isSameAs(fixed);
    }

    @Test
    void aSeedThatCountsUpBeginsAtTheDefault() {
        Workflow once = SeedControl.beforeRun(workflow(SeedControl.INCREMENT), library, new Random(1));
        assertThat(seed(once)).isEqualTo(6);
        assertThat(seed(SeedControl.beforeRun(once, library, new Random(1)))).isEqualTo(7);
        assertThat(seed(SeedControl.beforeRun(workflow(SeedControl.DECREMENT), library, new Random(1))))
                .isEqualTo(4);
    }

    @Test
    void aRandomSeedIsOneThatEveryJsonReaderKeepsWhole() {
        Workflow drawn = SeedControl.beforeRun(workflow(SeedControl.RANDOM), library, new Random(1));
        assertThat(seed(drawn)).isBetween(0L, 1L << 53);
        assertThat(new JsonPrimitive((double) seed(drawn)).getAsLong()).isEqualTo(seed(drawn));
    }

    @Test
    void whatBecomesOfASeedIsSavedWithItsNode() {
        Workflow saved = Workflow.parse(workflow(SeedControl.RANDOM).toJson(), "saved");
        assertThat(SeedControl.of(saved.nodes().get("draw"), "seed")).isEqualTo(SeedControl.RANDOM);
        assertThat(SeedControl.FIXED
                        .in(saved.nodes().get("draw").extra(), "seed")
                        .size())
                .isZero();
    }
}
