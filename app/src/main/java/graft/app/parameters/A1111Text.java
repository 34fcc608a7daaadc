package graft.app.parameters;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import graft.app.parameters.Parameters.Laid;
import graft.app.parameters.Parameters.Resource;
import graft.app.parameters.Parameters.SecondPass;
import graft.sample.A1111Names;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The text of the AUTOMATIC1111 web UI and of Forge.
 *
 * <p>Format: {@code parse_generation_parameters} in modules/infotext_utils.py: the last line holds {@code key: value} between commas if
 * there are at least three, values with commas, colons or line breaks as JSON strings; before it the prompt and, from the line
 * {@code Negative prompt:} on, the negative one. Sharing sites' programs add {@code Hashes: {…}} unquoted.
 */
final class A1111Text {

    static final String PROGRAM = "AUTOMATIC1111";

    private static final Pattern ENTRY =
            Pattern.compile("\\s*(\\w[\\w \\-/]+):\\s*(\"(?:\\\\.|[^\\\\\"])+\"|[^,]*)(?:,|$)");

    private static final Pattern HASHES = Pattern.compile(",?\\s*\\bHashes:\\s*(\\{[^}]*})");

    /** What sites add about what they know by themselves, as JSON. */
    private static final Pattern OF_SITES =
            Pattern.compile(",?\\s*\\bCivitai (?:resources|metadata):\\s*(\\[.*?]|\\{.*?})(?=,\\s*\\w[\\w ]*:|$)");

    /** {@code <lora:name:strength>} or {@code <lora:name:of text:of UNet>}; LyCORIS' own extension said {@code lyco}. */
    private static final Pattern TAG = Pattern.compile("\\s*<(\\w+):([^:>]+)((?::[^:>]*)*)>");

    private static final Pattern SIZE = Pattern.compile("(\\d{1,5})x(\\d{1,5})");

    /** What says nothing of how the picture looks, or is taken over by another key. */
    private static final List<String> SILENT = List.of(
            "Version", "User", "Model hash", "VAE hash", "Lora hashes", "TI hashes", "Batch size", "Batch pos", "Size");

    private final Map<String, String> entries;
    private final Map<String, String> hashes = new LinkedHashMap<>();
    private final List<String> remarks = new ArrayList<>();
    private String prompt;
    private String negative;

    private A1111Text(String text) {
        List<String> lines = new ArrayList<>(Arrays.asList(text.strip().split("\n", -1)));
        String last = lines.get(lines.size() - 1);
        Matcher given = HASHES.matcher(last);
        if (given.find()) {
            readHashes(given.group(1));
            last = given.replaceFirst("");
        }
        last = OF_SITES.matcher(last).replaceAll("");
        Map<String, String> read = entries(last);
        if (read.size() < 3) {
            read = new LinkedHashMap<>();
        } else {
            lines.remove(lines.size() - 1);
        }
        entries = read;
        StringBuilder positive = new StringBuilder();
        StringBuilder not = new StringBuilder();
        StringBuilder at = positive;
        for (String line : lines) {
            String plain = line.strip();
            if (plain.startsWith("Negative prompt:")) {
                at = not;
                plain = plain.substring("Negative prompt:".length()).strip();
            }
            at.append(at.isEmpty() ? "" : "\n").append(plain);
        }
        prompt = positive.toString();
        negative = not.toString();
    }

    /** Whether a text is of this format: it names steps and at least two things more. */
    static boolean isOne(String text) {
        return new A1111Text(text).entries.containsKey("Steps");
    }

    static Parameters read(String text) {
        return new A1111Text(text).parameters();
    }

    private static Map<String, String> entries(String line) {
        Map<String, String> entries = new LinkedHashMap<>();
        Matcher found = ENTRY.matcher(line);
        while (found.find()) {
            entries.put(found.group(1), unquoted(found.group(2).strip()));
        }
        return entries;
    }

    private static String unquoted(String value) {
        if (value.length() < 2 || !value.startsWith("\"") || !value.endsWith("\"")) {
            return value;
        }
        try {
            return JsonParser.parseString(value).getAsString();
        } catch (JsonParseException | IllegalStateException noString) {
            return value;
        }
    }

    private void readHashes(String json) {
        try {
            JsonObject object = JsonParser.parseString(json).getAsJsonObject();
            for (Map.Entry<String, JsonElement> entry : object.entrySet()) {
                if (entry.getValue() instanceof JsonPrimitive hash) {
                    hashes.put(entry.getKey(), hash.getAsString());
                }
            }
        } catch (JsonParseException | IllegalStateException noObject) {
            // Names alone will have to do.
        }
    }

    private Parameters parameters() {
        String sampler = taken("Sampler");
        String type = taken("Schedule type");
        int steps = whole("Steps").orElse(20);
        Map<String, String> loraHashes = listed("Lora hashes");
        List<Laid> loras = loras(loraHashes);
        List<String> embeddings = new ArrayList<>(listed("TI hashes").keySet());
        hashes.keySet().stream()
                .filter(key -> key.startsWith("embed:"))
                .map(key -> key.substring("embed:".length()))
                .filter(word -> !embeddings.contains(word))
                .forEach(embeddings::add);
        int[] size = size(taken("Size")).orElse(new int[] {512, 512});
        Resource model =
                new Resource(taken("Model"), entries.getOrDefault("Model hash", hashes.getOrDefault("model", "")));
        Resource vae = vae();
        double denoise = number("Denoising strength").orElse(1.0);
        Optional<SecondPass> second = second(size, steps, denoise);
        if (second.isPresent()) {
            denoise = 1;
        }
        if (denoise < 1) {
            remarks.add("it was drawn over another picture, at a denoising strength of " + denoise
                    + ", which the text does not hold: this draws from noise alone; to draw over a picture, wire Load Image and Encode"
                    + " Image into Sample's latents and lower its denoise");
            denoise = 1;
        }
        if (entries.getOrDefault("RNG", "GPU").equalsIgnoreCase("GPU")) {
            remarks.add(
                    "its noise was drawn on the graphics card, which no other machine repeats: the picture will be alike, not the"
                            + " same");
        }
        entries.remove("RNG");
        double guidance = number("CFG scale").orElse(7.0);
        long seed = seed();
        int clipSkip = whole("Clip skip").orElse(1);
        Map<String, String> rest = new LinkedHashMap<>(entries);
        SILENT.forEach(rest::remove);
        return new Parameters(
                PROGRAM,
                prompt,
                negative,
                A1111Names.samplers(sampler),
                A1111Names.spacings(sampler, type),
                sampler + (type.isEmpty() ? "" : ", " + type),
                "a1111",
                steps,
                guidance,
                seed,
                size[0],
                size[1],
                clipSkip,
                model,
                vae,
                loras,
                embeddings,
                denoise,
                second,
                rest,
                List.copyOf(remarks));
    }

    private Resource vae() {
        String name = taken("VAE");
        boolean own = name.isBlank() || name.equalsIgnoreCase("None") || name.equalsIgnoreCase("Automatic");
        return own
                ? Resource.NONE
                : new Resource(name, entries.getOrDefault("VAE hash", hashes.getOrDefault("vae", "")));
    }

    /** Takes the tags out of the prompt, as A1111 does before it reads it. */
    private List<Laid> loras(Map<String, String> loraHashes) {
        List<Laid> loras = new ArrayList<>();
        Matcher tag = TAG.matcher(prompt);
        StringBuilder without = new StringBuilder();
        while (tag.find()) {
            tag.appendReplacement(without, "");
            String kind = tag.group(1);
            String name = tag.group(2).strip();
            if (kind.equals("lora") || kind.equals("lyco")) {
                List<Double> weights = Arrays.stream(tag.group(3).split(":", -1))
                        .map(String::strip)
                        .filter(part -> part.matches("-?(\\d+\\.?\\d*|\\.\\d+)"))
                        .map(Double::valueOf)
                        .toList();
                double text = weights.isEmpty() ? 1 : weights.get(0);
                String hash = loraHashes.getOrDefault(name, hashes.getOrDefault("lora:" + name, ""));
                loras.add(new Laid(new Resource(name, hash), weights.size() > 1 ? weights.get(1) : text, text));
            } else {
                remarks.add("<" + kind + ":" + name + "> was left out: Graft has nothing of that kind");
            }
        }
        prompt = tag.appendTail(without).toString().strip();
        return loras;
    }

    private Optional<SecondPass> second(int[] size, int steps, double denoise) {
        Optional<Double> factor = number("Hires upscale");
        Optional<int[]> resized = size(taken("Hires resize"));
        Optional<Integer> own = whole("Hires steps").filter(count -> count > 0);
        String upscaler = taken("Hires upscaler");
        if (factor.isEmpty() && resized.isEmpty()) {
            return Optional.empty();
        }
        int width = resized.map(both -> both[0]).filter(pixels -> pixels > 0).orElse(0);
        int height = resized.map(both -> both[1]).filter(pixels -> pixels > 0).orElse(0);
        double ratio = factor.orElse(width > 0 ? (double) width / size[0] : height / (double) size[1]);
        return Optional.of(new SecondPass(
                width > 0 ? width : eighths(size[0] * ratio),
                height > 0 ? height : eighths(size[1] * ratio),
                own.orElse(steps),
                denoise < 1 ? denoise : 0.75,
                upscaler.isEmpty() ? "Latent" : upscaler));
    }

    private static int eighths(double pixels) {
        return (int) pixels / 8 * 8;
    }

    /** {@code name: hash, name: hash}. */
    private Map<String, String> listed(String key) {
        Map<String, String> all = new LinkedHashMap<>();
        for (String part : entries.getOrDefault(key, "").split(",", -1)) {
            int colon = part.lastIndexOf(':');
            if (colon > 0) {
                all.put(
                        part.substring(0, colon).strip(),
                        part.substring(colon + 1).strip());
            }
        }
        return all;
    }

    private static Optional<int[]> size(String text) {
        Matcher both = SIZE.matcher(text.strip());
        return both.matches()
                ? Optional.of(new int[] {Integer.parseInt(both.group(1)), Integer.parseInt(both.group(2))})
                : Optional.empty();
    }

    private String taken(String key) {
        return Optional.ofNullable(entries.remove(key)).orElse("");
    }

    private Optional<Integer> whole(String key) {
        String text = entries.getOrDefault(key, "");
        if (!text.matches("\\d{1,6}")) {
            return Optional.empty();
        }
        entries.remove(key);
        return Optional.of(Integer.valueOf(text));
    }

    private Optional<Double> number(String key) {
        String text = entries.getOrDefault(key, "");
        if (!text.matches("\\d{1,6}(\\.\\d*)?")) {
            return Optional.empty();
        }
        entries.remove(key);
        return Optional.of(Double.valueOf(text));
    }

    private long seed() {
        String text = entries.getOrDefault("Seed", "");
        if (!text.matches("\\d{1,18}")) {
            return 0;
        }
        entries.remove("Seed");
        return Long.parseLong(text);
    }
}
