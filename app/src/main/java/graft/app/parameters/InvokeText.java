package graft.app.parameters;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import graft.app.parameters.Parameters.Laid;
import graft.app.parameters.Parameters.Resource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The text of InvokeAI from version 3 on: {@code invokeai_metadata}, a JSON object ({@code invokeai/app/invocations/metadata.py}). Its
 * schedulers are diffusers' ({@code invokeai/backend/stable_diffusion/schedulers/schedulers.py}), with {@code _k} for Karras.
 */
final class InvokeText {

    static final String PROGRAM = "InvokeAI";

    private static final Map<String, List<String>> SAMPLERS = Map.ofEntries(
            Map.entry("ddim", List.of("ddim")),
            Map.entry("ddpm", List.of("ddpm")),
            Map.entry("deis", List.of("deis")),
            Map.entry("lms", List.of("lms")),
            Map.entry("heun", List.of("heun")),
            Map.entry("euler", List.of("euler")),
            Map.entry("euler_a", List.of("euler_ancestral")),
            Map.entry("kdpm_2", List.of("dpm_2")),
            Map.entry("kdpm_2_a", List.of("dpm_2_ancestral")),
            Map.entry("dpmpp_2s", List.of("dpmpp_2s_ancestral")),
            Map.entry("dpmpp_2m", List.of("dpmpp_2m")),
            Map.entry("dpmpp_2m_sde", List.of("dpmpp_2m_sde")),
            Map.entry("dpmpp_sde", List.of("dpmpp_sde")),
            Map.entry("unipc", List.of("unipc")),
            Map.entry("lcm", List.of("lcm")));

    /** What is taken over, or says nothing of how the picture looks. */
    private static final Set<String> KNOWN = Set.of(
            "positive_prompt",
            "negative_prompt",
            "width",
            "height",
            "seed",
            "cfg_scale",
            "steps",
            "scheduler",
            "clip_skip",
            "model",
            "vae",
            "loras",
            "app_version",
            "generation_mode",
            "rand_device",
            "strength",
            "canvas_v2_metadata",
            "ref_images",
            "board_id");

    private final JsonObject root;
    private final List<String> remarks = new ArrayList<>();

    private InvokeText(JsonObject root) {
        this.root = root;
    }

    static boolean isOne(String text) {
        return object(text)
                .filter(root -> root.get("positive_prompt") instanceof JsonPrimitive && root.has("steps"))
                .isPresent();
    }

    /** @param text of which {@link #isOne} is true */
    static Parameters read(String text) {
        return new InvokeText(object(text).orElseThrow()).parameters();
    }

    private static Optional<JsonObject> object(String text) {
        try {
            return JsonParser.parseString(text) instanceof JsonObject object ? Optional.of(object) : Optional.empty();
        } catch (JsonParseException noJson) {
            return Optional.empty();
        }
    }

    private Parameters parameters() {
        String scheduler = text(root, "scheduler");
        String sampler = scheduler.replaceFirst("_k$", "");
        String prompt = text(root, "positive_prompt");
        String negative = text(root, "negative_prompt");
        if ((prompt + " " + negative).matches("(?s).*(\\w[+-]{1,6}(\\s|,|$)|\\)[+-]|\\)\\d).*")) {
            remarks.add(
                    "its prompts weigh words by +, - or a number after brackets, which is no syntax here: write (word:1.1)");
        }
        if (!text(root, "rand_device").equals("cpu")) {
            remarks.add(
                    "its noise was drawn on the graphics card, which no other machine repeats: the picture will be alike, not the"
                            + " same");
        }
        if (root.get("strength") instanceof JsonPrimitive) {
            remarks.add("it was drawn over another picture, at a strength of " + text(root, "strength")
                    + ", which the text does not hold: this draws from noise alone");
        }
        Map<String, String> rest = new LinkedHashMap<>();
        for (Map.Entry<String, JsonElement> entry : root.entrySet()) {
            JsonElement value = entry.getValue();
            boolean empty = value.isJsonNull()
                    || (value instanceof JsonArray array && array.isEmpty())
                    || value.equals(new JsonPrimitive(false))
                    || value.equals(new JsonPrimitive(0));
            if (!KNOWN.contains(entry.getKey()) && !empty) {
                rest.put(entry.getKey(), value instanceof JsonPrimitive plain ? plain.getAsString() : "…");
            }
        }
        return new Parameters(
                PROGRAM,
                prompt,
                negative,
                SAMPLERS.getOrDefault(sampler, List.of()),
                List.of(scheduler.endsWith("_k") ? "karras" : "auto"),
                scheduler,
                "plain",
                (int) number("steps", 30),
                number("cfg_scale", 7.5),
                (long) number("seed", 0),
                (int) number("width", 512),
                (int) number("height", 512),
                // It counts the layers that are left out.
                (int) number("clip_skip", 0) + 1,
                resource(root.get("model")),
                resource(root.get("vae")),
                loras(),
                List.of(),
                1,
                Optional.empty(),
                rest,
                List.copyOf(remarks));
    }

    private List<Laid> loras() {
        List<Laid> loras = new ArrayList<>();
        if (root.get("loras") instanceof JsonArray all) {
            for (JsonElement each : all) {
                if (each instanceof JsonObject lora) {
                    Resource file = resource(lora.has("model") ? lora.get("model") : lora.get("lora"));
                    double weight = lora.get("weight") instanceof JsonPrimitive number && number.isNumber()
                            ? number.getAsDouble()
                            : 1;
                    loras.add(new Laid(file, weight, weight));
                }
            }
        }
        return loras;
    }

    /** Its hashes are BLAKE3, by which nothing is found here. */
    private static Resource resource(JsonElement model) {
        if (!(model instanceof JsonObject object)) {
            return Resource.NONE;
        }
        String name = text(object, "name");
        return new Resource(name.isEmpty() ? text(object, "model_name") : name, "");
    }

    private static String text(JsonObject object, String key) {
        return object.get(key) instanceof JsonPrimitive plain ? plain.getAsString() : "";
    }

    private double number(String key, double missing) {
        return root.get(key) instanceof JsonPrimitive plain && plain.isNumber() ? plain.getAsDouble() : missing;
    }
}
