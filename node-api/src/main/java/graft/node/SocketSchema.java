package graft.node;

import java.lang.reflect.Field;
import java.lang.reflect.ParameterizedType;
import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * An input or output of a node, as its class declares it.
 *
 * @param id the field's name
 * @param title what people read
 * @param kind what its wires carry
 * @param list of an input whether it takes any number of wires, of an output whether it is a list of values
 * @param optional whether it may stay without a wire
 * @param formerly the id that older workflows know it by; empty when there is none
 */
public record SocketSchema(
        String id,
        String title,
        String help,
        SocketKind kind,
        boolean list,
        boolean optional,
        String formerly,
        Field field) {

    /** Names that are written otherwise than words, as field names cannot be. */
    private static final Map<String, String> NAMES = Map.of("lora", "LoRA", "unet", "UNet", "vae", "VAE");

    static SocketSchema input(Field field) {
        Input input = field.getAnnotation(Input.class);
        boolean list = field.getType() == List.class;
        Class<?> type = list ? elementType(field) : field.getType();
        return new SocketSchema(
                field.getName(),
                title(input.title(), field),
                input.help(),
                SocketKind.of(type),
                list,
                input.optional(),
                input.formerly(),
                field);
    }

    static SocketSchema output(Field field) {
        Output output = field.getAnnotation(Output.class);
        boolean list = field.getType() == List.class;
        Class<?> type = list ? elementType(field) : field.getType();
        String where = field.getDeclaringClass().getName() + "." + field.getName();
        if (type == Object.class && output.as().isEmpty()) {
            throw new IllegalArgumentException(
                    where + ": java.lang.Object is no type for a wire, unless it says @Output(as = \"an input\")");
        }
        if (type != Object.class && !output.as().isEmpty()) {
            throw new IllegalArgumentException(where + ": an output that is as an input is has the type Object");
        }
        return new SocketSchema(
                field.getName(),
                title(output.title(), field),
                output.help(),
                SocketKind.of(type),
                list,
                false,
                output.formerly(),
                field);
    }

    /** Whether it is an input that is asked for only when the node needs it. */
    public boolean lazy() {
        return field != null
                && field.isAnnotationPresent(Input.class)
                && field.getAnnotation(Input.class).lazy();
    }

    /** The input that says what kind an output is of; empty when it says so itself. */
    public String as() {
        return field != null && field.isAnnotationPresent(Output.class)
                ? field.getAnnotation(Output.class).as()
                : "";
    }

    /** The same socket of a node in which it carries another kind. */
    public SocketSchema carrying(SocketKind other) {
        return new SocketSchema(id, title, help, other, list, optional, formerly, field);
    }

    /**
     * What the field, or an element of its list, holds for a value that a wire carries: every kind of number fits every
     * other that can hold it.
     *
     * @throws Problem when a number does not fit
     */
    public Object received(Object value) {
        Class<?> type = list ? elementType(field) : field.getType();
        if (!(value instanceof Number number) || type == Number.class) {
            return value;
        }
        if (type == double.class || type == Double.class) {
            return number.doubleValue();
        }
        try {
            long whole = new BigDecimal(number.toString()).longValueExact();
            return type == long.class || type == Long.class ? (Object) whole : (Object) Math.toIntExact(whole);
        } catch (ArithmeticException | NumberFormatException unfit) {
            throw new Problem(
                            "input " + id + " cannot be " + number,
                            "it takes a whole number",
                            "wire another number to it")
                    .causedBy(unfit)
                    .at(id);
        }
    }

    /** The class between the angle brackets of a {@code List<T>} field. */
    static Class<?> elementType(Field field) {
        if (field.getGenericType() instanceof ParameterizedType list
                && list.getActualTypeArguments()[0] instanceof Class<?> element) {
            return element;
        }
        throw new IllegalArgumentException(field.getDeclaringClass().getName() + "." + field.getName()
                + ": say of what the list is, as in List<Double>");
    }

    /** The given title, or the field's name in words: {@code learningRate} becomes "Learning rate". */
    static String title(String given, Field field) {
        if (!given.isEmpty()) {
            return given;
        }
        String words = field.getName().replaceAll("([a-z0-9])([A-Z])", "$1 $2");
        String title =
                Character.toUpperCase(words.charAt(0)) + words.substring(1).toLowerCase(Locale.ROOT);
        for (Map.Entry<String, String> name : NAMES.entrySet()) {
            title = title.replaceAll("(?i)\\b" + name.getKey() + "(?=s?\\b)", name.getValue());
        }
        return title;
    }
}
