package graft.app.editor;

import com.formdev.flatlaf.extras.FlatSVGIcon;
import java.net.URL;
import javax.swing.Icon;
import javax.swing.UIManager;

/** The editor's icons: line drawings of {@code icons/NAME.svg}, in the colour of text unless they have one of their own. */
public final class Icons {

    /** The black that the drawings are made in, and that the theme's text replaces. */
    private static final int INK = 0x000000;

    private Icons() {}

    /** An icon of 16 by 16 pixels. */
    public static Icon get(String name) {
        return get(name, 16);
    }

    /**
     * An icon of another size.
     *
     * @param size its width and height, in pixels at a scale of 100 %
     * @throws IllegalArgumentException when there is none of that name
     */
    public static Icon get(String name, int size) {
        return in(name, size, "Graft.icon");
    }

    /** An icon to lie on the accent. */
    public static Icon onAccent(String name, int size) {
        return in(name, size, "Graft.onAccent");
    }

    private static Icon in(String name, int size, String ink) {
        URL drawing = Icons.class.getResource("icons/" + name + ".svg");
        if (drawing == null) {
            throw new IllegalArgumentException("there is no icon " + name);
        }
        FlatSVGIcon icon = new FlatSVGIcon(drawing).derive(size, size);
        icon.setColorFilter(new FlatSVGIcon.ColorFilter(
                (component, colour) -> (colour.getRGB() & 0xffffff) == INK ? UIManager.getColor(ink) : colour));
        return icon;
    }
}
