package graft.adapter;

import com.google.gson.JsonObject;
import graft.adapter.LoraKey.Role;
import graft.adapter.LoraKey.Side;
import graft.file.SafeTensors;
import graft.file.SafeTensors.DType;
import graft.file.SafeTensors.Tensor;
import graft.node.Choices;
import graft.node.Problem;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * LoRA files: reads the spellings of kohya, peft, diffusers, ComfyUI and LyCORIS and the {@link AdapterFormat}s of plugins, writes
 * those of {@link LoraFormat} and of plugins.
 *
 * <p>Format: sd-scripts {@code networks/lora.py}. A layer is three tensors, {@code .lora_down.weight} [r,in],
 * {@code .lora_up.weight} [out,r] and {@code .alpha} []; where alpha is missing or 0 it is r.
 */
public final class LoraFile {

    /** By which piece of a tensor's name other kinds of adapter are known. */
    private static final Map<Pattern, String> OTHER_KINDS = Map.ofEntries(
            kind("\\.b?oft_", "an OFT"),
            kind("\\.[ab][12]\\.weight$", "a GLoRA"),
            kind("\\.on_input$", "an IA3"),
            kind("\\.[wb]_norm$", "a LyCORIS that changes norms"),
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

    /** What Graft reads by itself no plugin stands in for. */
    private static Lora read(SafeTensors tensors) {
        if (isOwn(tensors)) {
            return readOwn(tensors);
        }
        return Choices.of(AdapterFormat.class).stream()
                .filter(format -> !(format instanceof LoraFormat) && format.knows(tensors))
                .findFirst()
                .map(format -> format.read(tensors))
                .orElseGet(() -> readOwn(tensors));
    }

    /** Whether every tensor is of a LoRA as the formats of Graft spell it. */
    static boolean isOwn(SafeTensors tensors) {
        return tensors.names().stream()
                .allMatch(name -> LoraKey.parse(name).isPresent()
                        && OTHER_KINDS.keySet().stream()
                                .noneMatch(kind -> kind.matcher(name).find()));
    }

    static Lora readOwn(SafeTensors tensors) {
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
                    "choose a LoRA file, or install the plugin that reads this one");
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
        modules.forEach(
                (module, names) -> parts.put(module, new PartReader(tensors, side, module, names, settings).read()));
        return parts;
    }

    /** As {@link #write(Path, Lora, AdapterFormat, DType, Map)} with kohya's keys. */
    public static void write(Path file, Lora lora, DType dtype, Map<String, String> extraMetadata) {
        write(file, lora, LoraFormat.KOHYA, dtype, extraMetadata);
    }

    /**
     * Writes a file with {@code ss_*} and {@code modelspec} metadata, whole or not at all, after reading the bytes back and
     * comparing them.
     *
     * @param dtype F16 (what others expect), BF16 or F32
     * @param extraMetadata added to, and where equal put in place of, what the LoRA carries and what is put there by
     *     default
     * @throws Problem naming the file when it cannot be written, or when a value is infinite or none in that type; naming a
     *     layer that the format cannot hold
     */
    public static void write(
            Path file, Lora lora, AdapterFormat format, DType dtype, Map<String, String> extraMetadata) {
        List<Tensor> tensors = format.tensors(lora, dtype);
        for (Tensor tensor : tensors) {
            refuseLoss(file, tensor);
        }
        SafeTensors.write(file, tensors, metadata(lora, SafeTensors.dataHash(tensors), extraMetadata));
    }

    private static void refuseLoss(Path file, Tensor tensor) {
        if (!tensor.allFinite()) {
            throw new Problem(
                    "cannot write the LoRA " + file,
                    tensor.name() + " is infinite or not a number as " + tensor.dtype(),
                    "train with a lower learning rate, or save as F32 when only F16 is too narrow");
        }
    }

    /** Which program's network it is, and for LyCORIS' which algorithm. */
    private static void network(Lora lora, Map<String, String> metadata) {
        if (lora.parts().anyMatch(Lora.Custom.class::isInstance)) {
            return; // its plugin knows
        }
        boolean plain = lora.parts()
                .allMatch(part -> part instanceof Lora.LowRank low && low.mid().isEmpty());
        metadata.put("ss_network_module", plain ? "networks.lora" : "lycoris.kohya");
        JsonObject arguments = new JsonObject();
        if (!plain) {
            lora.parts().findFirst().ifPresent(part -> arguments.addProperty("algo", algorithm(part)));
            if (lora.parts().anyMatch(Lora.Dora.class::isInstance)) {
                arguments.addProperty("dora_wd", "True");
            }
        }
        metadata.put("ss_network_args", arguments.toString());
    }

    private static String algorithm(Lora.Part part) {
        if (part instanceof Lora.Dora dora) {
            return algorithm(dora.direction());
        } else if (part instanceof Lora.LoHa) {
            return "loha";
        } else if (part instanceof Lora.LoKr) {
            return "lokr";
        }
        return part instanceof Lora.Difference ? "full" : "locon";
    }

    private static Map<String, String> metadata(Lora lora, String hash, Map<String, String> extra) {
        Map<String, String> metadata = new TreeMap<>();
        metadata.put("ss_v2", "False");
        metadata.put("ss_base_model_version", "sd_v1");
        network(lora, metadata);
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
}
