package graft.app.editor;

import com.formdev.flatlaf.util.UIScale;
import java.awt.Dimension;
import java.awt.GraphicsConfiguration;
import java.awt.GraphicsDevice;
import java.awt.GraphicsEnvironment;
import java.awt.Insets;
import java.awt.Rectangle;
import java.awt.Toolkit;
import java.awt.Window;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Where there is room for windows, so that none is larger than its screen, or on one that is not there any more.
 *
 * @param screens each without bars of the desktop, in pixels as Java counts them; the first is where new windows come
 */
public record ScreenRoom(List<Rectangle> screens) {

    /** That of this machine as it is now. */
    public static ScreenRoom now() {
        GraphicsEnvironment here = GraphicsEnvironment.getLocalGraphicsEnvironment();
        return new ScreenRoom(
                Stream.concat(Stream.of(here.getDefaultScreenDevice()), Arrays.stream(here.getScreenDevices()))
                        .distinct()
                        .map(ScreenRoom::room)
                        .toList());
    }

    private static Rectangle room(GraphicsDevice screen) {
        GraphicsConfiguration configuration = screen.getDefaultConfiguration();
        Rectangle bounds = configuration.getBounds();
        Insets bars = Toolkit.getDefaultToolkit().getScreenInsets(configuration);
        return new Rectangle(
                bounds.x + bars.left,
                bounds.y + bars.top,
                bounds.width - bars.left - bars.right,
                bounds.height - bars.top - bars.bottom);
    }

    /** The size of a new window of so many pixels at a scale of 100 %. */
    public Dimension fitting(int width, int height) {
        Dimension wanted = UIScale.scale(new Dimension(width, height));
        Rectangle screen = screens.get(0);
        return new Dimension(Math.min(wanted.width, screen.width), Math.min(wanted.height, screen.height));
    }

    /** The same, no larger than the window that it stands over. */
    public Dimension fitting(int width, int height, Window over) {
        Dimension fitting = fitting(width, height);
        return new Dimension(Math.min(fitting.width, over.getWidth()), Math.min(fitting.height, over.getHeight()));
    }

    /** A window made larger or smaller, where it stands, as far as its screen lets it. */
    public Rectangle scaled(Rectangle window, double change) {
        return within(new Rectangle(
                window.x, window.y, (int) Math.round(window.width * change), (int) Math.round(window.height * change)));
    }

    /** Where a window was, moved and made smaller as far as the screen asks that shows most of it. */
    public Rectangle within(Rectangle window) {
        Rectangle screen = screens.stream()
                .max(Comparator.comparingLong(each -> shared(each, window)))
                .orElseThrow();
        int width = Math.min(window.width, screen.width);
        int height = Math.min(window.height, screen.height);
        return new Rectangle(
                Math.max(screen.x, Math.min(window.x, screen.x + screen.width - width)),
                Math.max(screen.y, Math.min(window.y, screen.y + screen.height - height)),
                width,
                height);
    }

    private static long shared(Rectangle screen, Rectangle window) {
        Rectangle both = screen.intersection(window);
        return both.isEmpty() ? 0 : (long) both.width * both.height;
    }
}
