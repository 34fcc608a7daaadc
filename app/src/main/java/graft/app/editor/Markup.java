package graft.app.editor;

import java.util.List;
import javax.swing.JComponent;
import javax.swing.UIManager;
import javax.swing.plaf.ComponentUI;
import javax.swing.plaf.basic.BasicHTML;

/**
 * The gate for HTML in Swing's components, which takes any text that begins with {@code <html>} for a page, pictures from the network
 * included: none renders it but those that Graft itself {@linkplain #allow allows} to.
 */
public final class Markup {

    /** Swing's own switch, which each look asks before it renders. */
    private static final String DISABLE = "html.disable";

    private static final String ALLOWED = "graft.html";

    /** Takes no room. */
    private static final String WORD_JOINER = "\u2060";

    private static final List<String> RENDERING = List.of(
            "LabelUI",
            "ButtonUI",
            "ToggleButtonUI",
            "CheckBoxUI",
            "RadioButtonUI",
            "MenuUI",
            "MenuItemUI",
            "CheckBoxMenuItemUI",
            "RadioButtonMenuItemUI",
            "ToolTipUI");

    private Markup() {}

    /** Puts the gate before all components that are made from now on, whatever the look. */
    static void install() {
        RENDERING.forEach(id -> UIManager.put(id, Gate.class.getName()));
    }

    /** Lets a component render HTML that Graft wrote, before it is given any. */
    public static <T extends JComponent> T allow(T component) {
        component.putClientProperty(ALLOWED, true);
        component.putClientProperty(DISABLE, null);
        return component;
    }

    /** The same text, and letters also where Swing asks no component, as in the titles of tabs. */
    public static String letters(String text) {
        return BasicHTML.isHTMLString(text) ? WORD_JOINER + text : text;
    }

    /** Gives a component what the look has for it, and closes the gate first. */
    public static final class Gate {

        private Gate() {}

        /** As Swing asks for it by name. */
        public static ComponentUI createUI(JComponent component) {
            if (component.getClientProperty(ALLOWED) == null) {
                component.putClientProperty(DISABLE, true);
            }
            return UIManager.getLookAndFeelDefaults().getUI(component);
        }
    }
}
