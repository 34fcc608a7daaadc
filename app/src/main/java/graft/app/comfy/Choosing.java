package graft.app.comfy;

import com.google.gson.JsonElement;
import com.google.gson.JsonPrimitive;
import graft.app.workflow.Wire;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * Gives prompts with choices ({@code {a|b}}) the node that makes them, as ComfyUI's window does when it queues a drawing. In its API
 * format they are letters, as its server takes them.
 */
final class Choosing {

    /** The node that chooses. */
    static final String NODE = "graft/prompt/wildcards";

    private static final Pattern CHOICE = Pattern.compile("(?<!\\\\)\\{[^{}]*}");
    private static final Pattern COMMENT = Pattern.compile("/\\*[\\s\\S]*?\\*/|//.*");

    private final Draft draft;
    private final boolean inSubgraph;
    private final Predicate<String> installed;
    private final Origins origins;

    /** @param installed whether there is a node type here */
    Choosing(Draft draft, Origins origins, boolean inSubgraph, Predicate<String> installed) {
        this.draft = draft;
        this.origins = origins;
        this.inSubgraph = inSubgraph;
        this.installed = installed;
    }

    /** Adds what chooses beside a node, for each of its prompts that has a choice. */
    void add(String id, ComfyNode node, Counterpart counterpart, Map<String, JsonElement> settings) {
        boolean drawn = node.raw().text("type").isPresent();
        if (!drawn || !installed.test(NODE)) {
            return;
        }
        int down = 0;
        for (Counterpart.Widget widget : counterpart.widgets()) {
            String setting = widget.setting();
            if (setting.startsWith("prompt")
                    && !comesByWire(node, widget.name())
                    && settings.get(setting) instanceof JsonPrimitive text
                    && text.isString()
                    && CHOICE.matcher(text.getAsString()).find()) {
                down -= 160;
                String chooser = draft.id("wildcards");
                draft.addBeside(
                        id,
                        down,
                        chooser,
                        node,
                        NODE,
                        Map.of("text", new JsonPrimitive(withoutComments(text.getAsString()))));
                if (!inSubgraph) {
                    draft.control(chooser, "seed", "random");
                }
                draft.wires().add(new Wire(chooser, "chosen", id, setting));
            }
        }
    }

    private boolean comesByWire(ComfyNode node, String name) {
        return node.inputs().stream()
                .anyMatch(input -> input.name().equals(name)
                        && input.link().isPresent()
                        && origins.primitive(input).isEmpty());
    }

    /** The window leaves these out before it chooses. */
    private static String withoutComments(String text) {
        return COMMENT.matcher(text).replaceAll("");
    }
}
