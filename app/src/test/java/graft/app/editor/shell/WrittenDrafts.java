package graft.app.editor.shell;

import com.google.gson.JsonParser;
import graft.app.workflow.Workflow;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** What an editor that runs, or was killed, has on the disk of what is not saved. */
final class WrittenDrafts {

    private WrittenDrafts() {}

    /** The workflows of the drafts below a folder of settings. */
    static List<Workflow> in(Path config) {
        Path folder = config.resolve("drafts");
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".draft"))
                    .map(WrittenDrafts::workflow)
                    .toList();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static Workflow workflow(Path draft) {
        try {
            String text = JsonParser.parseString(Files.readString(draft))
                    .getAsJsonObject()
                    .get("workflow")
                    .toString();
            return Workflow.parse(text, draft.toString());
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
