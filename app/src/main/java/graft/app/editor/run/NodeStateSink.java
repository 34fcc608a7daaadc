package graft.app.editor.run;

import graft.app.editor.canvas.GraphCanvas;
import graft.app.editor.canvas.NodeState;
import java.awt.image.BufferedImage;
import java.util.List;

/** Where the states of a workflow's nodes are shown. Called on the event dispatch thread. */
public interface NodeStateSink {

    /** How it stands with a node; that of a subgraph is {@code outer.inner}. */
    void show(String node, NodeState state);

    /** The last that was shown of a node. */
    NodeState state(String node);

    /** Pictures of a node's work. */
    void preview(String node, List<BufferedImage> pictures);

    /** The canvas of a workflow. */
    static NodeStateSink of(GraphCanvas canvas) {
        return new NodeStateSink() {
            @Override
            public void show(String node, NodeState state) {
                canvas.show(node, state);
            }

            @Override
            public NodeState state(String node) {
                return canvas.state(node);
            }

            @Override
            public void preview(String node, List<BufferedImage> pictures) {
                canvas.preview(node, pictures);
            }
        };
    }
}
