package graft.adapter;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import graft.adapter.LoraKey.Role;
import graft.adapter.LoraKey.Side;
import graft.file.SafeTensors;
import graft.file.SafeTensors.DType;
import graft.file.SafeTensors.Tensor;
import graft.node.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * LoRA files: reads the spellings of kohya, peft, diffusers and ComfyUI, writes kohya's.
 *
 * <p>Format: sd-scripts {@code networks/lora.py}. A layer is three tensors, {@code .lora_down.weight} [r,in],
 * {@code .lora_up.weight} [out,r] and {@code .alpha} []; where alpha is missing or 0 it is r.
 */
public final class LoraFile {

    /** By which piece of a tensor's name other kinds of adapter are known. */
    private static final Map<Pattern, String> OTHER_KINDS = Map.ofEntries(
            kind("\\.hada_w", "a LoHa"),
            kind("\\.lokr_", "a LoKr"),
            kind("\\.(dora_scale|lora_magnitude_vector)", "a DoRA"),
            kind("\\.lora_mid\\.", "a LoCon with Tucker decomposition"),
            kind("\\.oft_", "an OFT"),
            kind("\\.diff(_b)?$", "a full difference of weights"),
            kind("^bundle_emb\\.", "a LoRA bundled with embeddings"),
            kind("^(unet|text_encoder):", "a LoRA of cloneofsimo's layout"),
            kind("^(lora_te2_|text_encoder_2\\.)", "a LoRA for SDXL, with a second text encoder"),
            kind("(single_blocks_|\\bsingle_transformer_blocks\\.|double_blocks_)", "a LoRA for Flux"));

    private LoraFile() {}

    /**
     * Reads a LoRA; which model it fits is found out when it is applied.
     *
     * @throws Problem naming the file, when it is not a LoRA or one of a kind that Graft cannot apply
     */
    public static Lora read(Path file) {
        try (SafeTensors tensors = SafeTensors.open(file)) {
            return read(tensors);
        }
    }

    private static Lora read(SafeTensors tensors) {
        Path file = tensors.file();
        refuseOtherKinds(tensors);
        Map<Side, Map<String, Map<Role, String>>> modules = new EnumMap<>(Side.class);
        List<String> unknown = new ArrayList<>();
        for (String name : new TreeSet<>(tensors.names())) {
            LoraKey.parse(name)
                    .ifPresentOrElse(
                            key -> modules.computeIfAbsent(key.side(), side -> new LinkedHashMap<>())
                                    .computeIfAbsent(key.module(), module -> new EnumMap<>(Role.class))
                                    .put(key.role(), name),
                            () -> unknown.add(name));
        }
        if (modules.isEmpty()) {
            throw new Problem(
                    "cannot use " + file + " as a LoRA",
                    "none of its tensors is part of one" + some(unknown),
                    "choose a LoRA file");
        }
        if (!unknown.isEmpty()) {
            throw new Problem(
                    "cannot read the LoRA " + file,
                    unknown.size() + " of its tensors have names that no known tool gives" + some(unknown),
                    "export it again as a kohya, diffusers or peft LoRA");
        }
        PeftSettings settings = PeftSettings.of(file, tensors.metadata());
        return Lora.of(
                nameOf(file),
                parts(tensors, Side.UNET, modules.getOrDefault(Side.UNET, Map.of()), settings),
                parts(tensors, Side.TEXT, modules.getOrDefault(Side.TEXT, Map.of()), settings),
                tensors.metadata());
    }

    private static String nameOf(Path file) {
        String name = String.valueOf(file.getFileName());
        return name.endsWith(".safetensors") ? name.substring(0, name.length() - ".safetensors".length()) : name;
    }

    private static Map.Entry<Pattern, String> kind(String regex, String name) {
        return Map.entry(Pattern.compile(regex), name);
    }

    private static void refuseOtherKinds(SafeTensors tensors) {
        for (String name : tensors.names()) {
            for (Map.Entry<Pattern, String> kind : OTHER_KINDS.entrySet()) {
                if (kind.getKey().matcher(name).find()) {
                    throw new Problem(
                            "cannot use " + tensors.file(),
                            "it is " + kind.getValue() + " (tensor \"" + name + "\")",
                            "use a plain LoRA for Stable Diffusion 1.x");
                }
            }
        }
    }

    /** "(a, b, c and 5 more)" */
    static String some(List<String> names) {
        if (names.isEmpty()) {
            return "";
        }
        int shown = Math.min(3, names.size());
        String more = names.size() > shown ? " and " + (names.size() - shown) + " more" : "";
        return " (" + String.join(", ", names.subList(0, shown)) + more + ")";
    }

    private static Map<String, Lora.Part> parts(
            SafeTensors tensors, Side side, Map<String, Map<Role, String>> modules, PeftSettings settings) {
        Map<String, Lora.Part> parts = new LinkedHashMap<>();
        modules.forEach((module, names) -> parts.put(module, part(tensors, side, module, names, settings)));
        return parts;
    }

    private static Lora.Part part(
            SafeTensors tensors, Side side, String module, Map<Role, String> names, PeftSettings settings) {
        String down = names.get(Role.DOWN);
        String up = names.get(Role.UP);
        if (down == null || up == null) {
            throw wrong(tensors, module, "has only one of its two matrices");
        }
        long[] downShape = tensors.entry(down).shape();
        long[] upShape = tensors.entry(up).shape();
        boolean linear = downShape.length == 2 && upShape.length == 2;
        boolean convolution = downShape.length == 4 && upShape.length == 4 && upShape[2] == 1 && upShape[3] == 1;
        if (!(linear || convolution) || downShape[0] != upShape[1] || downShape[0] == 0) {
            throw wrong(
                    tensors,
                    module,
                    "has matrices of " + Arrays.toString(downShape) + " and " + Arrays.toString(upShape)
                            + ", which are no LoRA's");
        }
        float[] downValues = finite(tensors, down);
        float[] upValues = finite(tensors, up);
        double alpha = settings.alpha(side, module, downShape[0]);
        String alphaName = names.get(Role.ALPHA);
        if (alphaName != null) {
            float[] stored = finite(tensors, alphaName);
            if (stored.length != 1) {
                throw wrong(tensors, module, "has " + stored.length + " alphas");
            }
            alpha = stored[0] == 0 ? downShape[0] : stored[0];
        }
        return new Lora.Part(downValues, downShape, upValues, upShape, alpha);
    }

    private static float[] finite(SafeTensors tensors, String name) {
        float[] values = tensors.floats(name);
        for (float value : values) {
            if (!Float.isFinite(value)) {
                throw new Problem(
                        "cannot use the LoRA " + tensors.file(),
                        "its tensor \"" + name + "\" holds " + value,
                        "use another, since its training had failed");
            }
        }
        return values;
    }

    private static Problem wrong(SafeTensors tensors, String module, String why) {
        return new Problem(
                "cannot read the LoRA " + tensors.file(),
                "its layer " + module + " " + why,
                "download or export it again");
    }

    /**
     * Writes kohya's keys with {@code ss_*} and {@code modelspec} metadata, whole or not at all, after reading the bytes
     * back and comparing them.
     *
     * @param dtype F16 (what others expect), BF16 or F32
     * @param extraMetadata added to, and where equal put in place of, what the LoRA carries and what is put there by
     *     default
     * @throws Problem naming the file when it cannot be written, or when a value is infinite or none in that type
     */
    public static void write(Path file, Lora lora, DType dtype, Map<String, String> extraMetadata) {
        List<Tensor> tensors = new ArrayList<>();
        lora.unet().forEach((module, part) -> add(tensors, "lora_unet_" + LoraKey.flatten(module), part, dtype));
        lora.text().forEach((module, part) -> {
            String flat = LoraKey.flatten(module);
            add(tensors, "lora_te_" + (flat.startsWith("text_model_") ? flat : "text_model_" + flat), part, dtype);
        });
        for (Tensor tensor : tensors) {
            refuseLoss(file, tensor);
        }
        SafeTensors.write(file, tensors, metadata(lora, SafeTensors.dataHash(tensors), extraMetadata));
    }

    private static void add(List<Tensor> tensors, String name, Lora.Part part, DType dtype) {
        tensors.add(Tensor.of(name + ".lora_down.weight", dtype, part.downShape(), part.down()));
        tensors.add(Tensor.of(name + ".lora_up.weight", dtype, part.upShape(), part.up()));
        tensors.add(Tensor.of(name + ".alpha", dtype, new long[0], new float[] {(float) part.alpha()}));
    }

    private static void refuseLoss(Path file, Tensor tensor) {
        if (!tensor.allFinite()) {
            throw new Problem(
                    "cannot write the LoRA " + file,
                    tensor.name() + " is infinite or not a number as " + tensor.dtype(),
                    "train with a lower learning rate, or save as F32 when only F16 is too narrow");
        }
    }

    private static Map<String, String> metadata(Lora lora, String hash, Map<String, String> extra) {
        Map<String, String> metadata = new TreeMap<>();
        metadata.put("ss_v2", "False");
        metadata.put("ss_base_model_version", "sd_v1");
        metadata.put("ss_network_module", "networks.lora");
        metadata.put("ss_network_args", "{}");
        metadata.put("ss_output_name", lora.name());
        metadata.put("modelspec.sai_model_spec", "1.0.1");
        metadata.put("modelspec.architecture", "stable-diffusion-v1/lora");
        metadata.put("modelspec.implementation", "https://github.com/Stability-AI/generative-models");
        metadata.put("modelspec.title", lora.name());
        metadata.putAll(lora.metadata());
        // It gave the alphas of a peft file, which now stand in the tensors; diffusers would believe it rather than
        // them.
        metadata.remove(PeftSettings.METADATA);
        metadata.put("ss_network_dim", String.valueOf(lora.rank()));
        metadata.put("ss_network_alpha", String.valueOf(lora.alpha()));
        metadata.put("format", "pt");
        metadata.putAll(extra);
        metadata.put("sshs_model_hash", hash);
        return metadata;
    }

    /**
     * What peft and diffusers keep beside the tensors: the alphas.
     *
     * @param json peft's settings, keyed plainly or with {@code unet.} or {@code text_encoder.} before
     */
    private record PeftSettings(JsonObject json) {

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

        /** The rank, unless peft's settings say otherwise. */
        double alpha(Side side, String module, long rank) {
            double alpha = get(side, "lora_alpha").map(JsonElement::getAsDouble).orElse((double) rank);
            JsonElement pattern = get(side, "alpha_pattern").orElseGet(JsonObject::new);
            for (Map.Entry<String, JsonElement> line : pattern.getAsJsonObject().entrySet()) {
                if (module.equals(line.getKey()) || module.endsWith("." + line.getKey())) {
                    alpha = line.getValue().getAsDouble();
                }
            }
            // Rank-stabilised: alpha over the root of the rank.
            boolean rooted =
                    get(side, "use_rslora").map(JsonElement::getAsBoolean).orElse(false);
            return rooted ? alpha * Math.sqrt((double) rank) : alpha;
        }

        private Optional<JsonElement> get(Side side, String setting) {
            String prefix = side == Side.UNET ? "unet." : "text_encoder.";
            JsonElement own = json.get(prefix + setting);
            JsonElement plain = own == null ? json.get(setting) : own;
            return Optional.ofNullable(plain).filter(value -> !value.isJsonNull());
        }
    }
}
