package graft.app.engine;

import graft.app.engine.Plan.Source;
import graft.app.engine.Plan.Step;
import graft.node.Setting.Control;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Where the results of nodes will be written, told before a run by the nodes that write them. */
final class Saving {

    private final Plan plan;
    private final Path runs;

    /** @param runs where the folder of the run would be made */
    Saving(Plan plan, Path runs) {
        this.plan = plan;
        this.runs = runs;
    }

    /** The folders of the nodes that write what a step gives, in their order; those alone that it is wired to. */
    List<String> of(Step step) {
        return plan.known().stream()
                .filter(writer ->
                        writer.schema().output() && has(writer, Control.SAVE_NAME) && has(writer, Control.FOLDER))
                .filter(writer -> writer.sources().map(Source::node).anyMatch(step.node()::equals))
                .map(this::folder)
                .distinct()
                .toList();
    }

    /** A node that saves a result has a name and a folder for it; one that draws a plot has not both. */
    private static boolean has(Step writer, Control control) {
        return writer.settings().keySet().stream()
                .anyMatch(setting -> setting.declared().control() == control);
    }

    private String folder(Step writer) {
        return writer.settings().entrySet().stream()
                .filter(each -> each.getKey().declared().control() == Control.FOLDER)
                .map(Map.Entry::getValue)
                .filter(Objects::nonNull)
                .map(Object::toString)
                .filter(folder -> !folder.isBlank())
                .findFirst()
                .orElseGet(() -> RunFolder.toCome(runs, plan.workflow().title(), writer.node())
                        .toString());
    }
}
