package graft.nodes.sampling;

import graft.adapter.AdapterStack;
import graft.adapter.CrossAttentionEdit;
import graft.adapter.Lora;
import graft.adapter.LoraBlock;
import graft.model.Checkpoint;
import graft.node.Cancelled;
import graft.node.Problem;
import graft.score.Measure;
import graft.score.Questions;
import graft.score.Score;
import graft.tensor.Scope;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Looks for a LoRA that leaks less and is as faithful.
 *
 * <p>First it takes from the layers that read prompts what they do at the words of the class ({@link CrossAttentionEdit}), more
 * and more; then it lowers blocks that carry leak, those first that cost least fidelity. Each try is scored, and kept only where it
 * leaks less than the best so far and costs no more than is allowed.
 */
final class LoraRepair {

    /** How much more forgetting the class counts than keeping the subject. */
    private static final List<Double> WEIGHTS = List.of(1.0, 10.0, 100.0, 1000.0);

    private static final List<Double> STRENGTHS = List.of(0.0, 0.5);

    /** Less than this is noise of the measure. */
    private static final double LITTLE = 0.01;

    /** A try. */
    private record Try(Lora lora, Score score, String how) {
        double leak() {
            return Math.abs(BlockProfile.leak(score));
        }
    }

    /** @param steps what was tried and what came of it, a sentence each */
    record Found(Lora lora, Score score, List<String> steps) {}

    private final Lora whole;
    private final Checkpoint model;
    private final LoraScoring scoring;
    private final double tolerance;
    private final List<String> steps = new ArrayList<>();

    LoraRepair(Lora whole, Checkpoint model, LoraScoring scoring, double tolerance) {
        this.whole = whole;
        this.model = model;
        this.scoring = scoring;
        this.tolerance = tolerance;
    }

    /** How many scorings it needs at most. */
    static int most(int blocks) {
        return WEIGHTS.size() + STRENGTHS.size() * blocks;
    }

    Found of(BlockProfile profile) throws Cancelled {
        Score full = profile.full();
        Try best = new Try(whole, full, "");
        best = forgetting(best, full);
        best = lowering(best, profile);
        if (best.lora() != whole) {
            steps.add(String.format(
                    Locale.ROOT,
                    "Repaired, %s: leak %.3f instead of %.3f, fidelity %.3f instead of %.3f.",
                    best.how(),
                    BlockProfile.leak(best.score()),
                    BlockProfile.leak(full),
                    BlockProfile.fidelity(best.score()),
                    BlockProfile.fidelity(full)));
        }
        return new Found(best.lora(), best.score(), List.copyOf(steps));
    }

    private Try forgetting(Try best, Score full) throws Cancelled {
        Questions questions = scoring.questions();
        Set<String> keep = new LinkedHashSet<>();
        Set<String> forget = new LinkedHashSet<>();
        scoring.examples().stream()
                .map(Score.Example::caption)
                .filter(caption -> caption.contains(questions.subject()))
                .forEach(caption -> {
                    keep.add(caption);
                    forget.add(caption.replace(questions.subject(), questions.className()));
                });
        if (keep.isEmpty()) {
            questions.ofSubject().forEach(each -> keep.add(each.prompt()));
            questions.ofClass().forEach(each -> forget.add(each.prompt()));
        }
        int width = model.spec().contextWidth();
        if (!CrossAttentionEdit.fits(whole, width)) {
            steps.add("No layer of it reads the prompt by itself, so that only blocks can be lowered.");
            return best;
        }
        float[] kept;
        float[] forgotten;
        try (Checkpoint view = AdapterStack.apply(model, List.of(new AdapterStack.Entry(whole, 1, 1)));
                Scope scope = Scope.open()) {
            kept = view.context(List.copyOf(keep)).states().toFloatArray();
            forgotten = view.context(List.copyOf(forget)).states().toFloatArray();
        }
        Try from = best;
        for (double weight : WEIGHTS) {
            Lora edited = CrossAttentionEdit.of(kept, forgotten, width, weight).of(from.lora());
            String how = String.format(
                    Locale.ROOT,
                    "without what it does at the words \"%s\" (weight %.0f)",
                    questions.className(),
                    weight);
            best = better(best, new Try(edited, scoring.of(edited), how), full);
        }
        return best;
    }

    private Try lowering(Try best, BlockProfile profile) throws Cancelled {
        List<LoraBlock> leaking = profile.blocks().stream()
                .filter(block -> profile.leak(block) > LITTLE)
                .sorted(Comparator.comparingDouble(block -> Math.max(0, profile.subject(block)) / profile.leak(block)))
                .toList();
        for (LoraBlock block : leaking) {
            for (double strength : STRENGTHS) {
                boolean hopeless = strength == 0 && profile.subject(block) > 3 * tolerance + LITTLE;
                Optional<Lora> lowered = lowered(best.lora(), block, strength);
                if (hopeless || best.leak() <= LITTLE || lowered.isEmpty()) {
                    continue;
                }
                String how = (best.how().isEmpty() ? "" : best.how() + ", ") + block.title() + " at " + strength;
                Try next = better(best, new Try(lowered.get(), scoring.of(lowered.get()), how), profile.full());
                if (next.how().equals(how)) {
                    best = next;
                    break;
                }
            }
        }
        return best;
    }

    /** Empty where a layer is of a kind that is either there or not. */
    private static Optional<Lora> lowered(Lora lora, LoraBlock block, double strength) {
        try {
            return Optional.of(LoraBlock.weighed(lora, Map.of(block, strength)));
        } catch (Problem rigid) {
            return Optional.empty();
        }
    }

    /** The better of the two; the one that was there where the other costs too much. */
    private Try better(Try best, Try next, Score full) {
        double fidelity = BlockProfile.fidelity(next.score()) - BlockProfile.fidelity(full);
        double prompt = BlockProfile.mean(next.score(), Measure.PROMPT) - BlockProfile.mean(full, Measure.PROMPT);
        boolean affordable = fidelity >= -tolerance && prompt >= -tolerance;
        boolean kept = affordable && next.leak() < best.leak();
        steps.add(String.format(
                Locale.ROOT,
                "Tried %s: leak %.3f, fidelity %+.3f, prompt %+.3f%s.",
                next.how(),
                BlockProfile.leak(next.score()),
                fidelity,
                prompt,
                kept ? "; kept" : affordable ? "" : "; costs too much"));
        return kept ? next : best;
    }
}
