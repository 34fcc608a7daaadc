package graft.app.editor.shell;

import com.formdev.flatlaf.util.UIScale;
import graft.app.editor.Strings;
import graft.app.plugin.NodeLibrary;
import graft.node.NodeSchema;
import java.awt.Dimension;
import java.awt.Window;
import java.util.stream.Collectors;
import javax.swing.DefaultListModel;
import javax.swing.JComponent;
import javax.swing.JDialog;
import javax.swing.JLabel;
import javax.swing.JList;
import javax.swing.JPanel;
import javax.swing.JScrollPane;
import javax.swing.KeyStroke;
import javax.swing.ListSelectionModel;
import net.miginfocom.swing.MigLayout;

/** The installed plugins with what they offer, and those that did not load with the reason. */
final class PluginsDialog {

    private record Row(String name, String details) {
        @Override
        public String toString() {
            return name;
        }
    }

    private PluginsDialog() {}

    static void show(Window owner, NodeLibrary library) {
        JDialog dialog = new JDialog(owner, Strings.get("plugins.title"));
        dialog.setName("plugins");
        DefaultListModel<Row> rows = new DefaultListModel<>();
        for (NodeLibrary.Plugin plugin : library.plugins()) {
            String nodes = plugin.nodes().stream()
                    .map(id -> library.node(id).map(NodeSchema::title).orElse(id) + " (" + id + ")")
                    .sorted()
                    .collect(Collectors.joining("<br>"));
            rows.addElement(new Row(
                    plugin.id() + " " + plugin.version(),
                    Strings.get(
                            "plugins.details",
                            escaped(plugin.id()),
                            escaped(plugin.version()),
                            escaped(String.valueOf(plugin.description())),
                            escaped(String.valueOf(plugin.provider())),
                            escaped(String.valueOf(plugin.license())),
                            escaped(plugin.archive().toString()),
                            nodes)));
        }
        for (NodeLibrary.Failure failure : library.failures()) {
            rows.addElement(new Row(
                    Strings.get("plugins.failed", failure.plugin()),
                    Strings.get("plugins.failed.details", escaped(failure.plugin()), escaped(failure.reason()))));
        }
        JList<Row> list = new JList<>(rows);
        list.setName("plugins.list");
        list.getAccessibleContext().setAccessibleName(Strings.get("plugins.title"));
        list.setSelectionMode(ListSelectionModel.SINGLE_SELECTION);
        JLabel details = new JLabel();
        details.setName("plugins.details");
        details.setVerticalAlignment(JLabel.TOP);
        list.addListSelectionListener(event -> {
            Row row = list.getSelectedValue();
            details.setText(row == null ? "" : "<html><body style='width: 300px'>" + row.details() + "</body></html>");
        });
        list.setSelectedIndex(0);
        JPanel content = new JPanel(new MigLayout("insets 16, fill, gap 16", "[240!,fill][grow,fill]", "[grow,fill]"));
        content.add(new JScrollPane(list));
        JScrollPane scroll = new JScrollPane(details);
        scroll.setBorder(null);
        content.add(scroll);
        dialog.setContentPane(content);
        dialog.getRootPane()
                .registerKeyboardAction(
                        event -> dialog.dispose(), KeyStroke.getKeyStroke("ESCAPE"), JComponent.WHEN_IN_FOCUSED_WINDOW);
        dialog.setSize(UIScale.scale(new Dimension(760, 480)));
        dialog.setLocationRelativeTo(owner);
        dialog.setVisible(true);
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;");
    }
}
