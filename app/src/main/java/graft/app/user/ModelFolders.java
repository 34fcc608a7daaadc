package graft.app.user;

import graft.file.BuiltIn;
import graft.file.Location;
import graft.model.TinyDecoder;
import graft.node.Problem;
import graft.node.Setting.Collection;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Where models are looked for by name, the first folder first. Immutable; what lies in the folders is looked at anew each time.
 *
 * @param folders each with what it holds; they need not be there
 * @param problems with what was to say more folders: files that cannot be read as such
 */
public record ModelFolders(List<Folder> folders, List<Problem> problems) {

    /** No folder: names are paths and nothing else. */
    public static final ModelFolders NONE = new ModelFolders(List.of(), List.of());

    private static final int DEPTH = 8;

    /** ComfyUI's folder of pictures to begin with; beside it lie those of the others that a name may say. */
    static final String INPUT = "input";

    /** A picture's name as ComfyUI writes it where it is not in {@code input}: {@code pot.png [output]}. */
    private static final Pattern PLACED = Pattern.compile("(?s)(.+?) ?\\[(input|output|temp)]\\s*");

    /**
     * A folder and what it holds.
     *
     * @param path absolute
     */
    public record Folder(Collection collection, Path path) {}

    public ModelFolders {
        folders = List.copyOf(folders);
        problems = List.copyOf(problems);
    }

    /** Every folder, without repeats. */
    public List<Path> all() {
        return folders.stream().map(Folder::path).distinct().toList();
    }

    /** The folders of a collection, without repeats. */
    public List<Path> of(Collection collection) {
        return folders.stream()
                .filter(folder -> folder.collection() == collection)
                .map(Folder::path)
                .distinct()
                .toList();
    }

    /**
     * The files, or folders of a model, of that name, the one to take first; each file once by whichever path it is found.
     *
     * @param name as ComfyUI saves it: {@code x.safetensors} or {@code sub/folder/x.safetensors}, with either slash
     */
    public List<Path> find(Collection collection, String name) {
        Matcher placed = PLACED.matcher(name);
        return collection == Collection.PICTURES && placed.matches()
                ? found(inputs(placed.group(2)), placed.group(1))
                : found(collection, name);
    }

    /** ComfyUI's folders of that name: input, or those beside. */
    private List<Path> inputs(String folder) {
        return of(Collection.PICTURES).stream()
                .filter(each -> each.endsWith(INPUT))
                .map(each -> each.resolveSibling(folder))
                .toList();
    }

    private List<Path> found(Collection collection, String name) {
        List<Path> found = new ArrayList<>(found(of(collection), name));
        if (found.isEmpty() && collection == Collection.VAES) {
            tiny(name).ifPresent(found::add);
        }
        return found;
    }

    private static List<Path> found(List<Path> folders, String name) {
        Optional<Path> relative = relative(name);
        if (relative.isEmpty()) {
            return List.of();
        }
        List<Path> found = new ArrayList<>();
        List<Path> real = new ArrayList<>();
        for (Path folder : folders) {
            Path file = folder.resolve(relative.get());
            if (Files.exists(file) && !real.contains(real(file))) {
                found.add(file);
                real.add(real(file));
            }
        }
        return found;
    }

    /** ComfyUI calls a tiny autoencoder by what its files begin with: {@code taesd}. */
    private Optional<Path> tiny(String name) {
        return TinyDecoder.find(of(Collection.TINY_VAES), name.strip()).filter(Files::isRegularFile);
    }

    private Optional<String> tinyName(Collection collection, Path file) {
        return Optional.of(String.valueOf(file.getFileName()).replaceFirst("_decoder.*", ""))
                .filter(name -> collection == Collection.VAES)
                .filter(name -> tiny(name).equals(Optional.of(file)));
    }

    /**
     * Whether what a setting says is a name to be looked for: no file from where Graft runs, no whole path, nothing built in, and the
     * setting's files are collected.
     */
    public boolean isName(Collection collection, String said) {
        if (collection == Collection.NONE || said.isBlank() || BuiltIn.is(said.strip())) {
            return false;
        }
        try {
            Path place = Location.of(said, "file", "a file");
            return !place.isAbsolute() && !Files.exists(place);
        } catch (Problem noPath) {
            return false;
        }
    }

    /** What a setting says, or in place of a name the whole path of the file that it names first. */
    public String resolved(Collection collection, String said) {
        return isName(collection, said)
                ? find(collection, said).stream()
                        .findFirst()
                        .map(Path::toString)
                        .orElse(said)
                : said;
    }

    /** The shortest name by which {@link #find} comes to a file first; empty where none does. */
    public Optional<String> name(Collection collection, Path file) {
        return tinyName(collection, file)
                .or(() -> nameWithin(collection, file))
                .or(() -> collection == Collection.PICTURES ? nameBeside(file) : Optional.empty());
    }

    private Optional<String> nameBeside(Path file) {
        return Stream.of("output", "temp")
                .flatMap(folder -> inputs(folder).stream()
                        .filter(file::startsWith)
                        .map(each -> each.relativize(file).toString().replace('\\', '/') + " [" + folder + "]"))
                .findFirst();
    }

    private Optional<String> nameWithin(Collection collection, Path file) {
        return of(collection).stream()
                .filter(file::startsWith)
                .filter(folder -> !file.equals(folder))
                .map(folder -> folder.relativize(file).toString().replace('\\', '/'))
                .filter(name -> find(collection, name).stream().findFirst().equals(Optional.of(file)))
                .min((one, other) -> one.length() - other.length());
    }

    /** Names in the collection that end in the same file name: what may be meant where {@link #find} finds nothing. */
    public List<String> alike(Collection collection, String name) {
        Optional<Path> relative = relative(name);
        if (relative.isEmpty()) {
            return List.of();
        }
        String last = relative.get().getFileName().toString();
        List<String> names = new ArrayList<>();
        for (Path folder : of(collection)) {
            try (Stream<Path> files = Files.find(
                    folder,
                    DEPTH,
                    (file, attributes) -> file.getFileName().toString().equalsIgnoreCase(last),
                    FileVisitOption.FOLLOW_LINKS)) {
                files.flatMap(file -> name(collection, file).stream())
                        .filter(each -> !names.contains(each))
                        .forEach(names::add);
            } catch (IOException | UncheckedIOException unreadable) {
                // A folder that is not there, or holds one that may not be read, has nothing to offer.
            }
        }
        return names;
    }

    /** The name as a path within a folder; empty for what is a path of its own, or would lead out. */
    private static Optional<Path> relative(String name) {
        String plain = name.strip().replace('\\', '/');
        boolean leadsOut = plain.isEmpty()
                || plain.startsWith("/")
                || plain.startsWith("~/")
                || plain.matches("[A-Za-z]+:.*")
                || Arrays.asList(plain.split("/", -1)).contains("..");
        try {
            return leadsOut ? Optional.empty() : Optional.of(Path.of(plain).normalize());
        } catch (InvalidPathException noPath) {
            return Optional.empty();
        }
    }

    private static Path real(Path file) {
        try {
            return file.toRealPath();
        } catch (IOException gone) {
            return file;
        }
    }
}
