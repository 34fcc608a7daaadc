package graft.app.editor.shell;

import com.formdev.flatlaf.util.UIScale;
import graft.app.editor.Strings;
import graft.app.editor.Theme;
import graft.app.editor.shell.PluginRow.Act;
import java.awt.BorderLayout;
import java.awt.Color;
import java.awt.Insets;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import javax.swing.JButton;
import javax.swing.JEditorPane;
import javax.swing.JPanel;
import javax.swing.JScrollPane;
import net.miginfocom.swing.MigLayout;

/** All that is known of the plugin or repository that is selected, and a button for each thing that can be done with it. */
final class PluginDetails extends JPanel {
    private static final long serialVersionUID = 1;

    private final JEditorPane page = new JEditorPane("text/html", "");
    private final Map<Act, JButton> acts = new EnumMap<>(Act.class);

    /**
     * Details of nothing yet.
     *
     * @param chosen takes what the user wants to be done
     */
    PluginDetails(Consumer<Act> chosen) {
        super(new BorderLayout(0, UIScale.scale(8)));
        page.setName("plugins.details");
        page.getAccessibleContext().setAccessibleName(Strings.get("plugins.details"));
        page.setEditable(false);
        page.setMargin(new Insets(0, 0, 0, 0));
        page.putClientProperty(JEditorPane.HONOR_DISPLAY_PROPERTIES, true);
        page.setOpaque(false);
        JScrollPane scroll = new JScrollPane(page);
        scroll.setBorder(null);
        scroll.getViewport().setOpaque(false);
        scroll.setOpaque(false);
        JPanel buttons = new JPanel(new MigLayout("insets 0, gap 8, hidemode 3"));
        for (Act act : Act.values()) {
            String key = "plugins.act." + act.key();
            JButton button = new JButton(Strings.get(key));
            button.setName(key);
            button.addActionListener(event -> chosen.accept(act));
            acts.put(act, button);
            buttons.add(button);
        }
        add(scroll, BorderLayout.CENTER);
        add(buttons, BorderLayout.SOUTH);
    }

    /**
     * Shows a row.
     *
     * @param otherwise what to say, as HTML, when none is selected
     * @param resting whether nothing can be done now
     */
    void show(Optional<PluginRow> row, String otherwise, boolean resting) {
        page.setText("<html><head><style>h2 { margin: 0 0 4 0; } p { margin: 0 0 8 0; } td { padding: 3 0 3 0; }"
                + " td.key { padding-right: 14; color: " + hex(Theme.colour("text.dim")) + "; white-space: nowrap; }"
                + " p.trouble { color: " + hex(Theme.colour("problem.error")) + "; }</style></head><body>"
                + row.map(PluginRow::details).orElse(otherwise)
                + "</body></html>");
        page.setCaretPosition(0);
        Set<Act> possible = row.map(PluginRow::acts).orElse(Set.of());
        acts.forEach((act, button) -> {
            button.setVisible(possible.contains(act));
            button.setEnabled(!resting);
        });
    }

    private static String hex(Color colour) {
        return String.format(Locale.ROOT, "#%06x", colour.getRGB() & 0xffffff);
    }

    /** Presses the button of something, which does nothing while it cannot be done. */
    void press(Act act) {
        if (acts.get(act).isVisible()) {
            acts.get(act).doClick();
        }
    }
}
