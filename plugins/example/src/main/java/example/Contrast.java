package example;

import graft.node.Setting;
import graft.picture.Picture;
import graft.score.Questions;
import graft.score.Score;
import graft.score.ScoreMeasure;
import java.util.List;
import org.pf4j.Extension;

/** Measures how far the contrast of what was drawn is from that of the training pictures, which too high a guidance raises. */
@Extension
public final class Contrast implements ScoreMeasure {

    @Setting(help = "Whether brightness is taken as it is seen, and not as the mean of the three colours.")
    boolean asSeen = true;

    @Override
    public String id() {
        return "example/contrast";
    }

    @Override
    public String title() {
        return "Contrast off";
    }

    @Override
    public String help() {
        return "How far the deviation of brightness within a picture is from that of the training pictures.";
    }

    @Override
    public boolean moreIsBetter() {
        return false;
    }

    @Override
    public List<Double> values(Questions questions, List<Score.Example> examples, Score.Drawings drawings) {
        double taught = examples.stream()
                .mapToDouble(example -> contrast(example.picture()))
                .average()
                .orElseThrow();
        return drawings.ofSubject().stream()
                .map(picture -> Math.abs(contrast(picture) - taught))
                .toList();
    }

    /** The standard deviation of brightness, 0 to 1/2. */
    double contrast(Picture picture) {
        float[] rgb = picture.rgb();
        double sum = 0;
        double squares = 0;
        for (int i = 0; i < rgb.length; i += 3) {
            double brightness = asSeen
                    ? 0.2126 * rgb[i] + 0.7152 * rgb[i + 1] + 0.0722 * rgb[i + 2]
                    : (rgb[i] + rgb[i + 1] + rgb[i + 2]) / 3;
            sum += brightness;
            squares += brightness * brightness;
        }
        double mean = sum * 3 / rgb.length;
        return Math.sqrt(Math.max(0, squares * 3 / rgb.length - mean * mean));
    }
}
