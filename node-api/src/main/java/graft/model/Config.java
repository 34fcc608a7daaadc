package graft.model;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import graft.node.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * One {@code config.json} of a model folder, or what a single file says in its place; a field that is missing or null takes
 * the library's default. What is wrong with a field is told as a {@link Problem} that names the file and the field.
 */
public final class Config {

    private static final String STABLE_DIFFUSION = "a Stable Diffusion 1.x or 2.x model";

    private final String name;
    private final JsonObject fields;
    private final String known;

    private Config(String name, JsonObject fields, String known) {
        this.name = name;
        this.fields = fields;
        this.known = known;
    }

    /** A file of a Stable Diffusion model; for others say what to choose in place. */
    public static Config read(Path file) {
        return read(file, STABLE_DIFFUSION);
    }

    /** @param known what to choose in place of a model that Graft does not know */
    public static Config read(Path file, String known) {
        try {
            return parse(file.toString(), Files.readString(file), known);
        } catch (IOException failure) {
            throw new Problem("cannot read " + file, "the file is missing or unreadable", "download the model again")
                    .causedBy(failure);
        }
    }

    /** @param name what messages call it */
    public static Config parse(String name, String text) {
        return parse(name, text, STABLE_DIFFUSION);
    }

    private static Config parse(String name, String text, String known) {
        try {
            JsonElement json = JsonParser.parseString(text);
            if (json.isJsonObject()) {
                return new Config(name, json.getAsJsonObject(), known);
            }
            throw new Problem("cannot read " + name, "it is not a JSON object", "download the model again");
        } catch (JsonParseException failure) {
            throw new Problem("cannot read " + name, "it is not valid JSON", "download the model again")
                    .causedBy(failure);
        }
    }

    /** The fields of a part, which stand in an object of their own. */
    public Config within(String field) {
        require(field);
        return value(field, "an object", object -> new Config(name, object.getAsJsonObject(), known));
    }

    /** Whether a field is there and not null. */
    public boolean has(String field) {
        return fields.has(field) && !fields.get(field).isJsonNull();
    }

    /** All fields. */
    public JsonObject object() {
        return fields;
    }

    /** What is set beside the fields of these names; the library's notes to itself, which begin with a line, are left out. */
    public Map<String, JsonElement> others(Set<String> names) {
        Map<String, JsonElement> others = new TreeMap<>(fields.asMap());
        others.keySet().removeIf(field -> field.startsWith("_") || names.contains(field) || !has(field));
        return others;
    }

    /** A field as it is; null when it is missing. */
    public JsonElement raw(String field) {
        return fields.get(field);
    }

    /** A text, or what stands for a missing one. */
    public String text(String field, String otherwise) {
        return has(field) ? value(field, "a text", JsonElement::getAsString) : otherwise;
    }

    /** A whole number, or what stands for a missing one. */
    public int number(String field, int otherwise) {
        return has(field) ? value(field, "a whole number", JsonElement::getAsInt) : otherwise;
    }

    /** A number, or what stands for a missing one. */
    public double real(String field, double otherwise) {
        return has(field) ? value(field, "a number", JsonElement::getAsDouble) : otherwise;
    }

    /** True or false, or what stands for a missing one. */
    public boolean flag(String field, boolean otherwise) {
        return has(field) ? value(field, "true or false", JsonElement::getAsBoolean) : otherwise;
    }

    /** Texts, which must be there. */
    public List<String> texts(String field) {
        require(field);
        return value(field, "a list of texts", list -> {
            List<String> texts = new ArrayList<>();
            list.getAsJsonArray().forEach(text -> texts.add(text.getAsString()));
            return texts;
        });
    }

    /** Whole numbers, which must be there. */
    public List<Integer> numbers(String field) {
        require(field);
        return value(field, "a list of whole numbers", list -> {
            List<Integer> numbers = new ArrayList<>();
            list.getAsJsonArray().forEach(number -> numbers.add(number.getAsInt()));
            return numbers;
        });
    }

    /** A number for all {@code count} levels, or a list with one each. */
    public List<Integer> perLevel(String field, int count, int otherwise) {
        if (has(field) && fields.get(field).isJsonArray()) {
            List<Integer> numbers = numbers(field);
            if (numbers.size() != count) {
                throw wrong(field, "a list of " + count + " numbers");
            }
            return numbers;
        }
        return new ArrayList<>(java.util.Collections.nCopies(count, number(field, otherwise)));
    }

    /** Refuses a model that asks for something Graft does not have. */
    public void only(String field, Object supported) {
        if (!has(field)) {
            return;
        }
        JsonElement found = fields.get(field);
        boolean same = supported instanceof Number number
                ? found.isJsonPrimitive()
                        && found.getAsJsonPrimitive().isNumber()
                        && found.getAsDouble() == number.doubleValue()
                : found.isJsonPrimitive() && found.getAsString().equals(String.valueOf(supported));
        if (!same) {
            throw new Problem(
                    "cannot use the model of " + name,
                    "Graft knows \"" + field + "\" only as " + supported + ", and this one asks for " + found,
                    "choose " + known);
        }
    }

    /** Refuses a model that does not say that it is of a kind. */
    public void is(String field, String wanted) {
        require(field);
        only(field, wanted);
    }

    /** Refuses a model that sets a field which Graft only knows unset. */
    public void onlyUnset(String field) {
        if (has(field)) {
            throw new Problem(
                    "cannot use the model of " + name,
                    "Graft does not know \"" + field + "\", which is " + fields.get(field),
                    "choose " + known);
        }
    }

    /** Refuses a field, naming the file and what was expected. */
    public Problem wrong(String field, String expected) {
        return new Problem(
                "cannot use the model of " + name,
                "\"" + field + "\" should be " + expected + " and is " + fields.get(field),
                "download the model again");
    }

    private void require(String field) {
        if (!has(field)) {
            throw new Problem(
                    "cannot use the model of " + name, "it lacks \"" + field + "\"", "download the model again");
        }
    }

    private <T> T value(String field, String expected, java.util.function.Function<JsonElement, T> get) {
        try {
            return get.apply(fields.get(field));
        } catch (IllegalStateException | NumberFormatException | UnsupportedOperationException failure) {
            throw wrong(field, expected).causedBy(failure);
        }
    }
}
