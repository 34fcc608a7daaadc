package graft.nodes.sampling;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import graft.model.Checkpoint;
import graft.model.Parts;
import graft.node.Cancelled;
import graft.node.Problem;
import graft.node.Run;
import graft.picture.Picture;
import graft.tensor.Scope;
import java.util.List;
import java.util.Map;

/** Pictures through a model's VAE. */
final class EncodedPictures {

    private EncodedPictures() {}

    /**
     * The latents that the encoder expects of them, without noise.
     *
     * @param pictures of one size, whose sides are multiples of a latent's pixels
     * @return float32 [n, c, h, w], scaled, of no scope
     */
    static NDArray of(Checkpoint model, List<Picture> pictures, TileChoice tiling, Run run) throws Cancelled {
        int width = pictures.get(0).width();
        int height = pictures.get(0).height();
        model.makeRoomFor(Parts.VAE);
        int tile = tiling.tile(model, width, height, model.encoding(width, height), run);
        try (Scope scope = Scope.open();
                NDManager working = model.compute().newManager()) {
            NDList encoded = new NDList();
            for (Picture picture : pictures) {
                run.checkCancelled();
                NDArray pixels = working.create(picture.toPlanes(), new Shape(1, 3, height, width));
                encoded.add(model.vae().encode(pixels, null, tile));
                run.progress("picture", encoded.size(), pictures.size(), Map.of());
            }
            return scope.keep(NDArrays.concat(encoded, 0), model.compute().newManager());
        }
    }

    /** @throws Problem at the socket {@code images}, when they are not of one size */
    static void checkSizes(List<Picture> pictures) {
        Picture first = pictures.get(0);
        pictures.stream()
                .filter(each -> each.width() != first.width() || each.height() != first.height())
                .findFirst()
                .ifPresent(other -> {
                    throw new Problem(
                                    "the pictures differ in size",
                                    "one is " + first.width() + "×" + first.height() + ", another " + other.width()
                                            + "×" + other.height(),
                                    "bring them to one size before, with Scale Image")
                            .at("images");
                });
    }

    /** The middle of a picture whose sides are multiples of a number of pixels; the picture itself where they are. */
    static Picture whole(Picture picture, int factor) {
        int across = picture.width() % factor;
        int down = picture.height() % factor;
        return across == 0 && down == 0
                ? picture
                : picture.window(across / 2, down / 2, picture.width() - across, picture.height() - down);
    }
}
