package graft.adapter;

import com.google.gson.JsonObject;
import graft.adapter.LoraKey.Role;
import graft.file.SafeTensors;
import graft.file.SafeTensors.DType;
import graft.file.SafeTensors.Tensor;
import graft.model.FileKind;
import graft.node.Choices;
import graft.node.Problem;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * LoRA files: reads the spellings of kohya, peft, diffusers, ComfyUI and LyCORIS and the {@link AdapterFormat}s of plugins, writes
 * those of {@link LoraFormat} and of plugins.
 *
 * <p>Format: sd-scripts {@code networks/lora.py}. A layer is three tensors, {@code .lora_down.weight} [r,in],
 * {@code .lora_up.weight} [out,r] and {@code .alpha} []; where alpha is missing or 0 it is r.
 */
public final class LoraFile {

    /** By which piece of a tensor's name other kinds of adapter are known, the most telling first. */
    private static final Map<Pattern, String> OTHER_KINDS = otherKinds();

    /** Kinds that peft names by the beginning of their tensors' names. */
    private static final String OF_PEFT =
            "adamss|beft|bone|c3a|cartridge|deft|delora|fourierft|frod|glora|gralora|hira|hra|lily|miss|osf|peanut|poly|psoft"
                    + "|pvera|randlora|road|shadow|shira|supertuning|tinylora|trainable_tokens|unilora|vblora|vera|waveft";

    private static Map<Pattern, String> otherKinds() {
        Map<String, String> kinds = new LinkedHashMap<>();
        kinds.put("^(unet|text_encoder):", "a LoRA of cloneofsimo's layout");
        kinds.put("(single_blocks_|\\bsingle_transformer_blocks\\.|double_blocks_)", "a LoRA for Flux");
        kinds.put("\\.lora_E$", "an AdaLoRA of peft");
        kinds.put("\\.lora_embedding_[AB]", "a LoRA of a table of embeddings");
        kinds.put("\\.oft_embedding_R", "an OFT of a table of embeddings");
        kinds.put("\\.lora_diag", "a LoRA of peft with a diagonal between its matrices");
        kinds.put("\\.(lambda_layer|[pq]_layer\\.weight)$", "a T-LoRA of LyCORIS");
        kinds.put("(^|[._])(" + OF_PEFT + ")_[A-Za-z]", "an adapter of peft's kind %2$s");
        Map<Pattern, String> patterns = new LinkedHashMap<>();
        kinds.forEach((regex, name) -> patterns.put(Pattern.compile(regex), name));
        return Collections.unmodifiableMap(patterns);
    }

    private LoraFile() {}

    /**
     * Reads a LoRA; which model it fits is found out when it is applied.
     *
     * @throws Problem naming the file, when it is not a LoRA or one of a kind that Graft cannot apply
     */
    public static Lora read(Path file) {
        try (SafeTensors tensors = OpenedAdapter.open(file)) {
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

    /** Whether every tensor is of an adapter as the formats of Graft spell it. */
    static boolean isOwn(SafeTensors tensors) {
        return names(tensors).stream()
                .allMatch(name ->
                        LoraKey.parse(name).isPresent() && otherKind(name).isEmpty());
    }

    /**
     * Checks by the header alone that a file can be read here, or by a plugin.
     *
     * @throws Problem as {@link #read} does for the names of its tensors
     */
    static void check(SafeTensors tensors) {
        boolean ofPlugin = !isOwn(tensors)
                && Choices.of(AdapterFormat.class).stream()
                        .anyMatch(format -> !(format instanceof LoraFormat) && format.knows(tensors));
        if (!ofPlugin) {
            modules(tensors);
        }
    }

    /** The names of tensors but for those of embeddings that are bundled with the LoRA. */
    private static Set<String> names(SafeTensors tensors) {
        Set<String> names = new TreeSet<>(tensors.names());
        names.removeIf(name -> name.startsWith("bundle_emb."));
        return names;
    }

    /** The words of embeddings that are in the file of a LoRA beside it; {@link EmbeddingFile} reads them. */
    public static List<String> bundled(Path file) {
        try (SafeTensors tensors = OpenedAdapter.open(file)) {
            return EmbeddingFile.bundled(tensors.names());
        }
    }

    /** The names of tensors by part of the model, layer and role. */
    private static Map<String, Map<String, Map<Role, String>>> modules(SafeTensors tensors) {
        Path file = tensors.file();
        refuseOtherKinds(tensors);
        Map<String, Map<String, Map<Role, String>>> modules = new LinkedHashMap<>();
        List<String> unknown = new ArrayList<>();
        for (String name : names(tensors)) {
            LoraKey.parse(name)
                    .ifPresentOrElse(
                            key -> modules.computeIfAbsent(key.part(), part -> new LinkedHashMap<>())
                                    .computeIfAbsent(key.module(), module -> new EnumMap<>(Role.class))
                                    .put(key.role(), name),
                            () -> unknown.add(name));
        }
        if (modules.isEmpty()) {
            FileKind kind = FileKind.of(file);
            // A lone matrix of whatever name may be an embedding.
            if (kind.role() != FileKind.Role.EMBEDDING) {
                kind.refuseUnless(FileKind.Role.ADAPTER, "cannot use " + file + " as a LoRA", "choose a LoRA file");
            }
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
        return modules;
    }

    static Lora readOwn(SafeTensors tensors) {
        Map<String, Map<String, Map<Role, String>>> modules = modules(tensors);
        PeftSettings settings = PeftSettings.of(tensors.file(), tensors.metadata());
        Map<String, Map<String, Lora.Part>> layers = new LinkedHashMap<>();
        modules.forEach((part, names) -> layers.put(part, parts(tensors, part, names, settings)));
        return Lora.of(nameOf(tensors.file()), layers, tensors.metadata());
    }

    /** Its name without the ending of a file of weights. */
    static String nameOf(Path file) {
        String name = String.valueOf(file.getFileName());
        return name.replaceFirst("\\.(safetensors|sft|pt|bin)$", "");
    }

    /** The kind that a tensor's name tells, where it is none that Graft applies. */
    private static Optional<String> otherKind(String tensor) {
        for (Map.Entry<Pattern, String> kind : OTHER_KINDS.entrySet()) {
            Matcher found = kind.getKey().matcher(tensor);
            if (found.find()) {
                return Optional.of(
                        found.groupCount() < 2
                                ? kind.getValue()
                                : String.format(Locale.ROOT, kind.getValue(), found.group(1), found.group(2)));
            }
        }
        return Optional.empty();
    }

    private static void refuseOtherKinds(SafeTensors tensors) {
        for (String name : tensors.names()) {
            otherKind(name).ifPresent(kind -> {
                throw new Problem(
                        "cannot use " + tensors.file(),
                        "it is " + kind + " (tensor \"" + name + "\")",
                        "use a LoRA, or another of the kinds in the help of Load LoRA, for Stable Diffusion");
            });
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
            SafeTensors tensors, String part, Map<String, Map<Role, String>> modules, PeftSettings settings) {
        Map<String, Lora.Part> parts = new LinkedHashMap<>();
        modules.forEach(
                (module, names) -> parts.put(module, new PartReader(tensors, part, module, names, settings).read()));
        return Fused.apart(parts);
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
        Map<String, String> metadata = metadata(lora, SafeTensors.dataHash(tensors), extraMetadata);
        Map<String, String> trained = new TreeMap<>(metadata);
        trained.keySet().removeIf(key -> !key.startsWith("ss_"));
        metadata.put("sshs_legacy_hash", SafeTensors.legacyHash(tensors, trained));
        SafeTensors.write(file, tensors, metadata);
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
        } else if (part instanceof Lora.Glora) {
            return "glora";
        } else if (part instanceof Lora.Rotation rotation) {
            return rotation.turn().butterfly() ? "boft" : "diag-oft";
        } else if (part instanceof Lora.Scaling) {
            return "ia3";
        } else if (part instanceof Lora.Several several) {
            return algorithm(several.parts().get(0));
        }
        return part instanceof Lora.Difference ? "full" : "locon";
    }

    private static Map<String, String> metadata(Lora lora, String hash, Map<String, String> extra) {
        Map<String, String> metadata = new TreeMap<>();
        metadata.putAll(LoraBase.of(lora).metadata(lora.metadata()));
        network(lora, metadata);
        metadata.put("ss_output_name", lora.name());
        metadata.put("modelspec.sai_model_spec", "1.0.1");
        metadata.put("modelspec.implementation", "https://github.com/Stability-AI/generative-models");
        metadata.put("modelspec.title", lora.name());
        metadata.putAll(lora.metadata());
        // It gave the alphas of a peft file, which now stand in the tensors; diffusers would believe it rather than
        // them.
        metadata.remove(PeftSettings.METADATA);
        PeftSettings.needed(lora).ifPresent(settings -> metadata.put(PeftSettings.METADATA, settings));
        metadata.put("ss_network_dim", String.valueOf(lora.rank()));
        metadata.put("ss_network_alpha", String.valueOf(lora.alpha()));
        metadata.put("format", "pt");
        metadata.putAll(extra);
        metadata.put("sshs_model_hash", hash);
        return metadata;
    }
}
