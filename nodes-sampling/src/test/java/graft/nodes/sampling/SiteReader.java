package graft.nodes.sampling;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What a sharing site makes of the text of a picture.
 *
 * <p>Facts of civitai/civitai {@code src/utils/metadata/automatic.metadata.ts}: the details are the line that begins "Steps: "; "Hashes"
 * is cut out of it as the text up to the first closing brace; what is left is read letter by letter, where commas and colons part unless
 * they are within quotes, which know no escapes; tags are of letters, digits, points, underscores and dashes with one weight.
 */
record SiteReader(
        String prompt, String negative, Map<String, String> details, Map<String, String> hashes, List<String> tags) {

    private static final Pattern HASHES = Pattern.compile(", Hashes:\\s*(\\{[^}]+})");
    private static final Pattern TAG = Pattern.compile("<(lora|hypernet):([a-zA-Z0-9_.\\-]+):([0-9.]+)>");

    static SiteReader of(String parameters) {
        List<String> lines = new ArrayList<>(Arrays.stream(parameters.split("\n"))
                .filter(line -> !line.isBlank())
                .toList());
        String line = lines.stream()
                .filter(each -> each.startsWith("Steps: "))
                .findFirst()
                .orElseThrow();
        lines.remove(line);
        Map<String, String> hashes = new LinkedHashMap<>();
        Matcher found = HASHES.matcher(line);
        if (found.find()) {
            JsonObject json = JsonParser.parseString(found.group(1)).getAsJsonObject();
            json.keySet().forEach(key -> hashes.put(key, json.get(key).getAsString()));
            line = found.replaceFirst("");
        }
        Map<String, String> details = details(line);
        details(details.getOrDefault("Lora hashes", "")).forEach((name, hash) -> hashes.put("lora:" + name, hash));
        if (details.containsKey("VAE hash")) {
            hashes.put("vae", details.get("VAE hash"));
        }
        if (details.containsKey("Model") && details.containsKey("Model hash")) {
            hashes.putIfAbsent("model", details.get("Model hash"));
        }
        String[] prompts = String.join("\n", lines).split("Negative prompt:", -1);
        List<String> tags = TAG.matcher(prompts[0])
                .results()
                .map(tag -> tag.group(2) + " " + Double.parseDouble(tag.group(3)))
                .collect(Collectors.toList());
        return new SiteReader(prompts[0].strip(), prompts.length > 1 ? prompts[1].strip() : "", details, hashes, tags);
    }

    private static Map<String, String> details(String line) {
        Map<String, String> details = new LinkedHashMap<>();
        String key = "";
        StringBuilder value = new StringBuilder();
        boolean quoted = false;
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (c == '"') {
                if (quoted) {
                    details.put(key, value.toString().strip());
                    key = "";
                }
                quoted = !quoted;
            } else if (c == ':' && !quoted) {
                key = value.toString().strip();
                value.setLength(0);
            } else if (c == ',' && !quoted) {
                if (!key.isEmpty()) {
                    details.put(key, value.toString().strip());
                }
                key = "";
                value.setLength(0);
            } else {
                value.append(c);
            }
        }
        if (!key.isEmpty()) {
            details.put(key, value.toString().strip());
        }
        return details;
    }
}
