package example;

import graft.node.Input;
import graft.node.Node;
import graft.node.NodeType;
import graft.node.Output;
import graft.node.Run;
import graft.node.Setting;
import graft.picture.Images;
import graft.picture.Picture;
import java.util.ArrayList;
import java.util.List;

/** Darkens pictures towards their corners. */
@NodeType(
        id = "example/images/vignette",
        title = "Vignette",
        category = "images",
        help = "Darkens pictures towards their corners.",
        words = {"dark", "edge", "corner", "frame"})
public final class Vignette implements Node {

    @Input(help = "The pictures to darken.")
    Images images;

    @Setting(min = 0, max = 1, step = 0.05, help = "How dark the corners become: 0 not at all, 1 black.")
    double strength = 0.6;

    @Output(help = "The darkened pictures.")
    Images darkened;

    @Override
    public void run(Run run) throws Exception {
        List<Picture> pictures = new ArrayList<>();
        for (Picture picture : images.pictures()) {
            run.checkCancelled();
            pictures.add(darkened(picture));
            run.progress(pictures.size(), images.pictures().size());
        }
        darkened = new Images(pictures);
    }

    /** Each pixel times 1 − strength·d², d its distance from the middle over that of a corner. */
    private Picture darkened(Picture picture) {
        float[] rgb = picture.rgb().clone();
        for (int y = 0; y < picture.height(); y++) {
            for (int x = 0; x < picture.width(); x++) {
                double across = (2.0 * x + 1) / picture.width() - 1;
                double down = (2.0 * y + 1) / picture.height() - 1;
                double light = 1 - strength * (across * across + down * down) / 2;
                for (int channel = 0; channel < 3; channel++) {
                    rgb[(y * picture.width() + x) * 3 + channel] *= (float) light;
                }
            }
        }
        return new Picture(picture.width(), picture.height(), rgb);
    }
}
