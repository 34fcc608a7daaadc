package graft.app.sweep;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import graft.app.engine.Assignment;
import graft.job.JobPlace;
import graft.node.ChoiceSettings;
import graft.node.Choices;
import graft.node.NearName;
import graft.node.Problem;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What is asked of a sweep, beside the workflow and the folder: the options of {@code graft sweep} that a folder remembers.
 *
 * @param vary settings and what they are to be, {@code node.setting=values}
 * @param set values of other settings for all jobs, {@code node.setting=value}
 * @param outputs the nodes that are wanted; none for all that write
 * @param random how many combinations are drawn; 0 for all that there are
 * @param seed of the drawing
 * @param halving {@code node.setting=first..last:factor}; empty for none
 * @param score the number that ranks, {@code node.name}; empty for the usual one
 * @param least whether the least score is the best, whatever its name says
 * @param on where jobs run, by the place's id or the part of it after the owner
 * @param with settings of the place's own, {@code name=value}
 * @param atOnce how many jobs run at the same time; 0 where the place decides
 */
public record SweepRequest(
        List<String> vary,
        List<String> set,
        List<String> outputs,
        int random,
        long seed,
        String halving,
        String score,
        boolean least,
        String on,
        List<String> with,
        int atOnce) {

    /** Where jobs run unless something else is said. */
    public static final String HERE = JobPlace.Kind.LOCAL.id();

    /** Nothing is asked for yet. */
    public static final SweepRequest NONE =
            new SweepRequest(List.of(), List.of(), List.of(), 0, 0, "", "", false, HERE, List.of(), 0);

    public SweepRequest {
        vary = List.copyOf(vary);
        set = List.copyOf(set);
        outputs = List.copyOf(outputs);
        with = List.copyOf(with);
    }

    /** The same with something varied. */
    public SweepRequest varying(List<String> other) {
        return new SweepRequest(other, set, outputs, random, seed, halving, score, least, on, with, atOnce);
    }

    /** As the words of a command line, without the workflow and the folder. */
    public List<String> words() {
        List<String> words = new ArrayList<>();
        each(words, "--vary", vary);
        if (random > 0) {
            words.addAll(List.of("--random", String.valueOf(random), "--seed", String.valueOf(seed)));
        }
        each(words, "--halving", halving.isEmpty() ? List.of() : List.of(halving));
        each(words, "--score", score.isEmpty() ? List.of() : List.of(score));
        if (least) {
            words.add("--least");
        }
        each(words, "--set", set);
        each(words, "--output", outputs);
        each(words, "--on", on.equals(HERE) ? List.of() : List.of(on));
        each(words, "--with", with);
        each(words, "--at-once", atOnce == 0 ? List.of() : List.of(String.valueOf(atOnce)));
        return words;
    }

    private static void each(List<String> words, String option, List<String> values) {
        values.forEach(value -> words.addAll(List.of(option, value)));
    }

    /**
     * The place that it names, with its settings.
     *
     * @throws Problem when there is no such place, or it has no such settings
     */
    public JobPlace place() {
        JobPlace chosen = namedPlace().orElseThrow(() -> {
            List<String> ids =
                    Choices.of(JobPlace.class).stream().map(JobPlace::id).toList();
            return new Problem(
                    "there is no place " + on + " where jobs could run",
                    "there are " + String.join(", ", ids),
                    NearName.remedy(on, ids, "choose one of them, or install the plugin that offers it"));
        });
        if (with.isEmpty()) {
            return chosen;
        }
        JsonObject saved = new JsonObject();
        saved.addProperty("id", chosen.id());
        saved.asMap().putAll(placeSettings());
        try {
            return (JobPlace) ChoiceSettings.filled("on", chosen, saved);
        } catch (Problem wrong) {
            throw new Problem(wrong.happened(), wrong.why(), wrong.remedy().replace("--set NODE.on.", "--with "))
                    .causedBy(wrong);
        }
    }

    /** The place that it names, as it comes; empty where there is none. */
    public Optional<JobPlace> namedPlace() {
        List<JobPlace> places = Choices.of(JobPlace.class);
        // A plugin's is called owner/name; either will do.
        return places.stream().filter(each -> each.id().equals(on)).findFirst().or(() -> places.stream()
                .filter(each -> List.of(each.id().split("/")).contains(on))
                .findFirst());
    }

    /**
     * The values for settings of the place's own, by setting.
     *
     * @throws Problem when one is not of that form
     */
    public Map<String, JsonElement> placeSettings() {
        Map<String, JsonElement> settings = new LinkedHashMap<>();
        for (String each : with) {
            // As a setting of a node is read.
            Assignment read;
            try {
                read = Assignment.of("place." + each);
            } catch (Problem strange) {
                throw new Problem(
                        "cannot understand --with " + each,
                        "it is not of the form name=value",
                        "write for example --with partition=gpu");
            }
            settings.put(read.setting(), read.value());
        }
        return settings;
    }

    // --- as the folder of a sweep has it
    // ------------------------------------------------------------------------------------

    JsonObject toJson() {
        JsonObject json = new JsonObject();
        json.add("vary", array(vary));
        json.add("set", array(set));
        json.add("outputs", array(outputs));
        json.addProperty("random", random);
        json.addProperty("seed", seed);
        json.addProperty("halving", halving);
        json.addProperty("score", score);
        json.addProperty("least", least);
        json.addProperty("on", on);
        json.add("with", array(with));
        json.addProperty("atOnce", atOnce);
        return json;
    }

    static JsonArray array(List<String> words) {
        JsonArray array = new JsonArray();
        words.forEach(array::add);
        return array;
    }

    /**
     * Reads what {@link #toJson} made.
     *
     * @throws RuntimeException of many kinds where it is none
     */
    static SweepRequest of(JsonObject json) {
        return new SweepRequest(
                list(json, "vary"),
                list(json, "set"),
                list(json, "outputs"),
                json.get("random").getAsInt(),
                json.get("seed").getAsLong(),
                json.get("halving").getAsString(),
                json.get("score").getAsString(),
                // Folders of before do not say it, nor how many at once.
                json.has("least") && json.get("least").getAsBoolean(),
                json.get("on").getAsString(),
                list(json, "with"),
                json.has("atOnce") ? json.get("atOnce").getAsInt() : 0);
    }

    private static List<String> list(JsonObject json, String name) {
        return json.has(name)
                ? json.getAsJsonArray(name).asList().stream()
                        .map(JsonElement::getAsString)
                        .toList()
                : List.of();
    }
}
