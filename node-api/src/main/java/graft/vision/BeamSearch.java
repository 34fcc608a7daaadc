package graft.vision;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;

/**
 * Follows several texts at once and takes the one whose mean log probability is the highest.
 *
 * <p>Source: transformers {@code generation/utils.py}, {@code _beam_search} with a length penalty of 1 and without early
 * stopping.
 */
final class BeamSearch implements Decoding {

    /** Score of a text that is not to be followed. */
    private static final double NEVER = -1e9;

    private static final Comparator<Beam> BEST =
            Comparator.comparingDouble(Beam::score).reversed();

    /** @param score sum of the log probabilities; of a finished text their mean */
    private record Beam(List<Integer> tokens, int parent, double score) {

        Beam at(double other) {
            return new Beam(tokens, parent, other);
        }

        int last() {
            return tokens.get(tokens.size() - 1);
        }
    }

    private final int beams;
    private final int fewest;
    private final int most;
    private final int end;
    private List<Beam> running = new ArrayList<>();
    private List<Beam> finished = new ArrayList<>();
    private int length;
    private boolean done;

    BeamSearch(int beams, int fewest, int most, int end) {
        this.beams = beams;
        this.fewest = fewest;
        this.most = most;
        this.end = end;
        // At first all are the same text, of which one is followed.
        for (int i = 0; i < beams; i++) {
            running.add(new Beam(List.of(), i, i == 0 ? 0 : NEVER));
        }
    }

    @Override
    public int texts() {
        return beams;
    }

    @Override
    public void step(float[] logits, int at, int words) {
        if (done) {
            return;
        }
        length++;
        List<Beam> likeliest = likeliest(logits, at, words);
        List<Beam> next = new ArrayList<>();
        boolean open = false;
        for (int i = 0; i < likeliest.size(); i++) {
            Beam beam = likeliest.get(i);
            boolean ends = beam.last() == end || length == most;
            open |= !ends;
            next.add(ends ? beam.at(beam.score() + NEVER) : beam);
            // Those beyond are there only so that enough texts go on.
            if (ends && i < beams) {
                finished.add(beam.at(beam.score() / length));
            }
        }
        next.sort(BEST);
        running = new ArrayList<>(next.subList(0, beams));
        finished.sort(BEST);
        finished = new ArrayList<>(finished.subList(0, Math.min(beams, finished.size())));
        boolean hopeful = finished.size() < beams
                || running.get(0).score() / length > finished.get(beams - 1).score();
        done = !open || !hopeful;
    }

    /** The likeliest continuations of all texts, twice as many as are followed: each text may end but once. */
    private List<Beam> likeliest(float[] logits, int at, int words) {
        List<Beam> all = new ArrayList<>();
        for (int text = 0; text < beams; text++) {
            int from = at + text * words;
            Logits.logProbabilities(logits, from, words);
            if (length <= fewest) {
                logits[from + end] = Float.NEGATIVE_INFINITY;
            }
            Beam before = running.get(text);
            for (int token : Logits.first(logits, from, words, 2 * beams)) {
                List<Integer> tokens = new ArrayList<>(before.tokens());
                tokens.add(token);
                all.add(new Beam(Collections.unmodifiableList(tokens), text, before.score() + logits[from + token]));
            }
        }
        all.sort(BEST);
        return all.subList(0, 2 * beams);
    }

    @Override
    public boolean done() {
        return done;
    }

    @Override
    public int token(int text) {
        return running.get(text).last();
    }

    @Override
    public int parent(int text) {
        return done ? text : running.get(text).parent();
    }

    @Override
    public List<Integer> caption() {
        List<Integer> tokens = finished.get(0).tokens();
        return tokens.get(tokens.size() - 1) == end ? tokens.subList(0, tokens.size() - 1) : tokens;
    }
}
