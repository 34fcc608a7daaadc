package graft.vision;

import graft.picture.Picture;
import graft.tensor.KeyedRandom;

/**
 * How a captioner chooses the words of a caption.
 *
 * @param beams for {@link Method#BEAM}, how many texts are followed at once, from 2
 * @param share for {@link Method#NUCLEUS}, how much of the probability the likeliest words share from which one is drawn,
 *     above 0 to 1
 * @param seed for {@link Method#NUCLEUS}
 * @param prefix what each caption begins with; may be empty
 * @param fewest tokens after the prefix
 * @param most tokens after the prefix, from 1
 */
public record CaptionSearch(Method method, int beams, double share, long seed, String prefix, int fewest, int most) {

    /** How a word is chosen. */
    public enum Method {
        /** The likeliest one. */
        GREEDY,
        /** Of several texts at once, those that are likeliest as a whole. */
        BEAM,
        /** By chance from the likeliest ones (Holtzman et al. 2019). */
        NUCLEUS
    }

    public CaptionSearch {
        if (most < 1 || fewest > most || (method == Method.BEAM && beams < 2) || !(share > 0 && share <= 1)) {
            throw new IllegalArgumentException("no such search: " + method + " " + beams + " " + share);
        }
    }

    /** The search for the caption of one picture. */
    Decoding begin(Picture picture, int end) {
        return switch (method) {
            case GREEDY -> new SequenceDecoding(this, end, SequenceDecoding.LIKELIEST);
            case BEAM -> new BeamSearch(beams, fewest, most, end);
            case NUCLEUS -> {
                // By the picture, so that it does not matter which others are captioned with it.
                String key = String.valueOf(picture.hashCode());
                yield new SequenceDecoding(
                        this,
                        end,
                        (logits, at, words, step) ->
                                nucleus(logits, at, words, KeyedRandom.of(seed, key, step, "caption")));
            }
        };
    }

    private int nucleus(float[] logits, int at, int words, KeyedRandom random) {
        int[] order = Logits.first(logits, at, words, words);
        double[] weights = new double[words];
        double sum = 0;
        for (int i = 0; i < words; i++) {
            weights[i] = Math.exp((double) logits[at + order[i]] - logits[at + order[0]]);
            sum += weights[i];
        }
        int kept = 0;
        double share = 0;
        while (kept < words && share < this.share * sum) {
            share += weights[kept];
            kept++;
        }
        double left = random.uniform() * share;
        for (int i = 0; i < kept - 1; i++) {
            left -= weights[i];
            if (left < 0) {
                return order[i];
            }
        }
        return order[kept - 1];
    }
}
