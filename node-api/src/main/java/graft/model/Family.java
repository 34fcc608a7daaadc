package graft.model;

import graft.node.Choice;
import graft.node.Choices;
import graft.node.Problem;
import graft.node.QuickAnswer;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import org.pf4j.ExtensionPoint;

/**
 * A kind of diffusion model, such as Stable Diffusion XL: knows its files, and builds networks from them.
 *
 * <p>An open set: plugins bring further ones as extensions. What a family knows is never looked at by those that come with Graft.
 */
@Choice.Set(builtInAbove = "graft.model.sd.StableDiffusion")
public interface Family extends Choice, ExtensionPoint {

    /** Whether a folder or file holds a model of this family, told by its configs and the names in its headers alone. */
    @QuickAnswer(orNo = true)
    boolean knows(Path folderOrFile);

    /**
     * Opens a model that it knows.
     *
     * @throws Problem naming the file, and the field, key or shape that is wrong
     */
    OpenedModel open(Path folderOrFile);

    /**
     * Opens a model that it knows with an autoencoder from elsewhere.
     *
     * @param vae a file or folder of its own, or another model's
     * @throws Problem as {@link #open(Path)}, or when the two do not fit or the family takes no other
     */
    default OpenedModel open(Path folderOrFile, Path vae) {
        throw new Problem(
                "cannot use another VAE with " + folderOrFile,
                "a model of the family " + title() + " has its own alone",
                "leave the VAE empty");
    }

    /**
     * Whether a layer belongs to a group of those that adapters learn.
     *
     * @param part {@link Parts#DENOISER} or a text encoder
     * @param module path of the layer within the part
     * @param weight its shape: [out,in] of a linear layer, [out,in,kh,kw] of a convolution
     */
    @QuickAnswer
    boolean isIn(LayerGroup group, String part, String module, long[] weight);

    /**
     * What its models are called in the files that are written for them; its id where it says no better.
     *
     * @param predictionType as of {@link CheckpointSpec}
     */
    @QuickAnswer
    default ModelNames names(String predictionType) {
        return new ModelNames(id(), id());
    }

    /** The side of the square pictures that a model was made for, in pixels; nothing for one of which that is not known. */
    @QuickAnswer
    default OptionalInt usualSize(CheckpointSpec model) {
        return OptionalInt.empty();
    }

    /** What the tiny autoencoder is called whose decoder makes rough pictures of an autoencoder's latents; nothing where there is none. */
    @QuickAnswer
    default Optional<String> tinyAutoencoder(VaeConfig vae) {
        return Optional.empty();
    }

    /** What the latents of an autoencoder show; nothing where that is not known. */
    @QuickAnswer
    default Optional<LatentColours> latentColours(VaeConfig vae) {
        return Optional.empty();
    }

    /**
     * The family of a model.
     *
     * @throws Problem when it is of a plugin that is no longer there
     */
    static Family of(CheckpointSpec model) {
        return Choices.named(Family.class, model.family())
                .orElseThrow(() -> new Problem(
                        "cannot use " + model.files(),
                        "the family of models " + model.family() + " is not there any more",
                        "install or enable the plugin that brings it"));
    }

    /**
     * Opens a model of whichever family knows it.
     *
     * @param vae a file that its VAE is read from in place of its own
     * @throws Problem saying what the files look like, when none does
     */
    static OpenedModel opened(Path folderOrFile, Optional<Path> vae) {
        Family family = of(folderOrFile);
        return vae.isEmpty() ? family.open(folderOrFile) : family.open(folderOrFile, vae.get());
    }

    /** As {@link #opened(Path, Optional)}, with the model's own VAE. */
    static OpenedModel opened(Path folderOrFile) {
        return of(folderOrFile).open(folderOrFile);
    }

    private static Family of(Path folderOrFile) {
        // Those that come with Graft open each other's models, and say what a file is that is of none.
        return foreign(folderOrFile).orElseGet(() -> Choices.of(Family.class).get(0));
    }

    /** The plugin's family that knows a model. */
    static Optional<Family> foreign(Path folderOrFile) {
        return Choices.of(Family.class).stream()
                .filter(family -> !(family instanceof Choice.BuiltIn) && family.knows(folderOrFile))
                .findFirst();
    }
}
