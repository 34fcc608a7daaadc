package graft.app.comfy;

import com.google.gson.JsonElement;
import com.google.gson.JsonPrimitive;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A class of ComfyUI's, with all that its nodes have there, and what each of it is here.
 *
 * @param name the class there
 * @param type the node type here
 * @param widgets its values, in the order in which the drawn format lists them
 * @param inputs its inputs for wires, in order
 * @param outputs its outputs, in order
 * @param fixed values that the node here has whatever is said there
 * @param passes the input there that each output hands on as it came, for nodes that have no outputs here
 */
record Counterpart(
        String name,
        String type,
        List<Widget> widgets,
        List<In> inputs,
        List<Out> outputs,
        Map<String, JsonElement> fixed,
        List<String> passes) {

    /**
     * A value.
     *
     * @param setting the setting here; empty for one that means nothing here
     * @param words how its choices are called here
     * @param usual what it is where nobody says; empty where the node here knows
     */
    record Widget(String name, String setting, ChoiceNames words, Optional<JsonElement> usual) {}

    /**
     * An input.
     *
     * @param kind what it takes, in ComfyUI's words
     * @param socket the input here; empty for one that means nothing here
     * @param optional whether it may be left open there
     */
    record In(String name, String kind, String socket, boolean optional) {}

    /** An output; of no socket here for one that there is not. */
    record Out(String name, String kind, String socket) {}

    /** What a seed becomes after a run. */
    static final String CONTROL = "control_after_generate";

    static final String LORA = "LoraLoader";
    static final String LORA_OF_MODEL = "LoraLoaderModelOnly";
    static final String SAMPLER = "KSampler";
    static final String ADVANCED_SAMPLER = "KSamplerAdvanced";
    static final String CHECKPOINT = "CheckpointLoaderSimple";
    static final String VAE_LOADER = "VAELoader";
    static final String PERP_NEG = "PerpNeg";

    /** Values that the window alone has: what becomes of seeds, and the button that uploads. */
    static final Set<String> OF_THE_WINDOW = Set.of(CONTROL, "upload");

    /** A node of that class, with nothing yet. */
    static Counterpart of(String name, String type) {
        return new Counterpart(name, type, List.of(), List.of(), List.of(), Map.of(), List.of());
    }

    /** With a value that the setting of that name here has. */
    Counterpart value(String theirs, String setting) {
        return value(theirs, setting, ChoiceNames.PLAIN);
    }

    /** With a value that the setting of that name here has, in other words. */
    Counterpart value(String theirs, String setting, ChoiceNames words) {
        return with(new Widget(theirs, setting, words, Optional.empty()));
    }

    /** With a value that the setting of that name here has, and that is so where nobody says it. */
    Counterpart value(String theirs, String setting, String usual) {
        return with(new Widget(theirs, setting, ChoiceNames.PLAIN, Optional.of(new JsonPrimitive(usual))));
    }

    /** With a value that means nothing here. */
    Counterpart unused(String theirs, Number usual) {
        return with(new Widget(theirs, "", ChoiceNames.PLAIN, Optional.of(new JsonPrimitive(usual))));
    }

    /** With a value that only ComfyUI's window has. */
    Counterpart window(String theirs, String usual) {
        return with(new Widget(theirs, "", ChoiceNames.PLAIN, Optional.of(new JsonPrimitive(usual))));
    }

    private Counterpart with(Widget widget) {
        return new Counterpart(name, type, joined(widgets, widget), inputs, outputs, fixed, passes);
    }

    /** With an input. */
    Counterpart in(String theirs, String kind, String socket) {
        return with(new In(theirs, kind, socket, false));
    }

    /** With an input that may be left open there. */
    Counterpart mayIn(String theirs, String kind, String socket) {
        return with(new In(theirs, kind, socket, true));
    }

    private Counterpart with(In input) {
        return new Counterpart(name, type, widgets, joined(inputs, input), outputs, fixed, passes);
    }

    /** With an output that is called as its kind. */
    Counterpart out(String kind, String socket) {
        return out(kind, kind, socket);
    }

    /** With an output. */
    Counterpart out(String theirs, String kind, String socket) {
        return new Counterpart(
                name, type, widgets, inputs, joined(outputs, new Out(theirs, kind, socket)), fixed, passes);
    }

    /** With a value of the node here that is always so. */
    Counterpart always(String setting, String value) {
        Map<String, JsonElement> more = new LinkedHashMap<>(fixed);
        more.put(setting, new JsonPrimitive(value));
        return new Counterpart(name, type, widgets, inputs, outputs, more, passes);
    }

    /** Handing on what enters an input, by an output that there is not here. */
    Counterpart handsOn(String input) {
        return new Counterpart(name, type, widgets, inputs, outputs, fixed, joined(passes, input));
    }

    private static <T> List<T> joined(List<T> list, T more) {
        List<T> all = new ArrayList<>(list);
        all.add(more);
        return List.copyOf(all);
    }

    Optional<Widget> widget(String theirs) {
        return widgets.stream().filter(each -> each.name().equals(theirs)).findFirst();
    }

    /** The names of its values, in order. */
    List<String> widgetNames() {
        return widgets.stream().map(Widget::name).toList();
    }

    /** The setting here that has a value of there. */
    Optional<Widget> setting(String theirs) {
        return widget(theirs).filter(each -> !each.setting().isEmpty());
    }

    /** Whether it is known what an input there means here, if only that it is nothing. */
    boolean knows(String input) {
        return inputs.stream().anyMatch(each -> each.name().equals(input))
                || widget(input).isPresent();
    }

    /** The input or setting here of an input there. */
    Optional<String> socket(String input) {
        return inputs.stream()
                .filter(each -> each.name().equals(input))
                .map(In::socket)
                .findFirst()
                .or(() -> widget(input).map(Widget::setting))
                .filter(socket -> !socket.isEmpty());
    }

    /** The output here of an output there. */
    Optional<String> output(int slot) {
        return slot >= 0 && slot < outputs.size() && !outputs.get(slot).socket().isEmpty()
                ? Optional.of(outputs.get(slot).socket())
                : Optional.empty();
    }

    /** The input there whose value an output there hands on. */
    Optional<String> passed(int slot) {
        return slot >= 0 && slot < passes.size() ? Optional.of(passes.get(slot)) : Optional.empty();
    }
}
