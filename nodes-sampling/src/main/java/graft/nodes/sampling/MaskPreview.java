package graft.nodes.sampling;

import graft.node.ValuePreview;
import graft.picture.Mask;
import java.awt.image.BufferedImage;
import java.util.Optional;
import org.pf4j.Extension;

/** Shows the first plane of a mask that a node gives: white where it is 1. */
@Extension
public final class MaskPreview implements ValuePreview<Mask> {

    @Override
    public Class<Mask> type() {
        return Mask.class;
    }

    @Override
    public Optional<BufferedImage> draw(Mask mask) {
        BufferedImage image = new BufferedImage(mask.width(), mask.height(), BufferedImage.TYPE_INT_RGB);
        float[] plane = mask.planes().get(0);
        int[] packed = new int[plane.length];
        for (int i = 0; i < plane.length; i++) {
            packed[i] = Math.round(Math.min(1, Math.max(0, plane[i])) * 255) * 0x010101;
        }
        image.setRGB(0, 0, mask.width(), mask.height(), packed, 0, mask.width());
        return Optional.of(image);
    }
}
