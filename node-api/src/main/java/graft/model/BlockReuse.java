package graft.model;

/**
 * When a network's deep blocks are left out and what they gave at an earlier call is used again (Ma et al., 2023, "DeepCache:
 * accelerating diffusion models for free").
 *
 * @param every how many calls the deep blocks serve, 2 or more: one that they run at, and those after it
 * @param depth how many of the outermost levels run at each call, 1 or more
 * @param start share of the steps, 0 to 1, at which it begins
 * @param end share of the steps, 0 to 1, at which it ends
 */
public record BlockReuse(int every, int depth, double start, double end) {

    public BlockReuse {
        if (!(every >= 2 && depth >= 1 && start >= 0 && end <= 1 && start <= end)) {
            throw new IllegalArgumentException(
                    "not a way to reuse blocks: " + every + ", " + depth + ", " + start + ", " + end);
        }
    }

    /** Whether blocks may be left out at a point of a walk, from 0 (noise) to 1 (picture). */
    public boolean actsAt(double progress) {
        return progress >= start && progress < end;
    }
}
