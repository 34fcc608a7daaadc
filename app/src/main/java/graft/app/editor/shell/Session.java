package graft.app.editor.shell;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonParseException;
import graft.app.user.ConfigFolder;
import graft.app.workflow.FileIdentity;
import graft.file.AtomicFile;
import java.awt.Rectangle;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * How the window was left: {@code session.json} of the {@link ConfigFolder}. Immutable.
 *
 * @param started false the first time ever
 * @param recent files opened or saved, the latest first
 * @param open files that stood in tabs, in their order
 * @param selected which of them was in front; -1 for the start page
 * @param bounds of the window when it did not fill the screen, in pixels; null the first time
 * @param maximised whether it filled the screen
 * @param side width of the inspector, in pixels at a scale of 100 %
 * @param bottom height of the panels at the bottom, in pixels at a scale of 100 %
 * @param hidden names of panels that were closed
 */
record Session(
        boolean started,
        List<String> recent,
        List<String> open,
        int selected,
        Rectangle bounds,
        boolean maximised,
        int side,
        int bottom,
        List<String> hidden) {

    static final Session FIRST = new Session(false, List.of(), List.of(), -1, null, false, 360, 240, List.of("bottom"));

    private static final int MOST_RECENT = 24;
    private static final Gson GSON =
            new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create();

    /** The window as it was left; as on the first day when nobody can tell, for nothing of it is anybody's work. */
    static Session read(Path file) {
        try {
            Session read = GSON.fromJson(Files.readString(file), Session.class);
            return read == null || read.recent == null || read.open == null || read.hidden == null ? FIRST : read;
        } catch (IOException | JsonParseException unreadable) {
            return FIRST;
        }
    }

    /** Writes the file whole or not at all. */
    void write(Path file) {
        byte[] bytes = (GSON.toJson(this) + "\n").getBytes(StandardCharsets.UTF_8);
        AtomicFile.write(file, out -> out.write(bytes));
    }

    /** A copy in which a file is the latest. */
    Session opened(Path file) {
        List<String> files = new ArrayList<>(recent);
        files.removeIf(each -> FileIdentity.same(Path.of(each), file));
        files.add(0, FileIdentity.plain(file).toString());
        return new Session(
                started,
                List.copyOf(files.subList(0, Math.min(files.size(), MOST_RECENT))),
                open,
                selected,
                bounds,
                maximised,
                side,
                bottom,
                hidden);
    }

    /** A copy without some files among the latest. */
    Session without(List<Path> files) {
        List<String> left = new ArrayList<>(recent);
        left.removeIf(each -> files.contains(Path.of(each)));
        return new Session(started, List.copyOf(left), open, selected, bounds, maximised, side, bottom, hidden);
    }

    /** A copy of a session that has begun. */
    Session begun() {
        return new Session(true, recent, open, selected, bounds, maximised, side, bottom, hidden);
    }

    Session withSide(int other) {
        return new Session(started, recent, open, selected, bounds, maximised, other, bottom, hidden);
    }

    Session withBottom(int other) {
        return new Session(started, recent, open, selected, bounds, maximised, side, other, hidden);
    }

    /** A copy with other tabs and another place of the window. */
    Session withOpen(List<String> files, int front, Rectangle place, boolean full) {
        return new Session(started, recent, List.copyOf(files), front, place, full, side, bottom, hidden);
    }
}
