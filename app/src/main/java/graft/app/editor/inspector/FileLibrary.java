package graft.app.editor.inspector;

import graft.app.editor.Scaled;
import graft.app.editor.WindowThread;
import graft.app.user.ModelFolders;
import graft.file.BuiltIn;
import graft.file.ImageFile;
import graft.file.Location;
import graft.model.FileKind.Role;
import graft.node.Problem;
import graft.node.Setting.Collection;
import graft.node.Setting.Control;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import javax.swing.SwingUtilities;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The models, adapters, pictures and folders that a setting can name: what comes with Graft, what runs made, and what
 * lies in the user's folders.
 *
 * <p>Looks in a thread of its own; answers come on Swing's.
 */
public final class FileLibrary implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(FileLibrary.class);

    /**
     * Something to choose.
     *
     * @param place what the setting will say
     * @param facts what is known of it; empty when it cannot be read
     * @param thumbnail at most {@link #THUMBNAIL} pixels wide and high; empty when it has none
     * @param within the folders that tell it from others of its name; empty where there are none
     */
    public record Entry(String place, Optional<FileFacts> facts, Optional<BufferedImage> thumbnail, String within) {

        Entry(String place, Optional<FileFacts> facts, Optional<BufferedImage> thumbnail) {
            this(place, facts, thumbnail, "");
        }

        /** Whether all of some words, in small letters, are in its place or in what is known of it. */
        public boolean matches(String words) {
            String all = (place + " " + facts.map(FileFacts::searched).orElse("")).toLowerCase(Locale.ROOT);
            return Arrays.stream(words.split("\\s+")).allMatch(all::contains);
        }

        /** What its place ends with. */
        public String name() {
            String plain = place.replace('\\', '/');
            return plain.substring(plain.lastIndexOf('/') + 1).replaceFirst("^builtin:", "");
        }
    }

    static final int THUMBNAIL = 96;

    /** What a model is put together from, and what may be that. */
    private static final Set<Role> PARTS =
            EnumSet.of(Role.VAE, Role.TEXT_ENCODER, Role.VISION, Role.UPSCALER, Role.WORKFLOW, Role.UNKNOWN);

    private static final int DEPTH = 8;
    private static final int MOST = 2000;
    private static final int MOST_IMAGES = 200;

    private record Stamp(Path file, long bytes, long changed) {}

    private final Supplier<ModelFolders> models;
    private final Path runs;
    private final Map<Stamp, Entry> known = new ConcurrentHashMap<>();
    private final ExecutorService thread = WindowThread.named("graft-files");

    /**
     * A library.
     *
     * @param models the user's folders, asked for whenever it looks
     * @param runs where runs leave their folders
     */
    public FileLibrary(Supplier<ModelFolders> models, Path runs) {
        this.models = models;
        this.runs = runs;
    }

    /** Everything that a control can choose, the built-in first. */
    public void find(Control control, Consumer<List<Entry>> then) {
        find(control, Collection.NONE, then);
    }

    /** Likewise, of one collection; {@code NONE} for whatever the control can choose. */
    void find(Control control, Collection collection, Consumer<List<Entry>> then) {
        thread.execute(() -> {
            List<Entry> found = found(control, collection, models.get());
            SwingUtilities.invokeLater(() -> then.accept(found));
        });
    }

    /** What is known of what a setting says; nothing when there is no such thing. */
    void look(String place, Collection collection, Consumer<Optional<Entry>> then) {
        thread.execute(() -> {
            Optional<Entry> entry = entry(place, models.get().resolved(collection, place));
            SwingUtilities.invokeLater(() -> then.accept(entry));
        });
    }

    /** The words that call up the embeddings of the user's folders. */
    void words(Consumer<List<String>> then) {
        find(
                Control.ADAPTER,
                all -> then.accept(all.stream()
                        .filter(entry -> entry.facts()
                                .filter(facts -> facts.role() == Role.EMBEDDING)
                                .isPresent())
                        .map(entry -> entry.name().replaceFirst("\\.[a-z]+$", ""))
                        .toList()));
    }

    private List<Entry> found(Control control, Collection collection, ModelFolders folders) {
        List<Entry> found = new ArrayList<>();
        builtIn(control, collection).forEach(name -> entry(name, name).ifPresent(found::add));
        List<Path> files = new ArrayList<>();
        walk(runs, control, collection, files);
        outermost(collection == Collection.NONE ? folders.all() : folders.of(collection))
                .forEach(folder -> walk(folder, control, collection, files));
        Map<Entry, Path> places = new LinkedHashMap<>();
        files.stream().distinct().forEach(file -> entry(file.toString(), file.toString())
                .filter(entry -> fits(entry, control, collection))
                .map(entry -> named(entry, file, collection, folders))
                .ifPresent(entry -> places.put(entry, file)));
        found.addAll(told(places));
        found.sort(Comparator.comparing(FileLibrary::isForeign));
        return found;
    }

    /** Those of one name with the folders that tell them apart: as many from the last as it takes. */
    private static List<Entry> told(Map<Entry, Path> places) {
        Map<String, List<Entry>> byName = places.keySet().stream().collect(Collectors.groupingBy(Entry::name));
        List<Entry> told = new ArrayList<>();
        places.forEach((entry, file) -> {
            List<Entry> same = byName.get(entry.name());
            int depth = 1;
            while (same.size() > 1 && depth < DEPTH && !distinct(same, places, depth)) {
                depth++;
            }
            told.add(
                    same.size() < 2
                            ? entry
                            : new Entry(entry.place(), entry.facts(), entry.thumbnail(), folders(file, depth)));
        });
        return told;
    }

    private static boolean distinct(List<Entry> same, Map<Entry, Path> places, int depth) {
        return same.stream()
                        .map(entry -> folders(places.get(entry), depth))
                        .distinct()
                        .count()
                == same.size();
    }

    /** The last folders that a file lies in. */
    private static String folders(Path file, int count) {
        Path parent = file.toAbsolutePath().getParent();
        int names = parent == null ? 0 : parent.getNameCount();
        return names == 0
                ? ""
                : parent.subpath(Math.max(0, names - count), names).toString().replace('\\', '/');
    }

    private static boolean isForeign(Entry entry) {
        return entry.facts().flatMap(FileFacts::refusal).isPresent();
    }

    private static List<String> builtIn(Control control, Collection collection) {
        if (collection == Collection.VISION) {
            return BuiltIn.visionModels();
        }
        return switch (control) {
            case MODEL -> BuiltIn.models();
            case FOLDER -> BuiltIn.sampleSets();
            default -> List.of();
        };
    }

    /** The folders that lie in none of the others. */
    private static List<Path> outermost(List<Path> folders) {
        return folders.stream()
                .filter(folder ->
                        folders.stream().noneMatch(other -> !folder.equals(other) && folder.startsWith(other)))
                .toList();
    }

    /** Called as a workflow calls it for whoever has it elsewhere, where that comes to this file here. */
    private static Entry named(Entry entry, Path file, Collection collection, ModelFolders folders) {
        Collection its = collection != Collection.NONE
                ? collection
                : switch (entry.facts().map(FileFacts::role).orElse(Role.UNKNOWN)) {
                    case MODEL -> Collection.CHECKPOINTS;
                    case ADAPTER -> Collection.LORAS;
                    case EMBEDDING -> Collection.EMBEDDINGS;
                    case CONTROLNET -> Collection.CONTROLNETS;
                    default -> Collection.NONE;
                };
        return folders.name(its, file)
                .map(name -> new Entry(name, entry.facts(), entry.thumbnail()))
                .orElse(entry);
    }

    private static boolean fits(Entry entry, Control control, Collection collection) {
        return entry.facts()
                .filter(facts -> fitting(control, collection).contains(facts.role()))
                .isPresent();
    }

    /** Models of families that are not known too: whoever looks for one is told why it cannot be chosen. */
    private static Set<Role> fitting(Control control, Collection collection) {
        return switch (collection) {
            case LORAS -> EnumSet.of(Role.ADAPTER);
            case EMBEDDINGS -> EnumSet.of(Role.EMBEDDING);
            case CHECKPOINTS -> EnumSet.of(Role.MODEL, Role.OTHER);
            case CONTROLNETS -> EnumSet.of(Role.CONTROLNET);
            case VISION, VAES, TEXT_ENCODERS, UPSCALERS, TINY_VAES -> PARTS;
            case PICTURES -> EnumSet.of(Role.PICTURE);
            case NONE ->
                switch (control) {
                    case MODEL -> EnumSet.of(Role.MODEL, Role.OTHER);
                    case ADAPTER -> EnumSet.of(Role.ADAPTER, Role.EMBEDDING);
                    case IMAGE_FILE -> EnumSet.of(Role.PICTURE);
                    case FOLDER -> EnumSet.of(Role.PICTURES);
                    default -> EnumSet.allOf(Role.class);
                };
        };
    }

    private static void walk(Path folder, Control control, Collection collection, List<Path> found) {
        if (!Files.isDirectory(folder)) {
            return;
        }
        List<Path> here = new ArrayList<>();
        try {
            Files.walkFileTree(folder, EnumSet.of(FileVisitOption.FOLLOW_LINKS), DEPTH, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult preVisitDirectory(Path sub, BasicFileAttributes attributes) {
                    if (sub.getFileName() != null
                            && sub.getFileName().toString().startsWith(".")) {
                        return FileVisitResult.SKIP_SUBTREE;
                    }
                    if (control == Control.MODEL && Files.isRegularFile(sub.resolve("model_index.json"))) {
                        here.add(sub);
                        return FileVisitResult.SKIP_SUBTREE;
                    }
                    boolean wanted = collection != Collection.VISION || Files.isRegularFile(sub.resolve("config.json"));
                    if (control == Control.FOLDER && !sub.equals(folder) && wanted) {
                        here.add(sub);
                    }
                    return here.size() < MOST ? FileVisitResult.CONTINUE : FileVisitResult.TERMINATE;
                }

                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                    if (attributes.isRegularFile() && candidate(file, control)) {
                        here.add(file);
                    }
                    return here.size() < MOST ? FileVisitResult.CONTINUE : FileVisitResult.TERMINATE;
                }

                @Override
                public FileVisitResult visitFileFailed(Path file, IOException unreadable) {
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException unreadable) {
            // A folder that went away while it was looked through has nothing to choose.
        }
        here.sort(Comparator.comparingLong(FileLibrary::changed).reversed());
        found.addAll(control == Control.IMAGE_FILE && here.size() > MOST_IMAGES ? here.subList(0, MOST_IMAGES) : here);
    }

    /** What files of models and adapters end with, as far as they can be loaded. */
    static List<String> endings(Control control) {
        return switch (control) {
            case MODEL -> List.of("safetensors", "sft", "ckpt", "pt", "pth", "bin");
            case ADAPTER -> List.of("safetensors", "sft", "pt", "bin");
            default -> List.of();
        };
    }

    private static boolean candidate(Path file, Control control) {
        String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
        String ending = name.substring(name.lastIndexOf('.') + 1);
        return switch (control) {
            // What is only refused too: whoever looks for it is told why it cannot be chosen.
            case MODEL -> ending.equals("gguf") || endings(control).contains(ending);
            case ADAPTER -> endings(control).contains(ending);
            case IMAGE_FILE -> ImageFile.endings().contains(ending);
            case FILE -> true;
            default -> false;
        };
    }

    private static long changed(Path file) {
        try {
            return Files.getLastModifiedTime(file).toMillis();
        } catch (IOException gone) {
            return 0;
        }
    }

    /** @param path where the place is, as a path or something built in */
    private Optional<Entry> entry(String place, String path) {
        if (path.isBlank()) {
            return Optional.empty();
        }
        try {
            Path file = Location.of(path, "file", "a file");
            if (!Files.exists(file)) {
                return Optional.empty();
            }
            Stamp stamp = new Stamp(file, Files.isDirectory(file) ? 0 : Files.size(file), changed(file));
            Entry entry = known.computeIfAbsent(stamp, key -> new Entry(place, facts(file), thumbnail(file)));
            return Optional.of(new Entry(place, entry.facts(), entry.thumbnail()));
        } catch (IOException | Problem unreadable) {
            return Optional.empty();
        }
    }

    private static Optional<FileFacts> facts(Path file) {
        try {
            return Optional.of(FileFacts.of(file));
        } catch (Problem damaged) {
            return Optional.empty();
        } catch (RuntimeException pluginsFault) {
            return passedOver(file, pluginsFault);
        }
    }

    /** Of a picture itself, of the first pictures of a folder, the picture that lies beside a file, or that it carries. */
    private static Optional<BufferedImage> thumbnail(Path file) {
        try {
            if (Files.isDirectory(file)) {
                List<Path> pictures = ImageFile.list(file);
                return pictures.isEmpty() ? Optional.empty() : Optional.of(mosaic(pictures));
            }
            String name = file.getFileName().toString();
            String plain = name.replaceFirst("\\.[A-Za-z]+$", "");
            if (ImageFile.isPicture(file)) {
                return Optional.of(Scaled.fitted(ImageFile.read(file), THUMBNAIL, THUMBNAIL));
            }
            for (String beside : List.of(
                    ".preview.png",
                    ".png",
                    ".preview.jpg",
                    ".preview.jpeg",
                    ".jpg",
                    ".jpeg",
                    ".preview.webp",
                    ".webp")) {
                Path picture = file.resolveSibling(plain + beside);
                if (Files.isRegularFile(picture)) {
                    return Optional.of(Scaled.fitted(ImageFile.read(picture), THUMBNAIL, THUMBNAIL));
                }
            }
            return FileFacts.picture(file).map(carried -> Scaled.fitted(carried, THUMBNAIL, THUMBNAIL));
        } catch (Problem damaged) {
            return Optional.empty();
        } catch (RuntimeException pluginsFault) {
            return passedOver(file, pluginsFault);
        }
    }

    /** What a plugin's format makes of one file is no reason to go without the others. */
    private static <T> Optional<T> passedOver(Path file, RuntimeException fault) {
        LOG.warn("{} cannot be looked at", file, fault);
        return Optional.empty();
    }

    private static BufferedImage mosaic(List<Path> pictures) {
        if (pictures.size() < 4) {
            return Scaled.fitted(ImageFile.read(pictures.get(0)), THUMBNAIL, THUMBNAIL);
        }
        BufferedImage whole = new BufferedImage(THUMBNAIL, THUMBNAIL, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = whole.createGraphics();
        int half = THUMBNAIL / 2;
        for (int i = 0; i < 4; i++) {
            graphics.drawImage(
                    Scaled.fitted(ImageFile.read(pictures.get(i)), half, half), i % 2 * half, i / 2 * half, null);
        }
        graphics.dispose();
        return whole;
    }

    @Override
    public void close() {
        thread.shutdown();
    }
}
