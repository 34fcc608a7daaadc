package graft.model.sd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import graft.Golden;
import graft.file.SafeTensors;
import graft.file.SafeTensors.DType;
import graft.model.Checkpoint;
import graft.model.SchedulerConfig;
import graft.model.Weights;
import graft.tensor.Compute;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The models of the reference set, written in either form: the same tensors, and the configs that they had. */
final class CheckpointFileGoldenTest {

    private static final Compute CPU = Compute.of("cpu");

    @TempDir
    private Path folder;

    private static Path golden(String model) {
        Path golden = Golden.path("").resolve(model);
        assumeTrue(Files.exists(golden), () -> golden + " is not in this reference set");
        return golden;
    }

    @ParameterizedTest
    @ValueSource(strings = {"sd15", "sd21", "sdxl"})
    void singleFileToFolderToSingleFileGivesTheSameTensors(String name) throws IOException {
        Path original = golden(name).resolve("single_file.safetensors");
        Path parts = folder.resolve("parts");
        Path again = folder.resolve("again.safetensors");
        try (Checkpoint model = Checkpoint.load(original, CPU)) {
            CheckpointFile.writeFolder(parts, model, DType.F32);
        }
        try (Checkpoint model = Checkpoint.load(parts, CPU)) {
            CheckpointFile.writeSingle(again, model, DType.F32);
        }
        same(golden(name), parts);
        same(golden(name), again);
        try (SafeTensors before = SafeTensors.open(original);
                SafeTensors after = SafeTensors.open(again)) {
            if (!name.equals("sd21")) { // whose text encoder is spelled as an older converter did
                assertThat(after.names()).isEqualTo(before.names());
            }
            for (String tensor : after.names()) {
                if (before.names().contains(tensor)) {
                    assertThat(after.bytes(tensor).equals(before.bytes(tensor)))
                            .as(tensor)
                            .isTrue();
                    assertThat(after.entry(tensor).shape())
                            .isEqualTo(before.entry(tensor).shape());
                }
            }
        }
        Path third = folder.resolve("third");
        try (Checkpoint model = Checkpoint.load(again, CPU)) {
            CheckpointFile.writeFolder(third, model, DType.F32);
        }
        same(parts, third);
    }

    @ParameterizedTest
    @CsvSource({"sd15,F16", "sd21,F16", "sdxl,F16", "sdxl,BF16"})
    void inSixteenBitsTheNumbersAreTheNearest(String name, DType dtype) {
        Path file = folder.resolve("half.safetensors");
        try (Checkpoint model = Checkpoint.load(golden(name), CPU)) {
            CheckpointFile.writeSingle(file, model, dtype);
        }
        double share = dtype == DType.F16 ? 1 / 2048.0 : 1 / 256.0;
        try (NDManager manager = CPU.newManager();
                ModelFiles full = ModelFiles.open(golden(name));
                ModelFiles half = ModelFiles.open(file)) {
            assertThat(half.unetConfig()).isEqualTo(full.unetConfig());
            assertThat(half.textConfigs()).isEqualTo(full.textConfigs());
            for (int i = 0; i < full.textConfigs().size(); i++) {
                close(full.textEncoder(i, manager), half.textEncoder(i, manager), share);
            }
            close(full.vae(manager), half.vae(manager), share);
        }
    }

    private static void close(Weights.Source full, Weights.Source half, double share) {
        assertThat(half.keys()).isEqualTo(full.keys());
        for (String key : full.keys()) {
            float[] expected = numbers(full, key);
            float[] found = numbers(half, key);
            for (int i = 0; i < expected.length; i++) {
                assertThat((double) found[i])
                        .as(key)
                        .isCloseTo(expected[i], within(share * Math.abs(expected[i]) + 1e-7));
            }
        }
    }

    /** Without a folder around it: what the weights tell, and what is so in all models of the family. */
    @ParameterizedTest
    @ValueSource(strings = {"sd15", "sd21", "sdxl"})
    void theConfigOfAFileAloneIsReadOffItsWeights(String name) throws IOException {
        Path alone = Files.copy(golden(name).resolve("single_file.safetensors"), folder.resolve("alone.safetensors"));
        try (ModelFiles file = ModelFiles.open(alone);
                ModelFiles parts = ModelFiles.open(golden(name))) {
            UNetConfig found = file.unetConfig();
            UNetConfig expected = parts.unetConfig();
            assertThat(file.family()).isEqualTo(parts.family());
            assertThat(found.channels()).isEqualTo(expected.channels());
            assertThat(found.layers()).isEqualTo(expected.layers());
            assertThat(found.downAttention()).isEqualTo(expected.downAttention());
            assertThat(found.upAttention()).isEqualTo(expected.upAttention());
            assertThat(found.transformerLayers()).isEqualTo(expected.transformerLayers());
            assertThat(found.contextWidths()).isEqualTo(expected.contextWidths());
            assertThat(found.timeWidth()).isEqualTo(expected.timeWidth());
            assertThat(found.sizes()).isEqualTo(expected.sizes());
            for (int i = 0; i < parts.textConfigs().size(); i++) {
                TextConfig text = file.textConfigs().get(i);
                TextConfig wanted = parts.textConfigs().get(i);
                boolean open = !wanted.quick();
                assertThat(text)
                        .isEqualTo(new TextConfig(
                                wanted.vocabulary(),
                                wanted.width(),
                                wanted.inner(),
                                1,
                                wanted.layers(),
                                wanted.positions(),
                                wanted.epsilon(),
                                wanted.quick(),
                                open ? 0 : 999,
                                999,
                                wanted.projected()));
            }
            assertThat(file.vaeConfig().channels()).isEqualTo(parts.vaeConfig().channels());
            assertThat(file.vaeConfig().scaling()).isEqualTo(parts.vaeConfig().scaling());
            assertThat(file.scheduler()).isEqualTo(SchedulerConfig.STABLE_DIFFUSION);
        }
        Path written = folder.resolve("written");
        try (Checkpoint model = Checkpoint.load(alone, CPU)) {
            CheckpointFile.writeFolder(written, model, DType.F32);
        }
        same(alone, written);
    }

    /** The same parts, bit for bit, and the same configs. */
    private static void same(Path one, Path other) {
        try (NDManager manager = CPU.newManager();
                ModelFiles expected = ModelFiles.open(one);
                ModelFiles found = ModelFiles.open(other)) {
            assertThat(found.family()).isEqualTo(expected.family());
            assertThat(found.unetConfig()).isEqualTo(expected.unetConfig());
            assertThat(found.textConfigs()).isEqualTo(expected.textConfigs());
            assertThat(found.vaeConfig()).isEqualTo(expected.vaeConfig());
            assertThat(withoutOthers(found.scheduler())).isEqualTo(withoutOthers(expected.scheduler()));
            same(expected.unet(manager), found.unet(manager));
            same(expected.vae(manager), found.vae(manager));
            for (int i = 0; i < expected.textConfigs().size(); i++) {
                same(expected.textEncoder(i, manager), found.textEncoder(i, manager));
            }
        }
    }

    private static List<Object> withoutOthers(SchedulerConfig config) {
        return List.of(
                config.betaStart(),
                config.betaEnd(),
                config.betaSchedule(),
                config.predictionType(),
                config.timestepSpacing(),
                config.setAlphaToOne(),
                config.rescaleBetasZeroSnr());
    }

    private static void same(Weights.Source expected, Weights.Source found) {
        assertThat(found.keys()).isEqualTo(expected.keys()).isNotEmpty();
        for (String key : expected.keys()) {
            assertThat(numbers(found, key)).as(key).isEqualTo(numbers(expected, key));
        }
    }

    private static float[] numbers(Weights.Source source, String key) {
        try (NDArray array = source.read(key, source.shape(key, new long[0]).orElseThrow())) {
            return array.toFloatArray();
        }
    }

    /** What XL predicts is marked by empty tensors, which are read again and which others know. */
    @ParameterizedTest
    @CsvSource({"v_prediction,true", "v_prediction,false", "epsilon,false"})
    void whatItPredictsIsToldByEmptyTensors(String prediction, boolean zero) throws IOException {
        Path source = folder.resolve("source");
        try (Checkpoint model = Checkpoint.load(golden("sdxl").resolve("single_file.safetensors"), CPU)) {
            CheckpointFile.writeFolder(source, model, DType.F16);
        }
        Path scheduler = source.resolve("scheduler/scheduler_config.json");
        Files.writeString(
                scheduler,
                Files.readString(scheduler)
                        .replace("\"epsilon\"", "\"" + prediction + "\"")
                        .replace("\"rescale_betas_zero_snr\": false", "\"rescale_betas_zero_snr\": " + zero));
        Path single = folder.resolve("single.safetensors");
        try (Checkpoint model = Checkpoint.load(source, CPU)) {
            CheckpointFile.writeSingle(single, model, DType.F16);
        }
        boolean velocity = prediction.equals("v_prediction");
        List<SafeTensors.Tensor> bare = new java.util.ArrayList<>();
        try (SafeTensors file = SafeTensors.open(single)) {
            assertThat(file.names().contains("v_pred")).isEqualTo(velocity);
            assertThat(file.names().contains("ztsnr")).isEqualTo(zero);
            file.names()
                    .forEach(name -> bare.add(new SafeTensors.Tensor(
                            name, file.entry(name).dtype(), file.entry(name).shape(), file.bytes(name))));
            SafeTensors.write(folder.resolve("bare.safetensors"), bare, Map.of());
        }
        try (ModelFiles file = ModelFiles.open(folder.resolve("bare.safetensors"))) {
            assertThat(file.scheduler().predictionType()).isEqualTo(prediction);
            assertThat(file.scheduler().rescaleBetasZeroSnr()).isEqualTo(zero);
            assertThat(file.notes()).isEmpty();
        }
    }
}
