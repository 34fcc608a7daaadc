package graft.nodes.sampling;

import java.util.List;

/** Lists of files in sentences. */
final class Names {

    private static final int SHOWN = 4;

    private Names() {}

    /** The first few, and how many more there are. */
    static String some(List<String> names) {
        String first = String.join(", ", names.subList(0, Math.min(SHOWN, names.size())));
        return names.size() > SHOWN ? first + " and " + (names.size() - SHOWN) + " more" : first;
    }

    /** "1 picture is", "3 pictures are". */
    static String are(int number, String one) {
        return number == 1 ? "1 " + one + " is" : number + " " + one + "s are";
    }
}
