package graft.model.sd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import graft.Golden;
import graft.file.OriginalLayout;
import graft.file.SafeTensors;
import graft.file.SafeTensors.DType;
import graft.file.SafeTensors.Tensor;
import graft.model.AppliedControl;
import graft.model.Checkpoint;
import graft.model.ConditioningEntry;
import graft.model.Context;
import graft.model.Control;
import graft.model.FileKind;
import graft.node.Problem;
import graft.picture.Images;
import graft.picture.Picture;
import graft.sample.Guidance;
import graft.tensor.Compute;
import graft.tensor.NativeArrays;
import graft.tensor.Operators;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What T2I-Adapters and control-LoRAs make of a prediction, beside diffusers 0.42.1: its T2IAdapter and UNet2DConditionModel; for a
 * control-LoRA its ControlNetModel whose weights are those of the UNet, W + up·down.
 *
 * <p>Weights are made as in {@link ControlNetGoldenTest}, but for the factors: up is 0.3·sin(…), down 0.3/√(numbers for each row)·sin(…).
 */
class SteeringGoldenTest {

    private static List<String> lines;

    @TempDir
    Path folder;

    @BeforeAll
    static void read() throws IOException {
        Compute.choose("cpu");
        Compute.prepareThread();
        lines = Files.readAllLines(resource("steering.txt"));
    }

    @ParameterizedTest
    @CsvSource({"full, sd15", "light, sd15", "xl, sdxl"})
    void aT2iAdapterOfDiffusersSteers(String name, String model) throws IOException {
        write(folder.resolve("diffusion_pytorch_model.safetensors"), name, key -> key);
        Files.writeString(folder.resolve("config.json"), "{\"_class_name\": \"T2IAdapter\"}");
        assertThat(error(folder, model, name)).isLessThan(1e-4);
    }

    /** Two resnets to a stage, counted through; and the resnets of a light one under another name. */
    @ParameterizedTest
    @CsvSource({"full, sd15", "light, sd15", "xl, sdxl"})
    void itsOriginalNamesAreKnown(String name, String model) {
        Path file = folder.resolve("t2iadapter.safetensors");
        write(file, name, key -> original(key, name.equals("light")));
        assertThat(FileKind.of(file).name()).isEqualTo("a T2I-Adapter");
        assertThat(error(file, model, name)).isLessThan(1e-4);
    }

    private static String original(String key, boolean light) {
        String[] words = key.split("\\.", -1);
        String bare = key.substring("adapter.".length());
        if (!words[1].equals("body")) {
            return bare;
        } else if (light) {
            return bare.replace(".resnets.", ".body.");
        }
        int first = 2 * Integer.parseInt(words[2]);
        return words[3].equals("resnets")
                ? "body." + (first + Integer.parseInt(words[4])) + bare.substring(bare.indexOf(".block"))
                : "body." + first + bare.substring(bare.indexOf(".in_conv"));
    }

    @ParameterizedTest
    @CsvSource({"lora.sd15, sd15", "lora.sdxl, sdxl"})
    void aControlLoraSteersByTheModelsOwnLayers(String name, String model) {
        Path file = folder.resolve("control-lora-canny.safetensors");
        write(file, name, key -> key);
        assertThat(FileKind.of(file).name()).isEqualTo("a control-LoRA");
        assertThat(error(file, model, name)).isLessThan(1e-4);
    }

    @Test
    void whatDoesNotFitTheModelIsRefused() {
        Path adapter = folder.resolve("t2iadapter.safetensors");
        write(adapter, "full", key -> key);
        assertThatThrownBy(() -> error(adapter, "sdxl", "xl"))
                .isInstanceOf(Problem.class)
                .hasMessage(
                        "The T2I-Adapter " + adapter
                                + " does not fit the model: it adds to maps of [8, 8, 16, 16] channels,"
                                + " and the model's network has [8, 8, 16]; choose a T2I-Adapter that was made for this family of models.");
        Path lora = folder.resolve("control-lora.safetensors");
        write(lora, "lora.sd15", key -> key);
        assertThatThrownBy(() -> error(lora, "sdxl", "xl"))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("does not fit the model");
    }

    /** Of what is predicted under it, at two pictures; and no array is left when all is closed. */
    private static double error(Path place, String model, String name) {
        double error = steered(place, model, name);
        long before = NativeArrays.count();
        steered(place, model, name);
        assertThat(NativeArrays.count()).isEqualTo(before);
        return error;
    }

    private static double steered(Path place, String model, String name) {
        Compute compute = Compute.choose("cpu");
        try (SafeTensors expected = SafeTensors.open(resource("steering.safetensors"));
                SafeTensors golden = SafeTensors.open(Golden.ours(model + "/expected.safetensors"));
                Checkpoint checkpoint = Checkpoint.load(Golden.ours(model), compute);
                Control control = ControlNetFile.open(place, compute);
                NDManager manager = compute.newManager()) {
            boolean xl = model.equals("sdxl");
            NDArray latents = Golden.array(manager, golden, "unet.sample");
            Context told = new Context(
                    Golden.array(manager, golden, "unet.context"),
                    xl ? Golden.array(manager, golden, "text2.pooled") : Operators.NONE,
                    xl ? Golden.array(manager, golden, "unet.time_ids") : Operators.NONE);
            ConditioningEntry steered = new ConditioningEntry(told, "")
                    .steeredBy(new AppliedControl(control, pictures(), 0.7, 0, 1), false);
            NDArray predicted = Guidance.of(manager, checkpoint, List.of(steered), List.of(), 1, latents.getShape())
                    .predict(latents, 500);
            return Golden.error(predicted, Golden.array(manager, expected, name));
        }
    }

    private static Images pictures() {
        int side = 128;
        int plane = side * side;
        List<Picture> all = new ArrayList<>();
        for (int picture = 0; picture < 2; picture++) {
            float[] rgb = new float[3 * plane];
            for (int i = 0; i < rgb.length; i++) {
                double at = 0.013 * (picture * rgb.length + i);
                rgb[i % plane * 3 + i / plane] = (float) (0.5 * Math.sin(at)) + 0.5f;
            }
            all.add(new Picture(side, side, rgb));
        }
        return new Images(all);
    }

    private static void write(Path file, String set, UnaryOperator<String> names) {
        List<Tensor> tensors = new ArrayList<>();
        for (String line : lines) {
            String[] words = line.split(" ", -1);
            if (words[0].equals(set)) {
                long[] shape = Arrays.stream(words[2].split("x"))
                        .mapToLong(Long::parseLong)
                        .toArray();
                tensors.add(
                        Tensor.of(names.apply(words[1]), DType.F32, shape, weight(words[1], tensors.size(), shape)));
            }
        }
        if (set.startsWith("lora.")) {
            Map<String, String> original = OriginalLayout.unetToWrite(
                    tensors.stream().map(Tensor::name).toList());
            tensors.replaceAll(tensor -> new Tensor(
                    ofControlNet(tensor.name())
                            .orElseGet(() -> original.get(tensor.name()).substring(OriginalLayout.UNET.length())),
                    tensor.dtype(),
                    tensor.shape(),
                    tensor.elements()));
            tensors.add(Tensor.of(FileKind.LORA_MARK, DType.F32, new long[] {0}, new float[0]));
        }
        SafeTensors.write(file, tensors, Map.of());
    }

    /** The original name of what a UNet does not have. */
    private static Optional<String> ofControlNet(String key) {
        String[] words = key.split("\\.", -1);
        String last = "." + words[words.length - 1];
        return switch (words[0]) {
            case "controlnet_cond_embedding" ->
                Optional.of("input_hint_block."
                        + (words[1].equals("conv_in")
                                ? 0
                                : words[1].equals("conv_out") ? 14 : 2 + 2 * Integer.parseInt(words[2]))
                        + last);
            case "controlnet_down_blocks" -> Optional.of("zero_convs." + words[1] + ".0" + last);
            case "controlnet_mid_block" -> Optional.of("middle_block_out.0" + last);
            default -> Optional.empty();
        };
    }

    private static float[] weight(String name, int place, long[] shape) {
        float[] numbers = new float[(int) new Shape(shape).size()];
        double each = numbers.length / (double) shape[0];
        double by = name.endsWith(".bias") || shape.length == 1
                ? 0.1
                : name.endsWith(".up") ? 0.3 : name.endsWith(".down") ? 0.3 / Math.sqrt(each) : 1.5 / Math.sqrt(each);
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = (float) (by * Math.sin(0.37 * i + 1.7 * place));
        }
        return numbers;
    }

    private static Path resource(String name) {
        return Golden.resource("/graft/model/sd/controlnet/" + name);
    }
}
