package graft.app.editor.inspector;

import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import graft.adapter.EmbeddingFile;
import graft.adapter.LoraBase;
import graft.adapter.LoraSpec;
import graft.app.editor.Strings;
import graft.file.ImageFile;
import graft.file.SafeTensors;
import graft.model.FileKind;
import graft.model.FileKind.Role;
import graft.node.Problem;
import graft.picture.Thumbnail;
import graft.tensor.Memory;
import java.awt.Dimension;
import java.awt.image.BufferedImage;
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
 * @param role what it is for
 * @param name what it is, in words
 * @param facts title to value, both in words, in the order to show them
 * @param family of models that it is or was made for, in words; empty where that is not known
 * @param words that call an adapter up, the most usual first
 * @param refusal why nothing can be done with it; empty where something can
 */
public record FileFacts(
        Role role,
        String name,
        String family,
        Map<String, String> facts,
        List<String> words,
        Optional<Problem> refusal) {

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
        Role role = known.role();
        Map<String, String> facts = new LinkedHashMap<>();
        List<String> words = List.of();
        String family = "";
        switch (role) {
            case PICTURE -> {
                Dimension size = ImageFile.size(place);
                facts.put(Strings.get("files.fact.size"), size.width + " × " + size.height);
            }
            case PICTURES ->
                facts.put(
                        Strings.get("files.fact.pictures"),
                        String.valueOf(ImageFile.list(place).size()));
            default -> {
                facts.put(Strings.get("files.fact.kind"), known.title());
                if (!Files.isDirectory(place)) {
                    facts.put(Strings.get("files.fact.size"), Memory.fileSize(size(place)));
                    Map<String, String> meta = metadata(place);
                    words = role == Role.ADAPTER || role == Role.EMBEDDING ? words(place, meta) : List.of();
                    family = family(role, place, meta);
                    if (!family.isEmpty()) {
                        facts.put(Strings.get("files.fact.family"), family);
                    }
                    putAll(facts, meta, words);
                }
            }
        }
        return new FileFacts(
                role,
                known.title(),
                family,
                facts,
                words,
                role == Role.OTHER ? Optional.of(known.noUse(place)) : Optional.empty());
    }

    private static Map<String, String> metadata(Path place) {
        if (!isSafeTensors(place)) {
            return Map.of();
        }
        try (SafeTensors file = SafeTensors.open(place)) {
            return file.metadata();
        }
    }

    private static boolean isSafeTensors(Path place) {
        String name = place.toString().toLowerCase(Locale.ROOT);
        return name.endsWith(".safetensors") || name.endsWith(".sft");
    }

    /** Which models an adapter is for; what a model is its kind says, and a pickle only once it is read whole. */
    private static String family(Role role, Path place, Map<String, String> meta) {
        try {
            return switch (role) {
                case ADAPTER ->
                    isSafeTensors(place)
                            ? LoraBase.of(LoraSpec.of(place), meta)
                                    .map(LoraBase::title)
                                    .orElse("")
                            : "";
                case EMBEDDING ->
                    LoraBase.of(EmbeddingFile.read(place, "").spec())
                            .map(LoraBase::title)
                            .orElse("");
                default -> "";
            };
        } catch (Problem unreadable) {
            // Whoever loads it is told.
            return "";
        }
    }

    private static void putAll(Map<String, String> facts, Map<String, String> meta, List<String> words) {
        put(facts, "files.fact.title", meta, "modelspec.title", "ssmd_display_name");
        put(facts, "files.fact.author", meta, "modelspec.author", "ssmd_author");
        if (!facts.containsKey(Strings.get("files.fact.family"))) {
            put(facts, "files.fact.base", meta, "ss_base_model_version", "modelspec.architecture");
        }
        put(facts, "files.fact.rank", meta, "ss_network_dim");
        put(facts, "files.fact.pictures", meta, "ss_num_train_images");
        put(facts, "files.fact.steps", meta, "ss_steps");
        put(facts, "files.fact.hint", meta, "modelspec.usage_hint");
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

    /** What its maker or a program beside it names, else the tags that its pictures had most often. */
    private static List<String> words(Path place, Map<String, String> meta) {
        for (String key : List.of("modelspec.trigger_phrase", "ssmd_keywords")) {
            if (!meta.getOrDefault(key, "").isBlank()) {
                return List.of(meta.get(key).strip());
            }
        }
        List<String> beside = Sidecar.of(place).words();
        if (!beside.isEmpty()) {
            return beside.subList(0, Math.min(beside.size(), MOST_WORDS));
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

    /** The picture that a file carries in its metadata. */
    static Optional<BufferedImage> picture(Path place) {
        Map<String, String> meta = metadata(place);
        String uri = meta.getOrDefault("modelspec.thumbnail", "");
        return uri.isBlank() ? Optional.empty() : Thumbnail.read(uri);
    }

    /** All that it can be found by. */
    String searched() {
        return String.join(" ", facts.values());
    }

    /** What matters most on one line: what it is, for which models, what calls it up, how large it is. */
    String line() {
        List<String> parts = new ArrayList<>();
        parts.add(family.isEmpty() ? name : Strings.get("files.for", name, family));
        if (!words.isEmpty()) {
            parts.add(String.join(", ", words));
        }
        for (String title : List.of("files.fact.size", "files.fact.pictures")) {
            String value = facts.get(Strings.get(title));
            if (value != null) {
                parts.add(title.equals("files.fact.size") ? value : Strings.get(title) + " " + value);
            }
        }
        if (refusal.isPresent()) {
            parts.add(Strings.get("files.foreign"));
        }
        return String.join(" · ", parts);
    }
}
