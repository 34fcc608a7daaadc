package graft.app.editor.canvas;

import graft.app.editor.Faces;
import graft.app.plugin.NodeLibrary;
import graft.app.workflow.Workflow;
import graft.node.NodeSchema;
import java.nio.file.Path;

/** The node types and workflows that Graft comes with. */
final class Shipped {

    private static final Path HOME = Path.of("").toAbsolutePath().getParent();

    static final NodeLibrary LIBRARY = NodeLibrary.load(HOME.resolve("plugins"), "0.1.0");

    static final Path WORKFLOWS = HOME.resolve("workflows");

    private Shipped() {}

    static NodeSchema type(String id) {
        return LIBRARY.node(id).orElseThrow();
    }

    static Workflow workflow(String name) {
        return Workflow.read(WORKFLOWS.resolve(name + ".json"));
    }

    /** What a canvas shows of a workflow. */
    static Projection projection(Workflow workflow) {
        Projection projection = new Projection(new Faces(LIBRARY));
        projection.update(workflow, workflow);
        return projection;
    }
}
