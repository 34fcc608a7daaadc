package graft.app.editor;

import com.formdev.flatlaf.FlatDarkLaf;
import com.formdev.flatlaf.FlatLaf;
import com.formdev.flatlaf.FlatLightLaf;
import graft.node.SocketKind;
import java.awt.Color;
import java.util.List;
import java.util.Map;
import javax.swing.InputMap;
import javax.swing.UIManager;

/** The editor's looks: FlatLaf with colours of its own, {@code Graft.*}, from the properties files of {@code theme}. */
public enum Theme {
    LIGHT,
    DARK;

    /** The accent that there is before the user chooses another. */
    public static final String ACCENT = "#3D8BFD";

    /**
     * Puts the look on everything that is shown from now on; {@link FlatLaf#updateUI} brings along what is shown already.
     *
     * @param accent {@code #RRGGBB}, the colour of selections, of the focus and of the Run button
     */
    public void install(String accent) {
        FlatLaf.registerCustomDefaultsSource("graft.app.editor.theme");
        FlatLaf.setGlobalExtraDefaults(Map.of("@accentColor", accent));
        Markup.install();
        FlatLaf look = this == DARK ? new FlatDarkLaf() : new FlatLightLaf();
        if (!FlatLaf.setup(look)) {
            throw new IllegalStateException("the look " + look.getName() + " cannot be installed");
        }
        leaveKeysToTheWindow();
    }

    /** Swing's lists and tables would take the keys of the start page and of the tabs for themselves. */
    private static void leaveKeysToTheWindow() {
        for (String keys : List.of(
                "ScrollPane.ancestorInputMap", "Table.ancestorInputMap", "List.focusInputMap", "Tree.focusInputMap")) {
            InputMap map = (InputMap) UIManager.get(keys);
            for (Commands command : List.of(Commands.START_PAGE, Commands.NEXT_TAB, Commands.PREVIOUS_TAB)) {
                command.defaultKeys().forEach(map::remove);
            }
        }
    }

    /**
     * A colour of the current theme.
     *
     * @param key without its prefix, for example {@code node.title}
     */
    public static Color colour(String key) {
        Color colour = UIManager.getColor("Graft." + key);
        if (colour == null) {
            throw new IllegalArgumentException("no theme has the colour Graft." + key);
        }
        return colour;
    }

    /** The colour of a socket and its wires: the theme's for a kind that it knows, else the one that it declares. */
    public static Color colour(SocketKind kind) {
        Color colour = UIManager.getColor("Graft.socket." + kind.id().replace('/', '.'));
        return colour == null ? Color.decode(kind.color()) : colour;
    }
}
