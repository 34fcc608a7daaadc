package graft.model.sd;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import graft.Golden;
import graft.file.SafeTensors;
import graft.model.AddedTokens;
import graft.model.Checkpoint;
import graft.model.Context;
import graft.model.Parts;
import graft.model.Patches;
import graft.model.TextModels;
import graft.model.Vae;
import graft.tensor.Compute;
import graft.tensor.Operators;
import graft.tensor.Scope;
import graft.tensor.Tape;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Both text encoders, the UNet and the VAE of Stable Diffusion XL give what transformers and diffusers give. */
class StableDiffusionXlGoldenTest {

    private static final double TOLERANCE = 1e-4;

    private static final Compute CPU = Compute.choose("cpu");

    private interface Check {
        void of(Checkpoint model, SafeTensors expected, NDManager manager);
    }

    @BeforeEach
    void prepareThread() {
        Compute.prepareThread();
    }

    private static void check(String path, Check check) {
        try (Checkpoint model = Checkpoint.load(Golden.path(path), CPU);
                SafeTensors expected = SafeTensors.open(Golden.path("sdxl/expected.safetensors"));
                NDManager manager = CPU.newManager();
                Scope scope = Scope.open()) {
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

    private static int[][] ids(SafeTensors expected) {
        float[] flat = expected.floats("text.input_ids");
        int width = (int) expected.entry("text.input_ids").shape()[1];
        int[][] ids = new int[flat.length / width][width];
        for (int i = 0; i < flat.length; i++) {
            ids[i / width][i % width] = (int) flat[i];
        }
        return ids;
    }

    private static ClipTextEncoder encoder(Checkpoint model, String part) {
        return (ClipTextEncoder) model.encoder(part);
    }

    @ParameterizedTest
    @ValueSource(strings = {"sdxl", "sdxl/single_file.safetensors"})
    void bothTextEncodersGiveTheStatesBeforeTheirLastLayer(String path) {
        check(path, (model, expected, manager) -> {
            assertThat(model.texts()).containsExactly(Parts.TEXT, Parts.TEXT_2);
            int[][] ids = ids(expected);
            ClipTextEncoder.Read second = encoder(model, Parts.TEXT_2).read(ids, Patches.NONE, Operators.NONE, 2);
            assertClose(
                    encoder(model, Parts.TEXT).states(ids, Patches.NONE, Operators.NONE, 2),
                    expected,
                    "text.penultimate");
            assertClose(model.encoder(Parts.TEXT).encode(ids, Patches.NONE), expected, "text.last_hidden_state");
            assertClose(second.states(), expected, "text2.penultimate");
            assertClose(second.pooled(), expected, "text2.pooled");
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"sdxl", "sdxl/single_file.safetensors"})
    void whatTheUNetIsToldIsBothSideBySide(String path) {
        check(path, (model, expected, manager) -> {
            int[][] ids = ids(expected);
            Context context = new ClipReader(List.of(Parts.TEXT, Parts.TEXT_2), List::of)
                    .read(part -> ids, new TextModels(model::encoder, part -> Patches.NONE, AddedTokens.NONE));
            assertClose(context.states(), expected, "unet.context");
            assertClose(context.pooled(), expected, "text2.pooled");
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"sdxl", "sdxl/single_file.safetensors"})
    void theUNetPredictsAtEveryTimestepAndSize(String path) {
        check(path, (model, expected, manager) -> {
            NDArray sample = Golden.array(manager, expected, "unet.sample");
            Context context = new Context(
                    Golden.array(manager, expected, "unet.context"),
                    Golden.array(manager, expected, "text2.pooled"),
                    Golden.array(manager, expected, "unet.time_ids"));
            for (int t : new int[] {999, 500, 37, 0}) {
                NDArray timesteps = manager.full(new Shape(2), t);
                assertClose(
                        model.network().forward(sample, timesteps, context, Patches.NONE, Tape.NONE),
                        expected,
                        "unet.out." + t);
            }
            assertClose(
                    model.network()
                            .forward(
                                    Golden.array(manager, expected, "unet.nonsquare.sample"),
                                    manager.create(new float[] {250}),
                                    context.map(array -> array.get("0:1")),
                                    Patches.NONE),
                    expected,
                    "unet.nonsquare.out");
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"sdxl", "sdxl/single_file.safetensors"})
    void theVaeEncodesAndDecodes(String path) {
        check(path, (model, expected, manager) -> {
            Vae.Moments moments = model.vae().encodeMoments(Golden.array(manager, expected, "vae.image"));
            assertClose(moments.mean(), expected, "vae.mean");
            assertClose(moments.logVariance(), expected, "vae.logvar");
            assertClose(model.vae().decode(Golden.array(manager, expected, "vae.latent")), expected, "vae.decoded");
        });
    }
}
