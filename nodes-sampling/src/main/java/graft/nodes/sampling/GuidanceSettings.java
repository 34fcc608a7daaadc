package graft.nodes.sampling;

import graft.node.Problem;

/**
 * How strongly a prompt is followed, and in which part of the walk.
 *
 * @param scale 1 is as trained
 * @param rescale share by which it is taken back, 0 to 1
 * @param start share of the steps, 0 to 1
 * @param end likewise
 */
record GuidanceSettings(double scale, double rescale, double start, double end) {

    /** @throws Problem when it would end before it begins */
    static void checkRange(double start, double end) {
        if (start > end) {
            throw new Problem(
                            "guidance would end before it begins",
                            "it is to be there from " + start + " to " + end + " of the steps",
                            "set guidanceStart below guidanceEnd")
                    .at("guidanceStart");
        }
    }
}
