package graft.nodes.sampling;

import graft.model.Checkpoint;
import graft.model.CheckpointSpec;
import graft.model.ModelShape;
import graft.model.Parts;
import graft.node.Input;
import graft.node.Node;
import graft.node.NodeType;
import graft.node.Output;
import graft.node.Run;
import graft.node.Setting;
import graft.node.Specs;
import graft.sample.HyperTile;
import graft.tensor.Compute;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Has a model look at large pictures in tiles. */
@NodeType(
        id = "graft/model/hypertile",
        title = "HyperTile",
        category = "sampling",
        help =
                "Lets each tile of a picture look at a part of it alone, at the network's outer levels: large pictures take less time and"
                        + " memory there, and lose some of what holds them together. Square ones of Stable Diffusion 1 suit it best; the"
                        + " outermost level of XL looks at nothing, so set depth to 1 or more for it.",
        words = {"hypertile", "tiles", "attention", "fast", "memory", "large", "speed"})
public final class TileAttention implements Node {

    private static final int PIXELS_PER_LATENT = 8;
    private static final int LEAST = 32;
    private static final Pattern SELF_ATTENTION = Pattern.compile("down_blocks\\.(\\d+)\\..*\\.attn1\\.to_q");

    @Input(help = "The model that draws: Stable Diffusion 1, 2 or XL.")
    Checkpoint model;

    @Setting(
            min = 1,
            max = 2048,
            unit = "pixels",
            help =
                    "How large a tile is at least each way; below 32 it is 32. It is the next larger size that divides the picture,"
                            + " and the whole picture where none does.")
    int tileSize = 256;

    @Setting(
            advanced = true,
            min = 1,
            max = 128,
            unit = "sizes",
            help =
                    "From so many sizes one is chosen anew each time, so that tiles leave no edges; 1 and 2 take the smallest one. Of"
                            + " more ComfyUI chooses others than Graft.")
    int swapSize = 2;

    @Setting(
            min = 0,
            max = 10,
            unit = "levels",
            help = "Down to which level of the network it is so: 0 is the outermost one, which takes most of the time.")
    int maxDepth = 0;

    @Setting(
            advanced = true,
            help = "Whether tiles cover more of the picture from level to level, twice as much each way.")
    boolean scaleDepth = false;

    @Output(help = "The model that draws so.")
    Checkpoint tiled;

    @Override
    public void configure(Specs specs) {
        specs.of("model", CheckpointSpec.class).ifPresent(spec -> {
            if (ModelShape.read(spec.files()).modules().get(Parts.DENOISER).keySet().stream()
                    .noneMatch(this::isTiled)) {
                specs.warn("nothing is tiled: this model attends to nothing at the outermost "
                        + (maxDepth == 0 ? "level" : (maxDepth + 1) + " levels")
                        + " of its network; set max depth higher");
            }
            specs.output("tiled", spec);
        });
    }

    private boolean isTiled(String module) {
        Matcher matcher = SELF_ATTENTION.matcher(module);
        return matcher.matches() && Integer.parseInt(matcher.group(1)) <= maxDepth;
    }

    @Override
    public void run(Run run) {
        Compute.prepareThread();
        int latents = Math.max(LEAST, tileSize) / PIXELS_PER_LATENT;
        tiled = model.with(new HyperTile(latents, swapSize, maxDepth, scaleDepth), List.of());
    }
}
