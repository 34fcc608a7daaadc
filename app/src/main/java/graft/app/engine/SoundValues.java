package graft.app.engine;

import graft.model.Latents;
import graft.node.SocketSchema;
import graft.picture.Images;
import graft.picture.Mask;
import graft.picture.Picture;
import graft.tensor.Finite;

/** What may go along a wire, looked at where it is made: the node that made it is named, and not the one that meets it. */
final class SoundValues {

    private SoundValues() {}

    /**
     * Looks at an output.
     *
     * @throws IllegalStateException with a clause, when what it holds cannot be used
     */
    static void check(SocketSchema output, Object value) {
        String what = "its output " + output.id();
        if (value instanceof Images images) {
            for (Picture picture : images.pictures()) {
                if (picture == null) {
                    throw new IllegalStateException(what + " holds a picture that is null");
                }
                if (!isFinite(picture.rgb())) {
                    throw new IllegalStateException(what + " holds a picture with NaN or infinite numbers");
                }
            }
        } else if (value instanceof Mask mask) {
            for (float[] plane : mask.planes()) {
                if (!isFinite(plane)) {
                    throw new IllegalStateException(what + " holds a mask with NaN or infinite numbers");
                }
            }
        } else if (value instanceof Latents latents) {
            if (latents.array().isReleased()) {
                throw new IllegalStateException(what + " is closed already");
            }
            if (!Finite.all(latents.array())) {
                throw new IllegalStateException(what + " holds NaN or infinite numbers");
            }
        }
    }

    private static boolean isFinite(float[] values) {
        for (float value : values) {
            if (!Float.isFinite(value)) {
                return false;
            }
        }
        return true;
    }

    /** The same for a stranger's node: pictures and masks of its own, since others look at those that came along the wire. */
    static Object forStrangers(Object value) {
        if (value instanceof Mask mask) {
            return new Mask(
                    mask.width(),
                    mask.height(),
                    mask.planes().stream().map(float[]::clone).toList());
        }
        return value instanceof Images images
                ? new Images(images.pictures().stream()
                        .map(picture -> new Picture(
                                picture.width(), picture.height(), picture.rgb().clone()))
                        .toList())
                : value;
    }
}
