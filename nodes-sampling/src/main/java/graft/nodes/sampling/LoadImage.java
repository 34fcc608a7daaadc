package graft.nodes.sampling;

import graft.file.ImageFile;
import graft.file.Location;
import graft.node.Node;
import graft.node.NodeType;
import graft.node.Output;
import graft.node.Problem;
import graft.node.Run;
import graft.node.Setting;
import graft.node.Setting.Control;
import graft.node.Specs;
import graft.picture.Images;
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

    @Setting(control = Control.IMAGE_FILE, help = "The picture's file.")
    String file = "builtin:samples/style-pixel/bird.png";

    @Output(help = "The picture at its own size.")
    Images image;

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
        image = new Images(List.of(Picture.of(ImageFile.read(place()))));
    }

    private Path place() {
        return Location.of(file, "file", "a picture");
    }
}
