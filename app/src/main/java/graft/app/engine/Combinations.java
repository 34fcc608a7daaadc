package graft.app.engine;

import graft.node.Problem;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/** Which values go together: each map is one job's, from {@code node.setting} to the value's text. */
public final class Combinations {

    /** More jobs than these are a mistake. */
    public static final int MOST = 10_000;

    /** How often a combination is drawn anew that is there already. */
    private static final int PATIENCE = 100;

    private Combinations() {}

    /**
     * Every combination, the last axis changing fastest.
     *
     * @throws Problem when a range has no number of values, a setting is there twice, or there are too many
     */
    public static List<Map<String, String>> grid(List<Axis> axes) {
        checkTwice(axes);
        List<Map<String, String>> all = List.of(Map.of());
        for (Axis axis : axes) {
            if (axis.values().isEmpty()) {
                throw new Problem(
                        "cannot vary " + axis.setting(),
                        "a range of which nobody says how many numbers has no end of them",
                        "write how many, as in 1e-5..1e-3:4, or draw some at random");
            }
            checkMany((long) all.size() * axis.values().size());
            List<Map<String, String>> longer = new ArrayList<>();
            for (Map<String, String> each : all) {
                for (String value : axis.values()) {
                    Map<String, String> with = new LinkedHashMap<>(each);
                    with.put(axis.setting(), value);
                    longer.add(with);
                }
            }
            all = longer;
        }
        return all;
    }

    /**
     * Combinations drawn at random, each another; fewer than asked for where there are no more. The same seed draws the same.
     *
     * @throws Problem when a setting is there twice, or too many are asked for
     */
    public static List<Map<String, String>> random(List<Axis> axes, int count, long seed) {
        checkTwice(axes);
        checkMany(count);
        Random random = new Random(seed);
        Set<Map<String, String>> drawn = new LinkedHashSet<>();
        for (int tries = 0; drawn.size() < count && tries < PATIENCE * count; tries++) {
            Map<String, String> one = new LinkedHashMap<>();
            for (Axis axis : axes) {
                one.put(
                        axis.setting(),
                        axis.range() != null
                                ? axis.range().drawn(random)
                                : axis.values().get(random.nextInt(axis.values().size())));
            }
            drawn.add(one);
        }
        return List.copyOf(drawn);
    }

    private static void checkMany(long jobs) {
        if (jobs > MOST) {
            throw new Problem(
                    "cannot run so many jobs",
                    "there are more than " + MOST,
                    "vary fewer settings, each over fewer values, or draw some at random");
        }
    }

    private static void checkTwice(List<Axis> axes) {
        Set<String> seen = new HashSet<>();
        for (Axis axis : axes) {
            if (!seen.add(axis.setting())) {
                throw new Problem(
                        "cannot vary " + axis.setting() + " twice",
                        "a setting has one value at a time",
                        "write all its values with commas between them");
            }
        }
    }
}
