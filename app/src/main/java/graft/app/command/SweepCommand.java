package graft.app.command;

import graft.app.engine.Cache;
import graft.app.engine.Engine;
import graft.app.engine.Plan;
import graft.app.plugin.NodeLibrary;
import graft.app.sandbox.ThisProgram;
import graft.app.sweep.Halving;
import graft.app.sweep.JobResult;
import graft.app.sweep.Ranking;
import graft.app.sweep.SweepFolder;
import graft.app.sweep.SweepJob;
import graft.app.sweep.SweepPlan;
import graft.app.sweep.SweepRequest;
import graft.app.sweep.SweepRun;
import graft.app.user.ModelFolders;
import graft.job.Job;
import graft.job.JobBatch;
import graft.job.JobPlace;
import graft.node.Forecast;
import graft.node.Problem;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code graft sweep}: one workflow with many settings, each in a process of its own, here or on a cluster. */
@Command(
        name = "sweep",
        description = {
            "Runs a workflow again and again with other settings, each in a process and a folder of its own, and writes one report over all.",
            "",
            "Started again with the same --out it goes on: what is done is not done again, and a training that was killed goes on where it "
                    + "was, with the same bits in the end. More values may be asked for then; those that are there already are taken.",
            "",
            "VALUES are those of `graft run --set` with commas between them. A..B is every whole number; A..B:N is N numbers from A to B, with "
                    + "even ratios for settings of a logarithmic scale, such as learning rates, and even steps for others; A..B:N:log and "
                    + "A..B:N:even say which. With --random a range without N is drawn from evenly (A..B, A..B:even) or by ratio (A..B:log).",
            "",
            "--halving gives all a small budget first and the best third of them three times as much, up to the whole: "
                    + "so most of the time goes to settings that promise something."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:all jobs are done",
            "1:some failed or were given up; the report names them",
            "2:wrong input: nothing ran",
            "130:stopped by the user"
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  graft sweep workflows/train-lora.json --vary train.rank=4,16 --vary train.learningRate=1e-4..1e-3:4",
            "  graft sweep workflows/text-to-image.json --vary sample.seed=1..8 --at-once 2",
            "  graft sweep my.json --vary train.learningRate=1e-5..1e-2 --vary train.rank=1..64 --random 27 \\",
            "      --halving train.steps=50..450 --score score.fidelity"
        })
final class SweepCommand implements Callable<Integer> {

    /** Variables that the program looks at; set for jobs that run elsewhere too. */
    private static final Pattern VARIABLES = Pattern.compile("GRAFT_[A-Z_]+|PYTORCH_[A-Z_]+");

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "FILE", description = "The workflow, a JSON file; also one of ComfyUI.")
    private Path file;

    @Option(
            names = "--vary",
            paramLabel = "NODE.SETTING=VALUES",
            required = true,
            description = "A setting and what it is to be; given again, every value goes with every other.")
    private List<String> vary = new ArrayList<>();

    @ArgGroup(exclusive = false)
    private Draw draw;

    /** Combinations drawn at random. */
    private static final class Draw {
        @Option(
                names = "--random",
                paramLabel = "N",
                required = true,
                description = "Draws N different combinations at random in place of all.")
        private int count;

        @Option(names = "--seed", paramLabel = "N", description = "Of the drawing (default: 0).")
        private long seed;
    }

    @Option(
            names = "--halving",
            paramLabel = "NODE.SETTING=FIRST..LAST[:FACTOR]",
            description =
                    "Successive halving over a setting that is a budget, such as the steps of a training: from FIRST up to LAST, "
                            + "times FACTOR (default: 3) from round to round. Each round trains anew.")
    private String halving;

    @Option(
            names = "--score",
            paramLabel = "NODE.NUMBER",
            description =
                    "The number that ranks jobs: a measure of a Score node, such as score.fidelity, a number of a Compare node's row, "
                            + "such as compare.LoRA.prompt, or the loss of a loss plot, such as losses.loss "
                            + "(default: the fidelity that the last Score node reports).")
    private String score;

    @Option(
            names = "--least",
            description = "The least score is the best; so it is anyway of losses, drift, leak and copying.")
    private boolean least;

    @Option(
            names = "--set",
            paramLabel = "NODE.SETTING=VALUE",
            description = "Another value of a setting for all jobs; may be given again and again.")
    private List<String> set = new ArrayList<>();

    @Option(
            names = "--output",
            paramLabel = "NODE",
            description = "Runs only this node and what it needs; may be given again and again "
                    + "(default: every node that writes).")
    private List<String> outputs = new ArrayList<>();

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description =
                    "The folder of the sweep (default: runs/sweep_ and the name of the file). Where jobs run on other machines, one that "
                            + "all of them see under this path.")
    private Path out;

    @Option(
            names = "--on",
            paramLabel = "PLACE",
            defaultValue = "local",
            description = "Where jobs run: local, this machine (default), or what a plugin offers.")
    private String on;

    @Option(
            names = "--with",
            paramLabel = "NAME=VALUE",
            description = "A setting of the place's own; may be given again and again.")
    private List<String> with = new ArrayList<>();

    @Option(
            names = "--at-once",
            paramLabel = "N",
            description =
                    "How many jobs run at the same time (default: here as many as there are processors and memory for, or CUDA "
                            + "devices; elsewhere as the place decides).")
    private int atOnce;

    @Option(
            names = "--tries",
            paramLabel = "N",
            defaultValue = "3",
            description = "How often a job is started that dies before it has ended (default: ${DEFAULT-VALUE}).")
    private int tries;

    @Option(names = "--retry-failed", description = "Runs jobs again in which a node failed.")
    private boolean retryFailed;

    @Option(names = "--device", paramLabel = "DEVICE", description = "As of `graft run`, for each job.")
    private String device;

    @Option(names = "--models", paramLabel = "PLACE", description = "As of `graft run`.")
    private List<Path> models = new ArrayList<>();

    @Option(
            names = "--graft",
            paramLabel = "FILE",
            description =
                    "The launcher that starts a job, where it is another on the machines that run them (default: this one).")
    private Path launcher;

    @Option(names = "--dry-run", description = "Checks all jobs, lists them and runs nothing.")
    private boolean dryRun;

    private NodeLibrary library;
    private SweepPlan plan;
    private SweepFolder folder;

    @Override
    public Integer call() throws Exception {
        PrintWriter err = spec.commandLine().getErr();
        LoggerFactory.getILoggerFactory();
        ModelFolders folders = Home.models(models);
        library = Home.library(err);
        GivenWorkflow given = GivenWorkflow.read(file, library, folders);
        Findings.warn(given.findings(), err);
        SweepRequest asked = asked();
        plan = SweepPlan.of(asked, given.workflow(), library);
        JobPlace place = asked.place();
        long memory = check(folders);
        if (dryRun) {
            plan.combinations().forEach(each -> say(SweepPlan.words(each)));
            say(jobs(plan.combinations().size()) + "; nothing ran");
            return ExitCode.DONE;
        }
        folder = SweepFolder.open(out());
        folder.describe(plan, file);
        SweepRun run = new SweepRun(
                folder,
                name(),
                place,
                job -> job(job, place),
                new JobBatch(name(), List.of(), folder.path(), atOnce, Math.max(1, tries), memory),
                this::say);
        Interrupt.first(() -> {
            err.println("graft: stopping; what is done is kept. Press Ctrl-C again to end at once.");
            err.flush();
            run.stop();
        });
        Map<SweepJob, String> jobs =
                plan.rounds().isPresent() ? inRounds(run, plan.rounds().get()) : allOf(run);
        return ended(run, jobs);
    }

    private SweepRequest asked() {
        return new SweepRequest(
                vary,
                set,
                outputs,
                draw == null ? 0 : drawn(),
                draw == null ? 0 : draw.seed,
                halving == null ? "" : halving,
                score == null ? "" : score,
                least,
                on,
                with,
                atOnce);
    }

    private int drawn() {
        if (draw.count < 1) {
            throw new Problem(
                    "cannot draw " + draw.count + " combinations", "there is nothing to run then", "draw at least one");
        }
        return draw.count;
    }

    private Job job(SweepJob job, JobPlace place) {
        boolean here = place == JobPlace.Kind.LOCAL;
        List<String> command = new ArrayList<>(
                here && launcher == null
                        ? ThisProgram.command("-Dgraft.home=" + Home.folder(), Graft.class.getName())
                        : List.of((launcher == null ? Home.launcher() : launcher)
                                .toAbsolutePath()
                                .toString()));
        command.addAll(List.of("job", job.folder().toString()));
        if (device != null) {
            command.add("--device=" + device);
        }
        models.forEach(each -> command.add("--models=" + each.toAbsolutePath()));
        Map<String, String> variables = new TreeMap<>(System.getenv());
        variables.keySet().removeIf(name -> !VARIABLES.matcher(name).matches() || name.equals(Job.ENDS_WITH_INPUT));
        return new Job(job.name(), command, Path.of("").toAbsolutePath(), job.folder(), variables);
    }

    // --- what
    // ----------------------------------------------------------------------------------------------------

    /**
     * All jobs before any of them runs.
     *
     * @return bytes that the largest of them will take; 0 where that is not known
     */
    private long check(ModelFolders folders) {
        long most = 0;
        try (Cache cache = Cache.none()) {
            Engine engine = new Engine(library, cache, () -> folders);
            for (Map<String, String> each : plan.combinations()) {
                Plan job = plan.check(engine, each);
                for (Forecast forecast : engine.forecast(job, device, false).values()) {
                    most = Math.max(most, forecast.peakBytes());
                }
            }
        }
        return most;
    }

    private SweepJob job(Map<String, String> settings) throws IOException {
        SweepJob job = folder.job(plan.with(settings), settings, outputs);
        if (retryFailed) {
            Files.deleteIfExists(job.folder().resolve(Job.FAILURE));
        }
        return job;
    }

    private Map<SweepJob, String> allOf(SweepRun run) throws Exception {
        Map<SweepJob, String> jobs = new LinkedHashMap<>();
        for (Map<String, String> each : plan.combinations()) {
            jobs.put(job(each), "");
        }
        run.run(List.copyOf(jobs.keySet()), () -> report(run, jobs));
        return jobs;
    }

    private static String jobs(int count) {
        return count + (count == 1 ? " job" : " jobs");
    }

    /** Each round the best of the one before, with a larger budget. */
    private Map<SweepJob, String> inRounds(SweepRun run, Halving by) throws Exception {
        List<Map<String, String>> left = plan.combinations();
        Map<SweepJob, String> early = new LinkedHashMap<>();
        for (int round = 0; ; round++) {
            Map<SweepJob, Map<String, String>> jobs = new LinkedHashMap<>();
            for (Map<String, String> each : left) {
                jobs.put(job(SweepPlan.at(each, by, round)), each);
            }
            boolean last = round == by.budgets().size() - 1;
            String at = by.setting() + "=" + by.budgets().get(round);
            say("round " + (round + 1) + " of " + by.budgets().size() + ": " + jobs(jobs.size()) + " with " + at);
            Map<SweepJob, String> soFar = new LinkedHashMap<>();
            jobs.keySet().forEach(job -> soFar.put(job, last ? "" : at));
            soFar.putAll(early);
            run.run(List.copyOf(jobs.keySet()), () -> report(run, soFar));
            if (last || run.isStopped()) {
                return soFar;
            }
            List<JobResult> results = run.results(List.copyOf(jobs.keySet()));
            Ranking ranking = ranking(results);
            List<JobResult> ranked = ranking.ranked(results).stream()
                    .filter(each -> ranking.of(each).isPresent())
                    .toList();
            if (ranked.isEmpty()) {
                report(run, soFar);
                throw noScore(ranking, results);
            }
            List<Map<String, String>> survivors = ranked.stream()
                    .limit(by.surviving(jobs.size()))
                    .map(each -> jobs.get(each.job()))
                    .toList();
            Map<SweepJob, String> stopped = new LinkedHashMap<>();
            jobs.forEach((job, settings) -> {
                if (!survivors.contains(settings)) {
                    stopped.put(job, at);
                }
            });
            stopped.putAll(early);
            early = stopped;
            left = survivors;
        }
    }

    private static Problem noScore(Ranking ranking, List<JobResult> results) {
        List<String> known = results.stream()
                .flatMap(each -> each.numbers().keySet().stream())
                .distinct()
                .toList();
        return new Problem(
                "cannot tell which jobs go on",
                ranking.score().isEmpty() ? "no node reports a fidelity" : "no job reports " + ranking.score(),
                known.isEmpty()
                        ? "add a Score node, or a Loss Plot, to the workflow"
                        : "choose with --score among " + String.join(", ", known));
    }

    // --- what came of it
    // -----------------------------------------------------------------------------------------

    private Ranking ranking(List<JobResult> results) {
        if (score == null) {
            return Ranking.usual(results);
        }
        return least ? new Ranking(score, true) : Ranking.by(score);
    }

    private Path report(SweepRun run, Map<SweepJob, String> jobs) {
        String heading =
                plan.workflow().title().isEmpty() ? name() : plan.workflow().title();
        return run.report(heading, ranking(run.results(List.copyOf(jobs.keySet()))), jobs);
    }

    private int ended(SweepRun run, Map<SweepJob, String> jobs) {
        Path page = report(run, jobs);
        List<JobResult> results = run.results(List.copyOf(jobs.keySet()));
        Ranking ranking = ranking(results);
        long done =
                results.stream().filter(each -> each.state() == Job.State.DONE).count();
        say(done + " of " + results.size() + " jobs are done; the report is " + page);
        ranking
                .ranked(results.stream()
                        .filter(each -> jobs.get(each.job()).isEmpty())
                        .toList())
                .stream()
                .findFirst()
                .flatMap(best -> ranking.of(best)
                        .map(value -> "best: " + best.job().words()
                                + String.format(
                                        Locale.ROOT,
                                        " (%s %.4g), in %s",
                                        ranking.score(),
                                        value,
                                        best.job().result())))
                .ifPresent(this::say);
        results.stream().filter(each -> !each.problem().isEmpty()).limit(10).forEach(each -> spec.commandLine()
                .getErr()
                .println("graft: " + each.job().name() + " (" + each.job().words() + "): " + each.problem()));
        spec.commandLine().getErr().flush();
        if (run.isStopped()) {
            return ExitCode.CANCELLED;
        }
        return done == results.size() ? ExitCode.DONE : ExitCode.FAILED;
    }

    private Path out() {
        return out == null ? SweepFolder.usual(Path.of("runs"), name()) : out;
    }

    private String name() {
        return SweepFolder.name(file.getFileName().toString().replaceFirst("[.][^.]+$", ""));
    }

    private synchronized void say(String sentence) {
        PrintWriter to = spec.commandLine().getOut();
        to.println(sentence);
        to.flush();
    }
}
