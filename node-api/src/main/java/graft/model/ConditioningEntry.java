package graft.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One prompt of a {@link Conditioning}: what a network is told, where in the picture, how much it counts and when.
 *
 * <p>Borrows its arrays.
 *
 * @param context of one prompt, or of one for each picture of a batch
 * @param prompt the text that it stands for
 * @param strength its weight beside other entries at the same place; 1 for one like any other
 * @param area the part of the picture that the network sees for it; all of it when empty
 * @param mask how much it counts at each place; the same everywhere when empty
 * @param start share of the walk from noise to picture, 0 to 1, from which on it acts
 * @param end share of the walk, 0 to 1, up to which it acts
 * @param controls what steers the network beside it, in order
 * @param controlsNegative whether the controls steer negative entries too that have none
 * @param hooks what stands in the network where it is asked about this prompt, behind those of the model
 */
public record ConditioningEntry(
        Context context,
        String prompt,
        double strength,
        Optional<Area> area,
        Optional<MaskedBy> mask,
        double start,
        double end,
        List<AppliedControl> controls,
        boolean controlsNegative,
        List<NetworkHook> hooks) {

    public ConditioningEntry {
        controls = List.copyOf(controls);
        hooks = List.copyOf(hooks);
    }

    /** Everywhere, all the time. */
    public ConditioningEntry(Context context, String prompt) {
        this(context, prompt, 1, Optional.empty(), Optional.empty(), 0, 1, List.of(), false, List.of());
    }

    /** The same with another context. */
    public ConditioningEntry with(Context other) {
        return new ConditioningEntry(
                other, prompt, strength, area, mask, start, end, controls, controlsNegative, hooks);
    }

    /** The same that stands for another text. */
    public ConditioningEntry named(String text) {
        return new ConditioningEntry(
                context, text, strength, area, mask, start, end, controls, controlsNegative, hooks);
    }

    /** The same of another weight beside other entries. */
    public ConditioningEntry weighing(double other) {
        return new ConditioningEntry(context, prompt, other, area, mask, start, end, controls, controlsNegative, hooks);
    }

    /** The same about a part of the picture; a mask no longer says which. */
    public ConditioningEntry within(Area part) {
        return new ConditioningEntry(
                context,
                prompt,
                strength,
                Optional.of(part),
                mask.map(each -> new MaskedBy(each.mask(), each.strength(), false)),
                start,
                end,
                controls,
                controlsNegative,
                hooks);
    }

    /** The same counting as much as a mask says at each place. */
    public ConditioningEntry within(MaskedBy places) {
        return new ConditioningEntry(
                context, prompt, strength, area, Optional.of(places), start, end, controls, controlsNegative, hooks);
    }

    /** The same in a range of the walk, whatever it was before. */
    public ConditioningEntry during(double from, double to) {
        return new ConditioningEntry(
                context, prompt, strength, area, mask, from, to, controls, controlsNegative, hooks);
    }

    /**
     * The same with a further control.
     *
     * @param negativeToo whether all of its controls steer negative entries too that have none
     */
    public ConditioningEntry steeredBy(AppliedControl control, boolean negativeToo) {
        List<AppliedControl> all = new ArrayList<>(controls);
        all.add(control);
        return new ConditioningEntry(context, prompt, strength, area, mask, start, end, all, negativeToo, hooks);
    }

    /** The same with something more in the network where it is asked about this prompt. */
    public ConditioningEntry hookedBy(NetworkHook hook) {
        List<NetworkHook> all = new ArrayList<>(hooks);
        all.add(hook);
        return new ConditioningEntry(
                context, prompt, strength, area, mask, start, end, controls, controlsNegative, all);
    }

    /** The same with other controls. */
    public ConditioningEntry steeredBy(List<AppliedControl> others) {
        return new ConditioningEntry(
                context, prompt, strength, area, mask, start, end, others, controlsNegative, hooks);
    }
}
