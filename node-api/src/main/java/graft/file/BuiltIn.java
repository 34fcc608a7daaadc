package graft.file;

import java.nio.file.Path;
import java.util.List;

/** The model and the sample pictures that ship inside Graft, named {@code builtin:emoji-sd} and {@code builtin:samples/style-pixel}. */
@SuppressWarnings("DoNotCallSuggester") // until it is written, within this issue
public final class BuiltIn {

    private BuiltIn() {}

    /** Whether the name is one of a built-in thing: it starts with {@code builtin:}. */
    public static boolean is(String name) {
        return name.startsWith("builtin:");
    }

    /**
     * The folder on disk that holds the built-in thing, unpacked there at first use and checked by hash.
     *
     * @throws graft.node.Problem for a name that is not built in, listing those that are
     */
    public static Path path(String name) {
        throw new UnsupportedOperationException(name);
    }

    /** The names of the built-in models, with their {@code builtin:} prefix. */
    public static List<String> models() {
        return List.of("builtin:emoji-sd");
    }

    /** The names of the built-in folders of sample pictures, with their {@code builtin:samples/} prefix. */
    public static List<String> sampleSets() {
        throw new UnsupportedOperationException();
    }
}
