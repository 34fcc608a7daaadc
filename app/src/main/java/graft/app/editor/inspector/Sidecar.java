package graft.app.editor.inspector;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What other programs keep beside a file of weights: A1111's {@code NAME.json} with "activation text", and {@code NAME.civitai.info} of
 * its helpers with "trainedWords".
 *
 * @param words that call it up
 */
record Sidecar(List<String> words) {

    private static final long MOST_BYTES = 1 << 20;

    /** Of a file's neighbours; nothing where they are not there or something else. */
    static Sidecar of(Path file) {
        String plain = String.valueOf(file.getFileName()).replaceFirst("\\.[A-Za-z]+$", "");
        List<String> words = new ArrayList<>();
        JsonObject ofA1111 = read(file.resolveSibling(plain + ".json"));
        if (ofA1111.get("activation text") instanceof JsonPrimitive text
                && !text.getAsString().isBlank()) {
            words.add(text.getAsString().strip());
        }
        JsonObject ofHelper = read(file.resolveSibling(plain + ".civitai.info"));
        if (words.isEmpty() && ofHelper.get("trainedWords") instanceof JsonArray trained) {
            for (JsonElement word : trained) {
                if (word instanceof JsonPrimitive text && !text.getAsString().isBlank()) {
                    words.add(text.getAsString().strip());
                }
            }
        }
        return new Sidecar(words);
    }

    private static JsonObject read(Path file) {
        try {
            return Files.isRegularFile(file)
                            && Files.size(file) < MOST_BYTES
                            && JsonParser.parseString(Files.readString(file)) instanceof JsonObject object
                    ? object
                    : new JsonObject();
        } catch (IOException | JsonParseException unlike) {
            return new JsonObject();
        }
    }
}
