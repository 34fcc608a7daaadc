package graft.app.user;

import graft.app.user.ModelFolders.Folder;
import graft.node.Setting.Collection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/** What the folders within a program's folder hold, by the names that ComfyUI and the AUTOMATIC1111 web UI give them. */
final class Layout {

    /** ComfyUI's names, as its {@code folder_paths.py} and {@code extra_model_paths.yaml} have them, older ones too. */
    private static final Map<String, Collection> COMFYUI = Map.ofEntries(
            Map.entry("checkpoints", Collection.CHECKPOINTS),
            Map.entry("diffusers", Collection.CHECKPOINTS),
            Map.entry("diffusion_models", Collection.CHECKPOINTS),
            Map.entry("unet", Collection.CHECKPOINTS),
            Map.entry("loras", Collection.LORAS),
            Map.entry("embeddings", Collection.EMBEDDINGS),
            Map.entry("vae", Collection.VAES),
            Map.entry("controlnet", Collection.CONTROLNETS),
            Map.entry("text_encoders", Collection.TEXT_ENCODERS),
            Map.entry("clip", Collection.TEXT_ENCODERS),
            Map.entry("clip_vision", Collection.VISION),
            Map.entry("upscale_models", Collection.UPSCALERS),
            Map.entry("vae_approx", Collection.TINY_VAES));

    /** In the order in which the web UI, and its fork Forge, look. */
    private static final List<Map.Entry<String, Collection>> A1111 = List.of(
            Map.entry("Stable-diffusion", Collection.CHECKPOINTS),
            Map.entry("Lora", Collection.LORAS),
            Map.entry("LyCORIS", Collection.LORAS),
            Map.entry("VAE", Collection.VAES),
            Map.entry("ControlNet", Collection.CONTROLNETS),
            Map.entry("text_encoder", Collection.TEXT_ENCODERS),
            Map.entry("BLIP", Collection.VISION),
            Map.entry("ESRGAN", Collection.UPSCALERS),
            Map.entry("RealESRGAN", Collection.UPSCALERS),
            Map.entry("VAE-approx", Collection.TINY_VAES));

    private static final List<String> ORDER = List.of(
            "checkpoints",
            "diffusers",
            "diffusion_models",
            "unet",
            "loras",
            "embeddings",
            "vae",
            "controlnet",
            "text_encoders",
            "clip",
            "clip_vision",
            "upscale_models",
            "vae_approx");

    private Layout() {}

    /** What ComfyUI keeps under a name; {@code NONE} for what Graft has no use for. */
    static Collection named(String key) {
        return COMFYUI.getOrDefault(key.toLowerCase(Locale.ROOT), Collection.NONE);
    }

    /**
     * The folders of models in a folder: of ComfyUI, of the web UI, of the {@code models} folder of either; and last the folder
     * itself, in which everything may lie.
     */
    static List<Folder> of(Path root) {
        List<Folder> folders = new ArrayList<>();
        for (Path models : List.of(root.resolve("models"), root)) {
            ORDER.forEach(name -> add(folders, named(name), models.resolve(name)));
            A1111.forEach(each -> add(folders, each.getValue(), models.resolve(each.getKey())));
        }
        inputs(root).forEach(folder -> folders.add(new Folder(Collection.PICTURES, folder)));
        Arrays.stream(Collection.values())
                .filter(collection -> collection != Collection.NONE)
                .forEach(collection -> folders.add(new Folder(collection, root)));
        return folders;
    }

    /** ComfyUI's folder of pictures to begin with, of its own folder or of the one of its models. */
    static List<Path> inputs(Path root) {
        return Stream.of(root.resolve(ModelFolders.INPUT), root.resolveSibling(ModelFolders.INPUT))
                .filter(folder -> folder.startsWith(root) || root.endsWith("models"))
                .filter(Files::isDirectory)
                .toList();
    }

    private static void add(List<Folder> folders, Collection collection, Path folder) {
        if (Files.isDirectory(folder)) {
            folders.add(new Folder(collection, folder));
        }
    }
}
