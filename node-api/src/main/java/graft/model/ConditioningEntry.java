package graft.model;

import java.util.Optional;

/**
 * One prompt of a {@link Conditioning}: what a network is told, where in the picture, how much it counts and when.
 *
 * <p>Borrows its arrays.
 *
 * @param context of one prompt, or of one for each picture of a batch
 * @param prompt the text that it stands for
 * @param strength its weight beside other entries at the same place; 1 for one like any other
 * @param area the part of the picture that it is about; all of it when empty
 * @param start share of the walk from noise to picture, 0 to 1, from which on it acts
 * @param end share of the walk, 0 to 1, up to which it acts
 */
public record ConditioningEntry(
        Context context, String prompt, double strength, Optional<Area> area, double start, double end) {

    /** Everywhere, all the time. */
    public ConditioningEntry(Context context, String prompt) {
        this(context, prompt, 1, Optional.empty(), 0, 1);
    }

    /** The same with another context. */
    public ConditioningEntry with(Context other) {
        return new ConditioningEntry(other, prompt, strength, area, start, end);
    }

    /** The same of another weight beside other entries. */
    public ConditioningEntry weighing(double other) {
        return new ConditioningEntry(context, prompt, other, area, start, end);
    }

    /** The same about a part of the picture. */
    public ConditioningEntry within(Area part) {
        return new ConditioningEntry(context, prompt, strength, Optional.of(part), start, end);
    }

    /** The same in a range of the walk, whatever it was before. */
    public ConditioningEntry during(double from, double to) {
        return new ConditioningEntry(context, prompt, strength, area, from, to);
    }

    /** Whether it is about the whole picture all the time, so that alone it is the whole prediction. */
    public boolean isPlain() {
        return area.isEmpty() && start <= 0 && end >= 1;
    }
}
