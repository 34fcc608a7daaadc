package graft.node.testing;

import graft.node.Problem;
import graft.node.Run;
import graft.node.Setting.Collection;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A run on the CPU that keeps what the node says. */
public final class RecordedRun implements Run {

    public final List<String> log = new ArrayList<>();
    public final List<String> warnings = new ArrayList<>();
    public final List<Path> written = new ArrayList<>();
    public final List<BufferedImage> previews = new ArrayList<>();
    public final List<Long> progress = new ArrayList<>();
    public final List<Map<String, Double>> figures = new ArrayList<>();
    public final List<Problem> problems = new ArrayList<>();

    /** The user's folders of all collections. */
    public final List<Path> folders = new ArrayList<>();

    private final Path folder;
    private final String node;
    private final String workflow;

    /** Whether somebody looks at previews. */
    public boolean previewed = true;

    /** Stops, as the user would, once this many steps are done. */
    public long stopAfter = Long.MAX_VALUE;

    public RecordedRun(Path folder) {
        this(folder, "node", "{\"format\": 1, \"nodes\": {\"node\": {\"type\": \"graft/test\"}}, \"wires\": []}");
    }

    public RecordedRun(Path folder, String node, String workflow) {
        this.folder = folder;
        this.node = node;
        this.workflow = workflow;
    }

    @Override
    public String node() {
        return node;
    }

    @Override
    public String device() {
        return "cpu";
    }

    @Override
    public Path folder() {
        return folder;
    }

    @Override
    public List<Path> folders(Collection collection) {
        return folders;
    }

    @Override
    public Path stateFile() {
        return folder.resolve("state");
    }

    @Override
    public String workflow() {
        return workflow;
    }

    @Override
    public void progress(long done, long total, Map<String, Double> ofTheMoment) {
        progress.add(done);
        figures.add(ofTheMoment);
    }

    @Override
    public boolean previewed() {
        return previewed;
    }

    @Override
    public void preview(BufferedImage image) {
        previews.add(image);
    }

    @Override
    public void preview(List<BufferedImage> images) {
        previews.addAll(images);
    }

    @Override
    public void log(String sentence) {
        log.add(sentence);
    }

    @Override
    public void warn(String sentence) {
        warnings.add(sentence);
    }

    @Override
    public void wrote(Path file) {
        written.add(file);
    }

    @Override
    public boolean cancelled() {
        return !progress.isEmpty() && progress.get(progress.size() - 1) >= stopAfter;
    }

    @Override
    public void partial(String sentence) {
        log.add(sentence);
    }

    @Override
    public void partial(Problem problem) {
        problems.add(problem);
    }
}
