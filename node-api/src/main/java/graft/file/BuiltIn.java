package graft.file;

import graft.node.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * The models and the sample pictures that ship inside Graft, named {@code builtin:emoji-sd}, {@code builtin:emoji-clip}
 * and {@code builtin:samples/style-pixel}.
 *
 * <p>They are unpacked once to the {@link CacheFolder}, so that weights can be memory-mapped. Several processes may do so at once. Every file is checked by its SHA-256 when it
 * was put there, and again whenever its size or time has changed since; one that is damaged is put right.
 */
public final class BuiltIn {

    private static final String PREFIX = "builtin:";
    private static final String RESOURCES = "/graft/builtin/";

    /** One file inside the application: {@code path} is relative, with slashes. */
    private record Item(String sha256, long size, String path) {}

    /** What ships, by the index that ships with it. */
    private record Contents(String version, List<Item> items) {}

    private BuiltIn() {}

    /** Whether the name is one of a built-in thing: it starts with {@code builtin:}. */
    public static boolean is(String name) {
        return name.startsWith(PREFIX);
    }

    /**
     * The folder on disk that holds the built-in thing, unpacked there at first use and checked.
     *
     * @throws Problem for a name that is not built in, listing those that are; or when it cannot be unpacked
     */
    public static Path path(String name) {
        return path(name, CacheFolder.path());
    }

    /** The names of the built-in models that draw. */
    public static List<String> models() {
        return names("", "/model_index.json");
    }

    /** The names of the built-in models that look at pictures. */
    public static List<String> visionModels() {
        return names("", "/preprocessor_config.json");
    }

    /** The names of the built-in folders of sample pictures. */
    public static List<String> sampleSets() {
        return names("samples/", ".png");
    }

    private static List<String> names(String start, String end) {
        TreeSet<String> names = new TreeSet<>();
        for (Item item : contents().items()) {
            if (item.path().startsWith(start) && item.path().endsWith(end)) {
                names.add(PREFIX + item.path().substring(0, item.path().lastIndexOf('/')));
            }
        }
        return List.copyOf(names);
    }

    /** As {@link #path(String)}, within the given cache folder. */
    static synchronized Path path(String name, Path cache) {
        List<String> all = Stream.of(models(), visionModels(), sampleSets())
                .flatMap(List::stream)
                .toList();
        if (!all.contains(name)) {
            throw new Problem(
                    "cannot find " + name,
                    "nothing of that name is built in",
                    "choose one of " + String.join(", ", all));
        }
        Contents contents = contents();
        String thing = name.substring(PREFIX.length());
        Path folder = cache.toAbsolutePath().resolve("builtin").resolve(contents.version());
        List<Item> items = contents.items().stream()
                .filter(item -> item.path().startsWith(thing + "/"))
                .toList();
        try {
            Path marker = folder.resolve(thing + ".verified");
            if (!Files.exists(marker) || !Files.readString(marker).equals(state(folder, items))) {
                for (Item item : items) {
                    putRight(folder, item);
                }
                String state = state(folder, items);
                AtomicFile.write(marker, out -> out.write(state.getBytes(StandardCharsets.UTF_8)));
            }
        } catch (IOException | UncheckedIOException e) {
            throw cannotUnpack(name, folder, FileFault.why(e)).causedBy(e);
        } catch (Problem e) {
            throw cannotUnpack(name, folder, e.why()).causedBy(e);
        }
        return folder.resolve(thing);
    }

    private static Problem cannotUnpack(String name, Path folder, String why) {
        return new Problem(
                "cannot unpack " + name + " to " + folder,
                why,
                "set GRAFT_CACHE to a folder with 40 MB free that may be written to");
    }

    /** The stamps of all files as text: what the marker says as long as nobody touched them. */
    private static String state(Path folder, List<Item> items) throws IOException {
        StringBuilder state = new StringBuilder();
        for (Item item : items) {
            Path file = folder.resolve(item.path());
            if (!Files.isRegularFile(file)) {
                return "";
            }
            state.append(FileStamp.of(file).text())
                    .append(' ')
                    .append(item.path())
                    .append('\n');
        }
        return state.toString();
    }

    private static void putRight(Path folder, Item item) throws IOException {
        Path file = folder.resolve(item.path());
        if (isRight(file, item)) {
            return;
        }
        try {
            AtomicFile.write(
                    file,
                    out -> {
                        try (InputStream in = resource(item.path())) {
                            in.transferTo(out);
                        }
                    },
                    written -> {
                        if (!isRight(written, item)) {
                            throw new FileFault.Told("the application's own copy of " + item.path() + " is damaged");
                        }
                    });
        } catch (Problem e) {
            // Where files in use cannot be replaced, another process that was quicker has it mapped by now.
            if (!isRight(file, item)) {
                throw e;
            }
        }
    }

    private static boolean isRight(Path file, Item item) throws IOException {
        if (!Files.isRegularFile(file) || Files.size(file) != item.size()) {
            return false;
        }
        return Sha256.of(file).equals(item.sha256());
    }

    private static Contents contents() {
        try (InputStream in = resource("index.txt")) {
            byte[] index = in.readAllBytes();
            String version = Sha256.of(index).substring(0, 12);
            List<Item> items = new ArrayList<>();
            for (String line : new String(index, StandardCharsets.UTF_8).lines().toList()) {
                String[] parts = line.split(" ", 3);
                items.add(new Item(parts[0], Long.parseLong(parts[1]), parts[2]));
            }
            return new Contents(version, items);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static InputStream resource(String path) throws IOException {
        InputStream in = BuiltIn.class.getResourceAsStream(RESOURCES + path);
        if (in == null) {
            throw new FileFault.Told("the application lacks " + RESOURCES + path);
        }
        return in;
    }
}
