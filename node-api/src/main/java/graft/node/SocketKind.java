package graft.node;

import java.util.Map;
import java.util.regex.Pattern;

/**
 * What a wire carries: a class named by {@link SocketType}, a plain number, text or truth value, or {@link #ANY}thing.
 *
 * @param id stable id, for example {@code graft/model}
 * @param title what people read, for example "Model"
 * @param color of the socket and its wires, {@code #RRGGBB}
 * @param type the class of the values; {@link Number} for every kind of number
 */
public record SocketKind(String id, String title, String color, Class<?> type) {

    private static final Pattern COLOR = Pattern.compile("#[0-9A-Fa-f]{6}");
    private static final int MOST = 100;

    /** What an input takes to which anything may be wired, and what an output carries of which that is not known yet. */
    public static final SocketKind ANY = new SocketKind("graft/any", "Anything", "#9E9E9E", Object.class);

    private static final SocketKind NUMBER = new SocketKind("graft/number", "Number", "#A1A1A1", Number.class);
    private static final Map<Class<?>, SocketKind> PLAIN = Map.of(
            int.class, NUMBER,
            long.class, NUMBER,
            double.class, NUMBER,
            Integer.class, NUMBER,
            Long.class, NUMBER,
            Double.class, NUMBER,
            String.class, new SocketKind("graft/text", "Text", "#81C784", String.class),
            boolean.class, new SocketKind("graft/truth", "Yes or no", "#90A4AE", Boolean.class),
            Boolean.class, new SocketKind("graft/truth", "Yes or no", "#90A4AE", Boolean.class));

    /**
     * The kind of a class.
     *
     * @throws IllegalArgumentException when the class is neither plain nor named by {@link SocketType}
     */
    public static SocketKind of(Class<?> type) {
        SocketType declared = type.getAnnotation(SocketType.class);
        if (declared != null) {
            check(type, declared);
            return new SocketKind(declared.id(), declared.title(), declared.color(), type);
        }
        SocketKind plain = type == Object.class ? ANY : PLAIN.get(type);
        if (plain == null) {
            throw new IllegalArgumentException(type.getName()
                    + " is no type for a wire: annotate it with @SocketType, or use a number, a text or a truth value");
        }
        return plain;
    }

    private static void check(Class<?> type, SocketType declared) {
        if (!COLOR.matcher(declared.color()).matches()) {
            throw new IllegalArgumentException(type.getName() + ": its colour \"" + PlainText.line(declared.color(), 40)
                    + "\" is not of the form #RRGGBB");
        }
        if (!PlainText.isPlain(declared.id(), MOST) || !PlainText.isPlain(declared.title(), MOST)) {
            throw new IllegalArgumentException(
                    type.getName() + ": its id or title is no plain line of at most " + MOST + " characters");
        }
    }

    /** Whether a wire may carry this kind into a socket of that kind. */
    public boolean fits(SocketKind into) {
        return into.type.isAssignableFrom(type);
    }
}
