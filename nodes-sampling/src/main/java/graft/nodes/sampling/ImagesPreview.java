package graft.nodes.sampling;

import graft.node.ValuePreview;
import graft.picture.Images;
import graft.picture.Picture;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.Optional;
import org.pf4j.Extension;

/** Shows the pictures that a node gives. */
@Extension
public final class ImagesPreview implements ValuePreview<Images> {

    private static final int MOST = 64;

    @Override
    public Class<Images> type() {
        return Images.class;
    }

    @Override
    public Optional<BufferedImage> draw(Images images) {
        return Optional.of(images.pictures().get(0).toBufferedImage());
    }

    @Override
    public List<BufferedImage> drawAll(Images images) {
        return shown(images);
    }

    /** As many of the pictures as anybody looks at on a node, as they are. */
    static List<BufferedImage> shown(Images images) {
        return images.pictures().stream()
                .limit(MOST)
                .map(Picture::toBufferedImage)
                .toList();
    }
}
