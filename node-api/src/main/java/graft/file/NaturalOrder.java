package graft.file;

import java.io.Serializable;
import java.math.BigInteger;
import java.util.Comparator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Orders names as people do: numbers by value, letters whatever their case; the same name only equals itself. */
final class NaturalOrder implements Comparator<String>, Serializable {

    private static final long serialVersionUID = 1;

    private static final Pattern PIECE = Pattern.compile("[0-9]+|[^0-9]+");

    @Override
    public int compare(String left, String right) {
        Matcher a = PIECE.matcher(left);
        Matcher b = PIECE.matcher(right);
        while (a.find()) {
            if (!b.find()) {
                return 1;
            }
            int order = comparePieces(a.group(), b.group());
            if (order != 0) {
                return order;
            }
        }
        return b.find() ? -1 : left.compareTo(right);
    }

    private static int comparePieces(String left, String right) {
        return isNumber(left) && isNumber(right)
                ? new BigInteger(left).compareTo(new BigInteger(right))
                : left.compareToIgnoreCase(right);
    }

    private static boolean isNumber(String piece) {
        return piece.charAt(0) >= '0' && piece.charAt(0) <= '9';
    }
}
