package graft.app.editor.canvas;

import graft.app.editor.Faces;
import graft.app.engine.Estimate;
import graft.app.plugin.NodeLibrary;
import graft.app.workflow.Workflow;
import graft.node.NodeSchema;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;

/** The node types and workflows that Graft comes with. */
final class Shipped {

    private static final Path HOME = Path.of("").toAbsolutePath().getParent();

    static final NodeLibrary LIBRARY = NodeLibrary.load(HOME.resolve("plugins"), "0.1.0");

    static final Path WORKFLOWS = HOME.resolve("workflows");

    private static final Estimate ESTIMATE = new Estimate(
            OptionalDouble.of(60),
            OptionalLong.of(1 << 30),
            OptionalLong.empty(),
            0,
            List.of(),
            "",
            List.of(),
            Optional.empty(),
            "");

    private static final Set<String> FORECAST =
            Set.of("graft/score/model", "graft/score/judge", "graft/score/profile-lora", "graft/score/pictures");

    private Shipped() {}

    static NodeSchema type(String id) {
        return LIBRARY.node(id).orElseThrow();
    }

    static Workflow workflow(String name) {
        return Workflow.read(WORKFLOWS.resolve(name + ".json"));
    }

    /** What a canvas shows of a workflow, with what its trainings and scores will take written on them. */
    static Projection projection(Workflow workflow) {
        Projection projection = new Projection(new Faces(LIBRARY));
        projection.update(workflow, workflow);
        workflow.nodes().forEach((id, node) -> {
            if (node.type().endsWith("/train") || FORECAST.contains(node.type())) {
                projection.show(projection.node(id).orElseThrow(), Optional.of(ESTIMATE));
            }
        });
        return projection;
    }
}
