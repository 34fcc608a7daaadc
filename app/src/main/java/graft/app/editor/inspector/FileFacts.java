package graft.app.editor.inspector;

import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import graft.app.editor.Strings;
import graft.file.ImageFile;
import graft.file.OriginalLayout;
import graft.file.SafeTensors;
import graft.node.Problem;
import graft.tensor.Memory;
import java.awt.Dimension;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What a file or folder is and says of itself, read from its header alone.
 *
 * @param facts title to value, both in words, in the order to show them
 * @param words that call an adapter up, the most usual first
 */
public record FileFacts(Kind kind, Map<String, String> facts, List<String> words) {

    /** What it is for. */
    public enum Kind {
        MODEL,
        LORA,
        EMBEDDING,
        /** A folder of pictures. */
        FOLDER,
        IMAGE,
        OTHER;

        String title() {
            return Strings.get("files.kind." + name().toLowerCase(Locale.ROOT));
        }
    }

    private static final int MOST_WORDS = 6;
    /** Larger ones are no embeddings. */
    private static final long MOST_EMBEDDING_BYTES = 8 << 20;

    public FileFacts {
        facts = Collections.unmodifiableMap(new LinkedHashMap<>(facts));
        words = List.copyOf(words);
    }

    /**
     * Reads a file or folder; what takes milliseconds, so not on Swing's thread.
     *
     * @throws Problem when it is there and cannot be read, or is damaged
     */
    static FileFacts of(Path place) {
        String name = String.valueOf(place.getFileName()).toLowerCase(Locale.ROOT);
        String ending = name.substring(name.lastIndexOf('.') + 1);
        if (Files.isDirectory(place)) {
            return folder(place);
        }
        if (ImageFile.endings().contains(ending)) {
            Dimension size = ImageFile.size(place);
            return new FileFacts(
                    Kind.IMAGE, Map.of(Strings.get("files.fact.size"), size.width + " × " + size.height), List.of());
        }
        if (ending.equals("safetensors")) {
            try (SafeTensors file = SafeTensors.open(place)) {
                return safetensors(file);
            }
        }
        boolean embedding = Set.of("pt", "bin").contains(ending) && size(place) <= MOST_EMBEDDING_BYTES;
        return new FileFacts(embedding ? Kind.EMBEDDING : Kind.OTHER, sized(place), List.of());
    }

    private static FileFacts folder(Path place) {
        if (Files.isRegularFile(place.resolve("model_index.json"))) {
            return new FileFacts(Kind.MODEL, Map.of(Strings.get("files.fact.kind"), Kind.MODEL.title()), List.of());
        }
        int pictures = ImageFile.list(place).size();
        return new FileFacts(
                pictures > 0 ? Kind.FOLDER : Kind.OTHER,
                Map.of(Strings.get("files.fact.pictures"), String.valueOf(pictures)),
                List.of());
    }

    private static FileFacts safetensors(SafeTensors file) {
        Map<String, String> meta = file.metadata();
        Kind kind = kind(file);
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put(Strings.get("files.fact.kind"), kind.title());
        facts.putAll(sized(file.file()));
        put(facts, "files.fact.title", meta, "modelspec.title");
        put(facts, "files.fact.author", meta, "modelspec.author");
        put(facts, "files.fact.base", meta, "ss_base_model_version", "modelspec.architecture");
        put(facts, "files.fact.rank", meta, "ss_network_dim");
        put(facts, "files.fact.pictures", meta, "ss_num_train_images");
        put(facts, "files.fact.steps", meta, "ss_steps");
        List<String> words = words(meta);
        if (!words.isEmpty()) {
            facts.put(Strings.get("files.fact.words"), String.join(", ", words));
        }
        return new FileFacts(kind, facts, words);
    }

    private static Kind kind(SafeTensors file) {
        Set<String> names = file.names();
        if (OriginalLayout.is(names)) {
            return Kind.MODEL;
        }
        if (file.metadata().containsKey("ss_network_module")
                || names.stream()
                        .anyMatch(
                                name -> name.contains("lora") || name.contains(".hada_") || name.contains(".lokr_"))) {
            return Kind.LORA;
        }
        return names.size() <= 4 && size(file.file()) <= MOST_EMBEDDING_BYTES ? Kind.EMBEDDING : Kind.OTHER;
    }

    private static void put(Map<String, String> facts, String title, Map<String, String> meta, String... keys) {
        for (String key : keys) {
            String value = meta.getOrDefault(key, "");
            if (!value.isBlank() && !value.equals("None")) {
                facts.put(Strings.get(title), value);
                return;
            }
        }
    }

    /** The phrase that its maker names, else the tags that its pictures had most often. */
    private static List<String> words(Map<String, String> meta) {
        String phrase = meta.getOrDefault("modelspec.trigger_phrase", "");
        if (!phrase.isBlank()) {
            return List.of(phrase.strip());
        }
        Map<String, Integer> counts = new TreeMap<>();
        try {
            JsonObject folders = JsonParser.parseString(meta.getOrDefault("ss_tag_frequency", "{}"))
                    .getAsJsonObject();
            for (String folder : folders.keySet()) {
                JsonObject tags = folders.getAsJsonObject(folder);
                tags.keySet().forEach(tag -> counts.merge(tag, tags.get(tag).getAsInt(), Integer::sum));
            }
        } catch (JsonParseException | IllegalStateException | ClassCastException | NumberFormatException unlike) {
            return List.of();
        }
        List<String> words = new ArrayList<>(counts.keySet());
        words.sort((left, right) -> counts.get(right) - counts.get(left));
        return words.subList(0, Math.min(words.size(), MOST_WORDS));
    }

    private static Map<String, String> sized(Path file) {
        return Map.of(Strings.get("files.fact.size"), Memory.words(size(file)));
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            throw new Problem("cannot read " + file, "its size is not known", "check that it is there").causedBy(e);
        }
    }

    /** The facts on one line, the kind left out. */
    String line() {
        List<String> parts = new ArrayList<>();
        facts.forEach((title, value) -> {
            if (!title.equals(Strings.get("files.fact.kind"))) {
                parts.add(title.equals(Strings.get("files.fact.size")) ? value : title + " " + value);
            }
        });
        return kind.title() + (parts.isEmpty() ? "" : " · " + String.join(" · ", parts));
    }
}
