package graft.model.sd;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import graft.model.Weights;
import graft.tensor.Compute;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Models of random weights have as many numbers, in tensors of the same names and shapes, as those that they stand for. */
class RandomModelTest {

    /** As the published weights have them: {@code sum(p.numel() for p in unet.parameters())} in diffusers, and so on. */
    @ParameterizedTest
    @CsvSource({
        "STABLE_DIFFUSION_15, 859520964, 123060480, 83653863",
        "STABLE_DIFFUSION_XL, 2567463684, 817720320, 83653863"
    })
    void theyHaveAsManyNumbers(RandomModel model, long unet, long texts, long vae) {
        RandomModel.Files files = model.files();
        assertThat(numbers(files::unet)).isEqualTo(unet);
        long read = 0;
        for (int i = 0; i < files.textConfigs().size(); i++) {
            int index = i;
            read += numbers(manager -> files.textEncoder(index, manager));
        }
        assertThat(read).isEqualTo(texts);
        assertThat(numbers(files::vae)).isEqualTo(vae);
    }

    private static long numbers(Function<NDManager, Weights.Source> weights) {
        Compute compute = Compute.of("cpu");
        Compute.prepareThread();
        List<Long> sizes = new ArrayList<>();
        try (NDManager manager = compute.newManager()) {
            Weights.Source source = weights.apply(manager);
            for (String key : source.keys()) {
                sizes.add(Arrays.stream(source.shape(key, new long[0]).orElseThrow())
                        .reduce(1, (a, b) -> a * b));
            }
        }
        return sizes.stream().mapToLong(Long::longValue).sum();
    }
}
