package @package@;

import graft.node.Input;
import graft.node.Node;
import graft.node.NodeType;
import graft.node.Output;
import graft.node.Run;
import graft.node.Setting;
import graft.node.Specs;
import graft.picture.Images;
import graft.picture.Picture;
import java.util.ArrayList;
import java.util.List;

/** Lays a colour over pictures. */
@NodeType(
        id = "@name@/images/tint",
        title = "Tint",
        category = "images",
        help = "Lays a colour over pictures.",
        words = {"colour", "color", "tone"})
public final class Tint implements Node {

    /** The colours that there are; workflows save them in small letters. */
    enum Colour {
        RED,
        GREEN,
        BLUE
    }

    @Input(help = "The pictures to colour.")
    Images images;

    @Setting(help = "The colour.")
    Colour colour = Colour.RED;

    @Setting(min = 0, max = 1, step = 0.05, help = "How much of it: 0 leaves the pictures as they are.")
    double strength = 0.5;

    @Output(help = "The coloured pictures.")
    Images tinted;

    /** Called before anything expensive runs, to warn of settings and inputs or, by a Problem, to refuse them. */
    @Override
    public void configure(Specs specs) {
        if (strength == 0) {
            specs.warn("Strength is 0, so the pictures stay as they are.");
        }
    }

    @Override
    public void run(Run run) throws Exception {
        List<Picture> pictures = new ArrayList<>();
        for (Picture picture : images.pictures()) {
            run.checkCancelled();
            pictures.add(tinted(picture));
            run.progress(pictures.size(), images.pictures().size());
        }
        tinted = new Images(pictures);
    }

    /** A new picture: what comes over a wire is never changed. */
    private Picture tinted(Picture picture) {
        float[] rgb = picture.rgb().clone();
        for (int i = 0; i < rgb.length; i++) {
            float full = i % 3 == colour.ordinal() ? 1 : 0;
            rgb[i] += (float) strength * (full - rgb[i]);
        }
        return new Picture(picture.width(), picture.height(), rgb);
    }
}
