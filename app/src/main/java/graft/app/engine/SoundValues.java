package graft.app.engine;

import graft.node.SocketSchema;
import graft.node.Sound;
import graft.picture.Images;
import graft.picture.Mask;
import graft.picture.Picture;
import java.util.List;

/** What may go along a wire, looked at where it is made: the node that made it is named, and not the one that meets it. */
final class SoundValues {

    private SoundValues() {}

    /**
     * An output, looked at; a stranger's through and through.
     *
     * @throws IllegalStateException with a clause, when what it holds cannot be used
     */
    static Object checked(SocketSchema output, Object value, boolean strangers) {
        (strangers ? Sound.damageOf(value) : Sound.faultOf(value)).ifPresent(fault -> {
            throw new IllegalStateException("its output " + output.id() + " " + fault);
        });
        return value;
    }

    /** The same for a stranger's node: pictures and masks of its own, since others look at those that came along the wire. */
    static Object forStrangers(Object value) {
        if (value instanceof Mask mask) {
            List<float[]> planes = mask.planes().stream().map(float[]::clone).toList();
            return new Mask(mask.width(), mask.height(), planes);
        }
        return value instanceof Images images
                ? new Images(images.pictures().stream()
                        .map(picture -> new Picture(
                                picture.width(), picture.height(), picture.rgb().clone()))
                        .toList())
                : value;
    }
}
