package graft.model.sd;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import graft.Golden;
import graft.file.SafeTensors;
import graft.model.Checkpoint;
import graft.model.CheckpointSpec;
import graft.model.Context;
import graft.model.Parts;
import graft.model.Patches;
import graft.model.Vae;
import graft.tensor.Compute;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Text encoder, UNet and VAE give what transformers and diffusers give. */
class ModelGoldenTest {

    private static final double TOLERANCE = 1e-4;

    private static final Compute CPU = Compute.choose("cpu");

    private interface Check {
        void of(Checkpoint model, SafeTensors expected, NDManager manager);
    }

    @BeforeEach
    void prepareThread() {
        Compute.prepareThread();
    }

    /** @param path a diffusers folder of the set, or the single file in it */
    private static void check(String path, Check check) {
        String folder = path.split("/", 2)[0];
        try (Checkpoint model = Checkpoint.load(Golden.path(path), CPU);
                SafeTensors expected = SafeTensors.open(Golden.path(folder + "/expected.safetensors"));
                NDManager manager = CPU.newManager()) {
            check.of(model, expected, manager);
        }
    }

    private static void assertClose(NDArray found, SafeTensors expected, String name) {
        assertThat(found.getShape().getShape())
                .as("shape of " + name)
                .isEqualTo(expected.entry(name).shape());
        assertThat(Golden.error(found.toFloatArray(), expected.floats(name)))
                .as(name)
                .isLessThanOrEqualTo(TOLERANCE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"sd15", "sd15/single_file.safetensors", "sd21"})
    void theTextEncoderGivesTheStatesAfterTheFinalNorm(String path) {
        check(path, (model, expected, manager) -> {
            float[] flat = expected.floats("text.input_ids");
            int width = (int) expected.entry("text.input_ids").shape()[1];
            int[][] ids = new int[flat.length / width][width];
            for (int i = 0; i < flat.length; i++) {
                ids[i / width][i % width] = (int) flat[i];
            }
            try (NDArray states = model.encoder(Parts.TEXT).encode(ids, Patches.NONE)) {
                assertClose(states, expected, "text.last_hidden_state");
            }
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"sd15", "sd15/single_file.safetensors", "sd21", "sd21/single_file.safetensors"})
    void theUNetPredictsAtEveryTimestep(String path) {
        check(path, (model, expected, manager) -> {
            NDArray sample = Golden.array(manager, expected, "unet.sample");
            Context context = Context.of(Golden.array(manager, expected, "unet.context"));
            for (int t : new int[] {999, 500, 37, 0}) {
                NDArray timesteps = manager.full(new Shape(sample.getShape().get(0)), t);
                NDArray out = model.network().forward(sample, timesteps, context, Patches.NONE);
                assertClose(out, expected, "unet.out." + t);
            }
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"sd15", "sd15/single_file.safetensors", "sd21", "sd21/single_file.safetensors"})
    void theUNetTakesPicturesThatAreNotSquare(String path) {
        check(path, (model, expected, manager) -> {
            NDArray sample = Golden.array(manager, expected, "unet.nonsquare.sample");
            NDArray timesteps = manager.create(new float[] {250});
            Context context =
                    Context.of(Golden.array(manager, expected, "unet.context").get("0:1"));
            assertClose(
                    model.network().forward(sample, timesteps, context, Patches.NONE), expected, "unet.nonsquare.out");
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"sd15", "sd15/single_file.safetensors", "sd21", "sd21/single_file.safetensors"})
    void theVaeEncodesToMeanAndVariance(String path) {
        check(path, (model, expected, manager) -> {
            Vae.Moments moments = model.vae().encodeMoments(Golden.array(manager, expected, "vae.image"));
            assertClose(moments.mean(), expected, "vae.mean");
            assertClose(moments.logVariance(), expected, "vae.logvar");
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"sd15", "sd15/single_file.safetensors", "sd21", "sd21/single_file.safetensors"})
    void theVaeDecodesScaledLatents(String path) {
        check(path, (model, expected, manager) -> {
            // The vectors were made from vae.latent / scaling_factor: vae.latent is scaled, as decode wants it.
            NDArray pictures = model.vae().decode(Golden.array(manager, expected, "vae.latent"));
            assertClose(pictures, expected, "vae.decoded");
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"sd15", "sd21"})
    void theConfigsSayWhatKindOfModelItIs(String name) {
        CheckpointSpec spec = Checkpoint.inspect(Golden.path(name));
        try (SafeTensors expected = SafeTensors.open(Golden.path(name + "/expected.safetensors"))) {
            assertThat(spec.family()).isEqualTo(name.equals("sd15") ? "sd1" : "sd2");
            assertThat(spec.predictionType()).isEqualTo(name.equals("sd15") ? "epsilon" : "v_prediction");
            assertThat(spec.contextWidth())
                    .isEqualTo((int) expected.entry("unet.context").shape()[2]);
            assertThat(spec.latentChannels())
                    .isEqualTo((int) expected.entry("unet.sample").shape()[1]);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"sd15", "sd21"})
    void attentionLinearsAreFourForEachAttention(String name) {
        check(name, (model, expected, manager) -> {
            UNet unet = (UNet) model.network();
            assertThat(unet.attentionLinears().size() % 8).isZero();
            assertThat(unet.moduleNames()).containsAll(unet.attentionLinears());
            for (String module : unet.moduleNames()) {
                assertThat(Arrays.stream(unet.weightShape(module)).min().getAsLong())
                        .as(module)
                        .isPositive();
            }
        });
    }
}
