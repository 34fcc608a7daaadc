package graft.nodes.sampling;

import graft.node.Problem;
import graft.node.Setting;

/** How guidance is taken back and kept to a part of the walk, and how many predictions it takes at once. */
final class GuidanceSettings {

    @Setting(
            title = "Guidance rescale",
            advanced = true,
            min = 0,
            max = 1,
            step = 0.05,
            help =
                    "How far the guidance is taken back where it makes pictures too bright or too strong in colour; 0 is not"
                            + " at all. 0.7 suits models of v prediction with zero terminal SNR.")
    double rescale = 0;

    @Setting(
            advanced = true,
            min = 0,
            max = 1,
            step = 0.05,
            unit = "of the steps",
            help =
                    "When guidance begins: 0 from the first step on. Before it the prompt is followed as at guidance 1, in"
                            + " half the time.")
    double guidanceStart = 0;

    @Setting(
            advanced = true,
            min = 0,
            max = 1,
            step = 0.05,
            unit = "of the steps",
            help = "When guidance ends: 1 is after the last step. The steps after it take half the time.")
    double guidanceEnd = 1;

    @Setting(
            advanced = true,
            min = 0,
            max = 256,
            unit = "predictions",
            help =
                    "How many predictions the network makes at once, two for each picture with guidance; 0 is as many as memory"
                            + " allows. Fewer take less memory and often more time, and draw the same pictures but for rounding.")
    int batchLimit = 0;

    /** @throws Problem when it would end before it begins */
    void checkRange() {
        if (guidanceStart > guidanceEnd) {
            throw new Problem(
                            "guidance would end before it begins",
                            "it is to be there from " + guidanceStart + " to " + guidanceEnd + " of the steps",
                            "set guidanceStart below guidanceEnd")
                    .at("guidanceStart");
        }
    }
}
