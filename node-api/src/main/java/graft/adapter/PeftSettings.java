package graft.adapter;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import graft.node.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * What peft and diffusers keep beside the tensors: the alphas.
 *
 * @param json peft's settings, keyed plainly or with {@code unet.} or {@code text_encoder.} before
 */
record PeftSettings(JsonObject json) {

    static final String METADATA = "lora_adapter_metadata";
    private static final String PEFT_FILE = "adapter_config.json";

    static PeftSettings of(Path file, Map<String, String> metadata) {
        try {
            Path beside = file.resolveSibling(PEFT_FILE);
            String text = metadata.get(METADATA);
            if (text == null && Files.isRegularFile(beside)) {
                text = Files.readString(beside);
            }
            JsonObject json = text == null
                    ? new JsonObject()
                    : JsonParser.parseString(text).getAsJsonObject();
            return new PeftSettings(json);
        } catch (IOException | JsonParseException | IllegalStateException e) {
            throw new Problem(
                            "cannot read the LoRA " + file,
                            "the settings that peft left with it are not valid JSON",
                            "download or export it again")
                    .causedBy(e);
        }
    }

    /** Settings that a LoRA in peft's spelling cannot be read without, to stand in a file's metadata; empty for most. */
    static Optional<String> needed(Lora lora) {
        JsonObject json = new JsonObject();
        lora.parts()
                .filter(part -> part instanceof Lora.Rotation rotation && rotation.turn() == Lora.Turn.PEFT)
                .findFirst()
                .ifPresent(part -> rotations(((Lora.Rotation) part).terms(), json));
        JsonArray scaled = new JsonArray();
        lora.changed().forEach(changed -> lora.layers(changed).forEach((module, part) -> {
            if (part instanceof Lora.Scaling scaling && scaling.peft() && !scaling.ofOutputs()) {
                scaled.add(LoraKey.diffusers(module).orElse(module));
            }
        }));
        if (!scaled.isEmpty()) {
            // Factors of a convolution look alike for inputs and outputs.
            json.addProperty("peft_type", "IA3");
            json.add("feedforward_modules", scaled);
        }
        return json.isEmpty() ? Optional.empty() : Optional.of(json.toString());
    }

    /** How an OFT's rotations are made. */
    private static void rotations(int terms, JsonObject json) {
        json.addProperty("peft_type", "OFT");
        json.addProperty("use_cayley_neumann", terms > 0);
        if (terms > 0) {
            json.addProperty("num_cayley_neumann_terms", terms);
        }
    }

    /** The rank, unless peft's settings say otherwise. */
    double alpha(String part, String module, long rank) {
        // peft calls it lora_alpha for LoRA and alpha for LoHa and LoKr.
        double alpha = get(part, "lora_alpha")
                .or(() -> get(part, "alpha"))
                .map(JsonElement::getAsDouble)
                .orElse((double) rank);
        alpha = pattern(part, "alpha_pattern", module, alpha);
        // Rank-stabilised: alpha over the root of the rank.
        boolean rooted = get(part, "use_rslora").map(JsonElement::getAsBoolean).orElse(false);
        return rooted ? alpha * Math.sqrt((double) rank) : alpha;
    }

    /** alpha / rank where no matrix shows the rank; 1 without settings. */
    double wholeScale(String part, String module) {
        return get(part, "r")
                .map(plain -> {
                    double rank = pattern(part, "rank_pattern", module, plain.getAsDouble());
                    return alpha(part, module, Math.round(rank)) / rank;
                })
                .orElse(1.0);
    }

    /** How far the Neumann series of an OFT's rotations goes; 0 for Cayley's transform itself. */
    int neumannTerms(String part) {
        boolean series =
                get(part, "use_cayley_neumann").map(JsonElement::getAsBoolean).orElse(true);
        return series
                ? get(part, "num_cayley_neumann_terms")
                        .map(JsonElement::getAsInt)
                        .orElse(5)
                : 0;
    }

    /** The most that the norm of an OFT's blocks together may be (its COFT); empty where it is not constrained. */
    Optional<Double> constraint(String part) {
        boolean constrained = get(part, "coft").map(JsonElement::getAsBoolean).orElse(false);
        return constrained
                ? Optional.of(get(part, "eps").map(JsonElement::getAsDouble).orElse(6e-5))
                : Optional.empty();
    }

    /** Whether an (IA)³ scales what this layer takes in; empty where the settings do not say. */
    Optional<Boolean> scalesInputs(String part, String module) {
        return get(part, "feedforward_modules")
                .map(names -> names.isJsonArray()
                        ? names.getAsJsonArray().asList().stream()
                                .map(JsonElement::getAsString)
                                .anyMatch(name -> module.equals(name) || module.endsWith("." + name))
                        : module.matches(names.getAsString()));
    }

    private double pattern(String part, String setting, String module, double otherwise) {
        double value = otherwise;
        JsonElement lines = get(part, setting).orElseGet(JsonObject::new);
        for (Map.Entry<String, JsonElement> line : lines.getAsJsonObject().entrySet()) {
            if (module.equals(line.getKey()) || module.endsWith("." + line.getKey())) {
                value = line.getValue().getAsDouble();
            }
        }
        return value;
    }

    private Optional<JsonElement> get(String part, String setting) {
        String prefix = LoraFormat.diffusersName(part) + ".";
        JsonElement own = json.get(prefix + setting);
        JsonElement plain = own == null ? json.get(setting) : own;
        return Optional.ofNullable(plain).filter(value -> !value.isJsonNull());
    }
}
