package graft.app.editor.shell;

import graft.app.editor.Commands;
import graft.app.editor.Icons;
import graft.app.editor.ScreenRoom;
import graft.app.editor.WhenChanged;
import graft.app.plugin.NodeLibrary;
import graft.app.workflow.Workflow;
import graft.app.workflow.WorkflowNode;
import graft.node.NodeSchema;
import java.awt.BorderLayout;
import java.awt.Window;
import java.awt.event.MouseAdapter;
import java.awt.event.MouseEvent;
import java.util.Locale;
import java.util.function.Consumer;
import javax.swing.BorderFactory;
import javax.swing.DefaultListModel;
import javax.swing.JComponent;
import javax.swing.JDialog;
import javax.swing.JList;
import javax.swing.JPanel;
import javax.swing.JScrollPane;
import javax.swing.JTextField;
import javax.swing.KeyStroke;

/** Finds a node of the workflow by its title, id or type, and shows it. */
final class FindDialog {

    private record Entry(String node, String title, String type) {
        @Override
        public String toString() {
            return title + (title.equalsIgnoreCase(node) ? "" : "   " + node);
        }

        boolean matches(String words) {
            return (title + " " + node + " " + type).toLowerCase(Locale.ROOT).contains(words);
        }
    }

    private FindDialog() {}

    static void show(Window owner, NodeLibrary library, Workflow workflow, Consumer<String> chosen) {
        JDialog dialog = new JDialog(owner, Commands.FIND.title().replace("…", ""));
        dialog.setName("find");
        DefaultListModel<Entry> shown = new DefaultListModel<>();
        JList<Entry> list = new JList<>(shown);
        list.setName("find.list");
        list.getAccessibleContext().setAccessibleName(dialog.getTitle());
        JTextField text = new JTextField();
        text.setName("find.text");
        text.putClientProperty("JTextField.leadingIcon", Icons.get("search"));
        text.getAccessibleContext().setAccessibleName(dialog.getTitle());
        Runnable filter = () -> {
            shown.clear();
            String words = text.getText().strip().toLowerCase(Locale.ROOT);
            workflow.nodes().forEach((id, node) -> {
                Entry entry = new Entry(id, title(library, node), node.type());
                if (entry.matches(words)) {
                    shown.addElement(entry);
                }
            });
            list.setSelectedIndex(0);
        };
        Runnable choose = () -> {
            Entry entry = list.getSelectedValue();
            if (entry != null) {
                dialog.dispose();
                chosen.accept(entry.node());
            }
        };
        text.getDocument().addDocumentListener(new WhenChanged(filter));
        list.addMouseListener(new MouseAdapter() {
            @Override
            public void mouseClicked(MouseEvent event) {
                choose.run();
            }
        });
        key(text, "DOWN", () -> list.setSelectedIndex(Math.min(shown.size() - 1, list.getSelectedIndex() + 1)));
        key(text, "UP", () -> list.setSelectedIndex(Math.max(0, list.getSelectedIndex() - 1)));
        key(dialog.getRootPane(), "ENTER", choose);
        key(dialog.getRootPane(), "ESCAPE", dialog::dispose);
        filter.run();
        JPanel content = new JPanel(new BorderLayout(0, 8));
        content.setBorder(BorderFactory.createEmptyBorder(12, 12, 12, 12));
        content.add(text, BorderLayout.NORTH);
        content.add(new JScrollPane(list), BorderLayout.CENTER);
        dialog.setContentPane(content);
        dialog.setSize(ScreenRoom.now().fitting(420, 380));
        dialog.setLocationRelativeTo(owner);
        dialog.setVisible(true);
        text.requestFocusInWindow();
    }

    private static String title(NodeLibrary library, WorkflowNode node) {
        return node.title().isEmpty()
                ? library.node(node.type()).map(NodeSchema::title).orElse(node.type())
                : node.title();
    }

    private static void key(JComponent component, String key, Runnable then) {
        component.registerKeyboardAction(
                event -> then.run(), KeyStroke.getKeyStroke(key), JComponent.WHEN_ANCESTOR_OF_FOCUSED_COMPONENT);
    }
}
