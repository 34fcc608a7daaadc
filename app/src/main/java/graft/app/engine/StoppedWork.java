package graft.app.engine;

import graft.app.engine.Plan.Source;
import graft.app.engine.Plan.Step;
import graft.file.ImageFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** What nodes had done when they were stopped, and the files that it came into. */
final class StoppedWork {

    private static final int MOST_OTHERS = 3;

    /** A node that was stopped, with all that comes after it. */
    private static final class Stopped {
        private final String words;
        private final boolean goesOn;
        private final Set<String> after = new HashSet<>();
        private final List<Path> files = new ArrayList<>();

        Stopped(String words, boolean goesOn) {
            this.words = words;
            this.goesOn = goesOn;
        }
    }

    private final Map<String, Stopped> stopped = new LinkedHashMap<>();

    /** A node was stopped; {@code goesOn} says whether the same run goes on there. */
    void stopped(Step step, String sentence, boolean goesOn) {
        Stopped one = new Stopped(step.title() + ": " + sentence, goesOn);
        one.after.add(step.node());
        stopped.put(step.node(), one);
    }

    /** A node begins: it works on what those before it gave. */
    void begins(Step step) {
        Set<String> before = step.sources().map(Source::node).collect(Collectors.toSet());
        stopped.values().forEach(one -> {
            if (before.stream().anyMatch(one.after::contains)) {
                one.after.add(step.node());
            }
        });
    }

    /** A node wrote a file. */
    void wrote(String node, Path file) {
        stopped.values().stream().filter(one -> one.after.contains(node)).forEach(one -> one.files.add(file));
    }

    /** A sentence or two for each node that was stopped: what it had done, where it is, how to go on. */
    List<String> sentences() {
        return stopped.values().stream().map(StoppedWork::sentence).toList();
    }

    private static String sentence(Stopped one) {
        String where = one.files.isEmpty() ? "No node saved it to a file." : "It is in " + names(one.files) + ".";
        return one.words + " " + where + (one.goesOn ? " Run the workflow again to go on from there." : "");
    }

    /** The first whole, which is what was learnt rather than a picture of it, and the others by their names. */
    private static String names(List<Path> files) {
        List<Path> sorted = files.stream()
                .sorted(Comparator.comparing(ImageFile::isPicture))
                .toList();
        List<String> others = sorted.stream()
                .skip(1)
                .limit(MOST_OTHERS)
                .map(file -> file.getFileName().toString())
                .toList();
        int more = sorted.size() - 1 - others.size();
        return sorted.get(0)
                + (others.isEmpty() ? "" : ", beside " + String.join(", ", others))
                + (more > 0 ? " and " + more + " more" : "");
    }
}
