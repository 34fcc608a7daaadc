package graft.nodes.sampling;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import graft.file.ModelHash;
import graft.nodes.sampling.Ingredients.Laid;
import graft.picture.Picture;
import graft.sample.A1111Names;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * How a picture came to be, read from the workflow that made it, in the words of other programs.
 *
 * <p>Sources: ComfyUI's {@code prompt} is its API format, {@code {"id": {"class_type": …, "inputs": {…}}}}; A1111's
 * {@code parameters} ({@code create_infotext} in modules/processing.py) is the prompt, a line {@code Negative prompt: …}, and a line of
 * {@code Steps: 20, Sampler: …}; sharing sites find what was used by the hashes in it, by LoRAs' tags in the prompt and by
 * {@code Hashes: {…}}, which CivitAI's extension of A1111 appends.
 */
final class Provenance {

    private static final Set<String> SAMPLERS = Set.of("graft/latents/sample", "graft/latents/sample-advanced");

    private static final Set<String> ENCODERS =
            Set.of("graft/prompt/encode", "graft/prompt/encode-two", "graft/prompt/schedule");

    private static final Set<String> EMPTY = Set.of("graft/latents/empty");

    private final RunGraph graph;
    private final String node;
    private final Ingredients.Names names;
    private final String version;

    private Provenance(RunGraph graph, String node, Ingredients.Names names, String version) {
        this.graph = graph;
        this.node = node;
        this.names = names;
        this.version = version;
    }

    /**
     * @param workflow the flat workflow as JSON, settings as run
     * @param node the id of the node that writes the picture
     * @param names finds the files that settings name
     * @param version of Graft; empty where it is not known
     */
    static Provenance of(String workflow, String node, Ingredients.Names names, String version) {
        return new Provenance(RunGraph.of(workflow), node, names, version);
    }

    /** The graph in ComfyUI's API format; a wire is {@code ["node", "output"]}. */
    String prompt() {
        JsonObject prompt = new JsonObject();
        for (String id : graph.ids()) {
            JsonObject inputs = graph.settings(id).deepCopy();
            graph.wiresInto(id).forEach((input, output) -> {
                JsonArray link = new JsonArray();
                link.add(RunGraph.nodeOf(output));
                link.add(output.substring(RunGraph.nodeOf(output).length() + 1));
                inputs.add(input, link);
            });
            JsonObject entry = new JsonObject();
            entry.add("class_type", new JsonPrimitive(graph.type(id)));
            entry.add("inputs", inputs);
            prompt.add(id, entry);
        }
        return prompt.toString();
    }

    /**
     * The text that A1111 writes; empty when not exactly one sampler leads to the picture. Reads the files of models and adapters
     * for their hashes, unless that was done before.
     */
    Optional<String> parameters(Picture picture, int position, int count) {
        Set<String> last = graph.nearest(node, SAMPLERS);
        if (last.size() != 1) {
            return Optional.empty();
        }
        String sample = last.iterator().next();
        Optional<String> before = first(sample);
        String base = before.orElse(sample);
        List<String> encoders = Stream.concat(encoder(base, "positive").stream(), encoder(base, "negative").stream())
                .distinct()
                .toList();
        String positive = promptText(base, "positive", position);
        String negative = promptText(base, "negative", position);
        Ingredients used = Ingredients.of(graph, base, encoders, positive + "\n" + negative, names);

        Map<String, String> line = new LinkedHashMap<>();
        line.put("Steps", graph.text(base, "steps"));
        line.put("Sampler", A1111Names.sampler(graph.text(base, "sampler")));
        line.put("Schedule type", A1111Names.spacing(graph.text(base, "spacing")));
        line.put("CFG scale", graph.text(base, "guidance"));
        line.put("Seed", seed(base, position));
        line.put("Size", before.flatMap(this::size).orElse(picture.width() + "x" + picture.height()));
        JsonObject hashes = new JsonObject();
        files(used, line, hashes);
        line.put("Denoising strength", denoise(sample));
        line.put("Clip skip", used.clipSkip() > 1 ? String.valueOf(used.clipSkip()) : "");
        if (before.isPresent()) {
            line.put("Hires resize", picture.width() + "x" + picture.height());
            line.put("Hires steps", walked(sample));
            line.put("Hires upscaler", upscaler(sample, base));
        }
        // Drawn as PyTorch draws it there, which is how ComfyUI does and A1111 where it is told to.
        line.put("RNG", "CPU");
        String tags = adapters(used, line, hashes);
        if (count > 1) {
            line.put("Batch size", String.valueOf(count));
            line.put("Batch pos", String.valueOf(position));
        }
        line.put("Version", version.isEmpty() ? "" : "Graft " + version);
        line.values().removeIf(String::isEmpty);

        String said = Stream.of(positive, tags).filter(text -> !text.isEmpty()).collect(Collectors.joining(" "));
        return Optional.of((said + "\n"
                        + (negative.isEmpty() ? "" : "Negative prompt: " + negative + "\n")
                        + line.entrySet().stream()
                                .map(entry -> entry.getKey() + ": " + quoted(entry.getValue()))
                                .collect(Collectors.joining(", "))
                        + (hashes.isEmpty() ? "" : ", Hashes: " + spaced(hashes)))
                .strip());
    }

    /** The sampler whose picture a second one draws on at another size; empty where this is the first. */
    private Optional<String> first(String sample) {
        Set<String> before = graph.source(sample, "latents")
                .map(id -> graph.nearest(id, SAMPLERS))
                .orElse(Set.of());
        return before.size() == 1 && !denoise(sample).isEmpty()
                ? Optional.of(before.iterator().next()).filter(id -> size(id).isPresent())
                : Optional.empty();
    }

    /** Of the latents that a sampler began with. */
    private Optional<String> size(String sample) {
        return graph.source(sample, "latents")
                .flatMap(id -> graph.nearest(id, EMPTY).stream().findFirst())
                .map(id -> graph.text(id, "width") + "x" + graph.text(id, "height"))
                .filter(size -> size.matches("[1-9]\\d*x[1-9]\\d*"));
    }

    private String upscaler(String sample, String first) {
        Optional<String> at = graph.source(sample, "latents");
        while (at.isPresent() && !at.get().equals(first)) {
            if (!graph.type(at.get()).startsWith("graft/latents/")) {
                return "None";
            }
            at = graph.source(at.get(), "latents");
        }
        return "Latent";
    }

    private String denoise(String sample) {
        OptionalDouble share = graph.number(sample, "denoise", 0);
        return share.isEmpty() || share.getAsDouble() == 1 ? "" : graph.text(sample, "denoise");
    }

    /** How many steps it took: A1111 says those of a second pass, and plans as many more as its share leaves out. */
    private String walked(String sample) {
        double steps = graph.number(sample, "steps", 0).orElse(0);
        return String.valueOf((int) (steps * graph.number(sample, "denoise", 0).orElse(1)));
    }

    /** Of this picture: of a batch with a seed each they go up by one. */
    private String seed(String sample, int position) {
        String seed = graph.text(sample, "seed");
        boolean each = graph.text(sample, "seeds").equalsIgnoreCase("each");
        return each && seed.matches("\\d{1,18}") ? String.valueOf(Long.parseLong(seed) + position) : seed;
    }

    private static void files(Ingredients used, Map<String, String> line, JsonObject hashes) {
        line.put("Model hash", shortHash(used.model(), false, 10).orElse(""));
        line.put("Model", used.model().isEmpty() ? "" : Ingredients.name(used.model()));
        shortHash(used.model(), false, 10).ifPresent(hash -> hashes.addProperty("model", hash));
        shortHash(used.vae(), false, 10).ifPresent(hash -> {
            line.put("VAE hash", hash);
            line.put("VAE", Ingredients.name(used.vae()) + used.vae().replaceFirst("^.*(?=\\.)", ""));
            hashes.addProperty("vae", hash);
        });
    }

    /** Puts the hashes of LoRAs and embeddings where they are looked for, and gives the tags of LoRAs. */
    private static String adapters(Ingredients used, Map<String, String> line, JsonObject hashes) {
        List<String> tags = new ArrayList<>();
        List<String> loras = new ArrayList<>();
        for (Laid lora : used.loras()) {
            String name = Ingredients.name(lora.place());
            tags.add("<lora:" + name + ":"
                    + (lora.text() == lora.unet() ? "" : number(lora.text()) + ":")
                    + number(lora.unet()) + ">");
            shortHash(lora.place(), true, 12).ifPresent(hash -> loras.add(name + ": " + hash));
            shortHash(lora.place(), false, 10).ifPresent(hash -> hashes.addProperty("lora:" + name, hash));
        }
        List<String> embeddings = new ArrayList<>();
        for (String place : used.embeddings()) {
            String name = Ingredients.name(place);
            shortHash(place, false, 12).ifPresent(hash -> embeddings.add(name + ": " + hash));
            shortHash(place, false, 10).ifPresent(hash -> hashes.addProperty("embed:" + name, hash));
        }
        line.put("Lora hashes", String.join(", ", loras));
        line.put("TI hashes", String.join(", ", embeddings));
        return String.join(" ", tags);
    }

    /** A file that cannot be read any more has none, and the picture is saved all the same. */
    private static Optional<String> shortHash(String place, boolean tensors, int digits) {
        Optional<Path> file = Ingredients.file(place);
        try {
            return file.isEmpty()
                    ? Optional.empty()
                    : Optional.of((tensors ? ModelHash.ofTensors(file.get()) : ModelHash.of(file.get()))
                            .substring(0, digits));
        } catch (IOException unreadable) {
            return Optional.empty();
        }
    }

    private Optional<String> encoder(String sample, String input) {
        return graph.source(sample, input)
                .flatMap(id -> graph.nearest(id, ENCODERS).stream().findFirst());
    }

    private String promptText(String sample, String input, int position) {
        return encoder(sample, input)
                .map(id -> {
                    String prompt = graph.text(id, "prompt");
                    List<String> lines = EncodePrompt.prompts(prompt);
                    boolean own = graph.text(id, "lines").equals("true") && position < lines.size();
                    return own ? lines.get(position) : prompt;
                })
                .orElse("");
    }

    /** Without a fraction of nothing: sites read digits and a point. */
    private static String number(double value) {
        String text = String.valueOf(value);
        return text.endsWith(".0") ? text.substring(0, text.length() - 2) : text;
    }

    /** JSON as Python writes it, which is what readers were written for. */
    private static String spaced(JsonObject hashes) {
        return hashes.keySet().stream()
                .map(key -> "\"" + key + "\": " + hashes.get(key))
                .collect(Collectors.joining(", ", "{", "}"));
    }

    /** A1111 quotes a value that would break its line of {@code key: value, key: value}. */
    private static String quoted(String value) {
        return value.matches("[^,:\n]*")
                ? value
                : "\"" + value.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
    }
}
