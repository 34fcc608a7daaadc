package graft.score;

import graft.picture.Fit;
import graft.picture.Picture;
import java.util.List;

/** How alike features and pictures are. */
final class Similarity {

    private Similarity() {}

    /** The cosine of the angle between two features, −1 to 1; 0 where one of them is nought. */
    static double cosine(float[] one, float[] other) {
        if (one.length != other.length) {
            throw new IllegalArgumentException(one.length + " numbers and " + other.length);
        }
        double product = 0;
        double first = 0;
        double second = 0;
        for (int i = 0; i < one.length; i++) {
            product += (double) one[i] * other[i];
            first += (double) one[i] * one[i];
            second += (double) other[i] * other[i];
        }
        return first == 0 || second == 0 ? 0 : product / Math.sqrt(first * second);
    }

    static double mean(float[] one, List<float[]> others) {
        return others.stream()
                .mapToDouble(other -> cosine(one, other))
                .average()
                .orElseThrow();
    }

    static double closest(float[] one, List<float[]> others) {
        return others.stream().mapToDouble(other -> cosine(one, other)).max().orElseThrow();
    }

    /** The mean of 1 − cosine over each two of them; 0 for a single one. */
    static double meanDistance(List<float[]> features) {
        double sum = 0;
        int pairs = 0;
        for (int i = 0; i < features.size(); i++) {
            for (int j = 0; j < i; j++) {
                sum += 1 - cosine(features.get(i), features.get(j));
                pairs++;
            }
        }
        return pairs == 0 ? 0 : sum / pairs;
    }

    /** 1 − the root mean square difference of pixels, 0 to 1; the other is brought to the size of the one. */
    static double ofPixels(Picture one, Picture other) {
        float[] first = one.rgb();
        float[] second = other.fitted(one.width(), one.height(), Fit.STRETCH).rgb();
        double squares = 0;
        for (int i = 0; i < first.length; i++) {
            squares += (first[i] - second[i]) * (first[i] - second[i]);
        }
        return 1 - Math.sqrt(squares / first.length);
    }
}
