package graft.vision;

import java.util.ArrayList;
import java.util.List;

/** One text, of which each token is picked for good. */
final class SequenceDecoding implements Decoding {

    /** Picks a token. */
    @FunctionalInterface
    interface Pick {
        int of(float[] logits, int at, int words, int step);
    }

    static final Pick LIKELIEST = (logits, at, words, step) -> Logits.first(logits, at, words, 1)[0];

    private final CaptionSearch search;
    private final int end;
    private final Pick pick;
    private final List<Integer> tokens = new ArrayList<>();
    private boolean done;

    SequenceDecoding(CaptionSearch search, int end, Pick pick) {
        this.search = search;
        this.end = end;
        this.pick = pick;
    }

    @Override
    public int texts() {
        return 1;
    }

    @Override
    public void step(float[] logits, int at, int words) {
        if (done) {
            return;
        }
        if (tokens.size() < search.fewest()) {
            logits[at + end] = Float.NEGATIVE_INFINITY;
        }
        int token = pick.of(logits, at, words, tokens.size());
        if (token == end) {
            done = true;
        } else {
            tokens.add(token);
            done = tokens.size() == search.most();
        }
    }

    @Override
    public boolean done() {
        return done;
    }

    @Override
    public int token(int text) {
        return tokens.isEmpty() ? end : tokens.get(tokens.size() - 1);
    }

    @Override
    public int parent(int text) {
        return 0;
    }

    @Override
    public List<Integer> caption() {
        return tokens;
    }
}
