package graft.app.parameters;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import graft.app.parameters.Parameters.Laid;
import graft.app.parameters.Parameters.Resource;
import graft.app.parameters.Parameters.SecondPass;
import graft.app.parameters.Taken.Remark;
import graft.app.workflow.Place;
import graft.app.workflow.Wire;
import graft.app.workflow.Workflow;
import graft.app.workflow.WorkflowNode;
import graft.node.Setting.Collection;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Makes the workflow that draws what a picture's text tells, of the nodes that there are. */
final class ParameterGraph {

    private static final String ENCODE = "graft/prompt/encode";
    private static final String SCHEDULE = "graft/prompt/schedule";
    private static final String SAMPLE = "graft/latents/sample";
    private static final String CLIP_SKIP = "graft/model/clip-skip";
    private static final String SCALE = "graft/image/scale";
    private static final String UPSCALER = "graft/upscaler/load";
    private static final String UPSCALE = "graft/image/upscale";

    /** Words that change on the way, and prompts that are put together. */
    private static final Pattern SCHEDULED =
            Pattern.compile("(?<!\\\\)\\[[^\\[\\]]*:\\s*[\\d.]+\\s*]|(?<!\\\\)\\[[^\\[\\]|]*\\|[^\\[\\]]*]|\\bAND\\b");

    private static final double COLUMN = 340;
    private static final double ROW = 220;

    private final Parameters parameters;
    private final TargetNodes offered;
    private final ResourceSearch files;
    private final String picture;
    private final Map<String, WorkflowNode> nodes = new LinkedHashMap<>();
    private final List<Wire> wires = new ArrayList<>();
    private final List<Remark> remarks = new ArrayList<>();
    private int column;

    /** @param picture what notes call it */
    ParameterGraph(Parameters parameters, TargetNodes offered, ResourceSearch files, String picture) {
        this.parameters = parameters;
        this.offered = offered;
        this.files = files;
        this.picture = picture;
    }

    Taken taken() {
        model();
        String model = loras();
        String texts = clipSkip(model);
        column++;
        encode("positive", parameters.prompt(), texts, 0);
        encode("negative", parameters.negative(), texts, 1);
        add("empty", "graft/latents/empty", 2);
        set("empty", "width", new JsonPrimitive(parameters.width()));
        set("empty", "height", new JsonPrimitive(parameters.height()));
        wire(model, "empty.model");
        column++;
        sample("sample", model, "empty.latents");
        if (parameters.samplers().isEmpty() && !parameters.sampler().isBlank()) {
            say(
                    "sample",
                    "Graft has no sampler " + parameters.sampler() + ": it draws with the one that Sample has chosen");
        }
        String drawn = parameters.second().map(second -> second(second, model)).orElse("sample.samples");
        column++;
        add("decode", "graft/latents/decode", 0);
        wire("model.model", "decode.model");
        wire(drawn, "decode.latents");
        column++;
        add("save", "graft/images/save", 0);
        wire("decode.images", "save.images");
        parameters.remarks().forEach(sentence -> say("", sentence));
        if (!parameters.rest().isEmpty()) {
            say(
                    "",
                    "not taken over: "
                            + parameters.rest().entrySet().stream()
                                    .map(entry -> entry.getKey() + " (" + entry.getValue() + ")")
                                    .collect(Collectors.joining(", ")));
        }
        StringBuilder notes =
                new StringBuilder("Taken over from what " + parameters.program() + " wrote into " + picture + ".");
        remarks.forEach(remark -> notes.append("\n- ")
                .append(remark.node().isEmpty() ? "" : remark.node() + ": ")
                .append(remark.sentence()));
        return new Taken(new Workflow("", notes.toString(), nodes, wires, new JsonObject()), List.copyOf(remarks));
    }

    private void model() {
        add("model", "graft/model/load", 0);
        Resource model = parameters.model();
        found("model", "file", Collection.CHECKPOINTS, model, "model", "checkpoint.safetensors");
        if (!parameters.vae().equals(Resource.NONE)) {
            found("model", "vae", Collection.VAES, parameters.vae(), "VAE", "");
        }
    }

    /** The output of the model with all LoRAs over it. */
    private String loras() {
        String at = "model.model";
        int number = 0;
        for (Laid lora : parameters.loras()) {
            number++;
            String load = "lora" + number;
            String over = "with" + number;
            column++;
            add(load, "graft/lora/load", 1);
            found(
                    load,
                    "file",
                    Collection.LORAS,
                    lora.file(),
                    "LoRA",
                    lora.file().name() + ".safetensors");
            add(over, "graft/adapters/add-lora", 0);
            set(over, "unetStrength", new JsonPrimitive(lora.unet()));
            set(over, "textStrength", new JsonPrimitive(lora.text()));
            wire(at, over + ".model");
            wire(load + ".lora", over + ".lora");
            at = over + ".stacked";
        }
        return at;
    }

    private String clipSkip(String model) {
        if (parameters.clipSkip() <= 1) {
            return model;
        }
        if (!offered.has(CLIP_SKIP)) {
            say(
                    "positive",
                    "Clip skip " + parameters.clipSkip() + " was not taken over: there is no node Clip Skip here");
            return model;
        }
        column++;
        add("skip", CLIP_SKIP, 0);
        set("skip", "skip", new JsonPrimitive(parameters.clipSkip()));
        wire(model, "skip.model");
        return output("skip");
    }

    private void encode(String id, String prompt, String model, int row) {
        boolean scheduled = parameters.weighting().equals("a1111")
                && SCHEDULED.matcher(prompt).find();
        String type = scheduled && offered.has(SCHEDULE) ? SCHEDULE : ENCODE;
        add(id, type, row);
        if (type.equals(SCHEDULE)) {
            set(id, "steps", new JsonPrimitive(parameters.steps()));
        } else if (scheduled) {
            say(
                    id,
                    "the prompt has words that change on the way ([a:b:0.5], [a|b]) or prompts put together (AND), which are read as"
                            + " plain text here");
        }
        Optional<String> weighting = offered.choice(type, "weighting", List.of(parameters.weighting()));
        weighting.ifPresent(choice -> set(id, "weighting", new JsonPrimitive(choice)));
        if (weighting.isEmpty() && parameters.weighting().equals("a1111") && prompt.matches("(?s).*[(\\[].*")) {
            say(id, "the emphasis of words in brackets is not taken over: there is no setting weighting here");
        }
        set(id, "prompt", new JsonPrimitive(weighting.isPresent() ? withEmbeddings(prompt) : prompt));
        wire(model, id + ".model");
    }

    /** A1111 knows an embedding by its bare name, in any case; here it is {@code embedding:name}. */
    private String withEmbeddings(String prompt) {
        String marked = prompt;
        for (String word : parameters.embeddings()) {
            marked = Pattern.compile(
                            "(?<!embedding:)(?<![\\w-])" + Pattern.quote(word) + "(?![\\w-])",
                            Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE)
                    .matcher(marked)
                    .replaceAll(Matcher.quoteReplacement("embedding:" + word));
        }
        return marked;
    }

    private void sample(String id, String model, String latents) {
        add(id, SAMPLE, 0);
        set(id, "seed", new JsonPrimitive(parameters.seed()));
        set(id, "steps", new JsonPrimitive(parameters.steps()));
        set(id, "guidance", new JsonPrimitive(parameters.guidance()));
        Optional<String> sampler = offered.choice(SAMPLE, "sampler", parameters.samplers());
        Optional<String> spacing = offered.choice(SAMPLE, "spacing", parameters.spacings());
        sampler.ifPresent(choice -> set(id, "sampler", new JsonPrimitive(choice)));
        spacing.ifPresent(choice -> set(id, "spacing", new JsonPrimitive(choice)));
        if (sampler.isEmpty() && !parameters.samplers().isEmpty()) {
            say(id, "the sampler " + parameters.sampler() + " is not among Sample's: it draws with its default");
        } else if (spacing.isEmpty()) {
            say(
                    id,
                    "the schedule of " + parameters.sampler()
                            + " is not among Sample's spacings: it draws with its default");
        }
        offered.choice(SAMPLE, "seeds", List.of("each"))
                .ifPresent(choice -> set(id, "seeds", new JsonPrimitive(choice)));
        wire(model, id + ".model");
        wire("positive.conditioning", id + ".positive");
        wire("negative.conditioning", id + ".negative");
        wire(latents, id + ".latents");
    }

    /** The output of a second pass over the first; that of the first where there are no nodes to say it with. */
    private String second(SecondPass second, String model) {
        Optional<String> latents =
                second.upscaler().startsWith("Latent") ? largerLatents(second, model) : largerPicture(second);
        if (latents.isEmpty()) {
            say(
                    "sample",
                    "the second pass to " + second.width() + " × " + second.height() + " by " + second.upscaler()
                            + " at a denoising strength of " + second.denoise()
                            + " was not taken over: there are no nodes to scale with here");
            return "sample.samples";
        }
        column++;
        sample("second", model, latents.get());
        // A1111 plans so many steps that it walks as many as are said; Sample walks that share of those it plans.
        int planned = Math.max(second.steps(), (int) (second.steps() / Math.min(second.denoise(), 0.999)));
        set("second", "steps", new JsonPrimitive(planned));
        set("second", "denoise", new JsonPrimitive(Math.min(1, (second.steps() + 0.25) / planned)));
        return "second.samples";
    }

    private Optional<String> largerLatents(SecondPass second, String model) {
        String type = "graft/latents/upscale";
        if (!offered.has(type)) {
            return Optional.empty();
        }
        column++;
        add("larger", type, 0);
        set("larger", "width", new JsonPrimitive(second.width()));
        set("larger", "height", new JsonPrimitive(second.height()));
        List<String> method = second.upscaler().contains("nearest")
                ? List.of("nearest")
                : second.upscaler().contains("bicubic") ? List.of("bicubic") : List.of("bilinear");
        offered.choice(type, "method", method).ifPresent(choice -> set("larger", "method", new JsonPrimitive(choice)));
        wire("sample.samples", "larger.latents");
        if (offered.library().node(type).flatMap(node -> node.input("model")).isPresent()) {
            // It tells how many pixels a position of the latents is.
            wire(model, "larger.model");
        }
        return Optional.of(output("larger"));
    }

    /** By an upscaler's file where it is in the model folders, then to the size by Lanczos, as A1111 does. */
    private Optional<String> largerPicture(SecondPass second) {
        if (!offered.has(SCALE)) {
            return Optional.empty();
        }
        column++;
        add("first", "graft/latents/decode", 0);
        wire("model.model", "first.model");
        wire("sample.samples", "first.latents");
        String pictures = "first.images";
        boolean plain = List.of("None", "Lanczos", "Nearest").contains(second.upscaler());
        Optional<String> file = plain
                ? Optional.empty()
                : files.find(
                                Collection.UPSCALERS,
                                new Resource(second.upscaler().replace(' ', '_'), ""))
                        .or(() -> files.find(Collection.UPSCALERS, new Resource(second.upscaler(), "")));
        column++;
        if (file.isPresent() && offered.has(UPSCALE) && offered.has(UPSCALER)) {
            add("upscaler", UPSCALER, 1);
            set("upscaler", "file", new JsonPrimitive(file.get()));
            add("upscale", UPSCALE, 0);
            wire(output("upscaler"), "upscale.upscaler");
            wire(pictures, "upscale.images");
            pictures = output("upscale");
            column++;
        } else if (!plain) {
            say(
                    "larger",
                    "the upscaler " + second.upscaler()
                            + " is not in your model folders: the picture is scaled by Lanczos");
        }
        add("larger", SCALE, 0);
        set("larger", "width", new JsonPrimitive(second.width()));
        set("larger", "height", new JsonPrimitive(second.height()));
        offered.choice(SCALE, "method", List.of(second.upscaler().equals("Nearest") ? "nearest" : "lanczos"))
                .ifPresent(choice -> set("larger", "method", new JsonPrimitive(choice)));
        wire(pictures, "larger.images");
        column++;
        add("again", "graft/images/encode", 0);
        wire("model.model", "again.model");
        wire(output("larger"), "again.images");
        return Optional.of(output("again"));
    }

    /** Sets a file to what is in the model folders, or to the name that was looked for. */
    private void found(String id, String setting, Collection collection, Resource wanted, String what, String missing) {
        Optional<String> file = files.find(collection, wanted);
        if (file.isPresent()) {
            set(id, setting, new JsonPrimitive(file.get()));
            return;
        }
        String said = wanted.name().isEmpty() && wanted.hash().isEmpty()
                ? "the text names no " + what
                : "there is no " + what + " " + wanted.name()
                        + (wanted.hash().isEmpty() ? "" : " (hash " + wanted.hash() + ")") + " in your model folders";
        say(id, said + ": choose one as " + setting);
        if (!missing.isEmpty()) {
            boolean ended = wanted.name().matches(".*\\.(safetensors|sft|ckpt|pt|pth|bin)");
            set(
                    id,
                    setting,
                    new JsonPrimitive(
                            wanted.name().isEmpty() ? missing : wanted.name() + (ended ? "" : ".safetensors")));
        }
    }

    private void add(String id, String type, int row) {
        nodes.put(
                id,
                WorkflowNode.of(
                        type,
                        offered.library().node(type).map(node -> node.version()).orElse(1),
                        new Place(column * COLUMN, row * ROW)));
    }

    private void set(String id, String setting, JsonElement value) {
        nodes.computeIfPresent(id, (same, node) -> node.with(setting, value));
    }

    /** The first output of a node that was added. */
    private String output(String id) {
        return id + "." + offered.output(nodes.get(id).type());
    }

    private void wire(String from, String to) {
        wires.add(new Wire(socketNode(from), socket(from), socketNode(to), socket(to)));
    }

    private static String socketNode(String socket) {
        return socket.substring(0, socket.indexOf('.'));
    }

    private static String socket(String socket) {
        return socket.substring(socket.indexOf('.') + 1);
    }

    private void say(String node, String sentence) {
        Remark remark = new Remark(node, sentence);
        if (!remarks.contains(remark)) {
            remarks.add(remark);
        }
    }
}
