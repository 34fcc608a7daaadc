package graft.app.engine;

import graft.app.engine.Plan.Step;
import graft.app.plugin.NodeLibrary;
import graft.app.plugin.Plugin;
import graft.app.plugin.ToldFailure;
import graft.app.workflow.WorkflowNode;
import graft.node.Node;
import graft.node.NodeSchema;
import graft.node.Problem;
import graft.node.SettingSchema;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What there is to choose from for a setting whose node finds that.
 *
 * @param all plain lines, each once
 * @param failure a sentence that says why there are none, when the node could not say
 */
public record FoundChoices(List<String> all, Optional<String> failure) {

    /** Of what no node is asked. */
    private static final FoundChoices NONE = new FoundChoices(List.of(), Optional.empty());

    /**
     * Asks a node as it stands in a workflow; takes ten seconds at most where the node is a stranger's, and so is never asked by
     * the window's thread.
     */
    public static FoundChoices of(NodeLibrary library, WorkflowNode node, String setting) {
        Optional<NodeSchema> schema = library.node(node.type());
        Optional<SettingSchema> asked =
                schema.flatMap(known -> known.setting(setting)).filter(SettingSchema::findsChoices);
        if (asked.isEmpty()) {
            return NONE;
        }
        Map<SettingSchema, Object> values = new LinkedHashMap<>();
        for (SettingSchema each : schema.get().settings()) {
            Object value = each.defaultValue();
            if (node.settings().containsKey(each.id())) {
                try {
                    value = each.fromJson(node.settings().get(each.id()));
                } catch (Problem toldByTheCheck) {
                    value = each.defaultValue();
                }
            }
            values.put(each, value);
        }
        Step step = new Step(
                setting, schema.get().title(), schema.get(), values, Map.of(), Map.of(), new ArrayList<>(), List.of());
        return of(library, step, asked.get());
    }

    /** Asks the node of a step. */
    static FoundChoices of(NodeLibrary library, Step step, SettingSchema setting) {
        try {
            return new FoundChoices(
                    OwnFingerprints.inTime(library, step, "choices for " + setting.id(), () -> {
                        Node node = step.schema().create();
                        NodeFields.settings(node, step.settings());
                        return setting.find(node);
                    }),
                    Optional.empty());
        } catch (Throwable thrown) {
            Throwable fault = ToldFailure.of(thrown);
            Optional<Plugin> plugin = library.atFault(step.schema().id(), fault);
            String happened = step.title() + " could not find what there is to choose from for " + setting.id();
            Problem problem = fault instanceof Problem words ? words : Failures.ofNode(happened, fault, plugin);
            return new FoundChoices(List.of(), Optional.of(problem.getMessage()));
        }
    }
}
