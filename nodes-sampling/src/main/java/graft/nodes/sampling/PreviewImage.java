package graft.nodes.sampling;

import graft.node.Input;
import graft.node.Node;
import graft.node.NodeType;
import graft.node.Run;
import graft.picture.Images;

/** Shows pictures on the canvas and writes no file. */
@NodeType(
        id = "graft/images/preview",
        title = "Preview Image",
        category = "output",
        help =
                "Shows each picture on the node and writes no file: to look at what comes of a step. A double click enlarges a"
                        + " picture, and its menu saves or copies it.",
        words = {"show", "look", "view", "see"},
        output = true)
public final class PreviewImage implements Node {

    @Input(help = "The pictures to show.")
    Images images;

    @Override
    public void run(Run run) {
        if (run.previewed()) {
            run.preview(ImagesPreview.shown(images));
        }
    }
}
