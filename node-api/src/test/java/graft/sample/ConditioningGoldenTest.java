package graft.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import graft.Golden;
import graft.file.SafeTensors;
import graft.model.Area;
import graft.model.ConditioningEntry;
import graft.model.Context;
import graft.model.FakeNetwork;
import graft.model.MaskedBy;
import graft.model.Network;
import graft.node.Problem;
import graft.picture.Mask;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Several prompts that draw one picture, beside the numbers of ComfyUI 0.3.64.
 *
 * <p>Its own functions gave them (samplers.py: resolve_areas_and_cond_masks_multidim, calculate_start_end_timesteps,
 * create_cond_with_same_area_if_none in the order of process_conds, then sampling_function) over a toy model of Stable Diffusion's
 * noise: with the mean (a, b) of a prompt's states over its tokens, ε(x) = tanh(a·x) + b·(mean of x over its positions) + b/4·(x
 * mirrored left to right), which tells a part of the latents from the whole. {@code x} [2,2,10,12] times σ are the noisy latents,
 * {@code planes} the masks [2,5,7], each name the clean latents of a case.
 */
class ConditioningGoldenTest {

    private static final float[] A = {0.9f, 0.3f};
    private static final float[] B = {-0.6f, 0.8f};
    private static final float[] N = {0.4f, -0.5f};

    private static final NoiseSchedule SCHEDULE =
            NoiseSchedule.of("scaled_linear", 0.00085, 0.012, 1000, "epsilon", "leading", 1, false);

    private static SafeTensors expected;
    private static NDManager manager;
    private static int predictions;

    @BeforeAll
    static void open() {
        expected = SafeTensors.open(Golden.resource("/graft/sample/conditioning.safetensors"));
        manager = NDManager.newBaseManager();
    }

    @AfterAll
    static void close() {
        manager.close();
        expected.close();
    }

    @Test
    void plainPromptsAndSeveralEverywhere() {
        check("plain", List.of(of(A)), List.of(of(N)), 7, 3);
        assertThat(predictions).isEqualTo(1);
        check("combined", List.of(of(A), of(B).weighing(0.5)), List.of(of(N)), 7, 3);
        assertThat(predictions).isEqualTo(1);
        check("tokens", List.of(of(A), of(B, 3)), List.of(of(N)), 7, 3);
        assertThat(predictions).isEqualTo(2);
    }

    @Test
    void areasFadeAtTheirInnerEdgesAndAreAskedOfBothSides() {
        check("area", List.of(of(A), in(of(B), 2, 1, 9, 8).weighing(1.5)), List.of(of(N)), 5, 2);
        check("edges", List.of(in(of(A), 0, 0, 6, 10), in(of(B), 5, 0, 7, 10).weighing(2)), List.of(of(N)), 5, 2);
        check("beyond", List.of(of(A), in(of(B), 3, 4, 16, 16)), List.of(of(N)), 5, 2);
        check("shares", List.of(of(A), of(B).within(Area.ofShares(0.375, 0.45, 0.3, 0.25))), List.of(of(N)), 5, 2);
        check(
                "nested",
                List.of(in(of(A), 1, 1, 9, 8), in(of(B), 3, 2, 4, 4)),
                List.of(of(N), in(of(new float[] {0.2f, 0.1f}), 1, 0, 10, 9)),
                5,
                2);
        check("alone", List.of(of(A)), List.of(in(of(N), 2, 1, 9, 8)), 1, 2);
    }

    @Test
    void whereNoPromptActsTheCleanLatentsAreNothing() {
        check("uncovered", List.of(in(of(B), 6, 0, 6, 5)), List.of(of(N)), 5, 2);
    }

    @Test
    void anAreaOutsideOfThePictureIsRefused() {
        assertThatThrownBy(() -> guidance(List.of(in(of(A), 12, 0, 4, 4)), List.of(of(N)), 5))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("A prompt")
                .hasMessageContaining("12×10");
    }

    @Test
    void masksOfAnotherSize() {
        Mask both = mask(0, 1);
        Mask one = mask(0);
        check(
                "mask",
                List.of(
                        of(A).weighing(0.4),
                        of(B).within(new MaskedBy(one, 0.7, false)).weighing(1.2)),
                List.of(of(N)),
                5,
                2);
        check("masks", List.of(of(B).within(new MaskedBy(both, 1, false))), List.of(of(N)), 5, 2);
        check("bounds", List.of(of(A), of(B).within(new MaskedBy(both, 1, true))), List.of(of(N)), 5, 2);
    }

    @Test
    void rangesGoByTheNoiseOfTheCall() {
        List<ConditioningEntry> turns = List.of(of(A).during(0, 0.4), of(B).during(0.3, 0.75));
        check("range9", turns, List.of(of(N)), 5, 9);
        check("range3", turns, List.of(of(N)), 5, 3);
        check("range1.2", turns, List.of(of(N)), 5, 1.2);
        check("range0.5", turns, List.of(of(N)), 5, 0.5);
        assertThat(SCHEDULE.sigmaAfter(0.3)).isEqualTo(3.3250690f, within(1e-5f));
        assertThat(SCHEDULE.sigmaAfter(0.75)).isEqualTo(0.6951495f, within(1e-6f));
    }

    @Test
    void aBatchInPartsIsTheSame() {
        List<ConditioningEntry> several = List.of(of(A), in(of(B), 2, 1, 9, 8).weighing(1.5));
        float[] whole = clean(guidance(several, List.of(of(N)), 5), 2);
        float[] parts = clean(guidance(several, List.of(of(N)), 5).within(1), 2);
        assertThat(Golden.error(parts, whole)).isLessThan(1e-6);
    }

    @Test
    void latentsBesideTheNoisyOnesAreCutAsThoseAre() {
        Network network = FakeNetwork.of((x, times, told) -> {
            assertThat(told.concat().getShape().get(0)).isEqualTo(x.getShape().get(0));
            return x.mul(0).add(told.concat());
        });
        float[] numbers = new float[120];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = i;
        }
        Context beside = of(A).context().withConcat(manager.create(numbers, new Shape(1, 1, 10, 12)));
        NDArray latents = manager.create(new Shape(2, 1, 10, 12));
        NDArray said = Guidance.of(
                        manager,
                        network,
                        List.of(in(of(A).with(beside), 3, 2, 5, 4), of(A).with(beside)),
                        List.of(),
                        1,
                        latents.getShape(),
                        8)
                .predict(latents, 500);
        assertThat(Golden.error(said.get(new NDIndex("0")).toFloatArray(), numbers))
                .isLessThan(1e-6);
        assertThat(Golden.error(said.get(new NDIndex("1")).toFloatArray(), numbers))
                .isLessThan(1e-6);
    }

    private static ConditioningEntry of(float[] numbers) {
        return of(numbers, 2);
    }

    private static ConditioningEntry of(float[] numbers, int tokens) {
        NDArray states = manager.create(numbers, new Shape(1, 1, 2)).repeat(1, tokens);
        return new ConditioningEntry(Context.of(states), "A prompt");
    }

    private static ConditioningEntry in(ConditioningEntry entry, int x, int y, int width, int height) {
        return entry.within(Area.ofPixels(8 * x, 8 * y, 8 * width, 8 * height));
    }

    private static Mask mask(int... planes) {
        float[] all = expected.floats("planes");
        return new Mask(
                5,
                7,
                IntStream.of(planes)
                        .mapToObj(plane -> Arrays.copyOfRange(all, 35 * plane, 35 * plane + 35))
                        .toList());
    }

    private static Guidance guidance(List<ConditioningEntry> positive, List<ConditioningEntry> negative, double scale) {
        predictions = 0;
        Network network = FakeNetwork.of((x, times, told) -> {
            predictions++;
            NDArray mean = told.states().mean(new int[] {1}, true);
            NDArray a = mean.get(":, :, 0:1").reshape(-1, 1, 1, 1);
            NDArray b = mean.get(":, :, 1:2").reshape(-1, 1, 1, 1);
            return x.mul(a)
                    .tanh()
                    .add(x.mean(new int[] {2}, true).mean(new int[] {3}, true).mul(b))
                    .add(x.flip(3).mul(b).mul(0.25f));
        });
        return Guidance.of(manager, network, positive, negative, scale, new Shape(2, 2, 10, 12), 8);
    }

    private static float[] clean(Guidance guidance, double sigma) {
        NDArray latents = Golden.array(manager, expected, "x").mul((float) sigma);
        return new NetworkDenoiser(SCHEDULE, guidance)
                .denoise(latents, SCHEDULE.straight((float) sigma), SCHEDULE.timestepAt(sigma))
                .clean()
                .toFloatArray();
    }

    private static void check(
            String name,
            List<ConditioningEntry> positive,
            List<ConditioningEntry> negative,
            double scale,
            double sigma) {
        assertThat(Golden.error(clean(guidance(positive, negative, scale), sigma), expected.floats(name)))
                .as(name)
                .isLessThan(1e-5);
    }
}
