package graft.nodes.sampling;

import graft.node.Input;
import graft.node.Node;
import graft.node.NodeType;
import graft.node.Output;
import graft.node.Problem;
import graft.node.Run;
import graft.node.Setting;
import graft.node.Specs;
import graft.picture.CannyEdges;
import graft.picture.Images;

/** Draws the edges of pictures. */
@NodeType(
        id = "graft/image/canny",
        title = "Canny",
        category = "images",
        help = "Draws the edges of pictures in white on black, for a ControlNet that was made for them.",
        words = {"edges", "outline", "lines", "controlnet", "preprocessor"})
public final class Canny implements Node {

    @Input(help = "Any pictures.")
    Images images;

    @Setting(
            min = 0.01,
            max = 0.99,
            step = 0.01,
            help = "How strong an edge has to be where it goes on from a strong one: lower draws longer lines.")
    double low = 0.4;

    @Setting(
            min = 0.01,
            max = 0.99,
            step = 0.01,
            help = "How strong an edge has to be to begin: lower draws more lines.")
    double high = 0.8;

    @Output(help = "Their edges.")
    Images edges;

    @Override
    public void configure(Specs specs) {
        if (low > high) {
            throw new Problem(
                            "edges would go on where none can begin",
                            "low is " + low + " and high " + high,
                            "set low to high or below")
                    .at("low");
        }
    }

    @Override
    public void run(Run run) {
        edges = new Images(images.pictures().stream()
                .map(picture -> CannyEdges.of(picture, (float) low, (float) high))
                .toList());
    }
}
