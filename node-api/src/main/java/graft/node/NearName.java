package graft.node;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Which name somebody meant who mistyped one. */
public final class NearName {

    private NearName() {}

    /** The known name that is nearest to a mistyped one, when it is near: at most two letters off, or a quarter of them. */
    public static Optional<String> of(String name, Collection<String> known) {
        return known.stream()
                .filter(each -> distance(name, each) <= Math.max(2, name.length() / 4))
                .min(Comparator.comparingInt(each -> distance(name, each)));
    }

    /** What is to be done about a mistyped name; {@code otherwise} where none is near. */
    public static String remedy(String name, Collection<String> known, String otherwise) {
        return of(name, known).map(near -> "perhaps " + near + " is meant").orElse(otherwise);
    }

    /** Levenshtein's distance: how many letters to change, add or take away. */
    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int change = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(change, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[b.length()];
    }
}
