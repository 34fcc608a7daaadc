package graft.nodes.sampling;

import com.google.gson.Gson;
import com.google.gson.JsonParseException;
import com.google.gson.reflect.TypeToken;
import graft.file.AtomicFile;
import graft.file.FileFault;
import graft.file.Sha256;
import graft.node.Problem;
import graft.node.Run;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Captions that one model wrote with one set of settings, by the contents of the pictures: a captioning that was stopped
 * goes on where it was.
 *
 * <p>One file in a folder, written whole after each batch.
 */
final class CaptionCache {

    private static final Gson GSON = new Gson();

    private final Path file;
    private final Run run;
    private final Map<String, String> captions = new TreeMap<>();
    private boolean full;

    /** @param parts all that captions depend on besides the picture */
    CaptionCache(Path folder, List<String> parts, Run run) {
        this.run = run;
        file = folder.resolve(Sha256.of(parts) + ".json");
        read();
    }

    private void read() {
        if (!Files.exists(file)) {
            return;
        }
        try {
            Map<String, String> found =
                    GSON.fromJson(Files.readString(file), new TypeToken<Map<String, String>>() {}.getType());
            if (found != null) {
                captions.putAll(found);
            }
        } catch (IOException | JsonParseException damaged) {
            run.warn("Captions of earlier runs were damaged and are written anew: " + file + ".");
        }
    }

    /** The name of a picture here: what is in its file. */
    static String key(Path picture) {
        try {
            return Sha256.of(picture);
        } catch (IOException e) {
            throw new Problem("cannot read " + picture, FileFault.why(e), "check the path and the file's rights")
                    .causedBy(e);
        }
    }

    Optional<String> get(String key) {
        return Optional.ofNullable(captions.get(key));
    }

    /** Adds captions; what cannot be written is told of once. */
    void put(Map<String, String> more) {
        // Another run may have added its own by now.
        read();
        captions.putAll(more);
        if (full) {
            return;
        }
        try {
            AtomicFile.write(file, out -> out.write(GSON.toJson(captions).getBytes(StandardCharsets.UTF_8)));
        } catch (Problem problem) {
            full = true;
            run.warn("Captions are not kept for other runs: " + problem.getMessage());
        }
    }
}
