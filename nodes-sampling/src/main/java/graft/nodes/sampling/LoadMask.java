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
import graft.picture.Mask;
import graft.picture.Picture;
import java.nio.file.Path;
import java.util.List;

/** Reads a mask from a picture file. */
@NodeType(
        id = "graft/mask/load",
        title = "Load Mask",
        category = "images",
        help = "Reads a mask from a picture: how transparent each place is, or one of its colours.",
        words = {"loadimagemask", "inpaint", "alpha", "channel", "black and white", "file"})
public final class LoadMask implements Node {

    /** What of a picture is the mask. */
    enum Channel {
        /** How transparent it is. */
        ALPHA,
        RED,
        GREEN,
        BLUE
    }

    @Setting(
            control = Control.IMAGE_FILE,
            collection = Collection.PICTURES,
            help =
                    "The picture's file, or its name in your folders: in ComfyUI's input, or with [output] or [temp] after it in"
                            + " those.")
    String file = "";

    @Setting(
            help =
                    "What of it is the mask: alpha is 1 where the picture is clear; a colour is 1 where it is full, as white is. Red"
                            + " suits a black and white picture.")
    Channel channel = Channel.ALPHA;

    @Output(help = "The mask, of the picture's size.")
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
        mask = switch (channel) {
            case ALPHA -> LoadImage.clear(layers);
            case RED -> of(layers, 0);
            case GREEN -> of(layers, 1);
            case BLUE -> of(layers, 2);
        };
    }

    private static Mask of(ImageFile.Layers layers, int colour) {
        Picture picture = Picture.of(layers.colours());
        return new Mask(picture.width(), picture.height(), List.of(picture.channel(colour)));
    }

    private Path place() {
        return Location.of(file, "file", "a picture");
    }
}
