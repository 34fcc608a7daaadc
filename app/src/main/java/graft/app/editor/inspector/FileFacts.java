package graft.app.editor.inspector;

import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import graft.app.editor.Strings;
import graft.file.ImageFile;
import graft.file.SafeTensors;
import graft.model.FileKind;
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
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a file or folder is and says of itself, read from its header alone.
 *
 * @param name what it is, in words
 * @param facts title to value, both in words, in the order to show them
 * @param words that call an adapter up, the most usual first
 * @param refusal why nothing can be done with it; empty where something can
 */
public record FileFacts(
        Kind kind, String name, Map<String, String> facts, List<String> words, Optional<Problem> refusal) {

    /** What it is for. */
    public enum Kind {
        MODEL,
        LORA,
        EMBEDDING,
        CONTROLNET,
        /** A folder of pictures. */
        FOLDER,
        IMAGE,
        /** Something known that Graft does not work with. */
        FOREIGN,
        OTHER;

        static Kind of(FileKind.Role role) {
            return switch (role) {
                case MODEL -> MODEL;
                case ADAPTER -> LORA;
                case EMBEDDING -> EMBEDDING;
                case CONTROLNET -> CONTROLNET;
                case PICTURES -> FOLDER;
                case PICTURE -> IMAGE;
                case OTHER -> FOREIGN;
                case VAE, TEXT_ENCODER, VISION, UPSCALER, WORKFLOW, UNKNOWN -> OTHER;
            };
        }
    }

    private static final int MOST_WORDS = 6;

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
        FileKind known = FileKind.of(place);
        Kind kind = Kind.of(known.role());
        Map<String, String> facts = new LinkedHashMap<>();
        List<String> words = List.of();
        switch (kind) {
            case IMAGE -> {
                Dimension size = ImageFile.size(place);
                facts.put(Strings.get("files.fact.size"), size.width + " × " + size.height);
            }
            case FOLDER ->
                facts.put(
                        Strings.get("files.fact.pictures"),
                        String.valueOf(ImageFile.list(place).size()));
            default -> {
                facts.put(Strings.get("files.fact.kind"), known.title());
                if (!Files.isDirectory(place)) {
                    facts.put(Strings.get("files.fact.size"), Memory.words(size(place)));
                    Map<String, String> meta = metadata(place);
                    words = words(meta);
                    putAll(facts, meta, words);
                }
            }
        }
        return new FileFacts(
                kind,
                known.title(),
                facts,
                words,
                kind == Kind.FOREIGN ? Optional.of(known.noUse(place)) : Optional.empty());
    }

    private static Map<String, String> metadata(Path place) {
        if (!place.toString().toLowerCase(Locale.ROOT).endsWith(".safetensors")) {
            return Map.of();
        }
        try (SafeTensors file = SafeTensors.open(place)) {
            return file.metadata();
        }
    }

    private static void putAll(Map<String, String> facts, Map<String, String> meta, List<String> words) {
        put(facts, "files.fact.title", meta, "modelspec.title");
        put(facts, "files.fact.author", meta, "modelspec.author");
        put(facts, "files.fact.base", meta, "ss_base_model_version", "modelspec.architecture");
        put(facts, "files.fact.rank", meta, "ss_network_dim");
        put(facts, "files.fact.pictures", meta, "ss_num_train_images");
        put(facts, "files.fact.steps", meta, "ss_steps");
        if (!words.isEmpty()) {
            facts.put(Strings.get("files.fact.words"), String.join(", ", words));
        }
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
        String line = name + (parts.isEmpty() ? "" : " · " + String.join(" · ", parts));
        return refusal.isPresent() ? line + " · " + Strings.get("files.foreign") : line;
    }
}
