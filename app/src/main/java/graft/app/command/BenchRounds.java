package graft.app.command;

import graft.app.command.BenchResult.Round;
import graft.app.command.BenchTask.Case;
import graft.file.BuiltIn;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** One task measured of Graft and its peers in turn, round by round. */
final class BenchRounds {

    private final BenchTask task;
    private final Path work;
    private final List<Program> programs = new ArrayList<>();

    /** One of them, and what it took so far. */
    private static final class Program {
        private final String name;
        private final List<String> command;
        private final List<Round> rounds = new ArrayList<>();
        private String leftOut = "";
        private boolean failed;

        Program(String name, List<String> command) {
            this.name = name;
            this.command = command;
        }
    }

    /**
     * @param work a folder for what programs want to keep between rounds
     * @param model the file of the task's model, where it needs one
     */
    BenchRounds(BenchTask task, Path work, Optional<Path> model, List<BenchPeer> peers) throws IOException {
        this.task = task;
        this.work = work;
        programs.add(new Program("graft", task.name() == Case.cold ? coldRun() : own(model)));
        peers.forEach(peer -> programs.add(new Program(peer.name(), peers(peer, model))));
    }

    /** Measures each program once, but for those that failed or have no such case. */
    void measure() throws InterruptedException {
        for (Program program : programs) {
            if (program.leftOut.isEmpty()) {
                BenchProcess.Outcome outcome = BenchProcess.run(
                        program.command,
                        work.resolve("log.txt"),
                        task.threads(),
                        task.name().isFromStart());
                program.leftOut = outcome.leftOut();
                program.failed = outcome.failed();
                if (outcome.leftOut().isEmpty()) {
                    program.rounds.add(outcome.round());
                }
            }
        }
    }

    /** Graft's first. */
    List<BenchResult> results() {
        return programs.stream()
                .map(program -> new BenchResult(program.name, List.copyOf(program.rounds), program.leftOut))
                .toList();
    }

    boolean failed() {
        return programs.stream().anyMatch(program -> program.failed);
    }

    private List<String> own(Optional<Path> model) {
        List<String> command = new ArrayList<>(List.of(
                Home.launcher().toString(),
                "bench",
                "--here",
                "--size=" + task.size(),
                "--latent=" + task.latent(),
                "--weights=" + task.weights(),
                "--steps=" + task.steps(),
                "--device=" + task.device()));
        if (task.checkpointing()) {
            command.add("--checkpointing");
        }
        if (task.narrowStates()) {
            command.add("--states-8bit");
        }
        if (task.releases()) {
            command.add("--release-gradients");
        }
        model.ifPresent(file -> command.add("--file=" + file));
        command.add(task.name().name());
        return command;
    }

    /** The whole of a run: launcher, Java, libtorch, plugins, model, picture, PNG. */
    private List<String> coldRun() throws IOException {
        Path workflow = work.resolve("cold.json");
        try (InputStream in = BenchRounds.class.getResourceAsStream("cold.json")) {
            Files.write(workflow, in.readAllBytes());
        }
        return List.of(
                Home.launcher().toString(),
                "run",
                workflow.toString(),
                "--json",
                "--device=" + task.device(),
                "--out=" + work.resolve("cold"));
    }

    private List<String> peers(BenchPeer peer, Optional<Path> model) {
        List<String> command = new ArrayList<>(peer.command());
        command.addAll(List.of(
                "--size",
                task.size().name(),
                "--latent",
                Integer.toString(task.latent()),
                "--weights",
                task.ofPeers().name(),
                "--steps",
                Integer.toString(task.steps()),
                "--threads",
                Integer.toString(task.threads()),
                "--device",
                task.device(),
                "--work",
                work.toString()));
        if (task.size() == BenchTask.Size.builtin) {
            command.addAll(List.of("--model", BuiltIn.path("builtin:emoji-sd").toString()));
        }
        model.ifPresent(file -> command.addAll(List.of("--file", file.toString())));
        if (task.checkpointing()) {
            command.add("--checkpointing");
        }
        if (task.releases()) {
            command.add("--unclipped");
        }
        command.add(task.name().name());
        return command;
    }
}
