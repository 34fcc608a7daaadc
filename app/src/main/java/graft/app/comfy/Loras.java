package graft.app.comfy;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import graft.app.workflow.Wire;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Takes over loaders of LoRAs, which read a file and stack it: one node for each, and one more where the CLIP comes from elsewhere. */
final class Loras {

    private final Draft draft;
    private final Origins origins;
    private final Remarks remarks;
    private final IdentityHashMap<ComfyNode, Boolean> split = new IdentityHashMap<>();

    Loras(Draft draft, Origins origins, Remarks remarks) {
        this.draft = draft;
        this.origins = origins;
        this.remarks = remarks;
    }

    static boolean isOne(ComfyNode node) {
        return node.type().equals(Counterpart.LORA) || node.type().equals(Counterpart.LORA_OF_MODEL);
    }

    /**
     * Adds what a loader becomes.
     *
     * @param theirs its values there, by name
     * @param settings those of what stacks
     */
    void add(
            String id,
            ComfyNode node,
            Counterpart counterpart,
            Map<String, JsonElement> theirs,
            Map<String, JsonElement> settings,
            JsonObject extra) {
        boolean two = isSplit(node);
        Map<String, JsonElement> ofModel = new LinkedHashMap<>(settings);
        if (two || node.type().equals(Counterpart.LORA_OF_MODEL)) {
            ofModel.put("textStrength", new JsonPrimitive(0));
        }
        draft.add(id, node, counterpart.type(), ofModel, extra);
        String clip = id;
        if (two) {
            clip = draft.id(counterpart.type());
            Map<String, JsonElement> ofClip = new LinkedHashMap<>(settings);
            ofClip.put("unetStrength", new JsonPrimitive(0));
            draft.addBeside(id, 160, clip, node, counterpart.type(), ofClip);
            remarks.say(
                    id,
                    "the CLIP of ComfyUI's " + node.called() + " comes from elsewhere than its model: it is " + clip);
        }
        String loader = draft.id("lora");
        Map<String, JsonElement> file = new LinkedHashMap<>();
        Optional.ofNullable(theirs.get("lora_name")).ifPresent(name -> file.put("file", name));
        draft.addBeside(id, -160, loader, node, "graft/lora/load", file);
        draft.became(node, new Draft.Made(id, clip, loader));
        draft.wires().add(new Wire(loader, "lora", id, "lora"));
        if (two) {
            draft.wires().add(new Wire(loader, "lora", clip, "lora"));
        }
    }

    /** Whether the CLIP that enters a LoRA is not the one that belongs to its model. */
    private boolean isSplit(ComfyNode node) {
        if (!node.type().equals(Counterpart.LORA)) {
            return false;
        }
        if (!split.containsKey(node)) {
            // While it is looked for, in a circle, which a check tells of.
            split.put(node, true);
            Optional<String> clip = node.link("clip").map(this::identity);
            boolean same = clip.isEmpty() || clip.equals(node.link("model").map(this::identity));
            split.put(node, !same);
        }
        return split.get(node);
    }

    /** The same for outputs there that are one here. */
    private String identity(ComfyLink link) {
        Optional<Origins.Origin> origin = origins.of(link);
        if (origin.isEmpty() || origin.get().node().isEmpty()) {
            return link.node() + ":" + link.slot();
        }
        ComfyNode node = origin.get().node().get();
        int slot = origin.get().slot();
        boolean one = node.type().equals(Counterpart.LORA)
                ? !isSplit(node)
                : node.counterpart()
                        .flatMap(counterpart -> counterpart.output(slot))
                        .isPresent();
        return node.id() + ":" + (one ? "" : slot);
    }
}
