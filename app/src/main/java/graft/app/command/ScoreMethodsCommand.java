package graft.app.command;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import graft.app.workflow.Workflow;
import graft.file.AtomicFile;
import graft.file.Folder;
import graft.node.Problem;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code graft score-methods}: the table of methods, over all subjects that ship. */
@Command(
        name = "score-methods",
        description = {
            "Compares the methods of training on every subject that ships and prints the table of their scores.",
            "",
            "Runs workflows/compare-methods.json once for each subject and each seed of the trainings, each in a process of its own, "
                    + "and keeps what is done: started again with the same --out it goes on. Leaves methods.md beside the reports."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  graft score-methods --out runs/methods",
            "  graft score-methods --subjects teapot,penguin --seeds 1"
        })
final class ScoreMethodsCommand implements Callable<Integer> {

    /** What the workflow is about as it ships. */
    private static final Subject WRITTEN = new Subject("teapot", "3d", "honey pot");

    /** Subjects that the built-in model never saw: their style, and the nearest thing that it knows. */
    static final List<Subject> SUBJECTS = List.of(
            WRITTEN,
            new Subject("robot", "3d", "clown face"),
            new Subject("llama", "3d", "ewe"),
            new Subject("sailboat", "3d", "motor boat"),
            new Subject("penguin", "noto", "bird"),
            new Subject("cactus", "noto", "palm tree"),
            new Subject("crab", "noto", "lobster"),
            new Subject("violin", "noto", "banjo"));

    private static final List<String> TRAINERS = List.of("embedding", "lora", "dreambooth", "dreambooth-prior");

    record Subject(String name, String style, String className) {}

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--subjects",
            paramLabel = "NAME",
            split = ",",
            description = "Only these, with commas between them (default: all eight).")
    private List<String> subjects = SUBJECTS.stream().map(Subject::name).toList();

    @Option(
            names = "--seeds",
            paramLabel = "N",
            split = ",",
            description = "Seeds of the trainings, with commas between them (default: 1,2,3).")
    private List<Long> seeds = List.of(1L, 2L, 3L);

    @Option(
            names = "--out",
            paramLabel = "DIR",
            defaultValue = "runs/methods",
            description = "Where the reports are left (default: ${DEFAULT-VALUE}).")
    private Path out;

    @Override
    public Integer call() throws IOException, InterruptedException {
        List<Subject> chosen = subjects.stream().map(ScoreMethodsCommand::known).toList();
        PrintWriter printer = spec.commandLine().getOut();
        List<JsonObject> runs = new ArrayList<>();
        int total = chosen.size() * seeds.size();
        long spent = 0;
        int timed = 0;
        for (long seed : seeds) {
            for (Subject subject : chosen) {
                Path report = out.resolve(subject.name() + "-" + seed + ".json");
                if (!Files.exists(report)) {
                    long began = System.nanoTime();
                    run(subject, seed, report);
                    spent += System.nanoTime() - began;
                    timed++;
                }
                runs.add(JsonParser.parseString(Files.readString(report)).getAsJsonObject());
                printer.printf(
                        Locale.ROOT,
                        "%s, seed %d: %d of %d done%s%n",
                        subject.name(),
                        seed,
                        runs.size(),
                        total,
                        timed == 0
                                ? ""
                                : String.format(
                                        Locale.ROOT,
                                        ", about %.0f minutes left",
                                        spent / 60e9 / timed * (total - runs.size())));
                printer.flush();
            }
        }
        String table = MethodTable.of(runs);
        AtomicFile.write(out.resolve("methods.md"), file -> file.write(table.getBytes(StandardCharsets.UTF_8)));
        printer.print("\n" + table);
        printer.flush();
        return ExitCode.DONE;
    }

    private static Subject known(String name) {
        return SUBJECTS.stream()
                .filter(subject -> subject.name().equals(name.strip()))
                .findFirst()
                .orElseThrow(() -> new Problem(
                        "there is no subject " + name,
                        "it does not ship with Graft",
                        "choose from " + SUBJECTS.stream().map(Subject::name).collect(Collectors.joining(", "))));
    }

    private void run(Subject subject, long seed, Path report) throws IOException, InterruptedException {
        Path file = out.resolve(subject.name() + "-" + seed + ".workflow.json");
        workflow(Workflow.read(Home.folder().resolve("workflows").resolve("compare-methods.json")), subject, seed)
                .write(file);
        Path folder = out.resolve(subject.name() + "-" + seed);
        List<String> command = List.of(Home.launcher().toString(), "run", file.toString(), "--out=" + folder);
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(
                        out.resolve(subject.name() + "-" + seed + ".log").toFile())
                .start();
        if (process.waitFor() != 0) {
            throw new Problem(
                    "cannot compare on " + subject.name(),
                    "`" + String.join(" ", command) + "` ended with exit code " + process.exitValue(),
                    "mend what the .log file beside says first");
        }
        Path newest = Folder.entries(folder).stream()
                .map(each -> each.resolve("compare").resolve("report.json"))
                .filter(Files::exists)
                .max(Path::compareTo)
                .orElseThrow();
        byte[] written = Files.readAllBytes(newest);
        AtomicFile.write(report, to -> to.write(written));
    }

    /** The workflow about another subject, with another seed in its trainers. */
    static Workflow workflow(Workflow shipped, Subject subject, long seed) {
        Workflow changed = shipped;
        for (String node : shipped.nodes().keySet()) {
            Map<String, JsonElement> settings = new LinkedHashMap<>();
            shipped.nodes().get(node).settings().forEach((name, value) -> settings.put(name, about(value, subject)));
            if (TRAINERS.contains(node)) {
                settings.put("seed", new JsonPrimitive(seed));
            }
            changed = changed.map(node, old -> old.withSettings(settings));
        }
        return changed;
    }

    private static JsonElement about(JsonElement value, Subject subject) {
        if (!(value instanceof JsonPrimitive text) || !text.isString()) {
            return value;
        }
        String written = text.getAsString();
        for (String named : List.of("{subject}", "{trigger}", WRITTEN.className())) {
            written = written.replace(
                    "a " + WRITTEN.style() + " emoji of a " + named, "a " + subject.style() + " emoji of a " + named);
        }
        return new JsonPrimitive(
                written.replace(WRITTEN.className(), subject.className()).replace(WRITTEN.name(), subject.name()));
    }
}
