package graft.node.testing;

import graft.node.Forecast;
import graft.node.Setting.Collection;
import graft.node.Spec;
import graft.node.Specs;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a node is told of its inputs, and what it answers. */
public final class KnownSpecs implements Specs {

    public final Map<String, Spec> outputs = new HashMap<>();
    public final List<Path> reads = new ArrayList<>();
    public final List<Forecast.Source> forecasts = new ArrayList<>();
    public final List<String> warnings = new ArrayList<>();

    /** The user's folders of all collections. */
    public final List<Path> folders = new ArrayList<>();

    private final Map<String, List<Spec>> inputs = new HashMap<>();

    /** One more wire into an input. */
    public KnownSpecs with(String input, Spec spec) {
        inputs.computeIfAbsent(input, absent -> new ArrayList<>()).add(spec);
        return this;
    }

    @Override
    public boolean wired(String socket) {
        return inputs.containsKey(socket);
    }

    @Override
    public <S extends Spec> Optional<S> of(String input, Class<S> type) {
        return all(input, type).stream().findFirst();
    }

    @Override
    public <S extends Spec> List<S> all(String input, Class<S> type) {
        return inputs.getOrDefault(input, List.of()).stream()
                .filter(type::isInstance)
                .map(type::cast)
                .toList();
    }

    @Override
    public void output(String output, Spec spec) {
        outputs.put(output, spec);
    }

    @Override
    public void reads(Path fileOrFolder) {
        reads.add(fileOrFolder);
    }

    @Override
    public List<Path> folders(Collection collection) {
        return folders;
    }

    @Override
    public void forecast(Forecast.Source source) {
        forecasts.add(source);
    }

    @Override
    public void warn(String sentence) {
        warnings.add(sentence);
    }
}
