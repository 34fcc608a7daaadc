package graft.nodes.sampling;

import ai.djl.ndarray.NDArray;
import graft.model.Checkpoint;
import graft.model.Conditioning;
import graft.model.ConditioningSpec;
import graft.model.Latents;
import graft.node.Input;
import graft.node.Node;
import graft.node.NodeType;
import graft.node.Output;
import graft.node.Run;
import graft.node.Setting;
import graft.node.SettingGroup;
import graft.node.Specs;
import graft.picture.Images;
import graft.picture.Mask;
import graft.tensor.Compute;
import graft.tensor.Scope;
import java.util.List;

/** Tells an inpainting model of the picture and the mask that it draws under. */
@NodeType(
        id = "graft/conditioning/inpaint",
        title = "Inpaint Conditioning",
        category = "conditioning",
        help =
                "Tells an inpainting model (one whose network takes nine channels) of the picture around what it draws, and of the"
                        + " mask. Other models do not look at that, and draw within the mask all the same.",
        words = {"inpaintmodelconditioning", "inpaint", "inpainting model", "mask", "fill", "outpaint"})
public final class InpaintConditioning implements Node {

    @Input(help = "What to draw.")
    Conditioning positive;

    @Input(help = "What not to draw.")
    Conditioning negative;

    @Input(help = "The model whose VAE encodes the pictures.")
    Checkpoint model;

    @Input(help = "The pictures, all of one size.")
    Images images;

    @Input(help = "1 where it is to be drawn, of any size.")
    Mask mask;

    @Setting(
            title = "Noise mask",
            help =
                    "Whether the sampler leaves what is outside of the mask as it is. Without, the model draws the whole picture"
                            + " anew, near to what it was told.")
    boolean noiseMask = true;

    @SettingGroup
    TileChoice tiling = new TileChoice();

    @Output(title = "Positive", help = "What to draw, and around what.")
    Conditioning inpaintPositive;

    @Output(title = "Negative", help = "What not to draw, and around what.")
    Conditioning inpaintNegative;

    @Output(help = "The pictures' latents, with the mask.")
    Latents latents;

    @Override
    public void configure(Specs specs) {
        specs.of("positive", ConditioningSpec.class).ifPresent(spec -> specs.output("inpaintPositive", spec));
        specs.of("negative", ConditioningSpec.class).ifPresent(spec -> specs.output("inpaintNegative", spec));
    }

    @Override
    public void run(Run run) throws Exception {
        Compute.prepareThread();
        MaskedPictures masked = MaskedPictures.of(images, mask, model.spec().pixelsPerLatent());
        NDArray pictures = EncodedPictures.of(model, masked.pictures(), tiling, run);
        latents = noiseMask ? Latents.masked(pictures, masked.mask()) : new Latents(pictures, false);
        try (Scope scope = Scope.open();
                NDArray around = EncodedPictures.of(model, masked.greyed(), tiling, run)) {
            inpaintPositive = told(positive, around, masked.mask(), scope);
            inpaintNegative = told(negative, around, masked.mask(), scope);
        }
    }

    private Conditioning told(Conditioning prompts, NDArray around, Mask covered, Scope scope) {
        NDArray beside =
                scope.keep(Inpainting.beside(around, covered), model.compute().newManager());
        return new Conditioning(
                prompts.entries().stream()
                        .map(entry -> entry.with(entry.context().withConcat(beside)))
                        .toList(),
                List.of(beside),
                List.of(prompts));
    }
}
