package graft.app.command;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import graft.app.engine.Cache;
import graft.app.engine.Engine;
import graft.app.engine.Finding;
import graft.app.engine.Known;
import graft.app.engine.LoaderNode;
import graft.app.plugin.NodeLibrary;
import graft.app.user.ModelFolders;
import graft.app.workflow.Wire;
import graft.app.workflow.Workflow;
import graft.app.workflow.WorkflowNode;
import graft.file.AtomicFile;
import graft.file.BuiltIn;
import graft.file.Location;
import graft.model.AddedTokens;
import graft.model.Checkpoint;
import graft.model.CheckpointSpec;
import graft.model.Family;
import graft.model.TextReading;
import graft.model.Tokenizer;
import graft.node.Problem;
import graft.node.Setting.Collection;
import graft.node.SocketKind;
import graft.train.data.Buckets;
import graft.train.data.DataFinding;
import graft.train.data.DataLook;
import graft.train.data.Dataset;
import graft.train.data.DatasetSpec;
import graft.train.data.TrainingSize;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code graft data}: what is wrong with training pictures and their captions. */
@Command(
        name = "data",
        description = {
            "Looks at training pictures before hours are spent on them: copies, near copies and mirrored ones, pictures that are "
                    + "too small, blurred or cut too much, captions that lack the trigger word, contradict each other, are "
                    + "missing or too long.",
            "",
            "Of a workflow it looks at what its trainings are given; of a folder at its pictures with the captions beside them. "
                    + "No file is changed."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:nothing was found", "1:something was", "2:wrong input"},
        footerHeading = "%nExamples:%n",
        footer = {
            "  graft data my-dog --model sd15.safetensors --trigger sks --out look.html",
            "  graft data workflows/train-style.json"
        })
final class DataCommand implements Callable<Integer> {

    /** The model that comes with Graft. */
    private static final String BUILT_IN = "builtin:emoji-sd";

    private static final String MODEL = "model";
    private static final String PICTURES = "pictures";

    /** Of models of which it is not known. */
    private static final int USUAL_SIDE = 512;

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "FILE|FOLDER", description = "A workflow, or a folder of pictures.")
    private String place;

    @Option(names = "--trigger", paramLabel = "WORD", description = "The word that all captions should have.")
    private Optional<String> trigger = Optional.empty();

    @Option(
            names = "--model",
            paramLabel = "MODEL",
            description =
                    "The model whose size and tokens count; without it that of the workflow, for a folder the built-in one.")
    private Optional<String> model = Optional.empty();

    @Option(
            names = "--size",
            paramLabel = "PIXELS",
            description = "For a folder: the side of the squares that it is trained at; without it the model's own.")
    private Optional<Integer> size = Optional.empty();

    @Option(names = "--buckets", description = "For a folder: each picture is trained at a size near its own shape.")
    private boolean buckets;

    @Option(
            names = "--out",
            paramLabel = "FILE",
            description = "Writes the findings with their pictures as a page, HTML.")
    private Path out;

    @Option(names = "--json", description = "Prints a JSON array, one object a finding.")
    private boolean json;

    @Option(
            names = "--models",
            paramLabel = "PLACE",
            description = "Where models are, to call them by their names there, as for `graft run`.")
    private List<Path> models = new ArrayList<>();

    @Override
    public Integer call() {
        PrintWriter err = spec.commandLine().getErr();
        ModelFolders folders = Home.models(models);
        try (Cache cache = Cache.none()) {
            NodeLibrary library = Home.library(err);
            Engine engine = new Engine(library, cache, () -> folders);
            boolean folder = BuiltIn.is(place) || Files.isDirectory(Path.of(place));
            Workflow workflow = folder
                    ? ofFolder(engine)
                    : GivenWorkflow.read(Path.of(place), library, folders).workflow();
            Known known = engine.known(workflow);
            Map<String, DatasetSpec> sets = sets(workflow, known, library);
            List<Finding> faults =
                    known.findings().stream().filter(Finding::isError).toList();
            if (sets.isEmpty()) {
                Findings.warn(faults, err);
                throw new Problem(
                        "cannot look at the pictures of " + place,
                        faults.isEmpty()
                                ? "no node of it gives pictures"
                                : faults.get(0).sentence(),
                        "give a folder of pictures, or a workflow that trains on some");
            }
            List<DataFinding> found = new ArrayList<>();
            DataLook look = new DataLook();
            Set<Path> pictures = new LinkedHashSet<>();
            try (Tokenizer tokenizer = tokenizer(workflow, folders)) {
                for (Map.Entry<String, DatasetSpec> each : sets.entrySet()) {
                    List<Dataset.Item> items =
                            each.getValue().pictures().orElseThrow().items();
                    items.forEach(item -> pictures.add(item.file()));
                    found.addAll(
                            look.findings(items, words(each.getValue(), word(workflow, each.getKey()), tokenizer)));
                }
            }
            List<DataFinding> distinct = found.stream().distinct().toList();
            tell(distinct, pictures.size());
            return distinct.isEmpty() ? ExitCode.DONE : ExitCode.FAILED;
        }
    }

    private static DataLook.Words words(DatasetSpec set, String word, Tokenizer tokenizer) {
        Map<Path, String> captions = new LinkedHashMap<>();
        set.dataset().ifPresent(data -> data.items().forEach(item -> captions.put(item.file(), item.caption())));
        return new DataLook.Words(captions, word, text -> {
            TextReading reading = tokenizer.reading(text, AddedTokens.NONE);
            return reading.cut() ? reading.unseen() : "";
        });
    }

    private Workflow ofFolder(Engine engine) {
        Workflow alone = Workflow.EMPTY.withNodes(Map.of(MODEL, LoaderNode.MODEL.loading(model.orElse(BUILT_IN))));
        int side = size.orElseGet(() -> engine.known(alone)
                .of(MODEL, "model", CheckpointSpec.class)
                .map(known -> Family.of(known).usualSize(known).orElse(USUAL_SIDE))
                .orElse(USUAL_SIDE));
        if (!json) {
            spec.commandLine()
                    .getOut()
                    .println("Trained at " + side + "×" + side + " pixels" + (buckets ? ", by shape" : "") + ", as "
                            + model.orElse("the built-in model") + (size.isPresent() ? " is told to." : " is.")
                            + (model.isEmpty() && size.isEmpty() ? " --model or --size say otherwise." : ""));
        }
        WorkflowNode folder = LoaderNode.PICTURES
                .loading(place)
                .with("width", new JsonPrimitive(side))
                .with("height", new JsonPrimitive(side))
                .with("buckets", new JsonPrimitive(buckets))
                .with("bucketStep", new JsonPrimitive(Buckets.usualStep(new TrainingSize(side, side))));
        return alone.withNodes(Map.of(PICTURES, folder));
    }

    /** What trainings are given, by {@code node.output}; without a training all pictures that no node makes others of. */
    private static Map<String, DatasetSpec> sets(Workflow workflow, Known known, NodeLibrary library) {
        Map<String, DatasetSpec> all = new LinkedHashMap<>();
        known.specs().forEach((from, each) -> {
            if (each instanceof DatasetSpec set && set.pictures().isPresent()) {
                all.put(from, set);
            }
        });
        Map<String, DatasetSpec> trained = new LinkedHashMap<>();
        Map<String, DatasetSpec> last = new LinkedHashMap<>(all);
        for (Wire wire : workflow.wires()) {
            DatasetSpec set = all.get(wire.from());
            if (set == null) {
                continue;
            }
            boolean goesOn = all.keySet().stream().anyMatch(from -> from.startsWith(wire.toNode() + "."));
            if (goesOn) {
                last.remove(wire.from());
            }
            boolean trains = Optional.ofNullable(workflow.nodes().get(wire.toNode()))
                    .flatMap(node -> library.node(node.type()))
                    .filter(node -> node.inputs().stream().anyMatch(input -> input.kind()
                            .id()
                            .equals(SocketKind.of(Checkpoint.class).id())))
                    .isPresent();
            if (trains && wire.input().equals("images")) {
                trained.put(wire.from(), set);
            }
        }
        return trained.isEmpty() ? last : trained;
    }

    /** The word that is asked for, or that a node puts into the captions. */
    private String word(Workflow workflow, String from) {
        Set<String> nodes = new LinkedHashSet<>();
        List<String> open = new ArrayList<>(List.of(from.substring(0, from.lastIndexOf('.'))));
        while (!open.isEmpty()) {
            String node = open.remove(0);
            if (nodes.add(node)) {
                workflow.wires().stream()
                        .filter(wire -> wire.toNode().equals(node))
                        .forEach(wire -> open.add(wire.fromNode()));
            }
        }
        return trigger.orElseGet(() -> nodes.stream()
                .flatMap(node -> Stream.ofNullable(workflow.nodes().get(node)))
                .map(node -> node.settings().get("trigger"))
                .filter(value -> value instanceof JsonPrimitive text && text.isString())
                .map(value -> value.getAsString())
                .filter(word -> !word.isBlank())
                .findFirst()
                .orElse(""));
    }

    private Tokenizer tokenizer(Workflow workflow, ModelFolders folders) {
        String name = model.or(() -> workflow.nodes().values().stream()
                        .filter(LoaderNode.MODEL::is)
                        .map(node -> node.settings().get(LoaderNode.MODEL.setting()))
                        .filter(value -> value instanceof JsonPrimitive text && text.isString())
                        .map(value -> value.getAsString())
                        .findFirst())
                .orElse(BUILT_IN);
        return Tokenizer.of(Location.of(folders.resolved(Collection.CHECKPOINTS, name), "model", "a model"));
    }

    private void tell(List<DataFinding> found, int pictures) {
        PrintWriter printer = spec.commandLine().getOut();
        if (out != null) {
            byte[] page = new DataReport(
                            place, pictures, found, out.toAbsolutePath().getParent())
                    .page()
                    .getBytes(StandardCharsets.UTF_8);
            AtomicFile.write(out, file -> file.write(page));
        }
        if (json) {
            JsonArray all = new JsonArray();
            found.forEach(finding -> all.add(json(finding)));
            printer.println(new GsonBuilder()
                    .setPrettyPrinting()
                    .disableHtmlEscaping()
                    .create()
                    .toJson(all));
        } else {
            String count = pictures == 1 ? "1 picture" : pictures + " pictures";
            printer.println(
                    found.isEmpty()
                            ? "Looked at " + count + ": nothing is wrong with them."
                            : "Looked at " + count + ": " + found.size() + (found.size() == 1 ? " thing" : " things")
                                    + " to know, what matters most first.");
            found.forEach(finding -> printer.println("- " + finding.sentence() + " "
                    + DataReport.words(finding.kind().weight()) + " "
                    + finding.kind().remedy()));
            if (out != null) {
                printer.println("With pictures: " + out);
            }
        }
        printer.flush();
    }

    private static JsonObject json(DataFinding finding) {
        JsonObject object = new JsonObject();
        object.addProperty(
                "kind", finding.kind().name().toLowerCase(Locale.ROOT).replace('_', '-'));
        object.addProperty("matters", finding.kind().weight().name().toLowerCase(Locale.ROOT));
        object.addProperty("sentence", finding.sentence());
        object.addProperty("remedy", finding.kind().remedy());
        JsonArray pictures = new JsonArray();
        finding.pictures().forEach(shown -> {
            JsonObject picture = new JsonObject();
            picture.addProperty("file", shown.file().toString());
            picture.addProperty("note", shown.note());
            pictures.add(picture);
        });
        object.add("pictures", pictures);
        return object;
    }
}
