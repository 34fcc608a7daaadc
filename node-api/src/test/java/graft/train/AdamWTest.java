package graft.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.google.gson.Gson;
import graft.tensor.Compute;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class AdamWTest {

    /** What torch.optim.AdamW made of two weights in four steps: see the comment in the file. */
    @SuppressWarnings("ArrayRecordComponent") // as JSON has them
    private record Vectors(String comment, float[][] weights, float[][][] gradients, float[][][] after) {}

    @Test
    void stepsAsTorchDoes() throws IOException {
        Vectors vectors;
        try (Reader reader = new InputStreamReader(
                AdamWTest.class.getResourceAsStream("/graft/train/adamw.json"), StandardCharsets.UTF_8)) {
            vectors = new Gson().fromJson(reader, Vectors.class);
        }
        try (NDManager manager = Compute.choose("cpu").newManager()) {
            List<NDArray> weights =
                    Stream.of(vectors.weights()).map(manager::create).toList();
            AdamW optimizer =
                    new AdamW.Settings(0.9, 0.99, 1e-8, 0.05).create(List.of(ParameterGroup.of(weights)), manager);
            for (int step = 0; step < vectors.after().length; step++) {
                List<NDArray> gradients = Stream.of(vectors.gradients()[step])
                        .map(manager::create)
                        .toList();
                optimizer.step(gradients, 1e-2 / (step + 1));
                for (int i = 0; i < weights.size(); i++) {
                    assertThat(weights.get(i).toFloatArray())
                            .as("weight %d after step %d", i, step + 1)
                            .containsExactly(vectors.after()[step][i], within(1e-6f));
                }
            }
        }
    }
}
