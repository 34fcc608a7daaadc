package graft.nodes.sampling;

import graft.picture.Scaling;

/** The ways to scale latents. */
enum LatentScaling {
    NEAREST(Scaling.NEAREST),
    BILINEAR(Scaling.BILINEAR),
    AREA(Scaling.AREA),
    BICUBIC(Scaling.BICUBIC),
    BISLERP(Scaling.BISLERP);

    private final Scaling way;

    LatentScaling(Scaling way) {
        this.way = way;
    }

    Scaling way() {
        return way;
    }
}
