package graft.score;

import graft.picture.Picture;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.DoubleStream;

/** The training pictures of a subject with what is seen in them, at least one: tells how much others are like them. */
final class Taught {

    private final List<Picture> pictures;
    private final List<String> captions;
    private final List<float[]> dino;
    private final List<float[]> clip;
    private final List<float[]> structure;

    /** @param captions one of each picture */
    Taught(List<Picture> pictures, List<String> captions, Encoders encoders) {
        this.pictures = pictures;
        this.captions = captions;
        List<PictureFeatures> seen = pictures.stream()
                .map(each -> PictureFeatures.of(each, encoders))
                .toList();
        dino = seen.stream().map(PictureFeatures::dino).toList();
        clip = seen.stream().map(PictureFeatures::clip).toList();
        structure = seen.stream().map(PictureFeatures::structure).toList();
    }

    /** The training picture whose setting a prompt names. */
    OptionalInt named(String prompt) {
        return NamedSetting.of(prompt, captions);
    }

    /** {@link Measure#DINO} of what DINO saw of a picture. */
    double dino(float[] seen) {
        return Similarity.mean(seen, dino);
    }

    /**
     * {@link Measure#FIDELITY} and the three measures that it is the mean of.
     *
     * @param prompt what was asked for
     */
    Map<Measure, Double> fidelity(PictureFeatures seen, String prompt) {
        OptionalInt named = named(prompt);
        double things = dino(seen.dino());
        double looks = named.isPresent()
                ? Similarity.cosine(seen.clip(), clip.get(named.getAsInt()))
                : Similarity.closest(seen.clip(), clip);
        double shape = Similarity.closest(seen.structure(), structure);
        Map<Measure, Double> measures = new EnumMap<>(Measure.class);
        measures.put(
                Measure.FIDELITY,
                DoubleStream.of(things, looks, shape).average().orElseThrow());
        measures.put(Measure.DINO, things);
        measures.put(Measure.CLIP_IMAGE, looks);
        measures.put(Measure.STRUCTURE, shape);
        return measures;
    }

    /**
     * The training picture that is the nearest pixel by pixel.
     *
     * @param place in the list
     * @param likeness {@link Measure#MEMORISATION}
     */
    record Nearest(int place, double likeness) {}

    Nearest nearest(Picture picture) {
        Nearest nearest = new Nearest(0, Double.NEGATIVE_INFINITY);
        for (int i = 0; i < pictures.size(); i++) {
            double likeness = Similarity.ofPixels(picture, pictures.get(i));
            if (likeness > nearest.likeness()) {
                nearest = new Nearest(i, likeness);
            }
        }
        return nearest;
    }
}
