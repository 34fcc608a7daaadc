package graft.model;

import graft.node.Choice;
import graft.node.Choices;
import graft.node.Problem;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.pf4j.ExtensionPoint;

/**
 * A kind of diffusion model, such as Stable Diffusion XL: knows its files, and builds networks from them.
 *
 * <p>An open set: plugins bring further ones as extensions. What a family knows is never looked at by those that come with Graft.
 */
@Choice.Set(builtInAbove = "graft.model.sd.StableDiffusion")
public interface Family extends Choice, ExtensionPoint {

    /** Whether a folder or file holds a model of this family, told by its configs and the names in its headers alone. */
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
        List<Family> all = Choices.of(Family.class);
        return all.stream()
                .filter(family -> !(family instanceof Choice.BuiltIn) && family.knows(folderOrFile))
                .findFirst()
                // Those that come with Graft open each other's models, and say what a file is that is of none.
                .orElseGet(() -> all.get(0));
    }
}
