package graft.model.sd;

import graft.model.CheckpointSpec;
import graft.model.Family;
import graft.model.LatentColours;
import graft.model.LayerGroup;
import graft.model.ModelNames;
import graft.model.OpenedModel;
import graft.model.Parts;
import graft.model.VaeConfig;
import graft.node.Choice;
import graft.node.Problem;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/** The families of Stable Diffusion (Rombach et al., 2022; Podell et al., 2023). */
enum StableDiffusion implements Family, Choice.BuiltIn {
    SD1("Stable Diffusion 1"),
    SD2("Stable Diffusion 2"),
    SDXL("Stable Diffusion XL");

    private static final String PROJECTIONS = "\\.(to_q|to_k|to_v|to_out\\.0)";

    /** Of the UNet's layers, by path. */
    private static final Map<LayerGroup, Pattern> LAYERS = Map.of(
            LayerGroup.ATTENTION, Pattern.compile(".*\\.attn[12]" + PROJECTIONS),
            LayerGroup.CROSS_ATTENTION, Pattern.compile(".*\\.attn2" + PROJECTIONS),
            LayerGroup.SELF_ATTENTION, Pattern.compile(".*\\.attn1" + PROJECTIONS),
            // As kohya has it.
            LayerGroup.ALL_LINEAR, Pattern.compile(".*\\.attentions\\..*"),
            LayerGroup.CONVOLUTIONS, Pattern.compile(".*\\.(resnets|downsamplers|upsamplers)\\..*"));

    /** The factors of ComfyUI's {@code latent_formats.SD15}. */
    private static final LatentColours COLOURS = new LatentColours(new float[][] {
        {0.3512f, 0.2297f, 0.3227f},
        {0.3250f, 0.4974f, 0.2350f},
        {-0.2829f, 0.1762f, 0.2721f},
        {-0.2120f, -0.2616f, -0.7177f},
        {0, 0, 0}
    });

    /** The factors of ComfyUI's {@code latent_formats.SDXL}. */
    private static final LatentColours COLOURS_XL = new LatentColours(new float[][] {
        {0.3651f, 0.4232f, 0.4341f},
        {-0.2533f, -0.0042f, 0.1068f},
        {0.1076f, 0.1111f, -0.0362f},
        {-0.3165f, -0.2492f, -0.2188f},
        {0.1084f, -0.0175f, -0.0011f}
    });

    /** Of the text states of {@code builtin:emoji-sd}. */
    private static final int EMOJI_WIDTH = 128;

    /** Of {@code builtin:emoji-sd}: least squares over the sample pictures that ship with it. */
    private static final LatentColours COLOURS_EMOJI = new LatentColours(new float[][] {
        {-0.4405f, -0.7266f, -0.9234f},
        {-0.0846f, 0.1855f, 0.7117f},
        {-0.0050f, -0.0905f, -0.2261f},
        {0.2104f, -0.6203f, -0.8927f},
        {0.3796f, 0.2434f, 0.1518f}
    });

    private static final double SCALING_EMOJI = 0.8829;

    private final String title;

    StableDiffusion(String title) {
        this.title = title;
    }

    @Override
    public String title() {
        return title;
    }

    @Override
    public boolean knows(Path folderOrFile) {
        try (OpenedModel model = StableDiffusionModel.open(folderOrFile)) {
            return model.spec().family().equals(id());
        } catch (Problem unknown) {
            return false;
        }
    }

    @Override
    public OpenedModel open(Path folderOrFile) {
        return StableDiffusionModel.open(folderOrFile);
    }

    @Override
    public OpenedModel open(Path folderOrFile, Path vae) {
        return StableDiffusionModel.open(folderOrFile, vae);
    }

    @Override
    public boolean isIn(LayerGroup group, String part, String module, long[] weight) {
        if (!Parts.isText(part)) {
            return LAYERS.get(group).matcher(module).matches();
        }
        return switch (group) {
            case ATTENTION, CROSS_ATTENTION, SELF_ATTENTION -> module.contains(".self_attn.");
            case ALL_LINEAR -> module.contains(".layers.");
            case CONVOLUTIONS -> false;
        };
    }

    @Override
    public ModelNames names(String predictionType) {
        boolean velocity = predictionType.equals("v_prediction");
        return switch (this) {
            case SD1 -> new ModelNames("stable-diffusion-v1", velocity ? "sd_v1_v" : "sd_v1");
            case SD2 ->
                new ModelNames(
                        velocity ? "stable-diffusion-v2-768-v" : "stable-diffusion-v2-512",
                        velocity ? "sd_v2_v" : "sd_v2");
            case SDXL -> new ModelNames("stable-diffusion-xl-v1-base", "sdxl_base_v1-0");
        };
    }

    /**
     * Only of those whose text states are as wide as in the models that were published, and of {@code builtin:emoji-sd}: other
     * small ones have sizes of their own.
     */
    @Override
    public OptionalInt usualSize(CheckpointSpec model) {
        boolean velocity = model.predictionType().equals("v_prediction");
        if (this == SD1 && model.contextWidth() == EMOJI_WIDTH && model.pixelsPerLatent() == 4) {
            return OptionalInt.of(64);
        }
        return switch (this) {
            case SD1 -> model.contextWidth() == 768 ? OptionalInt.of(512) : OptionalInt.empty();
            // The one at 768 predicts velocity.
            case SD2 -> model.contextWidth() == 1024 ? OptionalInt.of(velocity ? 768 : 512) : OptionalInt.empty();
            case SDXL -> model.contextWidth() == 2048 ? OptionalInt.of(1024) : OptionalInt.empty();
        };
    }

    /** Told by what latents are scaled with: a model may have another's autoencoder. */
    @Override
    public Optional<String> tinyAutoencoder(VaeConfig vae) {
        if (vae.factor() != 8) {
            return Optional.empty();
        }
        return vae.scaling() == VaeConfig.SCALING
                ? Optional.of("taesd")
                : vae.scaling() == VaeConfig.SCALING_XL ? Optional.of("taesdxl") : Optional.empty();
    }

    /** Told likewise. */
    @Override
    public Optional<LatentColours> latentColours(VaeConfig vae) {
        if (vae.factor() == 8 && vae.scaling() == VaeConfig.SCALING) {
            return Optional.of(COLOURS);
        } else if (vae.factor() == 8 && vae.scaling() == VaeConfig.SCALING_XL) {
            return Optional.of(COLOURS_XL);
        }
        return vae.factor() == 4 && vae.scaling() == SCALING_EMOJI ? Optional.of(COLOURS_EMOJI) : Optional.empty();
    }
}
