package graft.nodes.sampling;

import graft.node.Run;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A run on the CPU that keeps what the node says. */
final class RecordedRun implements Run {

    final List<String> log = new ArrayList<>();
    final List<String> warnings = new ArrayList<>();
    final List<Path> written = new ArrayList<>();
    final List<BufferedImage> previews = new ArrayList<>();
    final List<Long> progress = new ArrayList<>();

    private final Path folder;
    private final String node;
    private final String workflow;

    /** Stops, as the user would, once this many steps are done. */
    long stopAfter = Long.MAX_VALUE;

    RecordedRun(Path folder) {
        this(folder, "node", "{\"format\": 1, \"nodes\": {\"node\": {\"type\": \"graft/test\"}}, \"wires\": []}");
    }

    RecordedRun(Path folder, String node, String workflow) {
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
    public Path stateFile() {
        return folder.resolve("state");
    }

    @Override
    public String workflow() {
        return workflow;
    }

    @Override
    public void progress(long done, long total, Map<String, Double> figures) {
        progress.add(done);
    }

    @Override
    public void preview(BufferedImage image) {
        previews.add(image);
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
}
