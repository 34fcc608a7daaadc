package graft.train.data;

import java.nio.file.Path;
import java.util.List;

/**
 * Something about training pictures that a person should know before hours are spent.
 *
 * @param pictures that it is about, at least one; of those that show the same, the one to keep first
 * @param sentence what is wrong, in plain words
 */
public record DataFinding(Kind kind, List<Shown> pictures, String sentence) {

    public DataFinding {
        pictures = List.copyOf(pictures);
        if (pictures.isEmpty()) {
            throw new IllegalArgumentException("a finding about no picture");
        }
    }

    /**
     * A picture of a finding.
     *
     * @param note what is special about it, such as {@code 40×40}; may be empty
     */
    public record Shown(Path file, String note) {}

    /** How much a finding matters. */
    public enum Weight {
        /** It spoils what is learnt, or stops the training. */
        MUCH,
        /** What is learnt gets worse. */
        SOME,
        /** Hardly seen in what is learnt. */
        LITTLE
    }

    /** What may be wrong, and what to do about it. */
    public enum Kind {
        UNREADABLE(Weight.MUCH, "Leave it out, or save it again as PNG."),
        CONTRADICTING(Weight.MUCH, "Give them one caption, or keep one of the pictures alone."),
        OTHER_CLASS(Weight.MUCH, "Correct the caption, or leave the picture out."),
        NO_TRIGGER(Weight.MUCH, "Put the word in front of these captions."),
        NO_CAPTION(Weight.SOME, "Write what they show, or leave them out."),
        COPY(Weight.SOME, "Keep one; to show a picture more often, use repeats."),
        BLURRED(Weight.SOME, "Leave them out, or take sharper ones."),
        SMALL(Weight.SOME, "Take larger ones, train at a smaller size, or leave them out."),
        CUT(Weight.SOME, "Crop them yourself, or train each picture at its own shape (buckets)."),
        ALIKE(Weight.SOME, "Keep the best of them."),
        TOO_LONG(Weight.LITTLE, "Shorten them, with what matters in front."),
        MIRRORED(Weight.LITTLE, "Keep one; Augment mirrors by chance where you want that.");

        private final Weight weight;
        private final String remedy;

        Kind(Weight weight, String remedy) {
            this.weight = weight;
            this.remedy = remedy;
        }

        /** How much it matters. */
        public Weight weight() {
            return weight;
        }

        /** What to do about it, in a sentence. */
        public String remedy() {
            return remedy;
        }
    }

    /** The files of its pictures, in their order. */
    public List<Path> files() {
        return pictures.stream().map(Shown::file).toList();
    }
}
