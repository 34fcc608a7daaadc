package graft.nodes.sampling;

import graft.picture.Scaling;

/** The ways to scale pictures. */
enum ImageScaling {
    NEAREST(Scaling.NEAREST),
    BILINEAR(Scaling.BILINEAR),
    AREA(Scaling.AREA),
    BICUBIC(Scaling.BICUBIC),
    LANCZOS(Scaling.LANCZOS);

    private final Scaling way;

    ImageScaling(Scaling way) {
        this.way = way;
    }

    Scaling way() {
        return way;
    }
}
