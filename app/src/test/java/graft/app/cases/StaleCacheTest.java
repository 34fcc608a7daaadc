package graft.app.cases;

import static org.assertj.core.api.Assertions.assertThat;

import graft.file.SafeTensors.DType;
import graft.model.Checkpoint;
import graft.model.sd.CheckpointFile;
import graft.tensor.Compute;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is kept on disk is of the very model: another part of it, and nothing of the other model is taken. */
class StaleCacheTest {

    @TempDir
    private Path folder;

    private int models;

    private ModelFolder model() {
        return ModelFolder.in(folder.resolve("model-" + models++));
    }

    private String losses(String workflow, Path model) {
        CaseFolder inputs = CaseFolder.of("60-stale-cache-other-vae", folder.resolve("inputs-" + models++));
        CaseFolder.Answer answer =
                inputs.run(workflow, "--set", "model.file=" + model).done();
        try {
            return Files.readString(answer.files("losses.csv").get(0));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static float[] times(float[] values, float factor) {
        for (int i = 0; i < values.length; i++) {
            values[i] *= factor;
        }
        return values;
    }

    /** The losses from the cache are those without one, and others than those of the model that filled it. */
    private void isNotMistaken(Path other, Path model) {
        String first = losses("a-disk.json", model);
        String disk = losses("a-disk.json", other);
        assertThat(disk).isEqualTo(losses("a-memory.json", other)).isNotEqualTo(first);
    }

    @Test
    void anotherVae() {
        isNotMistaken(
                model().numbers(
                                ModelFolder.VAE,
                                name -> name.startsWith("encoder.down") && name.endsWith("conv1.weight"),
                                values -> times(values, 1.2f))
                        .path(),
                model().path());
    }

    @Test
    void anotherTextEncoder() {
        isNotMistaken(
                model().numbers(
                                ModelFolder.TEXT,
                                name -> name.contains("self_attn") && name.endsWith(".weight"),
                                values -> times(values, 1.5f))
                        .path(),
                model().path());
    }

    @Test
    void anotherVaeConfig() {
        isNotMistaken(
                model().set("vae/config.json", "{\"scaling_factor\": 0.5}").path(), model().path());
    }

    @Test
    void theVaeOfASingleFile() {
        Path one = folder.resolve("one.safetensors");
        Path other = folder.resolve("other.safetensors");
        single(model(), one);
        single(
                model().numbers(
                                ModelFolder.VAE,
                                name -> name.startsWith("encoder.down") && name.endsWith("conv1.weight"),
                                values -> times(values, 1.3f)),
                other);
        isNotMistaken(other, one);
    }

    private static void single(ModelFolder from, Path to) {
        try (Checkpoint model = Checkpoint.load(from.path(), Compute.of("cpu"))) {
            CheckpointFile.writeSingle(to, model, DType.F32);
        }
    }
}
