package graft.nodes.sampling;

import graft.file.ImageFile;
import graft.file.Location;
import graft.node.Node;
import graft.node.NodeType;
import graft.node.Output;
import graft.node.Problem;
import graft.node.Run;
import graft.node.Setting;
import graft.node.Setting.Collection;
import graft.node.Setting.Control;
import graft.node.Specs;
import graft.picture.Images;
import graft.picture.Mask;
import graft.picture.Picture;
import java.nio.file.Path;
import java.util.List;

/** Reads one picture file. */
@NodeType(
        id = "graft/images/load",
        title = "Load Image",
        category = "images",
        help = "Reads one picture: PNG, JPEG, WebP, BMP, GIF or TIFF, turned as the camera says.",
        words = {"open", "picture", "file", "png", "jpg"})
public final class LoadImage implements Node {

    @Setting(
            control = Control.IMAGE_FILE,
            collection = Collection.PICTURES,
            help =
                    "The picture's file, or its name in your folders: in ComfyUI's input, or with [output] or [temp] after it in"
                            + " those.")
    String file = "builtin:samples/style-pixel/bird.png";

    /** What a picture shows where it lets light through. */
    enum Clear {
        WHITE,
        /** The colours that the file has there, as ComfyUI reads them. */
        COLOURS
    }

    @Setting(
            title = "Where clear",
            advanced = true,
            help =
                    "What the picture shows where it is transparent: white, or the colours that its file has there all the same,"
                            + " which ComfyUI takes.")
    Clear clear = Clear.WHITE;

    @Output(help = "The picture at its own size.")
    Images image;

    @Output(
            help =
                    "Where the picture is transparent: 1 wholly, 0 not at all, and everywhere when it has no transparency.")
    Mask mask;

    @Override
    public void configure(Specs specs) {
        Path place = place();
        specs.reads(place);
        try {
            ImageFile.size(place);
        } catch (Problem e) {
            throw e.at("file");
        }
    }

    @Override
    public void run(Run run) {
        ImageFile.Layers layers = ImageFile.layers(place());
        image = new Images(List.of(Picture.of(clear == Clear.WHITE ? layers.onWhite() : layers.colours())));
        mask = clear(layers);
    }

    /** How transparent a picture is. */
    static Mask clear(ImageFile.Layers layers) {
        return layers.opacity()
                .map(Picture::of)
                .map(opacity -> new Mask(opacity.width(), opacity.height(), List.of(opacity.channel(0))))
                .map(opaque -> opaque.map(value -> 1 - value))
                .orElseGet(() -> Mask.filled(
                        layers.onWhite().getWidth(), layers.onWhite().getHeight(), 0));
    }

    private Path place() {
        return Location.of(file, "file", "a picture");
    }
}
