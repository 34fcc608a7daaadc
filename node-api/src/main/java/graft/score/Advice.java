package graft.score;

import graft.train.Losses;
import graft.train.TrainingCost;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What a comparison says, in plain words.
 *
 * <p>The most faithful is recommended. Where others cannot be told from it, the one of them that follows the prompt best, else
 * keeps other things best, else is the smallest file. "Told apart" means {@link Comparison}'s test on the pictures that were
 * drawn; it knows nothing of how another training with another seed would have ended, and says so.
 *
 * @param headline one sentence
 * @param reasons why, with the numbers
 * @param doubts what speaks against it, or is not known
 */
public record Advice(String headline, List<String> reasons, List<String> doubts) {

    /** A leak or drift from which on a person sees it. */
    private static final double NOTABLE = 0.1;

    private static final List<Measure> FIDELITIES = List.of(Measure.DINO, Measure.CLIP_IMAGE, Measure.STRUCTURE);

    public Advice {
        reasons = List.copyOf(reasons);
        doubts = List.copyOf(doubts);
    }

    public static Advice of(Comparison comparison) {
        List<Score> ranked = comparison.ranked();
        if (ranked.isEmpty()) {
            return new Advice(
                    "There is no training to recommend.",
                    List.of("None of the scores was measured against what the model drew before."),
                    List.of());
        }
        return new Maker(comparison, ranked).make();
    }

    private static final class Maker {

        private final Comparison comparison;
        private final List<Score> ranked;
        private final Score first;
        private final List<Score> tied;
        private final List<String> reasons = new ArrayList<>();
        private final List<String> doubts = new ArrayList<>();

        Maker(Comparison comparison, List<Score> ranked) {
            this.comparison = comparison;
            this.ranked = ranked;
            this.first = ranked.get(0);
            this.tied = ranked.stream()
                    .filter(score -> !Comparison.decided(first, score, Measure.FIDELITY))
                    .toList();
        }

        Advice make() {
            String headline;
            Score chosen;
            if (tied.size() == 1) {
                chosen = first;
                headline = ranked.size() == 1
                        ? chosen.label() + " is the only training here."
                        : "Take " + chosen.label() + ": it draws the subject most faithfully.";
                reasons.add("Its fidelity is " + mean(chosen, Measure.FIDELITY) + after(ranked) + ".");
            } else {
                Choice choice = choice();
                chosen = choice.score();
                headline = choice.why().isEmpty()
                        ? "No clear winner: " + names(tied) + " cannot be told apart."
                        : "Take " + chosen.label() + ": as faithful as the best of them, and " + choice.why() + ".";
                reasons.add("The fidelity of " + names(tied) + " is "
                        + tied.stream()
                                .map(score -> mean(score, Measure.FIDELITY))
                                .collect(Collectors.joining(", "))
                        + ": the differences are within what prompts and seeds make by chance, so they are undecided.");
                List<Score> others =
                        ranked.stream().filter(score -> !tied.contains(score)).toList();
                if (!others.isEmpty()) {
                    reasons.add("Less faithful, beyond chance: "
                            + others.stream()
                                    .map(score -> score.label() + " (" + mean(score, Measure.FIDELITY) + ")")
                                    .collect(Collectors.joining(", "))
                            + ".");
                }
            }
            sideEffects(chosen);
            cost(chosen);
            agreement();
            basis();
            return new Advice(headline, reasons, doubts);
        }

        private static String after(List<Score> ranked) {
            return ranked.size() == 1
                    ? ""
                    : "; the others have "
                            + ranked.subList(1, ranked.size()).stream()
                                    .map(score -> mean(score, Measure.FIDELITY) + " (" + score.label() + ")")
                                    .collect(Collectors.joining(", "))
                            + ", each less by more than chance between prompts and seeds explains";
        }

        private record Choice(Score score, String why) {}

        private Choice choice() {
            for (Measure measure : List.of(Measure.PROMPT, Measure.DRIFT)) {
                for (Score score : tied) {
                    boolean best = tied.stream()
                            .allMatch(other -> other == score || Comparison.decided(score, other, measure));
                    if (best) {
                        return new Choice(
                                score,
                                measure == Measure.PROMPT
                                        ? "closest to what the prompts ask for"
                                        : "it changes other pictures least");
                    }
                }
            }
            Optional<Score> smallest = tied.stream()
                    .filter(score -> bytes(score).isPresent())
                    .min((one, other) ->
                            Long.compare(bytes(one).orElseThrow(), bytes(other).orElseThrow()));
            boolean onlyOne = smallest.isPresent()
                    && tied.stream().allMatch(other -> other == smallest.get() || isSmaller(smallest.get(), other));
            return onlyOne ? new Choice(smallest.get(), "the smallest file") : new Choice(first, "");
        }

        private static boolean isSmaller(Score one, Score other) {
            return bytes(other).isPresent()
                    && bytes(other).orElseThrow() > bytes(one).orElseThrow();
        }

        private void sideEffects(Score chosen) {
            chosen.values(Measure.LEAK)
                    .filter(leak -> leak.mean() > NOTABLE)
                    .ifPresent(leak -> doubts.add(chosen.label()
                            + " draws the subject also where only its class was asked for (leak "
                            + Comparison.words(leak.mean())
                            + "): class pictures beside it in the training hold that back."));
            chosen.values(Measure.DRIFT)
                    .filter(drift -> drift.mean() > NOTABLE)
                    .ifPresent(drift -> doubts.add("Pictures of other things change with " + chosen.label() + " (drift "
                            + Comparison.words(drift.mean()) + ")."));
            comparison.scores().stream()
                    .filter(score -> !score.trained() && Comparison.decided(score, chosen, Measure.PROMPT))
                    .findFirst()
                    .ifPresent(base -> doubts.add("It follows prompts less well than " + base.label() + " ("
                            + mean(chosen, Measure.PROMPT) + " for " + mean(base, Measure.PROMPT)
                            + "); a subject that is no usual one of its class lowers that, too."));
            comparison.scores().stream()
                    .filter(score -> !score.trained() && !Comparison.decided(chosen, score, Measure.FIDELITY))
                    .findFirst()
                    .ifPresent(base -> doubts.add("It is not more faithful than " + base.label()
                            + " beyond chance: it learnt too little; more steps or a higher learning rate may help."));
        }

        private void cost(Score chosen) {
            chosen.losses()
                    .flatMap(Losses::cost)
                    .ifPresent(cost -> reasons.add(String.format(
                            Locale.ROOT,
                            "Its training took %.0f seconds, and what it learnt takes %s.",
                            cost.seconds(),
                            size(cost.fileBytes()))));
        }

        /** Whether the measures of fidelity put the same first. */
        private void agreement() {
            if (ranked.size() < 2) {
                return;
            }
            Map<String, List<String>> firsts = new LinkedHashMap<>();
            for (Measure measure : FIDELITIES) {
                firsts.computeIfAbsent(comparison.rankedBy(measure).get(0).label(), label -> new ArrayList<>())
                        .add(measure.title());
            }
            if (firsts.size() == 1) {
                reasons.add("DINO, CLIP and structure all put " + ranked.get(0).label() + " first.");
            } else {
                doubts.add("The measures disagree: "
                        + firsts.entrySet().stream()
                                .map(each -> String.join(" and ", each.getValue()) + " put"
                                        + (each.getValue().size() == 1 ? "s " : " ") + each.getKey() + " first")
                                .collect(Collectors.joining(", "))
                        + ". Look at the pictures and trust your eyes.");
            }
        }

        private void basis() {
            Questions questions = comparison.scores().get(0).questions();
            int prompts = questions.prompts().size();
            int seeds = questions.seeds().size();
            doubts.add("Measured on " + prompts * seeds + " pictures of each (" + prompts + " prompts, " + seeds
                    + (seeds == 1 ? " seed" : " seeds")
                    + ") and one training of each: with another seed of the training the"
                    + " order of near ones may change.");
        }

        private static String names(List<Score> scores) {
            List<String> names = scores.stream().map(Score::label).toList();
            return names.size() == 1
                    ? names.get(0)
                    : String.join(", ", names.subList(0, names.size() - 1)) + " and " + names.get(names.size() - 1);
        }

        private static String mean(Score score, Measure measure) {
            return Comparison.words(score.values(measure).orElseThrow().mean());
        }

        private static Optional<Long> bytes(Score score) {
            return score.losses().flatMap(Losses::cost).map(TrainingCost::fileBytes);
        }
    }

    /** Bytes in words: {@code 1.0 KiB}, {@code 10.7 MiB}. */
    public static String size(long bytes) {
        return bytes < 1024 * 1024
                ? String.format(Locale.ROOT, "%.1f KiB", bytes / 1024.0)
                : String.format(Locale.ROOT, "%.1f MiB", bytes / (1024.0 * 1024));
    }
}
