package example;

import graft.node.Input;
import graft.node.Node;
import graft.node.NodeType;
import graft.node.Output;
import graft.node.Run;
import graft.picture.Images;

/** What {@link Vignette} was before it had a strength: there for old workflows alone. */
@NodeType(
        id = "example/images/corners",
        deprecated = "Use Vignette, which says how dark.",
        title = "Dark Corners",
        category = "images",
        help = "Darkens pictures towards their corners.")
public final class Corners implements Node {

    @Input
    Images images;

    @Output
    Images darkened;

    @Override
    public void run(Run run) throws Exception {
        Vignette vignette = new Vignette();
        vignette.images = images;
        vignette.run(run);
        darkened = vignette.darkened;
    }
}
