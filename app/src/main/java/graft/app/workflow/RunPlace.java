package graft.app.workflow;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/**
 * Where the runs of a workflow are written: a folder of its own, which its file names, or that of all.
 *
 * @param own as the user wrote it, absolute or within the folder of all runs; empty for that of all
 */
public record RunPlace(String own) {

    private static final String KEY = "runs";

    public RunPlace {
        own = own.strip();
    }

    public static RunPlace of(Workflow workflow) {
        JsonElement saved = workflow.extra().get(KEY);
        boolean text = saved != null
                && saved.isJsonPrimitive()
                && saved.getAsJsonPrimitive().isString();
        return new RunPlace(text ? saved.getAsString() : "");
    }

    /** The workflow with this place. */
    public Workflow in(Workflow workflow) {
        JsonObject extra = workflow.extra().deepCopy();
        extra.remove(KEY);
        if (!own.isEmpty()) {
            extra.addProperty(KEY, own);
        }
        return workflow.withExtra(extra);
    }

    /**
     * The folder in which the folder of a run is made.
     *
     * @param runs that of all runs; also where what is written is no path here
     */
    public Path under(Path runs) {
        try {
            return own.isEmpty() ? runs : runs.resolve(own);
        } catch (InvalidPathException notHere) {
            return runs;
        }
    }

    /** Whether it is no path on this machine. */
    public boolean isWrong() {
        try {
            var unused = Path.of(own);
            return false;
        } catch (InvalidPathException notHere) {
            return true;
        }
    }
}
