package graft.app.editor;

import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import graft.app.plugin.NodeLibrary;
import graft.app.workflow.Workflow;
import graft.app.workflow.WorkflowNode;
import graft.node.Setting;
import graft.node.SettingSchema;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * What becomes of a seed before a run. It is set before and not after, so that the workflow always shows the seed of the
 * pictures that it drew last.
 *
 * <p>A node keeps it in its {@code extra}, as {@code "seedControl": {"seed": "random"}}.
 */
public enum SeedControl {
    FIXED,
    /** Another one for each run, below 2⁵³, which every JSON reader keeps whole. */
    RANDOM,
    /** One more for each run. */
    INCREMENT,
    /** One less for each run. */
    DECREMENT;

    private static final String FIELD = "seedControl";
    private static final long BOUND = 1L << 53;

    /** Of a setting of a node. */
    public static SeedControl of(WorkflowNode node, String setting) {
        if (node.extra().get(FIELD) instanceof JsonObject controls
                && controls.get(setting) instanceof JsonPrimitive control) {
            for (SeedControl each : values()) {
                if (each.id().equals(control.getAsString())) {
                    return each;
                }
            }
        }
        return FIXED;
    }

    /** The node's extra with this control for a setting. */
    public JsonObject in(JsonObject extra, String setting) {
        JsonObject changed = extra.deepCopy();
        JsonObject controls = changed.get(FIELD) instanceof JsonObject given ? given : new JsonObject();
        controls.remove(setting);
        if (this != FIXED) {
            controls.addProperty(setting, id());
        }
        changed.remove(FIELD);
        if (!controls.isEmpty()) {
            changed.add(FIELD, controls);
        }
        return changed;
    }

    private String id() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The seed after this one. */
    public long next(long seed, RandomGenerator random) {
        return switch (this) {
            case FIXED -> seed;
            case RANDOM -> random.nextLong(BOUND);
            case INCREMENT -> seed == Long.MAX_VALUE ? 0 : seed + 1;
            case DECREMENT -> Math.max(0, seed - 1);
        };
    }

    /** A workflow with its seeds set for the run that is about to begin; itself when all of them are fixed. */
    public static Workflow beforeRun(Workflow workflow, NodeLibrary library, RandomGenerator random) {
        Faces faces = new Faces(library);
        Workflow next = workflow;
        for (Map.Entry<String, WorkflowNode> entry : workflow.nodes().entrySet()) {
            WorkflowNode node = entry.getValue();
            List<SettingSchema> settings =
                    faces.ofType(workflow, node.type()).map(NodeFace::settings).orElse(List.of());
            for (SettingSchema setting : settings) {
                SeedControl control = of(node, setting.id());
                if (setting.declared().control() == Setting.Control.SEED && control != FIXED) {
                    long seed = node.settings().get(setting.id()) instanceof JsonPrimitive given && given.isNumber()
                            ? given.getAsLong()
                            : ((Number) setting.defaultValue()).longValue();
                    next = next.with(entry.getKey(), setting.id(), new JsonPrimitive(control.next(seed, random)));
                }
            }
        }
        return next;
    }
}
