package graft.app.comfy;

import com.google.gson.JsonElement;
import com.google.gson.JsonPrimitive;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Values that are called otherwise here than there; what is not among them stays, and a check says so. */
@SuppressWarnings("ImmutableEnumChecker") // its map is not changed once it is made
enum ChoiceNames {
    /** The same in both. */
    PLAIN,
    /** Names of samplers: where Graft has diffusers' of the same name too, ComfyUI's has another. */
    SAMPLER("ddim", "comfy_ddim", "lcm", "comfy_lcm"),
    /** Names of schedulers: karras alone is diffusers'. */
    SCHEDULER("karras", "comfy_karras"),
    /** Ways to scale pictures and latents. */
    METHOD("nearest-exact", "nearest"),
    CROP("disabled", "none"),
    BOUNDS("mask bounds", "mask_bounds"),
    ENABLED,
    /** A size, which may be that of the model here: 0. */
    SIZE,
    /** Layers counted from the last as negative numbers, which are positive here. */
    FROM_LAST;

    private static final String GPU = "_gpu";

    private final Map<String, String> names = new LinkedHashMap<>();

    /** @param pairs there, here, there, here… */
    ChoiceNames(String... pairs) {
        for (int i = 0; i < pairs.length; i += 2) {
            names.put(pairs[i], pairs[i + 1]);
        }
    }

    /** A value of there as it is here. */
    JsonElement here(JsonElement value) {
        return switch (this) {
            case ENABLED ->
                isWord(value, "enable") || isWord(value, "disable")
                        ? new JsonPrimitive(isWord(value, "enable"))
                        : value;
            case FROM_LAST -> negated(value);
            default ->
                value instanceof JsonPrimitive text && text.isString()
                        ? new JsonPrimitive(here(text.getAsString()))
                        : value;
        };
    }

    private String here(String word) {
        // The same sampler, whose noise is drawn on the graphics card.
        String plain = this == SAMPLER && word.endsWith(GPU) ? word.substring(0, word.length() - GPU.length()) : word;
        return names.getOrDefault(plain, plain);
    }

    /** A value of here as it is there; empty for one that there is nothing like. */
    Optional<JsonElement> there(JsonElement value) {
        return switch (this) {
            case ENABLED ->
                value instanceof JsonPrimitive flag && flag.isBoolean()
                        ? Optional.of(new JsonPrimitive(flag.getAsBoolean() ? "enable" : "disable"))
                        : Optional.empty();
            case FROM_LAST -> Optional.of(negated(value));
            case SIZE ->
                Optional.of(value)
                        .filter(size ->
                                Loose.number(size).filter(pixels -> pixels == 0).isEmpty());
            case SAMPLER, SCHEDULER ->
                value instanceof JsonPrimitive word && word.isString()
                        ? Optional.of(word.getAsString())
                                .filter(each -> !isOfGraft(each))
                                .map(each -> new JsonPrimitive(there(each)))
                        : Optional.empty();
            default ->
                Optional.of(
                        value instanceof JsonPrimitive word && word.isString()
                                ? new JsonPrimitive(there(word.getAsString()))
                                : value);
        };
    }

    private String there(String word) {
        return names.entrySet().stream()
                .filter(pair -> pair.getValue().equals(word))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElse(word);
    }

    /** What Graft has of diffusers, which ComfyUI has not; names with a slash are plugins'. */
    private boolean isOfGraft(String id) {
        return names.containsKey(id)
                || id.contains("/")
                || switch (id) {
                    case "unipc", "auto", "leading", "linspace", "trailing" -> true;
                    default -> false;
                };
    }

    private static boolean isWord(JsonElement value, String word) {
        return value instanceof JsonPrimitive text
                && text.isString()
                && text.getAsString().equals(word);
    }

    private static JsonElement negated(JsonElement value) {
        return Loose.number(value)
                .filter(number -> number == Math.rint(number) && Math.abs(number) < 1e6)
                .<JsonElement>map(number -> new JsonPrimitive(-number.intValue()))
                .orElse(value);
    }
}
