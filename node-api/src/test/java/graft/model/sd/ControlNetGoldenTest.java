package graft.model.sd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import graft.Golden;
import graft.file.SafeTensors;
import graft.file.SafeTensors.DType;
import graft.file.SafeTensors.Tensor;
import graft.model.Checkpoint;
import graft.model.Context;
import graft.model.Control;
import graft.model.FileKind;
import graft.model.Patches;
import graft.node.Problem;
import graft.tensor.Compute;
import graft.tensor.Operators;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * ControlNets beside diffusers 0.42.1's ControlNetModel, and its UNet2DConditionModel with what they add.
 *
 * <p>Weights are made here as they were there: the i-th number of the j-th of all names in order is sin(0.37·i + 1.7·j), times 0.1 for
 * biases, added to 1 by a tenth for norms, else times 1.5/√(numbers for each output). {@code names.txt} has names and shapes, and for
 * the smallest the names of the original layout, which ComfyUI 0.3.64's ControlNet took with the same numbers to 1e-5. Of each
 * output {@code expected} holds every 37th number. That of the larger model steered is of double precision and little strength: at
 * 0.7 diffusers' own float32 is off by 7e-5 there, and more by what instructions the processor has.
 */
class ControlNetGoldenTest {

    private static List<String> lines;

    @TempDir
    Path folder;

    @BeforeAll
    static void read() throws IOException {
        Compute.choose("cpu");
        Compute.prepareThread();
        lines = Files.readAllLines(resource("names.txt"));
    }

    /** At two timesteps, by the models of the golden set. */
    @ParameterizedTest
    @ValueSource(strings = {"sd15", "sdxl"})
    void aFolderOfDiffusersSteersItsModel(String model) throws IOException {
        Files.copy(resource(model + ".config.json"), folder.resolve("config.json"));
        write(folder.resolve("diffusion_pytorch_model.safetensors"), model, name -> name);
        Compute compute = Compute.choose("cpu");
        try (SafeTensors expected = SafeTensors.open(resource("expected.safetensors"));
                SafeTensors golden = SafeTensors.open(Golden.ours(model + "/expected.safetensors"));
                Checkpoint checkpoint = Checkpoint.load(Golden.ours(model), compute);
                Control control = ControlNetFile.open(folder, compute);
                NDManager manager = compute.newManager()) {
            boolean xl = model.equals("sdxl");
            NDArray latents = Golden.array(manager, golden, "unet.sample");
            NDArray times = manager.create(new float[] {500, 37});
            Context told = new Context(
                    Golden.array(manager, golden, "unet.context"),
                    xl ? Golden.array(manager, golden, "text2.pooled") : Operators.NONE,
                    xl ? Golden.array(manager, golden, "unet.time_ids") : Operators.NONE);
            List<NDArray> seen = control.network().seen(picture(manager, 128, 128));
            List<NDArray> residuals = control.network().residuals(latents, times, told, seen, Patches.NONE);
            check(model, residuals, expected);
            assertThat(control.network().added(16, 16) * 2)
                    .isEqualTo(residuals.stream()
                            .mapToLong(each -> Float.BYTES * each.getShape().size())
                            .sum());
            Context steered = told.withResiduals(
                    residuals.stream().map(each -> each.mul(xl ? 0.007f : 0.7f)).toList());
            NDArray predicted = checkpoint.network().forward(latents, times, steered, Patches.NONE);
            assertThat(Golden.error(predicted, Golden.array(manager, expected, model + ".out")))
                    .isLessThan(1e-4);
            assertThat(control.spec().width())
                    .isEqualTo(ControlNetFile.look(folder).width());
            assertThat(control.network().pixelsPerLatent()).isEqualTo(8);

            Context few = told.withResiduals(residuals.subList(1, residuals.size()));
            assertThatThrownBy(() -> checkpoint.network().forward(latents, times, few, Patches.NONE))
                    .isInstanceOf(Problem.class)
                    .hasMessageContaining("ControlNet");
        }
    }

    /** In diffusers' names and in the original ones, with what they begin with and without. */
    @ParameterizedTest
    @CsvSource({"canny.safetensors, ''", "canny.pth.safetensors, control_model.", "bare.safetensors, -"})
    void aFileAloneIsReadInEitherLayout(String name, String prefix) {
        Map<String, String> original = lines.stream()
                .filter(line -> line.startsWith("original "))
                .map(line -> line.split(" "))
                .collect(Collectors.toMap(words -> words[1], words -> words[2]));
        Path file = folder.resolve(name);
        write(
                file,
                "plain",
                prefix.isEmpty()
                        ? UnaryOperator.identity()
                        : key -> (prefix.equals("-") ? "" : prefix) + original.get(key));
        assertThat(FileKind.of(file).role()).isEqualTo(FileKind.Role.CONTROLNET);
        assertThat(FileKind.of(file).name()).isEqualTo("a ControlNet");
        try (SafeTensors expected = SafeTensors.open(resource("expected.safetensors"));
                Control control = ControlNetFile.open(file, Compute.choose("cpu"));
                NDManager manager = NDManager.newBaseManager()) {
            check("plain", plain(control, manager), expected);
        }
    }

    @Test
    void aControlNetThatShufflesAddsTheMean() {
        Path file = folder.resolve("control_shuffle.safetensors");
        write(file, "plain", name -> name);
        Path other = folder.resolve("control.safetensors");
        write(other, "plain", name -> name);
        Compute compute = Compute.choose("cpu");
        try (Control pooled = ControlNetFile.open(file, compute);
                Control whole = ControlNetFile.open(other, compute);
                NDManager manager = compute.newManager()) {
            float[] mean = plain(pooled, manager).get(4).toFloatArray();
            NDArray residual = plain(whole, manager).get(4);
            float first = residual.get("0, 0").mean().getFloat();
            assertThat(Arrays.copyOf(mean, 12)).containsOnly(mean[0]);
            assertThat(mean[0]).isCloseTo(first, within(1e-5f));
        }
    }

    @Test
    void whatIsNoneIsRefusedByItsName() {
        Path file = folder.resolve("union.safetensors");
        List<Tensor> tensors = tensors("plain", name -> name);
        tensors.add(Tensor.of("task_embedding", DType.F32, new long[] {6, 32}, new float[192]));
        SafeTensors.write(file, tensors, Map.of());
        assertThatThrownBy(() -> ControlNetFile.look(file))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("union");
        Path model = Golden.ours("sd15/single_file.safetensors");
        assertThatThrownBy(() -> ControlNetFile.look(model))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("Stable Diffusion 1.x model");
        Path control = folder.resolve("control.safetensors");
        write(control, "plain", name -> name);
        assertThatThrownBy(() -> Checkpoint.inspect(control))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("a ControlNet, which steers a model");
    }

    private static List<NDArray> plain(Control control, NDManager manager) {
        List<NDArray> seen = control.network().seen(picture(manager, 48, 64));
        return control.network()
                .residuals(
                        waves(manager, 1.2, 0.71, 2, 4, 6, 8),
                        manager.create(new float[] {700, 20}),
                        Context.of(waves(manager, 1, 0.31, 2, 5, 16)),
                        seen,
                        Patches.NONE);
    }

    private static void check(String model, List<NDArray> residuals, SafeTensors expected) {
        for (int i = 0; i < residuals.size(); i++) {
            float[] all = residuals.get(i).toFloatArray();
            float[] some = new float[(all.length + 36) / 37];
            for (int k = 0; k < some.length; k++) {
                some[k] = all[37 * k];
            }
            assertThat(Golden.error(some, expected.floats(model + "." + i)))
                    .as("residual %d", i)
                    .isLessThan(1e-4);
        }
        assertThat(expected.names()).doesNotContain(model + "." + residuals.size());
    }

    private static NDArray picture(NDManager manager, int height, int width) {
        return waves(manager, 0.5, 0.013, 2, 3, height, width).add(0.5f);
    }

    private static NDArray waves(NDManager manager, double by, double step, long... shape) {
        int count = (int) new Shape(shape).size();
        float[] numbers = new float[count];
        for (int i = 0; i < count; i++) {
            numbers[i] = (float) (by * Math.sin(step * i));
        }
        return manager.create(numbers, new Shape(shape));
    }

    private static void write(Path file, String model, UnaryOperator<String> names) {
        SafeTensors.write(file, tensors(model, names), Map.of());
    }

    private static List<Tensor> tensors(String model, UnaryOperator<String> names) {
        List<Tensor> tensors = new ArrayList<>();
        for (String line : lines) {
            String[] words = line.split(" ", -1);
            if (words[0].equals(model)) {
                long[] shape = Arrays.stream(words[2].split("x"))
                        .mapToLong(Long::parseLong)
                        .toArray();
                tensors.add(
                        Tensor.of(names.apply(words[1]), DType.F32, shape, weight(words[1], tensors.size(), shape)));
            }
        }
        return tensors;
    }

    private static float[] weight(String name, int place, long[] shape) {
        float[] numbers = new float[(int) new Shape(shape).size()];
        double by =
                name.endsWith(".bias") || shape.length == 1 ? 0.1 : 1.5 / Math.sqrt(numbers.length / (double) shape[0]);
        double from = shape.length == 1 && !name.endsWith(".bias") ? 1 : 0;
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = (float) (from + by * Math.sin(0.37 * i + 1.7 * place));
        }
        return numbers;
    }

    private static Path resource(String name) {
        return Golden.resource("/graft/model/sd/controlnet/" + name);
    }
}
