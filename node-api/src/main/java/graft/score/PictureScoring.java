package graft.score;

import graft.picture.Picture;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** Measures pictures that are there, one by one, whoever made them. */
public final class PictureScoring {

    private final Encoders encoders;
    private final Optional<Taught> taught;

    /**
     * @param references pictures of a subject that others are held against; may be none
     * @param captions one of each reference, that says what setting it is in
     */
    public PictureScoring(List<Picture> references, List<String> captions, Encoders encoders) {
        this.encoders = encoders;
        this.taught = references.isEmpty() ? Optional.empty() : Optional.of(new Taught(references, captions, encoders));
    }

    /**
     * What was measured of a picture.
     *
     * @param measures fidelity and copying where there are references, the prompt where there is a caption
     * @param nearest the place of the reference that is the nearest pixel by pixel; empty without references
     */
    public record Measured(Map<Measure, Double> measures, OptionalInt nearest) {}

    /**
     * Measures one.
     *
     * @param caption what it is said to show; empty for nothing
     */
    public Measured of(Picture picture, String caption) {
        Map<Measure, Double> measures = new EnumMap<>(Measure.class);
        OptionalInt nearest = OptionalInt.empty();
        float[] seen;
        if (taught.isPresent()) {
            PictureFeatures features = PictureFeatures.of(picture, encoders);
            seen = features.clip();
            measures.putAll(taught.get().fidelity(features, caption));
            Taught.Nearest found = taught.get().nearest(picture);
            measures.put(Measure.MEMORISATION, found.likeness());
            nearest = OptionalInt.of(found.place());
        } else {
            seen = caption.isBlank() ? new float[0] : encoders.clip(picture);
        }
        if (!caption.isBlank()) {
            measures.put(Measure.PROMPT, Similarity.cosine(seen, encoders.clip(caption)));
        }
        return new Measured(measures, nearest);
    }
}
