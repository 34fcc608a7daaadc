package graft.score;

import graft.train.Judge;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The judgements of a training in their order, and what they say of it.
 *
 * <p>The best step is the most faithful one that copies nothing. More steps gain nothing once so many looks in a row brought no gain
 * beyond noise ("patience", as UP of Prechelt, 1998, "Early stopping — but when?"): a gain counts when its mean over the pictures, which
 * have the same prompts and noise at each look, is larger than its standard error (Breiman et al., 1984, "Classification and regression
 * trees", §3.4.3). Copying begins with the first picture in a new setting that is as near to a training picture as {@code copy} says.
 *
 * @param copy from which likeness of pixels on a picture is a copy; above 1 where that cannot be told
 */
record JudgedCourse(List<Judgement> looks, double copy) {

    /** Looks without a gain after which none is expected any more: with three, a few pictures end trainings that the eye sees gain. */
    static final int PATIENCE = 5;

    JudgedCourse {
        looks = List.copyOf(looks);
    }

    /** Empty before the first look after a step. */
    Optional<Judge.Verdict> verdict() {
        return best().map(best -> {
            OptionalInt copies = looks.stream()
                    .filter(look -> look.step() > 0 && isCopy(look))
                    .mapToInt(Judgement::step)
                    .findFirst();
            boolean enough = copies.isPresent() || sinceGain() >= PATIENCE;
            return new Judge.Verdict(best.step(), enough, sentence(best, copies, enough));
        });
    }

    /** The first of the most faithful, a copy only where there is nothing else. */
    private Optional<Judgement> best() {
        Judgement best = null;
        for (Judgement look : looks) {
            if (look.step() > 0 && (best == null || isBetter(look, best))) {
                best = look;
            }
        }
        return Optional.ofNullable(best);
    }

    private boolean isBetter(Judgement look, Judgement best) {
        return isCopy(look) == isCopy(best)
                ? look.fidelity().mean() > best.fidelity().mean()
                : isCopy(best);
    }

    private boolean isCopy(Judgement look) {
        Values likeness = look.measures().get(Measure.MEMORISATION);
        return likeness != null && likeness.each().stream().anyMatch(each -> each >= copy);
    }

    /** Where the last gain beyond noise ended; the first look where there was none. */
    private int gained() {
        int at = 0;
        for (int i = 1; i < looks.size(); i++) {
            if (gains(looks.get(at).fidelity(), looks.get(i).fidelity())) {
                at = i;
            }
        }
        return at;
    }

    private int sinceGain() {
        return looks.size() - 1 - gained();
    }

    private static boolean gains(Values before, Values now) {
        Values gain = now.minus(before);
        return gain.mean() > gain.deviation() / Math.sqrt(gain.each().size());
    }

    private String sentence(Judgement best, OptionalInt copies, boolean enough) {
        Judgement last = looks.get(looks.size() - 1);
        String said = "Step " + best.step() + " is the best" + (enough ? "" : " so far") + ": fidelity "
                + Comparison.words(best.fidelity().mean());
        if (copies.isPresent()) {
            return said + "; from step " + copies.getAsInt() + " on training pictures are copied.";
        }
        if (looks.get(0).step() == 0 && gained() == 0 && enough) {
            return said + "; no step drew the subject more faithfully than before the training, beyond noise.";
        }
        if (enough) {
            return said + "; after step " + looks.get(gained()).step() + " nothing was gained beyond noise.";
        }
        return said + (best.step() == last.step() || sinceGain() == 0 ? ", still gaining." : ".");
    }
}
