package graft.app.editor.canvas;

import com.formdev.flatlaf.util.UIScale;
import graft.app.editor.Theme;
import graft.node.SocketKind;
import java.awt.Color;
import java.awt.Font;
import java.util.HashMap;
import java.util.Map;
import javax.swing.UIManager;

/** The theme's colours and fonts, looked up once: one is made for each look. */
final class Palette {

    private final Map<String, Color> colours = new HashMap<>();
    private final Map<String, Color> kinds = new HashMap<>();
    private final Map<String, Color> mixed = new HashMap<>();
    private final Map<Integer, Font> titles = new HashMap<>();

    /** Of canvas pixels: a zoom scales it with all the rest. */
    final Font text;

    final Font small;
    final Font title;
    final Font heading;

    /** Of the screen's pixels: for titles that are read from far away. */
    final Font name;

    /** The same for what stands over several of them. */
    final Font caption;

    Palette() {
        Font base = UIManager.getFont("Label.font");
        text = base.deriveFont(12f);
        small = base.deriveFont(10.5f);
        Font semibold = UIManager.getFont("semibold.font");
        title = (semibold == null ? base.deriveFont(Font.BOLD) : semibold).deriveFont(12.5f);
        heading = (semibold == null ? base.deriveFont(Font.BOLD) : semibold).deriveFont(14f);
        name = base.deriveFont(UIScale.scale(10.5f));
        caption = title.deriveFont(UIScale.scale(11.5f));
    }

    /** The font of titles in another size. */
    Font title(int size) {
        return titles.computeIfAbsent(size, each -> title.deriveFont((float) each));
    }

    /** A colour of the theme by its key without {@code Graft.}. */
    Color of(String key) {
        return colours.computeIfAbsent(key, Theme::colour);
    }

    Color of(SocketKind kind) {
        return kinds.computeIfAbsent(kind.id(), id -> Theme.colour(kind));
    }

    /** The colour of the title of nodes of a category: the node's own with some of the category's. */
    Color title(String category) {
        return mixed.computeIfAbsent("category " + category, key -> {
            Color own = UIManager.getColor("Graft.category." + category.replaceFirst("/.*", ""));
            return own == null ? of("node.title") : mix(of("node.title"), own, share());
        });
    }

    /** The title of a node, or a group, to which the user gave a colour, {@code #rrggbb}. */
    Color chosenTitle(String colour) {
        return mixed.computeIfAbsent("title " + colour, key -> mix(of("node.title"), Color.decode(colour), 0.7));
    }

    Color chosenBody(String colour) {
        return mixed.computeIfAbsent("body " + colour, key -> mix(of("node.background"), Color.decode(colour), 0.18));
    }

    private double share() {
        return isDark() ? 0.42 : 0.3;
    }

    boolean isDark() {
        Color background = of("canvas.background");
        return background.getRed() + background.getGreen() + background.getBlue() < 384;
    }

    static Color mix(Color a, Color b, double ofB) {
        return new Color(
                (int) Math.round(a.getRed() + (b.getRed() - a.getRed()) * ofB),
                (int) Math.round(a.getGreen() + (b.getGreen() - a.getGreen()) * ofB),
                (int) Math.round(a.getBlue() + (b.getBlue() - a.getBlue()) * ofB));
    }

    static Color faded(Color colour, double opacity) {
        return new Color(
                colour.getRed(), colour.getGreen(), colour.getBlue(), (int) Math.round(colour.getAlpha() * opacity));
    }
}
