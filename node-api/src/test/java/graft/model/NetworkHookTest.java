package graft.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import graft.file.BuiltIn;
import graft.node.Problem;
import graft.sample.Guidance;
import graft.tensor.Compute;
import graft.tensor.NativeArrays;
import graft.tensor.Precision;
import graft.tensor.Scope;
import graft.tensor.TorchRandom;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Hooks in a network: those that hand on what they are given change no bit of it, although attentions are then computed apart; what
 * they add is what a ControlNet's residuals add at the same place.
 */
class NetworkHookTest {

    private static final Compute COMPUTE = Compute.choose("cpu");
    private static final String MIDDLE = "mid_block.attentions.0.transformer_blocks.0";
    private static final NetworkPass PASS =
            new NetworkPass("a walk", 0.5, 700, List.of(new NetworkPass.Row(true, 0), new NetworkPass.Row(false, 0)));

    private static Checkpoint model;
    private static NDManager memory;

    @BeforeAll
    static void load() {
        Compute.prepareThread();
        model = Checkpoint.load(BuiltIn.path("builtin:emoji-sd"), COMPUTE);
        memory = COMPUTE.newManager();
    }

    @AfterAll
    static void free() {
        memory.close();
        model.close();
    }

    /** Takes part in all attentions, and changes nothing; writes down what it is asked about. */
    private static final class Watching implements NetworkHook {

        private final Set<String> layers = new LinkedHashSet<>();
        private final Set<String> blocks = new LinkedHashSet<>();
        private final Set<String> joins = new LinkedHashSet<>();

        @Override
        public boolean attends(String layer, NetworkPass pass) {
            return true;
        }

        @Override
        public NDArray attention(Attention attention, Function<Attention, NDArray> next) {
            layers.add(attention.layer());
            assertThat(attention.self()).isEqualTo(attention.layer().endsWith(".attn1"));
            assertThat(attention.queries().getShape().get(1)).isEqualTo((long) attention.height() * attention.width());
            assertThat(attention.queries().getShape().get(2) % attention.heads())
                    .isZero();
            assertThat(attention.keys().getShape().get(1))
                    .isEqualTo(attention.self() ? attention.queries().getShape().get(1) : 77);
            return next.apply(attention);
        }

        @Override
        public NDArray block(String block, NDArray output, NetworkPass pass) {
            blocks.add(block);
            return output;
        }

        @Override
        public Joined join(String block, Joined joined, NetworkPass pass) {
            joins.add(block);
            return joined;
        }
    }

    /** Takes part in one attention. */
    private record In(String layer, Function<Attention, NDArray> gives) implements NetworkHook {

        @Override
        public boolean attends(String asked, NetworkPass pass) {
            return asked.equals(layer);
        }

        @Override
        public NDArray attention(Attention attention, Function<Attention, NDArray> next) {
            return gives.apply(attention);
        }
    }

    /** Adds a number to what goes on from a block. */
    private record Adding(String block, float number) implements NetworkHook {

        @Override
        public NDArray block(String asked, NDArray output, NetworkPass pass) {
            return asked.equals(block) ? output.add(number) : output;
        }
    }

    private static NDArray latents() {
        return new TorchRandom(1).randn(memory, 2, 4, 16, 12);
    }

    private static Context context() {
        return Context.of(new TorchRandom(3).randn(memory, 2, 77, 128));
    }

    private static float[] said(Context context, Patches patches) {
        try (Scope scope = Scope.open()) {
            return model.network()
                    .forward(latents(), memory.ones(new Shape(2)).mul(700f), context, patches)
                    .toFloatArray();
        }
    }

    private static float[] said(NetworkHook... hooks) {
        return said(context(), Patches.NONE.with(Hooks.of(List.of(hooks), PASS)));
    }

    private static Patches change() {
        NDArray down = memory.ones(new Shape(2, model.network().weightShape(MIDDLE + ".attn2.to_k")[1]))
                .mul(0.02f);
        NDArray up = memory.ones(new Shape(model.network().weightShape(MIDDLE + ".attn2.to_k")[0], 2))
                .mul(0.02f);
        return Patches.of(Map.of(
                MIDDLE + ".attn2.to_k",
                List.of(new LowRank(down, up, 3)),
                MIDDLE + ".attn1.to_out.0",
                List.of(new LowRank(up.transpose().duplicate(), up, 3))));
    }

    @Test
    void whatOnlyWatchesIsAskedEverywhereAndChangesNoBit() {
        Watching watching = new Watching();

        assertThat(said(watching)).isEqualTo(said(context(), Patches.NONE));
        List<String> queries = model.network().moduleNames().stream()
                .filter(name -> name.endsWith(".to_q"))
                .map(name -> name.substring(0, name.length() - ".to_q".length()))
                .toList();
        assertThat(watching.layers).containsExactlyInAnyOrderElementsOf(queries);
        assertThat(watching.blocks)
                .contains(
                        "conv_in",
                        "down_blocks.0.resnets.0",
                        "down_blocks.0.downsamplers.0",
                        "mid_block.resnets.0",
                        "mid_block.attentions.0",
                        "mid_block.resnets.1",
                        "up_blocks.0.upsamplers.0");
        assertThat(watching.joins).isNotEmpty().allMatch(name -> name.matches("up_blocks\\.\\d\\.resnets\\.\\d"));

        Patches changed = change();
        assertThat(said(context(), changed.with(Hooks.of(List.of(watching), PASS))))
                .isEqualTo(said(context(), changed))
                .isNotEqualTo(said(context(), Patches.NONE));
    }

    @Test
    void whatIsAddedIsWhatAControlNetAddsThere() {
        List<Shape> skips = new ArrayList<>();
        List<Shape> middle = new ArrayList<>();
        NetworkHook shapes = new NetworkHook() {
            @Override
            public Joined join(String block, Joined joined, NetworkPass pass) {
                skips.add(0, joined.skip().getShape());
                return joined;
            }

            @Override
            public NDArray block(String block, NDArray output, NetworkPass pass) {
                if (block.equals("mid_block.resnets.1")) {
                    middle.add(output.getShape());
                }
                return output;
            }
        };
        said(shapes);
        List<NDArray> residuals = new ArrayList<>();
        skips.forEach(shape -> residuals.add(memory.ones(shape).mul(0.25f)));
        middle.forEach(shape -> residuals.add(memory.ones(shape).mul(0.5f)));
        NetworkHook joining = new NetworkHook() {
            @Override
            public Joined join(String block, Joined joined, NetworkPass pass) {
                return new Joined(joined.below(), joined.skip().add(0.25f));
            }
        };

        assertThat(said(joining, new Adding("mid_block.resnets.1", 0.5f)))
                .isEqualTo(said(context().withResiduals(residuals), Patches.NONE))
                .isNotEqualTo(said(context(), Patches.NONE));
    }

    @Test
    void anAttentionMayBeOfOtherKeysAndValuesOrOfNone() {
        // over one token each position gets its values, whatever the queries: as with a value alone in place of the
        // attention
        NetworkHook first = new In(MIDDLE + ".attn2", attention -> attention
                .with(
                        attention.queries(),
                        attention.keys().get(":, 0:1"),
                        attention.values().get(":, 0:1"))
                .computed());
        NetworkHook value = new In(MIDDLE + ".attn2", attention -> attention
                .values()
                .get(":, 0:1")
                .broadcast(attention.queries().getShape())
                .duplicate());

        assertThat(said(first)).isEqualTo(said(value)).isNotEqualTo(said(context(), Patches.NONE));
        // its own values, as perturbed attention has it
        assertThat(said(new In(MIDDLE + ".attn1", Attention::values))).isNotEqualTo(said(context(), Patches.NONE));
    }

    @Test
    void hooksAreLaidOneUponTheOther() {
        NetworkHook doubling = new NetworkHook() {
            @Override
            public NDArray block(String block, NDArray output, NetworkPass pass) {
                return block.equals("conv_in") ? output.mul(2) : output;
            }
        };
        NetworkHook adding = new Adding("conv_in", 1);
        NetworkHook both = new NetworkHook() {
            @Override
            public NDArray block(String block, NDArray output, NetworkPass pass) {
                return block.equals("conv_in") ? output.mul(2).add(1) : output;
            }
        };
        assertThat(said(doubling, adding)).isEqualTo(said(both)).isNotEqualTo(said(adding, doubling));

        List<String> order = new ArrayList<>();
        NetworkHook inner = new In(MIDDLE + ".attn1", attention -> {
            order.add("inner");
            return attention.computed();
        });
        NetworkHook outer = new NetworkHook() {
            @Override
            public boolean attends(String layer, NetworkPass pass) {
                return layer.equals(MIDDLE + ".attn1");
            }

            @Override
            public NDArray attention(Attention attention, Function<Attention, NDArray> next) {
                order.add("outer");
                return next.apply(attention);
            }
        };
        said(inner, outer);
        assertThat(order).containsExactly("outer", "inner");
    }

    @Test
    void oneThatGivesSomethingElseIsNamed() {
        assertThatThrownBy(() -> said(
                        new In(MIDDLE + ".attn1", attention -> attention.keys().get(":, 0:1"))))
                .isInstanceOf(Problem.class)
                .hasMessageContaining(In.class.getName())
                .hasMessageContaining(MIDDLE + ".attn1");
        assertThatThrownBy(() -> said(new In(MIDDLE + ".attn1", attention -> null)))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("it gives nothing");
    }

    @Test
    void nothingIsLeftBehind() {
        try (NDManager walk = COMPUTE.newManager()) {
            NDArray x = new TorchRandom(1).randn(walk, 2, 4, 16, 12);
            Context context = context();
            NDArray times = walk.ones(new Shape(2)).mul(700f);
            Patches hooked = Patches.NONE.with(Hooks.of(
                    List.of(
                            new Watching(),
                            new In(MIDDLE + ".attn1", Attention::values),
                            new Adding("up_blocks.0.resnets.0", 1)),
                    PASS));
            long before = 0;
            for (int i = 0; i < 3; i++) {
                try (Scope scope = Scope.open()) {
                    model.network().forward(x, times, context, hooked).close();
                    if (i == 0) {
                        before = NativeArrays.count();
                    }
                    // not even until the walk's scope ends
                    assertThat(NativeArrays.count()).isEqualTo(before);
                }
            }
        }
    }

    @Test
    void onAModelItIsAboutAllPromptsAndOnAPromptAboutThatAlone() {
        List<NetworkPass> passes = new ArrayList<>();
        NetworkHook telling = new NetworkHook() {
            @Override
            public NDArray block(String block, NDArray output, NetworkPass pass) {
                if (block.equals("conv_in")) {
                    assertThat(output.getShape().get(0)).isEqualTo(pass.rows().size());
                    passes.add(pass);
                }
                return output;
            }
        };
        NDArray latents = new TorchRandom(1).randn(memory, 2, 4, 8, 8);
        ConditioningEntry cat = new ConditioningEntry(model.context(List.of("a cat")), "a cat");
        ConditioningEntry none = new ConditioningEntry(model.context(List.of("")), "");
        NetworkPass.Row[] rows = {
            new NetworkPass.Row(true, 0),
            new NetworkPass.Row(true, 1),
            new NetworkPass.Row(false, 0),
            new NetworkPass.Row(false, 1)
        };
        try (Scope scope = Scope.open();
                Checkpoint hooked = model.with(telling, List.of())) {
            Guidance guidance = Guidance.of(memory, hooked, List.of(cat), List.of(none), 3, latents.getShape());
            float[] plain = Guidance.of(memory, model, List.of(cat), List.of(none), 3, latents.getShape())
                    .predict(latents, 700)
                    .toFloatArray();

            assertThat(guidance.at(0.25).predict(latents, 700).toFloatArray()).isEqualTo(plain);
            assertThat(passes).hasSize(1);
            assertThat(passes.get(0).rows()).containsExactly(rows);
            assertThat(passes.get(0).progress()).isEqualTo(0.25);
            assertThat(passes.get(0).timestep()).isEqualTo(700);

            guidance.within(3).predict(latents, 700);
            assertThat(passes.get(1).rows()).containsExactly(rows[0], rows[1]);
            assertThat(passes.get(2).rows()).containsExactly(rows[2], rows[3]);
            assertThat(passes.get(1).walk()).isSameAs(passes.get(0).walk());

            passes.clear();
            Guidance.of(memory, model, List.of(cat.hookedBy(telling)), List.of(none), 3, latents.getShape())
                    .predict(latents, 700);
            assertThat(passes).hasSize(1);
            assertThat(passes.get(0).rows()).containsExactly(rows[2], rows[3]);

            try (Checkpoint again = hooked.withoutHooks()) {
                assertThat(again.hooks()).isEmpty();
            }
        }
    }

    @Test
    void aRoundedNetworkTakesThemToo() {
        Watching watching = new Watching();
        NDArray latents = new TorchRandom(1).randn(memory, 1, 4, 8, 8);
        NDArray times = memory.ones(new Shape(1)).mul(700f);
        Context context = Context.of(new TorchRandom(3).randn(memory, 1, 77, 128));
        try (Scope scope = Scope.open();
                Checkpoint half = RoundedNetwork.over(model, Precision.BF16);
                Checkpoint hooked = half.with(watching, List.of())) {
            float[] plain = half.network()
                    .forward(latents, times, context, Patches.NONE)
                    .toFloatArray();
            assertThat(hooked.network()
                            .forward(latents, times, context, Patches.NONE.with(Hooks.of(hooked.hooks(), PASS)))
                            .toFloatArray())
                    .isEqualTo(plain);
            assertThat(watching.layers).isNotEmpty();
        }
    }

    @Test
    void aNetworkThatTakesNoneSaysSo() {
        ConditioningEntry hooked = new ConditioningEntry(context(), "a cat").hookedBy(new Watching());
        try (Checkpoint other = model.withNetwork(FakeNetwork.of((x, t, context) -> x))) {
            assertThatThrownBy(() -> other.with(new Watching(), List.of()))
                    .isInstanceOfSatisfying(Problem.class, problem -> {
                        assertThat(problem.socket()).hasValue("model");
                        assertThat(problem).hasMessageContaining("Cannot put Watching into the network");
                    });
            Guidance guidance = Guidance.of(memory, other, List.of(hooked), List.of(), 1, new Shape(2, 4, 8, 8));
            assertThatThrownBy(() -> guidance.predict(latents(), 700))
                    .isInstanceOf(Problem.class)
                    .hasMessageContaining("take the node out that lays it on a prompt");
        }
    }
}
