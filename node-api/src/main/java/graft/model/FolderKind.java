package graft.model;

import graft.model.FileKind.Role;
import graft.node.Problem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Tells what a folder in the layout of diffusers holds, by the classes that its configs name. */
final class FolderKind {

    private static final String TEXT_ENCODER = "text_encoder";
    private static final String UNET_CLASS = "UNet2DConditionModel";

    private FolderKind() {}

    /** What such a folder holds, by the classes that its configs name. */
    static FileKind of(Path folder) {
        Config index = Config.read(folder.resolve(FileKind.INDEX));
        String name = index.has("_class_name") ? index.text("_class_name", "") : "";
        Optional<FileKind> known = ClassNames.ofDiffusers(name);
        if (known.isPresent()) {
            return known.get();
        }
        for (String part : List.of("transformer", "prior", "controlnet")) {
            Path config = folder.resolve(part).resolve("config.json");
            if (Files.isRegularFile(config)) {
                return ClassNames.kind(Config.read(config))
                        .filter(kind -> kind.role() == Role.OTHER)
                        .orElseGet(() -> unknown(name));
            }
        }
        Path unet = folder.resolve("unet/config.json");
        boolean second = Files.isRegularFile(folder.resolve(TEXT_ENCODER + "_2/config.json"));
        if (second && !Files.isRegularFile(folder.resolve(TEXT_ENCODER + "/config.json"))) {
            return FileKind.other("the refiner of Stable Diffusion XL");
        }
        if (Files.isRegularFile(unet)) {
            Optional<FileKind> other = otherThanUnet(unet);
            if (other.isPresent()) {
                return other.get();
            }
        } else if (!name.startsWith("StableDiffusion") && !name.isEmpty()) {
            return unknown(name);
        }
        return stableDiffusion(folder, second);
    }

    private static Optional<FileKind> otherThanUnet(Path config) {
        try {
            Config unet = Config.read(config);
            return unet.text("_class_name", UNET_CLASS).equals(UNET_CLASS) ? Optional.empty() : ClassNames.kind(unet);
        } catch (Problem toldWhenThePartIsRead) {
            return Optional.empty();
        }
    }

    private static FileKind unknown(String name) {
        return FileKind.other("a model of the kind " + name.replaceAll("[^\\w.]", "?"));
    }

    /** Versions 1 and 2 differ in their text encoders, which have different activations. */
    private static FileKind stableDiffusion(Path folder, boolean second) {
        boolean inpainting = takesMask(folder.resolve("unet/config.json"));
        String family = second ? "sdxl" : isQuick(folder.resolve(TEXT_ENCODER + "/config.json")) ? "sd1" : "sd2";
        String version =
                switch (family) {
                    case "sdxl" -> "XL";
                    case "sd2" -> "2.x";
                    default -> "1.x";
                };
        return new FileKind(
                Role.MODEL, "a Stable Diffusion " + version + (inpainting ? " inpainting model" : " model"), family);
    }

    private static boolean takesMask(Path config) {
        try {
            return Config.read(config).number("in_channels", 4) == TensorNames.INPAINTING;
        } catch (Problem toldWhenThePartIsRead) {
            return false;
        }
    }

    private static boolean isQuick(Path config) {
        try {
            return !Config.read(config).text("hidden_act", "quick_gelu").equals("gelu");
        } catch (Problem toldWhenThePartIsRead) {
            return true;
        }
    }
}
