package graft.train;

import graft.picture.Images;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;

/** What a training left: its losses, and where it was judged the weights of its best step; closed by whoever asked for it. */
public final class Trained implements AutoCloseable {

    private final Losses losses;
    private final Optional<BestWeights> best;
    private final Optional<Images> drawn;

    Trained(Losses losses, Optional<BestWeights> best, Optional<Images> drawn) {
        this.losses = losses;
        this.best = best;
        this.drawn = drawn;
    }

    public Losses losses() {
        return losses;
    }

    /** The judge's curve and pictures, one value; none where nobody judged. */
    public List<Images> drawn() {
        return drawn.stream().toList();
    }

    /**
     * What was learnt by the best step.
     *
     * @param last what was learnt in the end; given back where that is the best, or nobody judged
     * @param taken makes the same of the learner's weights as they are while it is called, and is given the step; it copies them
     */
    public <T> T best(T last, IntFunction<T> taken) {
        return best.filter(weights ->
                        weights.step() > 0 && weights.step() < losses.steps().size())
                .map(weights -> weights.inPlace(() -> taken.apply(weights.step())))
                .orElse(last);
    }

    @Override
    public void close() {
        best.ifPresent(BestWeights::close);
    }
}
