package graft.nodes.sampling;

import graft.file.Location;
import graft.node.Problem;
import graft.node.Setting.Collection;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The files that a sampler drew with, as far as they are known: what was trained, merged or changed in the same run has none.
 *
 * @param model the place of the model, as its setting says it; empty where no one file is the model
 * @param vae the place of another VAE; empty for the model's own
 * @param clipSkip how many layers of the text encoder from the end are used, 1 for all
 * @param loras in the order in which they are laid
 * @param embeddings places of files
 */
record Ingredients(String model, String vae, int clipSkip, List<Laid> loras, List<String> embeddings) {

    /**
     * A LoRA.
     *
     * @param place of its file
     */
    record Laid(String place, double unet, double text) {}

    private static final String LOAD = "graft/model/load";

    /** What gives another model than the one that enters, or lays what no other program can. */
    private static final Set<String> OTHER_MODEL = Set.of("graft/dreambooth/train", "graft/model/merge");

    private static final Pattern WORD = Pattern.compile("embedding:\\s*([^\\s,()\\[\\]:]+)");

    /**
     * Reads them from a run.
     *
     * @param encoders the nodes that encoded its prompts
     * @param prompts all that it was told, in which embeddings are named
     * @param names finds the file that a setting of a collection names
     */
    static Ingredients of(RunGraph graph, String sample, List<String> encoders, String prompts, Names names) {
        List<Laid> loras = new ArrayList<>();
        Set<String> embeddings = new LinkedHashSet<>();
        Optional<String> model = Optional.empty();
        List<String> path = modelPath(graph, sample);
        for (String id : path) {
            switch (graph.type(id)) {
                case LOAD -> model = Optional.of(id);
                case "graft/adapters/add-lora" -> {
                    if (isOn(graph, id)) {
                        graph.source(id, "lora").ifPresent(lora -> addLora(graph, id, lora, 0, names, loras));
                    }
                }
                case "graft/adapters/stack" -> {
                    if (isOn(graph, id)) {
                        List<String> laid = graph.sources(id, "loras");
                        for (int i = laid.size() - 1; i >= 0; i--) {
                            addLora(graph, id, laid.get(i), i, names, loras);
                        }
                    }
                }
                default -> {
                    // It changes how the model is used, not which it is.
                }
            }
        }
        Collections.reverse(loras);
        int skip = 1;
        for (String encoder : encoders) {
            for (String id : modelPath(graph, encoder)) {
                addEmbeddings(graph, id, names, embeddings);
                if (graph.type(id).equals("graft/model/clip-skip")) {
                    skip = Math.max(skip, (int) graph.number(id, "skip", 0).orElse(1));
                }
            }
        }
        Matcher words = WORD.matcher(prompts);
        while (words.find()) {
            named(words.group(1), names).ifPresent(embeddings::add);
        }
        return new Ingredients(
                model.map(id -> names.found(Collection.CHECKPOINTS, graph.text(id, "file")))
                        .orElse(""),
                model.map(id -> graph.text(id, "vae"))
                        .filter(vae -> !vae.isBlank())
                        .map(vae -> names.found(Collection.VAES, vae))
                        .orElse(""),
                skip,
                loras,
                List.copyOf(embeddings));
    }

    /** Finds the file that a setting of a collection names. */
    interface Names {
        String found(Collection collection, String said);
    }

    /** The nodes that a model went through, the last first, until one that makes another of it. */
    private static List<String> modelPath(RunGraph graph, String from) {
        List<String> path = new ArrayList<>();
        Optional<String> at = graph.source(from, "model");
        while (at.isPresent() && !path.contains(at.get()) && !OTHER_MODEL.contains(graph.type(at.get()))) {
            path.add(at.get());
            at = graph.source(at.get(), "model");
        }
        return path;
    }

    private static boolean isOn(RunGraph graph, String id) {
        return !graph.text(id, "on").equals("false");
    }

    private static void addLora(RunGraph graph, String over, String lora, int position, Names names, List<Laid> loras) {
        double unet = graph.number(over, "unetStrength", position).orElse(1);
        double text = graph.number(over, "textStrength", position).orElse(1);
        if (graph.type(lora).equals("graft/lora/load") && (unet != 0 || text != 0)) {
            loras.add(new Laid(names.found(Collection.LORAS, graph.text(lora, "file")), unet, text));
        }
    }

    private static void addEmbeddings(RunGraph graph, String id, Names names, Set<String> embeddings) {
        Stream<String> loaded =
                switch (graph.type(id)) {
                    case "graft/adapters/add-embedding" -> graph.source(id, "embedding").stream();
                    case "graft/adapters/stack" -> graph.sources(id, "embeddings").stream();
                    default -> Stream.empty();
                };
        if (isOn(graph, id)) {
            loaded.filter(from -> graph.type(from).equals("graft/embedding/load"))
                    .map(from -> names.found(Collection.EMBEDDINGS, graph.text(from, "file")))
                    .forEach(embeddings::add);
        }
    }

    /** The file of an embedding that a prompt names, with its ending or without. */
    private static Optional<String> named(String name, Names names) {
        return Stream.of("", ".safetensors", ".pt", ".bin")
                .map(ending -> names.found(Collection.EMBEDDINGS, name + ending))
                .filter(place -> file(place).isPresent())
                .findFirst();
    }

    /** The one file at a place; empty for a folder, for what comes with Graft, and where there is none. */
    static Optional<Path> file(String place) {
        try {
            return place.isBlank()
                    ? Optional.empty()
                    : Optional.of(Location.of(place, "file", "a file")).filter(Files::isRegularFile);
        } catch (Problem | InvalidPathException nowhere) {
            return Optional.empty();
        }
    }

    /** The last part of a place without its ending, as other programs call it: without what breaks their lines. */
    static String name(String place) {
        return place.replaceAll("[/\\\\]+$", "")
                .replaceAll("^.*[/\\\\]", "")
                .replaceFirst("^builtin:", "")
                .replaceFirst("\\.(safetensors|sft|ckpt|pt|pth|bin)$", "")
                .replaceAll("[,:\"<>{}\\n]", "");
    }
}
