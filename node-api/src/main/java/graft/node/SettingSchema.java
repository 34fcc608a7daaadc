package graft.node;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.awt.Color;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.math.BigDecimal;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A setting of a node, as its class declares it, and its two forms: the field's value and what a workflow saves.
 *
 * <p>Enums are saved by their constant's name in lower case ({@code dpmpp_2m}), paths as text, colours as {@code #RRGGBB} or with
 * their alpha as {@code #RRGGBBAA}, lists as an array, rows of a table as objects by the names of the columns; where a list is
 * wanted a single value will do. A choice that has {@linkplain ChoiceSettings settings of its own} is saved with them.
 *
 * @param id the field's name, by which it is saved
 * @param title what people read
 * @param declared range, unit, help and control
 * @param defaultValue the field's initialiser
 * @param group the node's field of a {@link SettingGroup} that the setting is in; empty for one of the node's own
 */
public record SettingSchema(
        String id, String title, Setting declared, Object defaultValue, Field field, Optional<Field> group) {

    private static final Set<Class<?>> LISTED = Set.of(Double.class, String.class, Path.class);
    private static final Set<Class<?>> PLAIN =
            Set.of(int.class, long.class, double.class, boolean.class, String.class, Path.class, Color.class);
    private static final Pattern COLOUR = Pattern.compile("#[0-9A-Fa-f]{6}([0-9A-Fa-f]{2})?");

    private static final Pattern NUMBERS = Pattern.compile("\\s*[-+.0-9eE]+(\\s*,\\s*[-+.0-9eE]+)+\\s*");

    private static final int MOST_FOUND = 10_000;
    private static final int MOST_LINE = 200;

    static SettingSchema of(Field field, Node fresh) {
        return of(field, fresh, Optional.empty());
    }

    /** The settings of the group that a node's field holds, in the order of its class. */
    static List<SettingSchema> ofGroup(Field group, Node fresh) {
        List<SettingSchema> settings = new ArrayList<>();
        Object held = read(group, fresh);
        if (held == null) {
            throw new IllegalArgumentException(where(group) + ": give the group of settings a value by an initialiser");
        }
        List<String> faults = new ArrayList<>();
        for (Field field : NodeSchema.fields(group.getType())) {
            if (field.isAnnotationPresent(SettingGroup.class)) {
                faults.add(where(field)
                        + ": a group of settings holds no other; declare that group in the node, beside it");
            } else if (field.isAnnotationPresent(Setting.class)) {
                field.setAccessible(true);
                try {
                    settings.add(of(field, held, Optional.of(group)));
                } catch (IllegalArgumentException unfit) {
                    faults.add(unfit.getMessage());
                }
            }
        }
        NodeSchema.refuse(faults);
        return settings;
    }

    /** A setting of a choice's own. */
    static SettingSchema ofChoice(Field field, Choice usual) {
        return of(field, usual, Optional.empty());
    }

    private static SettingSchema of(Field field, Object holder, Optional<Field> group) {
        Class<?> type = field.getType();
        boolean known = type == int.class
                || type == long.class
                || type == double.class
                || type == boolean.class
                || type == String.class
                || type == Path.class
                || type.isEnum()
                || type == Color.class
                || Choices.isSet(type);
        String where = where(field);
        if (type == List.class) {
            Class<?> element = SocketSchema.elementType(field);
            known = LISTED.contains(element) || TableRow.isRow(element);
        }
        if (!known) {
            throw new IllegalArgumentException(where
                    + ": a setting is an int, long, double, boolean, String, enum, Choice, Path, Color, List<Double>,"
                    + " List<String>, List<Path> or List<record>, not "
                    + type.getName());
        }
        Setting declared = field.getAnnotation(Setting.class);
        Object value = read(field, holder);
        if (value instanceof List<?> list) {
            value = List.copyOf(list);
        }
        if (value == null && type != Path.class) {
            throw new IllegalArgumentException(where + ": give the setting a default by an initialiser");
        }
        SettingSchema schema = new SettingSchema(
                field.getName(), SocketSchema.title(declared.title(), field), declared, value, field, group);
        schema.checkDefault(where);
        if (!declared.choicesBy().isEmpty()) {
            schema.finder(where);
        }
        schema.columns();
        return schema;
    }

    /** A column of a table: zero, nothing or the first of its choices where a row does not say it. */
    static SettingSchema column(Field field) {
        Class<?> type = field.getType();
        Setting declared = field.getAnnotation(Setting.class);
        boolean known = declared != null && (PLAIN.contains(type) || type.isEnum());
        if (!known || !declared.choicesBy().isEmpty() || declared.shownBy().length > 0) {
            throw new IllegalArgumentException(where(field)
                    + ": a column is a @Setting that is an int, long, double, boolean, String, enum, Path or Color, and is"
                    + " always shown");
        }
        field.setAccessible(true);
        return new SettingSchema(
                field.getName(),
                SocketSchema.title(declared.title(), field),
                declared,
                unsaid(type, declared),
                field,
                Optional.empty());
    }

    /** What a column has where a row does not say it; null of a path. */
    private static Object unsaid(Class<?> type, Setting declared) {
        double zero = Math.max(declared.min(), Math.min(declared.max(), 0));
        if (type == int.class) {
            return (int) zero;
        }
        if (type == long.class) {
            return (long) zero;
        }
        if (type == double.class) {
            return zero;
        }
        if (type == boolean.class) {
            return false;
        }
        if (type == String.class) {
            return "";
        }
        if (type == Color.class) {
            return Color.BLACK;
        }
        return type.isEnum() ? type.getEnumConstants()[0] : null;
    }

    /** The columns of a table; empty for anything else. */
    public List<SettingSchema> columns() {
        return isTable() ? TableRow.columns(SocketSchema.elementType(field)) : List.of();
    }

    private boolean isTable() {
        return field.getType() == List.class && TableRow.isRow(SocketSchema.elementType(field));
    }

    /** Whether it holds a list of plain values, which a list on a wire fills as a whole. */
    public boolean isList() {
        return field.getType() == List.class && !isTable();
    }

    /** With another instance of what it holds by default. */
    SettingSchema by(Choice shown) {
        return new SettingSchema(id, title, declared, shown, field, group);
    }

    /** By what declares it: the default may be a plugin's own, which nobody asks whom it is equal to. */
    @Override
    public boolean equals(Object other) {
        return other instanceof SettingSchema that && field.equals(that.field) && group.equals(that.group);
    }

    @Override
    public int hashCode() {
        return field.hashCode();
    }

    /** Fills the setting in. */
    public void set(Node node, Object value) {
        setIn(group.isPresent() ? read(group.get(), node) : node, value);
    }

    /** Fills it in where its field is. */
    void setIn(Object holder, Object value) {
        try {
            field.set(holder, value);
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(where(field) + " cannot be set", e);
        }
    }

    /** The value that it has there. */
    Object in(Object holder) {
        return read(field, holder);
    }

    private static String where(Field field) {
        return field.getDeclaringClass().getName() + "." + field.getName();
    }

    private static Object read(Field field, Object holder) {
        try {
            return field.get(holder);
        } catch (IllegalAccessException e) {
            throw new IllegalArgumentException(where(field) + " cannot be read", e);
        }
    }

    /** Else a workflow that Graft itself saves could not be read. */
    private void checkDefault(String where) {
        List<?> values = defaultValue instanceof List<?> list ? list : Arrays.asList(defaultValue);
        for (Object value : values) {
            if (value instanceof Number number && !inRange(number.doubleValue())) {
                throw new IllegalArgumentException(where + ": its default " + number + " is not in its range"
                        + (range().isEmpty() ? "" : ", " + range()));
            }
        }
    }

    private boolean inRange(double value) {
        return Double.isFinite(value) && value >= declared.min() && value <= declared.max();
    }

    public SettingKind kind() {
        Class<?> type = field.getType();
        if (type == int.class || type == long.class) {
            return SettingKind.WHOLE_NUMBER;
        }
        if (type == double.class) {
            return SettingKind.NUMBER;
        }
        if (type == List.class) {
            Class<?> element = SocketSchema.elementType(field);
            return element == Double.class
                    ? SettingKind.NUMBERS
                    : element == String.class
                            ? SettingKind.TEXTS
                            : element == Path.class ? SettingKind.PATHS : SettingKind.TABLE;
        }
        if (type == Color.class) {
            return SettingKind.COLOUR;
        }
        if (type == boolean.class) {
            return SettingKind.SWITCH;
        }
        if (type == Path.class) {
            return SettingKind.PATH;
        }
        return isChoice() ? SettingKind.CHOICE : SettingKind.TEXT;
    }

    /** The names that a choice may be saved as; empty for anything else. Those of an open set change as plugins come and go. */
    public List<String> choices() {
        return constants().stream().map(SettingSchema::name).toList();
    }

    /** The names of the enum's constants that it holds one of; empty for anything else. */
    List<String> constantNames() {
        return field.getType().isEnum() ? choices() : List.of();
    }

    /** By which values of other settings it is shown; always, when there are none. */
    public List<ShownBy> shownBy() {
        return Arrays.stream(declared.shownBy())
                .map(text -> ShownBy.of(where(field), text))
                .toList();
    }

    /** Whether what there is to choose from is found by asking the node: see {@link Setting#choicesBy}. */
    public boolean findsChoices() {
        return !declared.choicesBy().isEmpty();
    }

    /**
     * Asks a node what there is to choose from; as long as it takes.
     *
     * @param node with its settings filled in
     * @return different plain lines
     * @throws IllegalStateException with a clause, when the answer is none
     */
    public List<String> find(Node node) throws Exception {
        Object answer;
        try {
            answer = finder(where(field)).invoke(group.isPresent() ? read(group.get(), node) : node);
        } catch (InvocationTargetException thrown) {
            if (thrown.getCause() instanceof Error error) {
                throw error;
            }
            throw (Exception) thrown.getCause();
        }
        String what = declared.choicesBy() + "() gave ";
        if (!(answer instanceof List<?> list) || list.size() > MOST_FOUND) {
            throw new IllegalStateException(what + "no list of at most " + MOST_FOUND + " lines");
        }
        Set<String> found = new LinkedHashSet<>();
        for (Object each : list) {
            if (!(each instanceof String line) || !PlainText.isPlain(line, MOST_LINE) || !found.add(line)) {
                throw new IllegalStateException(
                        what + "what is no plain line of at most " + MOST_LINE + " characters, or is in it already");
            }
        }
        return List.copyOf(found);
    }

    private Method finder(String where) {
        try {
            Method finder = field.getDeclaringClass().getDeclaredMethod(declared.choicesBy());
            if (field.getType() != String.class || finder.getReturnType() != List.class) {
                throw new IllegalArgumentException(
                        where + ": choices are found for a String, by a method that gives a List<String>");
            }
            finder.setAccessible(true);
            return finder;
        } catch (NoSuchMethodException none) {
            throw new IllegalArgumentException(
                    where + ": its class has no method " + PlainText.line(declared.choicesBy(), MOST_LINE)
                            + "() that finds its choices",
                    none);
        }
    }

    private boolean isChoice() {
        return field.getType().isEnum() || Choices.isSet(field.getType());
    }

    private List<?> constants() {
        Class<?> type = field.getType();
        if (Choices.isSet(type)) {
            return Choices.of(type.asSubclass(Choice.class));
        }
        return type.isEnum() ? Arrays.asList(type.getEnumConstants()) : List.of();
    }

    /** The range in words, "1 to 256" or "at least 0"; empty without one. */
    public String range() {
        boolean low = declared.min() != Double.NEGATIVE_INFINITY;
        boolean high = declared.max() != Double.POSITIVE_INFINITY;
        if (low && high) {
            return words(declared.min()) + " to " + words(declared.max());
        }
        return low ? "at least " + words(declared.min()) : high ? "at most " + words(declared.max()) : "";
    }

    /** What is saved for it, under its present or former name. */
    public Optional<JsonElement> savedIn(Map<String, JsonElement> settings) {
        return Stream.of(id, declared.formerly())
                .filter(settings::containsKey)
                .findFirst()
                .map(settings::get);
    }

    /** What is saved for it; its default when nothing is. */
    public JsonElement valueIn(Map<String, JsonElement> settings) {
        return savedIn(settings).orElseGet(() -> toJson(defaultValue));
    }

    /** What a workflow saves for a value of the field. */
    public JsonElement toJson(Object value) {
        if (value == null) {
            return JsonNull.INSTANCE;
        }
        if (value instanceof Number number) {
            return new JsonPrimitive(number);
        }
        if (value instanceof Boolean truth) {
            return new JsonPrimitive(truth);
        }
        if (value instanceof List<?> list) {
            JsonArray array = new JsonArray();
            List<SettingSchema> columns = columns();
            list.forEach(each -> array.add(columns.isEmpty() ? toJson(each) : TableRow.toJson(columns, each)));
            return array;
        }
        if (value instanceof Color colour) {
            String rgb = String.format("#%06X", colour.getRGB() & 0xFFFFFF);
            return new JsonPrimitive(colour.getAlpha() == 255 ? rgb : rgb + String.format("%02X", colour.getAlpha()));
        }
        if (value instanceof Choice choice) {
            JsonObject own = ownSettings(choice);
            if (own.size() > 0) {
                return own;
            }
        }
        boolean named = value instanceof Enum<?> || value instanceof Choice;
        return new JsonPrimitive(named ? name(value) : value.toString());
    }

    private JsonObject ownSettings(Choice choice) {
        JsonObject saved = new JsonObject();
        JsonObject own = constants().stream()
                .filter(each -> each instanceof Choice known && known.id().equals(choice.id()))
                .filter(each -> ChoiceSettings.ungated((Choice) each).getClass()
                        == ChoiceSettings.ungated(choice).getClass())
                .findFirst()
                .map(usual -> ChoiceSettings.saved(choice, (Choice) usual))
                .orElse(saved);
        if (own.size() > 0) {
            saved.addProperty(ChoiceSettings.ID, choice.id());
            own.entrySet().forEach(each -> saved.add(each.getKey(), each.getValue()));
        }
        return saved;
    }

    /**
     * The settings of its own that a choice has, by its id; none where it is not there, or this is no open choice.
     */
    public List<SettingSchema> settingsOf(String choice) {
        return constants().stream()
                .filter(each -> each instanceof Choice && name(each).equals(choice.toLowerCase(Locale.ROOT)))
                .findFirst()
                .map(each -> ChoiceSettings.of((Choice) each))
                .orElse(List.of());
    }

    /**
     * The value of the field for what a workflow saved.
     *
     * @throws Problem when it is of the wrong kind or out of range
     */
    public Object fromJson(JsonElement json) {
        Class<?> type = field.getType();
        try {
            if (type == List.class) {
                return list(json);
            }
            if (type == Color.class && json instanceof JsonPrimitive text && text.isString()) {
                return colour(text.getAsString());
            }
            if (type == Path.class && json.isJsonNull()) {
                return null;
            }
            if (json instanceof JsonPrimitive plain) {
                if (type == boolean.class && plain.isBoolean()) {
                    return plain.getAsBoolean();
                }
                if (plain.isNumber() && (type == int.class || type == long.class || type == double.class)) {
                    return ranged(plain.getAsNumber());
                }
                if (type == String.class && plain.isString()) {
                    return plain.getAsString();
                }
                if (type == Path.class && plain.isString()) {
                    return plain.getAsString().isBlank() ? null : Path.of(plain.getAsString());
                }
                if (isChoice() && plain.isString()) {
                    return choice(plain.getAsString());
                }
            }
            if (json instanceof JsonObject saved && Choices.isSet(type)) {
                if (!saved.has(ChoiceSettings.ID)) {
                    throw new Problem(
                                    "setting " + id + " cannot be " + PlainText.line(saved.toString(), MOST_LINE),
                                    "its \"" + ChoiceSettings.ID
                                            + "\" is missing, which names the choice that these are" + " settings of",
                                    "write it as in {\"" + ChoiceSettings.ID + "\": \""
                                            + choices().get(0) + "\", …}")
                            .at(id);
                }
                return ChoiceSettings.filled(id, (Choice) choice(ChoiceSettings.id(saved)), saved);
            }
        } catch (NumberFormatException | ArithmeticException | InvalidPathException e) {
            throw wrong(json.toString(), e);
        }
        throw wrong(json.toString(), null);
    }

    /**
     * A number as this setting holds it: whole where it must be, within its range.
     *
     * @throws Problem when it is not
     */
    public Object ranged(Number number) {
        double value = number.doubleValue();
        Class<?> type = field.getType();
        boolean whole = type == int.class || type == long.class;
        if (!inRange(value) || (whole && value != Math.rint(value))) {
            throw wrong(number.toString(), null);
        }
        if (!whole) {
            return value;
        }
        try {
            // A seed needs all its digits, which a double does not keep.
            long exact = new BigDecimal(number.toString()).longValueExact();
            return type == long.class ? (Object) exact : (Object) Math.toIntExact(exact);
        } catch (ArithmeticException tooLarge) {
            throw wrong(number.toString(), tooLarge);
        }
    }

    private List<Object> list(JsonElement json) {
        List<JsonElement> elements = json.isJsonArray() ? json.getAsJsonArray().asList() : List.of(json);
        Class<?> type = SocketSchema.elementType(field);
        List<SettingSchema> columns = columns();
        List<Object> values = new ArrayList<>();
        for (JsonElement element : elements) {
            if (!columns.isEmpty() && element.isJsonObject()) {
                values.add(row(type, columns, element.getAsJsonObject(), values.size() + 1));
            } else if (element instanceof JsonPrimitive plain && plain.isNumber() && type == Double.class) {
                values.add(((Number) ranged(plain.getAsNumber())).doubleValue());
            } else if (element instanceof JsonPrimitive plain && plain.isString() && type == String.class) {
                values.add(plain.getAsString());
            } else if (element instanceof JsonPrimitive plain && plain.isString() && type == Path.class) {
                values.add(Path.of(plain.getAsString()));
            } else {
                throw wrongList(json);
            }
        }
        return List.copyOf(values);
    }

    private Object row(Class<?> type, List<SettingSchema> columns, JsonObject json, int number) {
        try {
            return TableRow.fromJson(type, columns, json);
        } catch (Problem column) {
            throw new Problem(
                            "row " + number + " of setting " + id + " cannot be had: " + column.happened(),
                            column.why(),
                            "change it in the workflow, or with --set")
                    .causedBy(column)
                    .at(id);
        }
    }

    private Color colour(String text) {
        if (!COLOUR.matcher(text).matches()) {
            throw wrong('"' + text + '"', null);
        }
        int rgb = Integer.parseInt(text.substring(1, 7), 16);
        return text.length() == 7
                ? new Color(rgb)
                : new Color(Integer.parseInt(text.substring(7), 16) << 24 | rgb, true);
    }

    private Object choice(String text) {
        for (Object constant : constants()) {
            if (name(constant).equals(text.toLowerCase(Locale.ROOT))) {
                return constant;
            }
        }
        Problem wrong = wrong('"' + text + '"', null);
        throw new Problem(wrong.happened(), wrong.why(), NearName.remedy(text, choices(), wrong.remedy())).at(id);
    }

    private Problem wrong(String given, Throwable cause) {
        String wanted = choices().isEmpty()
                ? "it takes " + wanted()
                : "it takes one of " + choices().stream().collect(Collectors.joining(", "));
        String range =
                range().isEmpty() ? "" : ", " + range() + (declared.unit().isEmpty() ? "" : " " + declared.unit());
        boolean ofPlugin = Choices.isSet(field.getType()) && given.contains("/");
        Problem problem = new Problem(
                "setting " + id + " cannot be " + given,
                wanted + range,
                (ofPlugin ? "install the plugin that offers it, or " : "")
                        + "change it in the workflow, or with --set");
        return (cause == null ? problem : problem.causedBy(cause)).at(id);
    }

    /** Numbers with commas between them are one text to who reads them. */
    private Problem wrongList(JsonElement given) {
        Problem wrong = wrong(given.toString(), null);
        boolean numbers = kind() == SettingKind.NUMBERS
                && given instanceof JsonPrimitive plain
                && plain.isString()
                && NUMBERS.matcher(plain.getAsString()).matches();
        return numbers
                ? new Problem(wrong.happened(), wrong.why(), "write [" + given.getAsString() + "]").at(id)
                : wrong;
    }

    private String wanted() {
        return switch (kind()) {
            case NUMBERS, TEXTS, PATHS -> "a list of " + kind();
            case TEXT -> "text";
            case COLOUR -> "a colour such as #FF8800";
            case TABLE ->
                "a list of rows with "
                        + columns().stream().map(SettingSchema::id).collect(Collectors.joining(", "));
            default -> "a " + kind();
        };
    }

    private static String name(Object constant) {
        return constant instanceof Choice choice
                ? choice.id()
                : ((Enum<?>) constant).name().toLowerCase(Locale.ROOT);
    }

    private static String words(double number) {
        return number == Math.rint(number) && Math.abs(number) < 1e15
                ? Long.toString((long) number)
                : Double.toString(number);
    }
}
