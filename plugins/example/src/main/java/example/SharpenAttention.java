package example;

import ai.djl.ndarray.NDArray;
import graft.model.Attention;
import graft.model.Checkpoint;
import graft.model.NetworkHook;
import graft.model.NetworkPass;
import graft.node.Input;
import graft.node.Node;
import graft.node.NodeType;
import graft.node.Output;
import graft.node.Run;
import graft.node.Setting;
import java.util.List;
import java.util.function.Function;

/** Lets each place of a picture look at fewer words of the prompt, or at more. */
@NodeType(
        id = "example/models/sharpen-attention",
        title = "Sharpen Attention",
        category = "models",
        help = "Lets each place of a picture look at fewer words of the prompt, or at more. Samplers draw with what comes out.",
        words = {"attention", "temperature", "prompt", "hook"})
public final class SharpenAttention implements Node {

    @Input(help = "The model to draw with.")
    Checkpoint model;

    @Setting(min = 0, max = 4, step = 0.05, help = "Above 1 at fewer words, below at more; 0 at all alike.")
    double sharpness = 1.2;

    @Setting(min = 0, max = 1, step = 0.05, help = "Share of the steps up to which it acts.")
    double end = 1;

    @Output(help = "The same model, whose attention is sharper.")
    Checkpoint sharpened;

    @Override
    public void run(Run run) {
        sharpened = model.with(new Sharpened(sharpness, end), List.of());
    }

    /** softmax(sharpness · q·kᵀ/√d)·v in every attention to the text. */
    private record Sharpened(double sharpness, double end) implements NetworkHook {

        @Override
        public boolean attends(String layer, NetworkPass pass) {
            return layer.endsWith(".attn2") && pass.progress() < end;
        }

        @Override
        public NDArray attention(Attention attention, Function<Attention, NDArray> next) {
            return next.apply(attention.with(
                    attention.queries().mul(sharpness), attention.keys(), attention.values()));
        }
    }
}
