package graft.app.engine;

import graft.app.plugin.Plugin;
import graft.app.workflow.Workflow;
import graft.node.Converter;
import graft.node.Forecast;
import graft.node.NodeSchema;
import graft.node.Problem;
import graft.node.SettingSchema;
import graft.node.SocketSchema;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A checked workflow: what was found, and the steps that its outputs need in the order in which they run.
 *
 * @param workflow as the user drew it, with every setting of every known node filled in
 * @param graph as it will run: likewise, but with subgraphs taken apart and without the nodes that are left out
 * @param findings everything that the check found, errors first
 * @param steps empty when something keeps the workflow from running
 * @param known every node whose type is known, in order, whether or not it can run
 * @param roots the nodes that it runs for; what lazy inputs alone lead to from there runs when it is asked for
 * @param faults by node, what is wrong with its plugin and not with the workflow: the node fails in place of running, and
 *     there is no step for one whose plugin does not even load
 */
public record Plan(
        Workflow workflow,
        Workflow graph,
        List<Finding> findings,
        List<Step> steps,
        List<Step> known,
        Set<String> roots,
        Map<String, Fault> faults) {

    /**
     * An output of a node, where a wire begins.
     *
     * @param converter what makes of its values those that the wire's end takes; empty where they fit
     */
    record Source(String node, SocketSchema output, Optional<Converter<?, ?>> converter) {

        Source(String node, SocketSchema output) {
            this(node, output, Optional.empty());
        }

        /** The output alone. */
        Source plain() {
            return new Source(node, output);
        }
    }

    /**
     * What is wrong with a node's plugin.
     *
     * @param plugin its id; empty when it comes with Graft
     */
    record Fault(Problem problem, Optional<String> plugin) {

        static Fault of(Problem problem, Optional<Plugin> atFault) {
            return new Fault(
                    problem, atFault.filter(plugin -> !plugin.bundled()).map(Plugin::id));
        }
    }

    /**
     * One node to run.
     *
     * @param node its id in the workflow
     * @param title what people call it
     * @param settings values by setting
     * @param inputs where the wires into each input begin, in order; those that begin at a node whose plugin does not load
     *     have no output
     * @param driven settings whose value comes over a wire
     * @param reads files and folders that it said it reads
     * @param forecasts what tells how much it will take; none when it did not say
     */
    public record Step(
            String node,
            String title,
            NodeSchema schema,
            Map<SettingSchema, Object> settings,
            Map<SocketSchema, List<Source>> inputs,
            Map<SettingSchema, Source> driven,
            List<Path> reads,
            List<Forecast.Source> forecasts) {

        /** Where all its wires begin. */
        Stream<Source> sources() {
            return Stream.concat(inputs.values().stream().flatMap(List::stream), driven.values().stream())
                    .filter(Objects::nonNull);
        }
    }

    public boolean runnable() {
        return findings.stream().noneMatch(Finding::keepsFromRunning);
    }
}
