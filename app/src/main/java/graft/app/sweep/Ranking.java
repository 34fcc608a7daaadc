package graft.app.sweep;

import graft.app.plugin.NodeLibrary;
import graft.app.workflow.Subgraphs;
import graft.app.workflow.Workflow;
import graft.job.Job;
import graft.node.SocketKind;
import graft.score.Measure;
import graft.score.Score;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * By which number jobs are ranked.
 *
 * @param score {@code node.name}; empty where there is none: then jobs stand by their numbers
 * @param least whether the least is the best
 */
public record Ranking(String score, boolean least) {

    private static final String LOSS_PLOT = "graft/training/loss-plot";
    private static final Set<String> LESS = Set.of("loss", "seconds", "peakMiB", "bytes");

    /** Of a number by its name: less is better of losses, times, sizes, and of measures that say so. */
    public static Ranking by(String score) {
        String name = score.substring(score.lastIndexOf('.') + 1);
        boolean lessIsBetter = Arrays.stream(Measure.values())
                .filter(measure -> measure.id().equals(name))
                .findFirst()
                .map(measure -> !measure.moreIsBetter())
                .orElse(LESS.contains(name));
        return new Ranking(score, lessIsBetter);
    }

    /** By the fidelity that the last score of a trained model tells, else any score; by no number where there is no score. */
    public static Ranking usual(List<JobResult> results) {
        Optional<JobResult> first =
                results.stream().filter(each -> !each.numbers().isEmpty()).findFirst();
        List<String> fidelities = first.stream()
                .flatMap(each -> each.numbers().keySet().stream())
                .filter(name -> name.endsWith("." + Measure.FIDELITY.id()))
                .toList();
        List<String> trained = fidelities.stream()
                .filter(name -> first.orElseThrow()
                        .numbers()
                        .containsKey(name.substring(0, name.lastIndexOf('.') + 1) + Measure.LEAK.id()))
                .toList();
        List<String> chosen = trained.isEmpty() ? fidelities : trained;
        return chosen.isEmpty() ? new Ranking("", false) : by(chosen.get(chosen.size() - 1));
    }

    /** What may rank the jobs of a workflow, as far as its nodes tell before they run: {@link JobResult} has it then. */
    public static List<String> choices(Workflow workflow, NodeLibrary library) {
        Workflow flat = Subgraphs.flatten(workflow);
        String scored = SocketKind.of(Score.class).id();
        List<String> choices = new ArrayList<>();
        flat.nodes().forEach((id, node) -> library.node(node.type()).ifPresent(type -> {
            if (type.outputs().stream().anyMatch(output -> output.kind().id().equals(scored))) {
                Arrays.stream(Measure.values()).forEach(measure -> choices.add(id + "." + measure.id()));
            }
            if (type.id().equals(LOSS_PLOT)) {
                choices.add(id + ".loss");
            }
        }));
        return choices;
    }

    /** What a job has for it. */
    public Optional<Double> of(JobResult result) {
        return Optional.ofNullable(result.numbers().get(score)).filter(Double::isFinite);
    }

    /** The best first; those without the number behind, then those that failed; equal ones by their names. */
    public List<JobResult> ranked(List<JobResult> results) {
        Comparator<JobResult> byState = Comparator.comparing(
                        (JobResult each) -> !each.problem().isEmpty())
                .thenComparing(each -> each.state() != Job.State.DONE);
        Comparator<JobResult> byScore = Comparator.comparing(
                each -> of(each).map(value -> least ? value : -value).orElse(Double.POSITIVE_INFINITY));
        return results.stream()
                .sorted(byState.thenComparing(byScore)
                        .thenComparing(each -> each.job().name()))
                .toList();
    }
}
