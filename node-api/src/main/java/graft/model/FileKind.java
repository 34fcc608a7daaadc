package graft.model;

import graft.file.FileFault;
import graft.file.Folder;
import graft.file.ImageFile;
import graft.file.PictureFormat;
import graft.node.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a file or folder is: told by the names and shapes of the tensors in it, by its configs and its first bytes. The one
 * place that decides this, for loaders, checks, the canvas and the shelf.
 *
 * @param name with its article, as messages call it: {@code a Stable Diffusion XL model}, {@code a FLUX.1 model}
 * @param family of a model: id of its {@link Family}; else empty
 */
public record FileKind(Role role, String name, String family) {

    /** What it is for. */
    public enum Role {
        /** A base model that Graft draws with. */
        MODEL,
        /** A LoRA or another change of a model. */
        ADAPTER,
        /** Vectors of a word: textual inversion. */
        EMBEDDING,
        /** An autoencoder that fits the models that Graft draws with. */
        VAE,
        /** What steers models of Stable Diffusion by a picture. */
        CONTROLNET,
        /** CLIP's half that reads texts. */
        TEXT_ENCODER,
        /** What looks at pictures: it captions or compares them. */
        VISION,
        /** What makes pictures larger. */
        UPSCALER,
        PICTURE,
        /** A folder of pictures. */
        PICTURES,
        WORKFLOW,
        /** Something known that Graft does not use. */
        OTHER,
        /** Nothing that is known. */
        UNKNOWN
    }

    /** The file that tells a folder in the layout of diffusers. */
    public static final String INDEX = "model_index.json";

    /** An autoencoder of few convolutions, for previews, and for pictures where time matters more than detail. */
    static final FileKind TINY_VAE = of(Role.VAE, "a tiny autoencoder (TAESD)");

    /** The name by which a control-LoRA is told. */
    public static final String LORA_MARK = "lora_controlnet";

    /** Of Stability AI's kind: the small difference between a ControlNet and the model that it steers. */
    public static final FileKind CONTROL_LORA = of(Role.CONTROLNET, "a control-LoRA");

    public static final FileKind T2I_ADAPTER = of(Role.CONTROLNET, "a T2I-Adapter");

    /** What can be drawn with. */
    private static final String DRAWN_WITH = "Stable Diffusion 1.x, 2.x or XL";

    private static final Pattern SHARD = Pattern.compile("(.+)-\\d{5}-of-\\d{5}\\.(safetensors|bin)");

    private static final int FIRST_BYTES = 32;
    private static final Pattern TENSORS = Pattern.compile("(?i).+\\.(safetensors|sft|ckpt|pt|pth|bin)");

    static FileKind of(Role role, String name) {
        return new FileKind(role, name, "");
    }

    static FileKind other(String name) {
        return of(Role.OTHER, name);
    }

    /** The name without its article, to stand alone: {@code FLUX.1 model}. */
    public String title() {
        return name.replaceFirst("^(an?|the) ", "");
    }

    /**
     * Looks into a file or folder, of which it reads headers and configs only.
     *
     * @throws Problem naming the file, when it is not there, cannot be read or is damaged
     */
    public static FileKind of(Path place) {
        if (!Files.exists(place)) {
            throw new Problem("cannot read " + place, "there is no such file or folder", "check the name");
        }
        return Family.foreign(place).map(FileKind::of).orElseGet(() -> own(place));
    }

    /** Of a model of a plugin's family. */
    private static FileKind of(Family family) {
        return new FileKind(Role.MODEL, "a " + family.title() + " model", family.id());
    }

    /** Of what Graft knows without plugins. */
    public static FileKind own(Path place) {
        if (Files.isDirectory(place)) {
            return ofFolder(place);
        }
        String name = String.valueOf(place.getFileName());
        byte[] first = first(place);
        if (ImageFile.isPicture(place)
                || Stream.of(PictureFormat.Kind.values()).anyMatch(format -> format.knows(first))) {
            return of(Role.PICTURE, "a picture");
        }
        if (startsAsText(first, "GGUF")) {
            return Gguf.kind(place);
        }
        if (name.endsWith(".json")) {
            return ofJson(place);
        }
        return ofTensors(place);
    }

    /** Of a file of tensors. */
    private static FileKind ofTensors(Path file) {
        if (SHARD.matcher(String.valueOf(file.getFileName())).matches()) {
            return other("one of several files that a model's weights are split over");
        }
        TensorStore store;
        try {
            store = TensorStore.open(file);
        } catch (Problem e) {
            Optional<Problem> other = OtherWeights.of(file);
            if (other.isPresent()) {
                throw other.get().causedBy(e);
            }
            if (!TENSORS.matcher(String.valueOf(file.getFileName())).matches()) {
                return of(Role.UNKNOWN, "a file of another kind");
            }
            throw e;
        }
        return of(store);
    }

    static FileKind of(TensorStore store) {
        return TensorNames.kind(store);
    }

    private static byte[] first(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            return in.readNBytes(FIRST_BYTES);
        } catch (IOException e) {
            throw FileFault.reading(file, e);
        }
    }

    private static boolean startsAsText(byte[] bytes, String text) {
        if (bytes.length < text.length()) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            if (bytes[i] != text.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private static FileKind ofJson(Path file) {
        String name = String.valueOf(file.getFileName());
        if (name.endsWith(".index.json")) {
            return other("the list of the files that a model's weights are split over");
        }
        Config config;
        try {
            config = Config.read(file);
        } catch (Problem toldByWhoOpensIt) {
            return of(Role.WORKFLOW, "a workflow");
        }
        return ClassNames.kind(config)
                .filter(kind -> !config.has("nodes"))
                .map(kind -> other("the config of " + kind.name()))
                .orElse(of(Role.WORKFLOW, "a workflow"));
    }

    private static FileKind ofFolder(Path folder) {
        if (Files.isRegularFile(folder.resolve(INDEX))) {
            return FolderKind.of(folder);
        }
        Path config = folder.resolve("config.json");
        if (Files.isRegularFile(config)) {
            return ClassNames.kind(Config.read(config)).orElse(of(Role.UNKNOWN, "a model of a kind that is not known"));
        }
        if (list(folder).stream().anyMatch(ImageFile::isPicture)) {
            return of(Role.PICTURES, "a folder of pictures");
        }
        return of(Role.UNKNOWN, "a folder without a " + INDEX);
    }

    /**
     * Refuses it where something else was wanted; says nothing where what it is is not known.
     *
     * @param happened what failed, with its name
     * @param remedy what to choose instead
     * @throws Problem that says what it is
     */
    public void refuseUnless(Role wanted, String happened, String remedy) {
        if (role != wanted && role != Role.UNKNOWN) {
            throw new Problem(happened, "it is " + name, remedy);
        }
    }

    /** Whether it can be given where a base model is wanted. */
    public boolean isModel() {
        return role == Role.MODEL;
    }

    /** Why it is no model to load, in one sentence that says what it is. */
    public Problem noModel(Path place) {
        String happened = "cannot load the model " + place;
        String wanted = "choose a " + DRAWN_WITH + " model";
        Optional<Path> whole = whole(place);
        if (whole.isPresent()) {
            return new Problem(
                    happened,
                    "it is " + name + ", a part of a model in a folder",
                    "choose that folder: " + whole.get());
        }
        return switch (role) {
            case ADAPTER ->
                new Problem(
                        happened,
                        "it is " + name + ", which changes a model and is none itself",
                        "load it with Load LoRA, and choose here the model that it was made for");
            case EMBEDDING ->
                new Problem(
                        happened,
                        "it is " + name + ", which adds a word to a model and is none itself",
                        "load it with Load Embedding, and choose here the model that it was made for");
            case VAE ->
                new Problem(
                        happened,
                        "it is " + name + " alone, without the network that draws and what reads prompts",
                        "choose here the model that it belongs to");
            case UPSCALER ->
                new Problem(
                        happened,
                        "it is " + name + ", which does not draw",
                        "load it with Load Upscaler, and " + wanted + " here");
            case CONTROLNET ->
                new Problem(
                        happened,
                        "it is " + name + ", which steers a model and is none itself",
                        "load it with Load ControlNet, and choose here the model that it was made for");
            case TEXT_ENCODER, VISION -> new Problem(happened, "it is " + name + ", which does not draw", wanted);
            case PICTURE, PICTURES -> new Problem(happened, "it is " + name, wanted);
            case WORKFLOW -> new Problem(happened, "it is " + name, "open it instead, and " + wanted + " here");
            case MODEL, OTHER -> new Problem(happened, "it is " + name + ", which Graft does not draw with", wanted);
            case UNKNOWN ->
                Files.isDirectory(place)
                        ? folderWithoutModel(place)
                        : new Problem(
                                happened,
                                "it is " + name + ", and no kind of model that Graft knows",
                                "choose a " + DRAWN_WITH + " model: one file, or a folder in the layout of diffusers");
        };
    }

    /** Why nothing can be done with it, in one sentence that says what it is. */
    public Problem noUse(Path place) {
        String happened = "cannot use " + place;
        return switch (role) {
            case OTHER ->
                new Problem(
                        happened,
                        "it is " + name + ", which Graft does not work with",
                        "use a " + DRAWN_WITH + " model, or what is made for one");
            case UNKNOWN ->
                new Problem(
                        happened,
                        "it is " + name,
                        "use a picture, a model, a LoRA, an embedding, a workflow, or a folder of pictures or of a model");
            default -> new Problem(happened, "it is " + name, "choose it in the setting that asks for one");
        };
    }

    /** The folder of the model that a part's folder, or a file in it, is of. */
    private static Optional<Path> whole(Path part) {
        Path folder = Files.isDirectory(part)
                ? part.toAbsolutePath()
                : part.toAbsolutePath().getParent();
        return Optional.ofNullable(folder)
                .map(Path::getParent)
                .filter(around -> Files.isRegularFile(around.resolve(INDEX)));
    }

    private Problem folderWithoutModel(Path folder) {
        return OtherWeights.in(folder).orElseGet(() -> {
            Optional<Path> inside = onlyFile(folder);
            return new Problem(
                    "cannot load the model " + folder,
                    "the folder holds no " + INDEX,
                    inside.map(file -> "choose the file " + file.getFileName() + " in it")
                            .orElse("choose a folder that diffusers saved, or a .safetensors file"));
        });
    }

    /** The file of tensors in a folder that has one. */
    private static Optional<Path> onlyFile(Path folder) {
        List<Path> found = list(folder).stream()
                .filter(file -> file.toString().endsWith(".safetensors"))
                .toList();
        return found.size() == 1 ? Optional.of(found.get(0)) : Optional.empty();
    }

    private static List<Path> list(Path folder) {
        try {
            return Folder.entries(folder).stream().filter(Files::isRegularFile).toList();
        } catch (IOException e) {
            throw FileFault.reading(folder, e);
        }
    }
}
