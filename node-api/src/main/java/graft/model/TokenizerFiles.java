package graft.model;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import graft.node.Problem;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * What a tokenizer's files say together: one {@code tokenizer.json} in which the words stand that were added to the vocabulary,
 * from whichever file.
 *
 * <p>They may stand in {@code tokenizer_config.json} ({@code added_tokens_decoder}), in {@code tokenizer.json}
 * ({@code added_tokens}), in {@code added_tokens.json}, or among the additional special tokens of the first or of
 * {@code special_tokens_map.json}. Where two files differ over a word or an id, the one named first is right, as transformers
 * has it; but no word has an id that the text encoder has no row for: then what another file says counts, else the word takes
 * the next row that is free.
 */
public final class TokenizerFiles {

    /** How many tokens CLIP's own vocabulary has, by which a model is known to use it. */
    public static final int OF_CLIP = ClipVocabulary.SIZE;

    private static final String[] FLAGS = {"single_word", "lstrip", "rstrip", "normalized", "special"};

    private final String name;
    private final JsonObject json;
    private final List<Config> configs;
    private final List<String> words;
    private final List<String> rowless;

    private TokenizerFiles(
            String name, JsonObject json, List<Config> configs, List<String> words, List<String> rowless) {
        this.name = name;
        this.json = json;
        this.configs = configs;
        this.words = words;
        this.rowless = rowless;
    }

    /**
     * What a file says of an added word.
     *
     * @param id nothing where the file does not say
     * @param flags as in {@code tokenizer.json}
     */
    private record Claim(String word, Optional<Integer> id, JsonObject flags) {}

    /**
     * Those of a folder.
     *
     * @param rows how many tokens the text encoder knows
     * @throws Problem when none of them has the vocabulary, or one is damaged
     */
    public static TokenizerFiles read(Path folder, int rows) {
        Path whole = folder.resolve("tokenizer.json");
        JsonObject json =
                Files.isRegularFile(whole) ? Config.read(whole).object() : ClipVocabulary.tokenizerJson(folder);
        Optional<Config> config = config(folder.resolve("tokenizer_config.json"));
        Optional<Config> special = config(folder.resolve("special_tokens_map.json"));
        return of(folder.toString(), json, config, config(folder.resolve("added_tokens.json")), special, rows);
    }

    private static Optional<Config> config(Path file) {
        return Files.isRegularFile(file) ? Optional.of(Config.read(file)) : Optional.empty();
    }

    /** Those in a single file's metadata, where the words of all are in the first. */
    public static TokenizerFiles of(String name, Config json, Optional<Config> config, int rows) {
        return of(name, json.object(), config, Optional.empty(), Optional.empty(), rows);
    }

    /** CLIP's own vocabulary, to which nothing was added. */
    public static TokenizerFiles ofClip() {
        return new TokenizerFiles("CLIP's vocabulary", ClipVocabulary.standardJson(), List.of(), List.of(), List.of());
    }

    private static TokenizerFiles of(
            String name,
            JsonObject json,
            Optional<Config> config,
            Optional<Config> added,
            Optional<Config> special,
            int rows) {
        List<Config> configs = new ArrayList<>();
        config.ifPresent(configs::add);
        special.ifPresent(configs::add);
        try {
            JsonObject vocabulary = json.getAsJsonObject("model").getAsJsonObject("vocab");
            List<Claim> claims = new ArrayList<>();
            config.ifPresent(file -> claims.addAll(decoder(file)));
            claims.addAll(listed(json));
            added.ifPresent(file -> claims.addAll(counted(file)));
            configs.forEach(file -> claims.addAll(additional(file)));
            Map<String, Integer> ids = ids(claims, vocabulary, rows);
            JsonArray tokens = new JsonArray();
            Set<String> words = new LinkedHashSet<>();
            Map<Integer, Claim> byId = new TreeMap<>();
            claims.stream()
                    .filter(claim -> ids.containsKey(claim.word()))
                    .forEach(claim -> byId.putIfAbsent(ids.get(claim.word()), claim));
            byId.forEach((id, claim) -> {
                JsonObject token = claim.flags();
                token.addProperty("id", id);
                token.addProperty("content", claim.word());
                tokens.add(token);
                if (!vocabulary.has(claim.word())) {
                    // The library counts on from the vocabulary, whatever the ids: only what it has there keeps its
                    // own.
                    vocabulary.addProperty(claim.word(), id);
                    words.add(claim.word());
                }
            });
            json.add("added_tokens", tokens);
            List<String> rowless = claims.stream()
                    .map(Claim::word)
                    .filter(word -> !ids.containsKey(word))
                    .distinct()
                    .toList();
            return new TokenizerFiles(name, json, configs, List.copyOf(words), rowless);
        } catch (IllegalStateException
                | ClassCastException
                | NullPointerException
                | NumberFormatException
                | UnsupportedOperationException damaged) {
            throw new Problem(
                            "cannot read the tokenizer in " + name,
                            "its vocabulary, or the words that were added to it, are not written as transformers does",
                            "download the model again")
                    .causedBy(damaged);
        }
    }

    /** The id of each word that has a row. */
    private static Map<String, Integer> ids(List<Claim> claims, JsonObject vocabulary, int rows) {
        int first = vocabulary.asMap().values().stream()
                        .mapToInt(JsonElement::getAsInt)
                        .max()
                        .orElse(-1)
                + 1;
        Map<String, Integer> ids = new LinkedHashMap<>();
        for (Claim claim : claims) {
            if (vocabulary.has(claim.word())) {
                ids.put(claim.word(), vocabulary.get(claim.word()).getAsInt());
                continue;
            }
            claim.id()
                    .filter(id -> id >= first && id < rows)
                    .filter(id -> !ids.containsKey(claim.word()) && !ids.containsValue(id))
                    .ifPresent(id -> ids.put(claim.word(), id));
        }
        // In the order of the ids that did not fit, as transformers numbers anew.
        List<Claim> others = claims.stream()
                .filter(claim -> !ids.containsKey(claim.word()))
                .sorted(Comparator.comparingInt(claim -> claim.id().orElse(Integer.MAX_VALUE)))
                .toList();
        for (Claim claim : others) {
            int next = first;
            while (ids.containsValue(next)) {
                next++;
            }
            if (next < rows && !ids.containsKey(claim.word())) {
                ids.put(claim.word(), next);
            }
        }
        return ids;
    }

    /** {@code added_tokens_decoder}: tokens by id. */
    private static List<Claim> decoder(Config config) {
        if (!config.has("added_tokens_decoder")) {
            return List.of();
        }
        return config.raw("added_tokens_decoder").getAsJsonObject().entrySet().stream()
                .map(entry -> claim(entry.getValue(), Optional.of(Integer.valueOf(entry.getKey()))))
                .toList();
    }

    /** {@code added_tokens}: tokens with their ids. */
    private static List<Claim> listed(JsonObject json) {
        List<Claim> claims = new ArrayList<>();
        if (json.has("added_tokens") && !json.get("added_tokens").isJsonNull()) {
            for (JsonElement token : json.getAsJsonArray("added_tokens")) {
                claims.add(claim(
                        token, Optional.of(token.getAsJsonObject().get("id").getAsInt())));
            }
        }
        return claims;
    }

    /** {@code added_tokens.json}: ids by word. */
    private static List<Claim> counted(Config added) {
        return added.object().entrySet().stream()
                .map(entry -> new Claim(
                        entry.getKey(), Optional.of(entry.getValue().getAsInt()), flags(new JsonObject(), true)))
                .toList();
    }

    /** {@code additional_special_tokens}, which is a list of texts or of tokens. */
    private static List<Claim> additional(Config config) {
        List<Claim> claims = new ArrayList<>();
        if (config.has("additional_special_tokens")) {
            for (JsonElement token : config.raw("additional_special_tokens").getAsJsonArray()) {
                claims.add(claim(token, Optional.empty()));
            }
        }
        return claims;
    }

    private static Claim claim(JsonElement token, Optional<Integer> id) {
        if (!token.isJsonObject()) {
            JsonObject special = flags(new JsonObject(), false);
            special.addProperty("special", true);
            return new Claim(token.getAsString(), id, special);
        }
        JsonObject given = token.getAsJsonObject();
        boolean special = given.has("special") && given.get("special").getAsBoolean();
        return new Claim(given.get("content").getAsString(), id, flags(given, !special));
    }

    private static JsonObject flags(JsonObject given, boolean normalized) {
        JsonObject flags = new JsonObject();
        for (String flag : FLAGS) {
            boolean otherwise = flag.equals("normalized") && normalized;
            flags.addProperty(flag, given.has(flag) ? given.get(flag).getAsBoolean() : otherwise);
        }
        return flags;
    }

    /** What messages call them. */
    String name() {
        return name;
    }

    /** All of it as {@code tokenizer.json}. */
    public String json() {
        return json.toString();
    }

    /** The vocabulary alone as {@code vocab.json}. */
    public String vocabularyJson() {
        return json.getAsJsonObject("model").getAsJsonObject("vocab").toString();
    }

    /** The merges alone as {@code merges.txt}: a pair a line below the version. */
    public String mergesText() {
        StringBuilder text = new StringBuilder("#version: 0.2\n");
        for (JsonElement merge : json.getAsJsonObject("model").getAsJsonArray("merges")) {
            text.append(
                            merge.isJsonArray()
                                    ? merge.getAsJsonArray().get(0).getAsString() + " "
                                            + merge.getAsJsonArray().get(1).getAsString()
                                    : merge.getAsString())
                    .append('\n');
        }
        return text.toString();
    }

    /** The one file, in UTF-8. */
    public byte[] bytes() {
        return json().getBytes(StandardCharsets.UTF_8);
    }

    /** What says more of it: {@code tokenizer_config.json} first. */
    public List<Config> configs() {
        return configs;
    }

    /** Whether a word is in the vocabulary or was added to it. */
    boolean knows(String word) {
        return json.getAsJsonObject("model").getAsJsonObject("vocab").has(word);
    }

    /** The id of a word that is in the vocabulary or was added to it. */
    int id(String word) {
        return json.getAsJsonObject("model").getAsJsonObject("vocab").get(word).getAsInt();
    }

    /** The words that were added to the vocabulary. */
    List<String> words() {
        return words;
    }

    /** Words that a file names and the text encoder has no row for: a prompt that has them reads them as letters. */
    List<String> rowless() {
        return rowless;
    }
}
