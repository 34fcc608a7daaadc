package graft.nodes.sampling;

import static org.assertj.core.api.Assertions.assertThat;

import graft.model.Checkpoint;
import graft.node.testing.KnownSpecs;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What HyperTile says before it runs. */
class TileAttentionTest {

    private static List<String> warnings(String model, int depth) {
        TileAttention node = new TileAttention();
        node.maxDepth = depth;
        KnownSpecs specs = new KnownSpecs()
                .with(
                        "model",
                        Checkpoint.inspect(
                                Path.of("../node-api/src/test/resources/golden").resolve(model)));
        node.configure(specs);
        assertThat(specs.outputs).containsKey("tiled");
        return specs.warnings;
    }

    @Test
    void aLevelWithoutAttentionIsToldOfBeforeItRuns() {
        assertThat(warnings("sdxl", 0))
                .containsExactly(
                        "nothing is tiled: this model attends to nothing at the outermost level of its network;"
                                + " set max depth higher");
        assertThat(warnings("sdxl", 1)).isEmpty();
        assertThat(warnings("sd15", 0)).isEmpty();
    }
}
