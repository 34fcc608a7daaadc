package graft.score;

import graft.train.Judge;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The judgements of a training in their order, and what they say of it.
 */
record JudgedCourse(List<Judgement> looks) {

    JudgedCourse {
        looks = List.copyOf(looks);
    }

    Optional<Judge.Verdict> verdict() {
        Optional<Judgement> best = looks.stream()
                .filter(look -> look.step() > 0)
                .max(Comparator.comparingDouble(look -> look.fidelity().mean()));
        return best.map(of -> new Judge.Verdict(of.step(), false, "Step " + of.step() + " is best."));
    }
}
