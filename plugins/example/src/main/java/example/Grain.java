package example;

import graft.node.Setting;
import graft.picture.Picture;
import graft.tensor.KeyedRandom;
import graft.train.data.Augmentation;
import org.pf4j.Extension;

/** Lays grain over training pictures, as film has it: the same for all three colours, and other grain for each variant. */
@Extension
public final class Grain implements Augmentation {

    @Setting(min = 0, max = 1, step = 0.01, help = "The standard deviation of the grain; 1 is from black to white.")
    double amount = 0.05;

    @Override
    public String id() {
        return "example/grain";
    }

    @Override
    public String title() {
        return "Grain";
    }

    @Override
    public Picture varied(Picture picture, KeyedRandom random) {
        float[] rgb = picture.rgb().clone();
        float[] grain = random.normal(rgb.length / 3);
        for (int i = 0; i < rgb.length; i++) {
            rgb[i] = (float) Math.min(1, Math.max(0, rgb[i] + amount * grain[i / 3]));
        }
        return new Picture(picture.width(), picture.height(), rgb);
    }
}
