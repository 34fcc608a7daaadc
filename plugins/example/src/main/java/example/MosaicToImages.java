package example;

import ai.djl.ndarray.NDArray;
import graft.node.Converter;
import graft.picture.Images;
import graft.picture.Picture;
import graft.tensor.Compute;
import graft.tensor.Scope;
import java.util.ArrayList;
import java.util.List;
import org.pf4j.Extension;

/** Makes a picture of a mosaic, a pixel a cell, so that a wire may go from it to whatever takes pictures. */
@Extension
public final class MosaicToImages implements Converter<Mosaic, Images> {

    @Override
    public Class<Mosaic> from() {
        return Mosaic.class;
    }

    @Override
    public Class<Images> to() {
        return Images.class;
    }

    @Override
    public Images convert(Mosaic mosaic) {
        Compute.prepareThread();
        List<Picture> pictures = new ArrayList<>();
        try (Scope scope = Scope.open()) {
            long[] shape = mosaic.cells().getShape().getShape();
            for (int i = 0; i < shape[0]; i++) {
                NDArray pixels = mosaic.cells().get(i).transpose(1, 2, 0);
                pictures.add(new Picture((int) shape[3], (int) shape[2], pixels.toFloatArray()));
            }
        }
        return new Images(pictures);
    }
}
