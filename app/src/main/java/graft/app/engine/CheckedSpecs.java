package graft.app.engine;

import graft.app.engine.Plan.Source;
import graft.app.engine.Plan.Step;
import graft.app.user.ModelFolders;
import graft.node.Forecast;
import graft.node.Setting.Collection;
import graft.node.Spec;
import graft.node.Specs;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** What one node is told while it is checked, and what it tells: that counts once it is kept. */
final class CheckedSpecs implements Specs {

    private final Step step;
    private final ModelFolders folders;
    private final Map<Source, Spec> known;
    private final Map<Source, Spec> told = new LinkedHashMap<>();
    private final List<Path> reads = new ArrayList<>();
    private final List<Forecast.Source> forecasts = new ArrayList<>();
    private final List<String> warnings = new ArrayList<>();

    /** {@code known} holds the specs of the nodes before; a node whose check does not end goes on looking at it. */
    CheckedSpecs(Step step, ModelFolders folders, Map<Source, Spec> known) {
        this.step = step;
        this.folders = folders;
        this.known = known;
    }

    /** Adds what the node told to the step and to what is known. */
    void keep() {
        step.reads().addAll(reads);
        step.forecasts().addAll(forecasts);
        told.forEach((output, spec) -> {
            if (spec != null) {
                known.put(output, spec);
            }
        });
    }

    List<String> warnings() {
        return warnings;
    }

    @Override
    public boolean wired(String socket) {
        boolean input = step.schema()
                .input(socket)
                .map(each -> !step.inputs().get(each).isEmpty())
                .orElse(false);
        boolean setting =
                step.schema().setting(socket).map(step.driven()::containsKey).orElse(false);
        return input || setting;
    }

    @Override
    public <S extends Spec> Optional<S> of(String input, Class<S> type) {
        return all(input, type).stream().findFirst();
    }

    @Override
    public <S extends Spec> List<S> all(String input, Class<S> type) {
        return step.schema().input(input).map(step.inputs()::get).orElse(List.of()).stream()
                .filter(Objects::nonNull)
                .map(this::spec)
                .filter(type::isInstance)
                .map(type::cast)
                .toList();
    }

    private Spec spec(Source source) {
        Spec spec = known.get(source.plain());
        return spec == null || source.converter().isEmpty()
                ? spec
                : source.converter().get().spec(spec).orElse(null);
    }

    @Override
    public void output(String output, Spec spec) {
        told.put(
                new Source(
                        step.node(),
                        step.schema()
                                .output(output)
                                .orElseThrow(() -> new IllegalArgumentException("there is no output " + output))),
                spec);
    }

    @Override
    public void reads(Path fileOrFolder) {
        reads.add(fileOrFolder);
    }

    @Override
    public List<Path> folders(Collection collection) {
        return folders.of(collection);
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
