package graft.model.sd;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import graft.model.Hooks;
import graft.model.Layers;
import graft.model.Patches;
import graft.model.Weights;
import graft.tensor.Operators;
import graft.tensor.Scope;
import graft.tensor.Tape;
import java.util.ArrayList;
import java.util.List;

/** Attention of all positions to each other and to the text (Rombach et al. 2022, section 3.3). */
final class SpatialTransformer {

    /** Width of the feed-forward layer, in widths of the block. */
    private static final int WIDENING = 4;

    /** diffusers fixes it for this norm, whatever {@code norm_eps} says. */
    private static final double EPSILON = 1e-6;

    /** Layers and norms of a transformer block. */
    private static final int BLOCK = 13;

    private static final String SELF = ".attn1";

    private static final String TEXT = ".attn2";

    private final Layers layers = new Layers();
    private final Layers entry;
    private final List<Layers> blocks = new ArrayList<>();
    private final Layers exit;
    private final List<String> paths = new ArrayList<>();
    private final int heads;
    private final NDArray constants;

    SpatialTransformer(Weights at, int width, int contextWidth, int heads, int blocks, int groups, NDManager manager) {
        this.heads = heads;
        layers.norm(at.at("norm"), width).linear(at.at("proj_in"), width, width, true);
        for (int i = 0; i < blocks; i++) {
            Weights block = at.at("transformer_blocks." + i);
            paths.add(block.path());
            layers.norm(block.at("norm1"), width);
            attention(block.at("attn1"), width, width);
            layers.norm(block.at("norm2"), width);
            attention(block.at("attn2"), width, contextWidth);
            layers.norm(block.at("norm3"), width)
                    .linear(block.at("ff.net.0.proj"), width, 2L * WIDENING * width, true)
                    .linear(block.at("ff.net.2"), (long) WIDENING * width, width, true);
        }
        layers.linear(at.at("proj_out"), width, width, true);
        constants = Operators.constants(manager, groups, EPSILON, heads, blocks);
        entry = layers.part(0, 2);
        for (int i = 0; i < blocks; i++) {
            this.blocks.add(layers.part(2 + BLOCK * i, 2 + BLOCK * (i + 1)));
        }
        exit = layers.part(2 + BLOCK * blocks, 3 + BLOCK * blocks);
    }

    private void attention(Weights at, int width, int from) {
        layers.linear(at.at("to_q"), width, width, false)
                .linear(at.at("to_k"), from, width, false)
                .linear(at.at("to_v"), from, width, false)
                .linear(at.at("to_out.0"), width, width, true);
    }

    /**
     * The tape's blocks are the transformer's: with ten of them, one record of all would hold ten times the memory.
     *
     * @param x closed here
     */
    NDArray forward(NDArray x, NDArray context, Patches patches, Tape tape) {
        try (x) {
            if (isHooked(patches.hooks())) {
                return hooked(x, context, patches);
            }
            if (tape.takesDerivatives() && layers.areUpdatedBy(patches)) {
                return byDerivatives(x, context, patches, tape);
            }
            return tape.computesAgain()
                    ? byBlocks(x, context, patches, tape)
                    : tape.through(in -> whole(in.get(0), in.get(1), patches), x, context);
        }
    }

    private boolean isHooked(Hooks hooks) {
        return !hooks.isEmpty() && paths.stream().anyMatch(path -> isHooked(hooks, path));
    }

    private static boolean isHooked(Hooks hooks, String path) {
        return hooks.attend(path + SELF) || hooks.attend(path + TEXT);
    }

    /** Block by block, with the attentions of those that a hook takes part in computed apart. */
    private NDArray hooked(NDArray x, NDArray context, Patches patches) {
        try (Scope scope = Scope.open()) {
            NDArray states = context.reshape(-1, context.getShape().get(2));
            NDArray t;
            try (Layers.Patched patched = entry.with(patches)) {
                t = UNetBlocks.transformerBegin(x, patched.weights(), patched.updates(), constants);
            }
            for (int i = 0; i < blocks.size(); i++) {
                try (NDArray before = t;
                        Layers.Patched patched = blocks.get(i).with(patches)) {
                    t = isHooked(patches.hooks(), paths.get(i))
                            ? apart(paths.get(i), before, states, x.getShape(), patched, patches.hooks())
                            : UNetBlocks.transformerLayer(
                                    before, states, patched.weights(), patched.updates(), constants);
                }
            }
            try (NDArray last = t;
                    Layers.Patched patched = exit.with(patches)) {
                return scope.keep(
                        UNetBlocks.transformerEnd(last, x, patched.weights(), patched.updates()), x.getManager());
            }
        }
    }

    /** @param map the feature map's shape */
    private NDArray apart(String path, NDArray x, NDArray states, Shape map, Layers.Patched patched, Hooks hooks) {
        int height = (int) map.get(2);
        int width = (int) map.get(3);
        try (Scope scope = Scope.open()) {
            List<NDArray> own = UNetBlocks.selfInputs(x, patched.weights(), patched.updates());
            NDArray among =
                    hooks.attention(path + SELF, true, heads, height, width, own.get(0), own.get(1), own.get(2));
            NDArray t = UNetBlocks.selfOutput(among, x, patched.weights(), patched.updates());
            List<NDArray> told = UNetBlocks.textInputs(t, states, patched.weights(), patched.updates());
            NDArray text =
                    hooks.attention(path + TEXT, false, heads, height, width, told.get(0), told.get(1), told.get(2));
            t = UNetBlocks.textOutput(text, t, patched.weights(), patched.updates());
            return scope.keep(UNetBlocks.feedForward(t, patched.weights(), patched.updates()), x.getManager());
        }
    }

    /** In one call, which costs less. */
    private NDArray whole(NDArray x, NDArray context, Patches patches) {
        try (Layers.Patched patched = layers.with(patches)) {
            return UNetBlocks.spatialTransformer(x, context, patched.weights(), patched.updates(), constants);
        }
    }

    private NDArray byBlocks(NDArray x, NDArray context, Patches patches, Tape tape) {
        // Gradients of the text are summed over this transformer before they are added to others', as in one record.
        NDArray states =
                tape.through(in -> in.get(0).reshape(-1, in.get(0).getShape().get(2)), context);
        NDArray t = tape.through(
                in -> {
                    try (Layers.Patched patched = entry.with(patches)) {
                        return UNetBlocks.transformerBegin(in.get(0), patched.weights(), patched.updates(), constants);
                    }
                },
                x);
        for (Layers block : blocks) {
            try (NDArray before = t) {
                t = tape.through(
                        in -> {
                            try (Layers.Patched patched = block.with(patches)) {
                                return UNetBlocks.transformerLayer(
                                        in.get(0), in.get(1), patched.weights(), patched.updates(), constants);
                            }
                        },
                        before,
                        states);
            }
        }
        try (NDArray last = t;
                states) {
            return tape.through(
                    in -> {
                        try (Layers.Patched patched = exit.with(patches)) {
                            return UNetBlocks.transformerEnd(
                                    in.get(0), in.get(1), patched.weights(), patched.updates());
                        }
                    },
                    last,
                    x);
        }
    }

    /** What is frozen needs no record, though factors over it learn. */
    private NDArray byDerivatives(NDArray x, NDArray context, Patches patches, Tape tape) {
        NDArray states =
                tape.through(in -> in.get(0).reshape(-1, in.get(0).getShape().get(2)), context);
        NDArray t = tape.through(new Entry(patches), x);
        for (Layers block : blocks) {
            try (NDArray before = t) {
                t = tape.through(new Block(block, patches), before, states);
            }
        }
        try (NDArray last = t;
                states) {
            return tape.through(new Exit(patches), last, x);
        }
    }

    private final class Entry implements Tape.Derivative {

        private final Patches patches;

        Entry(Patches patches) {
            this.patches = patches;
        }

        @Override
        public List<NDArray> learning() {
            return entry.factors(patches);
        }

        @Override
        public List<NDArray> forward(List<NDArray> inputs) {
            try (Layers.Patched patched = entry.with(patches)) {
                return List.of(
                        UNetBlocks.transformerBegin(inputs.get(0), patched.weights(), patched.updates(), constants));
            }
        }

        @Override
        public List<NDArray> backward(
                NDArray gradient, List<NDArray> inputs, List<NDArray> kept, List<Boolean> wanted) {
            try (Layers.Patched patched = entry.with(patches)) {
                return UNetBlocks.transformerBeginBack(
                        gradient, inputs.get(0), patched.weights(), patched.updates(), constants);
            }
        }
    }

    private final class Block implements Tape.Derivative {

        private final Layers block;
        private final Patches patches;

        Block(Layers block, Patches patches) {
            this.block = block;
            this.patches = patches;
        }

        @Override
        public List<NDArray> learning() {
            return block.factors(patches);
        }

        @Override
        public boolean keepsMuch() {
            return true;
        }

        @Override
        public List<NDArray> forward(List<NDArray> inputs) {
            try (Layers.Patched patched = block.with(patches)) {
                return UNetBlocks.transformerLayerKept(
                        inputs.get(0), inputs.get(1), patched.weights(), patched.updates(), constants);
            }
        }

        @Override
        public List<NDArray> backward(
                NDArray gradient, List<NDArray> inputs, List<NDArray> kept, List<Boolean> wanted) {
            try (Layers.Patched patched = block.with(patches)) {
                return UNetBlocks.transformerLayerBack(
                        gradient,
                        inputs.get(0),
                        inputs.get(1),
                        kept,
                        patched.weights(),
                        patched.updates(),
                        constants,
                        wanted.get(1));
            }
        }
    }

    private final class Exit implements Tape.Derivative {

        private final Patches patches;

        Exit(Patches patches) {
            this.patches = patches;
        }

        @Override
        public List<NDArray> learning() {
            return exit.factors(patches);
        }

        @Override
        public List<NDArray> forward(List<NDArray> inputs) {
            try (Layers.Patched patched = exit.with(patches)) {
                return List.of(
                        UNetBlocks.transformerEnd(inputs.get(0), inputs.get(1), patched.weights(), patched.updates()));
            }
        }

        @Override
        public List<NDArray> backward(
                NDArray gradient, List<NDArray> inputs, List<NDArray> kept, List<Boolean> wanted) {
            try (Layers.Patched patched = exit.with(patches)) {
                return UNetBlocks.transformerEndBack(gradient, inputs.get(0), patched.weights(), patched.updates());
            }
        }
    }
}
