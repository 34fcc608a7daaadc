package graft.app.engine;

import com.google.gson.JsonParser;
import graft.app.workflow.Workflow;
import graft.file.FileFault;
import graft.file.Folder;
import graft.node.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;

/** The runs that an output folder holds. */
public final class RunFolders {

    private RunFolders() {}

    /**
     * The latest runs, the newest first.
     *
     * @param limit how many at most
     * @param trouble told of runs whose record cannot be read; they are left out
     */
    public static List<PastRun> list(Path parent, int limit, Consumer<Problem> trouble) {
        if (!Files.isDirectory(parent)) {
            return List.of();
        }
        List<PastRun> runs = new ArrayList<>();
        try {
            // Folders begin with the time of the run.
            Folder.entries(parent.toAbsolutePath().normalize()).stream()
                    .sorted(Comparator.comparing(
                                    (Path folder) -> folder.getFileName().toString())
                            .reversed())
                    .filter(folder -> Files.isRegularFile(folder.resolve("run.json")))
                    .takeWhile(folder -> runs.size() < limit)
                    .forEach(folder -> {
                        try {
                            runs.add(read(folder));
                        } catch (Problem unreadable) {
                            trouble.accept(unreadable);
                        }
                    });
        } catch (IOException e) {
            trouble.accept(new Problem("cannot look into " + parent, FileFault.why(e), "check the rights of the folder")
                    .causedBy(e));
        }
        return List.copyOf(runs);
    }

    /**
     * Makes the folder of a run to come, for a process that may not make it.
     *
     * @throws Problem when it cannot be made
     */
    public static Path make(Path parent, Workflow workflow) {
        return RunFolder.make(parent, workflow.title());
    }

    /**
     * One run.
     *
     * @throws Problem when its record cannot be read
     */
    public static PastRun read(Path folder) {
        Path file = folder.resolve("run.json");
        try {
            return PastRun.of(
                    folder, JsonParser.parseString(Files.readString(file)).getAsJsonObject());
        } catch (IOException | RuntimeException e) {
            // Whatever a damaged record has in the wrong place.
            throw new Problem(
                            "cannot read the record " + file,
                            FileFault.why(e),
                            "remove its folder if the run is not needed")
                    .causedBy(e);
        }
    }
}
