package graft.app.editor.shell;

import com.formdev.flatlaf.util.UIScale;
import graft.app.editor.ScreenRoom;
import graft.app.editor.inspector.Inspector;
import graft.app.editor.run.RunDock;
import java.awt.Frame;
import java.awt.Rectangle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.swing.JFrame;

/** Remembers how the window is left: its place, the sizes of its panels, which files are open and which were lately. */
final class SessionKeeper {

    private final JFrame frame;
    private final OpenTabs tabs;
    private final Inspector inspector;
    private final RunDock runs;
    private final Path file;
    private final FileWork work;
    private Session session;
    private boolean restoring;

    /**
     * Goes on from a session.
     *
     * @param file where it is kept
     */
    SessionKeeper(
            Session session, Path file, FileWork work, JFrame frame, OpenTabs tabs, Inspector inspector, RunDock runs) {
        this.session = session;
        this.file = file;
        this.work = work;
        this.frame = frame;
        this.tabs = tabs;
        this.inspector = inspector;
        this.runs = runs;
    }

    /** Puts the window where it was left; the first time into the middle of the screen. */
    void placeWindow() {
        Rectangle bounds = session.bounds();
        if (bounds == null) {
            frame.setSize(ScreenRoom.now().fitting(1440, 900));
            frame.setLocationRelativeTo(null);
        } else {
            frame.setBounds(ScreenRoom.now().within(bounds));
        }
        if (session.maximised()) {
            frame.setExtendedState(Frame.MAXIMIZED_BOTH);
        }
    }

    /** Begins; true the first time ever. */
    boolean begin() {
        boolean first = !session.started();
        session = session.begun();
        return first;
    }

    /**
     * The files that were open when the window was left and are there still. Until they are open again, {@link #restored}, they
     * stay kept as they are.
     */
    List<Path> openFiles() {
        restoring = true;
        return present(session.open());
    }

    /** The one of them that was in front. */
    Optional<Path> frontFile() {
        int front = session.selected();
        return front >= 0 && front < session.open().size()
                ? present(session.open().subList(front, front + 1)).stream().findFirst()
                : Optional.empty();
    }

    /** What was open when the window was left is open again, as far as that can be. */
    void restored() {
        restoring = false;
        keep();
    }

    /** The files that were opened or saved lately and are there still, the latest first. */
    List<Path> recentFiles() {
        return present(session.recent());
    }

    /** The same with those that are not there any more, or not now. */
    List<Path> recentOrMissing() {
        return session.recent().stream().map(Path::of).toList();
    }

    /** Keeps some files no longer among the latest. */
    void forget(List<Path> files) {
        session = session.without(files);
        keep();
    }

    private static List<Path> present(List<String> files) {
        return files.stream().map(Path::of).filter(Files::isRegularFile).toList();
    }

    /** The width of the inspector, in pixels, as it was when it was kept last. */
    int side() {
        return UIScale.scale(session.side());
    }

    /** The height of what shows runs, in pixels, as it was when it was kept last. */
    int bottom() {
        return UIScale.scale(session.bottom());
    }

    /** A file was opened or saved. */
    void opened(Path latest) {
        session = session.opened(latest);
        keep();
    }

    /** Keeps the sizes of the panels that are shown, as is needed before they are put away. */
    void keepSizes() {
        if (inspector.isVisible() && inspector.getWidth() > 0) {
            session = session.withSide(UIScale.unscale(inspector.getWidth()));
        }
        if (runs.isVisible() && runs.getHeight() > 0) {
            session = session.withBottom(UIScale.unscale(runs.getHeight()));
        }
    }

    /** Keeps all as it is now. */
    void keep() {
        if (restoring) {
            return;
        }
        keepSizes();
        List<String> paths = new ArrayList<>();
        int front = -1;
        for (WorkflowTab tab : tabs.all()) {
            if (tab.document().file().isPresent()) {
                if (tabs.isFront(tab)) {
                    front = paths.size();
                }
                paths.add(tab.document().file().get().toString());
            }
        }
        boolean maximised = (frame.getExtendedState() & Frame.MAXIMIZED_BOTH) == Frame.MAXIMIZED_BOTH;
        Session now = session.withOpen(paths, front, maximised ? session.bounds() : frame.getBounds(), maximised);
        session = now;
        work.soon(() -> now.write(file), () -> {});
    }
}
