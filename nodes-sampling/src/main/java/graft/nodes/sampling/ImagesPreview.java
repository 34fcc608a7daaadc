package graft.nodes.sampling;

import graft.node.ValuePreview;
import graft.picture.Images;
import java.awt.image.BufferedImage;
import java.util.Optional;
import org.pf4j.Extension;

/** Shows the first of the pictures that a node gives. */
@Extension
public final class ImagesPreview implements ValuePreview<Images> {

    @Override
    public Class<Images> type() {
        return Images.class;
    }

    @Override
    public Optional<BufferedImage> draw(Images images) {
        return Optional.of(images.pictures().get(0).toBufferedImage());
    }
}
