package graft.app.comfy;

import com.google.gson.JsonElement;
import com.google.gson.JsonPrimitive;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What nodes that are taken over do otherwise here, as far as it is known: clauses about a node's values. */
final class Differences {

    private static final Pattern WEIGHT = Pattern.compile("(?<!\\\\)[()]");
    private static final Pattern CHOICE = Pattern.compile("(?<!\\\\)\\{[^{}]*\\|[^{}]*}");
    private static final Pattern EMBEDDING = Pattern.compile("embedding:\\s*([^\\s,:()]+)");

    /** Noise levels of the models that Graft reads. */
    private static final int TIMESTEPS = 1000;

    private Differences() {}

    /** Of a prompt. */
    static List<String> ofPrompt(String prompt) {
        List<String> found = new ArrayList<>();
        if (WEIGHT.matcher(prompt).find()) {
            found.add("the parentheses of the prompt weigh words in ComfyUI, and are plain letters here");
        }
        Matcher choice = CHOICE.matcher(prompt);
        if (choice.find()) {
            found.add(
                    "of " + choice.group() + " in the prompt ComfyUI takes one at random, and Graft reads the letters");
        }
        Matcher embedding = EMBEDDING.matcher(prompt);
        while (embedding.find()) {
            boolean apart = embedding.start(1) > embedding.start() + "embedding:".length();
            found.add("the prompt calls the embedding " + embedding.group(1) + " by " + embedding.group()
                    + ": ComfyUI finds its file in its model folders by itself; here it must be loaded and added (Load"
                    + " Embedding, Add Embedding) before this node, and is then called by the same words"
                    + (apart ? " without the blank after the colon" : ""));
        }
        return found;
    }

    /** Of a sampler, by ComfyUI's settings. */
    static List<String> ofSampler(Map<String, JsonElement> theirs) {
        List<String> found = new ArrayList<>();
        String sampler = text(theirs.get("sampler_name"));
        if (sampler.startsWith("uni_pc")) {
            found.add("ComfyUI's " + sampler + " leaves out the last noise level but one, and Graft's UniPC does not");
        }
        String scheduler = text(theirs.get("scheduler"));
        if (scheduler.equals("sgm_uniform")) {
            found.add(
                    "the scheduler sgm_uniform is taken over as trailing, whose steps lie up to one timestep beside it");
        }
        Loose.index(theirs.get("steps"))
                .filter(steps -> steps > 0 && steps <= TIMESTEPS && TIMESTEPS % steps != 0)
                .ifPresent(steps -> {
                    double denoise = Loose.number(theirs.get("denoise")).orElse(1.0);
                    int apart = TIMESTEPS / steps;
                    int walked = (TIMESTEPS - 2) / apart + 1;
                    if (scheduler.equals("ddim_uniform") && walked != steps && denoise == 1) {
                        found.add("ComfyUI's ddim_uniform walks " + walked + " steps when asked for " + steps
                                + ", and Graft " + steps);
                    }
                    if (scheduler.equals("simple")) {
                        found.add("the scheduler simple is taken over as trailing, whose steps lie up to one timestep"
                                + " beside it unless their number divides " + TIMESTEPS);
                    }
                });
        return found;
    }

    private static String text(JsonElement value) {
        return value instanceof JsonPrimitive text && text.isString() ? text.getAsString() : "";
    }
}
