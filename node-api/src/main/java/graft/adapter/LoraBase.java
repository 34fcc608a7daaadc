package graft.adapter;

import graft.model.Family;
import graft.model.ModelNames;
import graft.model.Parts;
import graft.node.Choices;
import graft.node.Problem;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Which base models a LoRA was made for, and what its file says of them. */
public enum LoraBase {
    STABLE_DIFFUSION_1("sd1", "Stable Diffusion 1.x", "sd_v1", "stable-diffusion-v1"),
    STABLE_DIFFUSION_2("sd2", "Stable Diffusion 2.x", "sd_v2", "stable-diffusion-v2"),
    STABLE_DIFFUSION_XL("sdxl", "Stable Diffusion XL", "sdxl", "stable-diffusion-xl");

    /** Layers that of the three only XL's UNet has: a second transformer in one attention, and what tells it of sizes. */
    private static final Pattern OF_XL = Pattern.compile(
            ".*(attentions_\\d+|blocks?(_\\d+)?_1)_transformer_blocks_[1-9].*" + "|(add_embedding|label_emb)_.+");

    private static final String VERSION = "ss_base_model_version";
    private static final String ARCHITECTURE = "modelspec.architecture";

    private final String family;
    private final String title;
    /** How sd-scripts' names for all versions begin. */
    private final String versions;
    /** The same of Stability AI's names. */
    private final String architectures;

    LoraBase(String family, String title, String versions, String architectures) {
        this.family = family;
        this.title = title;
        this.versions = versions;
        this.architectures = architectures;
    }

    /** As {@link graft.model.CheckpointSpec#family} has it. */
    String family() {
        return family;
    }

    /** What people call the models. */
    public String title() {
        return title;
    }

    /** What people call a family of {@link graft.model.CheckpointSpec#family}. */
    static String title(String family) {
        return Stream.of(values())
                .filter(base -> base.family.equals(family))
                .map(LoraBase::title)
                .findFirst()
                .or(() -> Choices.named(Family.class, family).map(Family::title))
                .orElse(family);
    }

    /** That of a file, by its header alone: its sizes tell, else what it says; empty where neither does. */
    public static Optional<LoraBase> of(LoraSpec spec, Map<String, String> metadata) {
        if (spec.texts().contains(Parts.TEXT_2)) {
            return Optional.of(STABLE_DIFFUSION_XL);
        }
        return ofWidth(spec.contextWidth().orElse(-1)).or(() -> ofMetadata(metadata));
    }

    /** That of an embedding, by the width of its vectors; empty for one of another model. */
    public static Optional<LoraBase> of(EmbeddingSpec spec) {
        return spec.widths().containsKey(Parts.TEXT_2)
                ? Optional.of(STABLE_DIFFUSION_XL)
                : ofWidth(spec.widths().values().iterator().next());
    }

    /** That of a LoRA: its sizes tell, else what its file said, else the layers that it changes; else it is the oldest. */
    static LoraBase of(Lora lora) {
        if (lora.changed().contains(Parts.TEXT_2)) {
            return STABLE_DIFFUSION_XL;
        }
        return ofWidth(contextWidth(lora))
                .or(() -> ofMetadata(lora.metadata()))
                .orElseGet(() -> changesXl(lora) ? STABLE_DIFFUSION_XL : STABLE_DIFFUSION_1);
    }

    private static boolean changesXl(Lora lora) {
        return lora.layers(Parts.DENOISER).keySet().stream()
                .anyMatch(module -> OF_XL.matcher(LoraKey.flatten(module)).matches());
    }

    private static long contextWidth(Lora lora) {
        return lora.layers(Parts.DENOISER).entrySet().stream()
                .filter(layer -> LoraKey.flatten(layer.getKey()).endsWith("attn2_to_k"))
                .mapToLong(layer -> layer.getValue().in())
                .findFirst()
                .orElse(-1);
    }

    /** Whose text states are so wide. */
    static Optional<LoraBase> ofWidth(long width) {
        if (width == 768) {
            return Optional.of(STABLE_DIFFUSION_1);
        } else if (width == 1024) {
            return Optional.of(STABLE_DIFFUSION_2);
        }
        return width == 1280 || width == 2048 ? Optional.of(STABLE_DIFFUSION_XL) : Optional.empty();
    }

    private static Optional<LoraBase> ofMetadata(Map<String, String> metadata) {
        String version = metadata.getOrDefault(VERSION, "");
        String architecture = metadata.getOrDefault(ARCHITECTURE, "");
        return Stream.of(values())
                .filter(base -> version.startsWith(base.versions) || architecture.startsWith(base.architectures))
                .findFirst();
    }

    /** Why a LoRA of two text encoders cannot be laid over a model of one. */
    static Problem otherFamily(String lora, String model, String family) {
        return new Problem(
                "cannot apply the LoRA " + lora + " to " + model,
                "it was trained for " + STABLE_DIFFUSION_XL.title
                        + ", whose second text encoder it changes, and this model" + " is of " + title(family),
                "use it with a model of that family, or choose a LoRA that was trained for this one");
    }

    /**
     * What a file says of them, in sd-scripts' words and those of Stability AI's model specification.
     *
     * @param said before, which tells whether the models predict velocities
     */
    Map<String, String> metadata(Map<String, String> said) {
        Map<String, String> metadata = new LinkedHashMap<>();
        metadata.put("ss_v2", this == STABLE_DIFFUSION_2 ? "True" : "False");
        ModelNames names = Choices.named(Family.class, family)
                .orElseThrow()
                .names(said.getOrDefault(VERSION, "").endsWith("_v") ? "v_prediction" : "epsilon");
        metadata.put(VERSION, names.version());
        metadata.put(ARCHITECTURE, names.loraArchitecture());
        return metadata;
    }
}
