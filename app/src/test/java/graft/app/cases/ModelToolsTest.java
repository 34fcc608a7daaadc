package graft.app.cases;

import static org.assertj.core.api.Assertions.assertThat;

import graft.app.workflow.Workflow;
import graft.file.SafeTensors;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Merge, extract, resize and convert in one workflow on the built-in model, run as a person runs it. */
class ModelToolsTest {

    @TempDir
    private Path folder;

    private CaseFolder tools() {
        return tools("first");
    }

    private static Path written(CaseFolder.Answer answer, String node) {
        return answer.files(".png").stream()
                .filter(file -> file.getParent().getFileName().toString().equals("save-" + node))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void theMergedModelDrawsAsTheStackedOneAndTheExtractedLoraAsBoth() {
        CaseFolder.Answer answer = tools().run("workflow.json").done();
        Path stacked = written(answer, "stacked");

        assertThat(CaseFolder.farthest(stacked, written(answer, "base"))).isGreaterThan(20);
        assertThat(CaseFolder.farthest(stacked, written(answer, "mixed"))).isGreaterThan(5);
        assertThat(CaseFolder.farthest(stacked, written(answer, "merged"))).isLessThanOrEqualTo(1);
        assertThat(CaseFolder.farthest(stacked, written(answer, "extracted"))).isLessThanOrEqualTo(1);

        Path small = answer.files("small.safetensors").get(0);
        try (SafeTensors tensors = SafeTensors.open(small)) {
            assertThat(tensors.names()).allMatch(name -> name.matches("(unet|text_encoder)\\..*\\.lora_[AB]\\.weight"));
            assertThat(tensors.names()).allMatch(name -> tensors.entry(name).dtype() == SafeTensors.DType.BF16);
        }

        // The model that was written is one like others.
        Path model = answer.files("model_index.json").get(0).getParent();
        CaseFolder.Answer again = tools("again").run("workflow.json", "--set", "model.file=" + model);
        assertThat(CaseFolder.farthest(stacked, written(again.done(), "base"))).isLessThanOrEqualTo(1);
    }

    private CaseFolder tools(String name) {
        return CaseFolder.of("90-model-tools", folder.resolve(name));
    }

    @Test
    void theWorkflowIsKeptByNameWhenTheEditorWritesIt() throws Exception {
        CaseFolder tools = tools();
        Workflow read = Workflow.read(tools.path("workflow.json"));
        read.write(tools.path("again.json"));
        Workflow again = Workflow.read(tools.path("again.json"));

        assertThat(again).isEqualTo(read);
        String text = Files.readString(tools.path("again.json"));
        assertThat(text)
                .contains(
                        "graft/lora/merge",
                        "graft/lora/extract",
                        "graft/lora/resize",
                        "graft/lora/convert",
                        "graft/model/merge",
                        "\"blockShares\": \"mid=1, up_blocks.0=0.25\"",
                        "\"rankBy\": \"norm\"");
        assertThat(tools.check("again.json").code()).isZero();
    }

    @Test
    void whatCannotBeIsRefusedBeforeAnythingRuns() {
        tools().check("workflow.json", "--set", "models.method=add_difference")
                .refused("models.base: Cannot add a difference: no model is wired into base");
        tools("blocks")
                .check("workflow.json", "--set", "models.blockShares=nowhere=1")
                .refused("models.blockShares: Cannot give the block nowhere a share");
    }
}
