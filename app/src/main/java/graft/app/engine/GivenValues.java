package graft.app.engine;

import graft.app.engine.Plan.Source;
import graft.app.engine.Plan.Step;
import graft.app.plugin.NodeLibrary;
import graft.app.plugin.Plugin;
import graft.app.plugin.PluginFault;
import graft.node.Choice;
import graft.node.Sound;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What came along the wires into a step that runs code of a stranger's plugin: whether that left it as it was. */
final class GivenValues {

    private final Map<Source, List<BooleanSupplier>> seals = new LinkedHashMap<>();
    private final Optional<Plugin> stranger;

    /**
     * Of a step in which no stranger has a hand, nothing is looked at.
     *
     * @param sources of the values that it is given
     * @param valueOf what a source brings: a value or a list of values
     */
    GivenValues(Step step, NodeLibrary library, Stream<Source> sources, Function<Source, Object> valueOf) {
        stranger = strangerIn(step, library);
        if (stranger.isPresent()) {
            sources.map(Source::plain).distinct().forEach(source -> Turns.all(valueOf.apply(source))
                    .forEach(value -> {
                        // Of pictures it has its own.
                        if (value instanceof Sound sound && SoundValues.forStrangers(value) == value) {
                            seals.computeIfAbsent(source, each -> new ArrayList<>())
                                    .add(sound.seal());
                        }
                    }));
        }
    }

    /** The plugin of the user's whose code a step runs: of its node, or of what is chosen in it. */
    static Optional<Plugin> strangerIn(Step step, NodeLibrary library) {
        return library.strangerOf(step.schema().id()).or(() -> step.settings().values().stream()
                .flatMap(value -> value instanceof Choice choice ? Stream.of(choice) : Stream.empty())
                .flatMap(choice -> library.strangerOf(choice.id()).stream())
                .findFirst());
    }

    /** Those that nobody else can use any more. */
    Set<Source> spoilt() {
        return seals.entrySet().stream()
                .filter(each -> !each.getValue().stream().allMatch(BooleanSupplier::getAsBoolean))
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
    }

    /** @throws PluginFault naming what was changed */
    void check() {
        Set<Source> spoilt = spoilt();
        if (!spoilt.isEmpty()) {
            String what = spoilt.stream()
                    .map(source -> source.node() + "." + source.output().id())
                    .sorted()
                    .collect(Collectors.joining(" and "));
            throw new PluginFault(
                    stranger.orElseThrow().id(),
                    "it wrote to, or closed, what came in from " + what + ", which others use too",
                    null);
        }
    }
}
