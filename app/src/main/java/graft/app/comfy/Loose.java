package graft.app.comfy;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import graft.app.workflow.Place;
import graft.app.workflow.Size;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An object of a file that anybody may have written: a field that is missing, or of another form than asked for, is empty.
 *
 * @param json as it came
 */
record Loose(JsonObject json) {

    static final Loose NOTHING = new Loose(new JsonObject());

    static Optional<Loose> of(JsonElement element) {
        return element instanceof JsonObject object ? Optional.of(new Loose(object)) : Optional.empty();
    }

    Optional<String> text(String field) {
        return json.get(field) instanceof JsonPrimitive text && text.isString()
                ? Optional.of(text.getAsString())
                : Optional.empty();
    }

    /** Text or a number, both of which ids may be. */
    Optional<String> id(String field) {
        return id(json.get(field));
    }

    static Optional<String> id(JsonElement element) {
        return element instanceof JsonPrimitive id && !id.isBoolean()
                ? Optional.of(id.getAsString())
                : Optional.empty();
    }

    /** A whole number that counts something, from 0. */
    static Optional<Integer> index(JsonElement element) {
        return number(element)
                .filter(value -> value == Math.rint(value) && value >= 0 && value < 1e6)
                .map(Double::intValue);
    }

    static Optional<Double> number(JsonElement element) {
        if (!(element instanceof JsonPrimitive number) || !number.isNumber()) {
            return Optional.empty();
        }
        return Optional.of(number.getAsDouble()).filter(Double::isFinite);
    }

    boolean flag(String field) {
        return json.get(field) instanceof JsonPrimitive flag && flag.isBoolean() && flag.getAsBoolean();
    }

    List<JsonElement> list(String field) {
        return json.get(field) instanceof JsonArray array ? array.asList() : List.of();
    }

    List<Loose> objects(String field) {
        return list(field).stream().flatMap(each -> of(each).stream()).toList();
    }

    Loose object(String field) {
        return of(json.get(field)).orElse(NOTHING);
    }

    Map<String, JsonElement> fields(String field) {
        return object(field).json.asMap();
    }

    /** Two numbers: {@code [1, 2]}, or {@code {"0": 1, "1": 2}} as older files have it. */
    Optional<Place> pair(String field) {
        JsonElement element = json.get(field);
        if (element instanceof JsonArray array && array.size() >= 2) {
            return pair(array.get(0), array.get(1));
        }
        return element instanceof JsonObject object ? pair(object.get("0"), object.get("1")) : Optional.empty();
    }

    static Optional<Place> pair(JsonElement first, JsonElement second) {
        return number(first).flatMap(x -> number(second).map(y -> new Place(x, y)));
    }

    /** A pair of which both are more than nothing. */
    Optional<Size> size(String field) {
        return size(pair(field));
    }

    static Optional<Size> size(Optional<Place> pair) {
        return pair.filter(size -> size.x() > 0 && size.y() > 0).map(size -> new Size(size.x(), size.y()));
    }

    /** {@code #rrggbb} of that or of {@code #rgb}. */
    Optional<String> colour(String field) {
        return text(field)
                .filter(colour -> colour.matches("#([0-9A-Fa-f]{3}|[0-9A-Fa-f]{6})"))
                .map(colour -> colour.length() == 7 ? colour : colour.replaceAll("[0-9A-Fa-f]", "$0$0"));
    }
}
