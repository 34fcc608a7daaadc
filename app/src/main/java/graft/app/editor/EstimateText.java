package graft.app.editor;

import graft.app.engine.Estimate;
import graft.tensor.Memory;
import java.util.ArrayList;
import java.util.List;

/** What a node will take, in words: one line for the node, a part each for its form. */
public record EstimateText(Estimate estimate) {

    /** Whether it is a warning: it will not fit. */
    public boolean isWarning() {
        return estimate.isTooLarge();
    }

    /** All in one short line. */
    public String line() {
        if (!estimate.unknown().isEmpty() && estimate.seconds().isEmpty()) {
            return Strings.get("estimate.line.unknown");
        }
        if (isWarning()) {
            return Strings.get("estimate.line.large", peak(), free());
        }
        if (estimate.within().isPresent()) {
            return Strings.get("estimate.line.within", partOf(estimate.within().get()));
        }
        List<String> parts = new ArrayList<>();
        if (estimate.seconds().isEmpty()) {
            parts.add(Strings.get("estimate.line.time.unknown"));
        } else {
            parts.add(isBrief() ? Strings.get("estimate.line.brief") : Strings.get("estimate.line.time", duration()));
        }
        if (estimate.peakBytes().isPresent()) {
            parts.add(peak());
        }
        // Beside the longer words there is no room; the form has it.
        if (estimate.fileBytes() > 0 && estimate.seconds().isPresent()) {
            parts.add(Strings.get("estimate.line.file", Memory.fileSize(estimate.fileBytes())));
        }
        return String.join(" · ", parts);
    }

    public String time() {
        if (estimate.within().isPresent() && estimate.seconds().isEmpty()) {
            return Strings.get("estimate.time.part.of", partOf(estimate.within().get()));
        }
        StringBuilder time = new StringBuilder(
                estimate.seconds().isEmpty()
                        ? Strings.get("estimate.time.unknown")
                        : isBrief() ? Strings.get("estimate.brief") : Strings.get("estimate.time", duration()));
        estimate.within().ifPresent(share -> time.append(Strings.get("estimate.time.within", partOf(share))));
        estimate.parts().forEach(share -> time.append(Strings.get("estimate.time.part", percent(share), share.node())));
        return time.toString();
    }

    /** Empty where it is another node's. */
    public String memory() {
        if (estimate.within().isPresent()) {
            return "";
        }
        if (estimate.peakBytes().isEmpty()) {
            return Strings.get("estimate.memory.unknown");
        }
        return estimate.freeBytes().isPresent()
                ? Strings.get("estimate.memory", peak(), free())
                : Strings.get("estimate.memory.alone", peak());
    }

    /** Empty when it makes none. */
    public String file() {
        return estimate.fileBytes() > 0 ? Strings.get("estimate.file", Memory.fileSize(estimate.fileBytes())) : "";
    }

    /** Where nodes behind it write its result; empty where there is none to write. */
    public String folders() {
        if (estimate.folders().isEmpty() && estimate.fileBytes() == 0) {
            return "";
        }
        return estimate.folders().isEmpty()
                ? Strings.get("estimate.folder.none")
                : String.join("\n", estimate.folders());
    }

    /** Why it will not fit and what would help, or why nothing is known; empty when there is neither to say. */
    public String remark() {
        if (!estimate.unknown().isEmpty()) {
            return Strings.get("estimate.unknown", estimate.unknown());
        }
        if (!isWarning()) {
            return "";
        }
        return estimate.savings().isEmpty()
                ? Strings.get("estimate.large", peak(), free())
                : Strings.get("estimate.large.savings", peak(), free(), estimate.savings());
    }

    /** Line and remark. */
    public String sentence() {
        return (Strings.get("estimate.title") + ": " + line() + ". " + remark()).strip();
    }

    private static String partOf(Estimate.Share share) {
        return Strings.get("estimate.part.of", percent(share), share.node());
    }

    private static String percent(Estimate.Share share) {
        return share.part() > 0 && share.part() < 0.01 ? "< 1" : Long.toString(Math.round(100 * share.part()));
    }

    private boolean isBrief() {
        return estimate.seconds().orElse(1) < 1;
    }

    private String duration() {
        return Durations.words(estimate.seconds().orElseThrow());
    }

    private String peak() {
        return Memory.words(estimate.peakBytes().orElseThrow());
    }

    private String free() {
        return Memory.words(estimate.freeBytes().orElseThrow());
    }
}
