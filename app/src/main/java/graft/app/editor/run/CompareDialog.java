package graft.app.editor.run;

import com.formdev.flatlaf.util.UIScale;
import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import graft.app.editor.Icons;
import graft.app.editor.Strings;
import graft.app.workflow.WorkflowDifference;
import java.awt.BorderLayout;
import java.awt.Dimension;
import java.awt.Window;
import java.util.List;
import javax.swing.JButton;
import javax.swing.JComponent;
import javax.swing.JDialog;
import javax.swing.JLabel;
import javax.swing.JPanel;
import javax.swing.JScrollPane;
import javax.swing.JTable;
import javax.swing.KeyStroke;
import javax.swing.table.AbstractTableModel;
import net.miginfocom.swing.MigLayout;

/** The settings, nodes and wires in which two runs differ. */
final class CompareDialog {

    private CompareDialog() {}

    /** Shows it; {@code pictures} compares what the runs drew, and is null when one of them drew nothing. */
    static JDialog show(
            Window owner, List<String> names, List<WorkflowDifference.Change> changes, Runnable pictures) {
        JDialog dialog = new JDialog(owner, Strings.get("compare.title"));
        dialog.setName("compare");
        dialog.setLayout(new BorderLayout());
        dialog.add(content(names, changes), BorderLayout.CENTER);
        JPanel buttons = new JPanel(new MigLayout("insets 8 12 12 12, fillx", "[grow,right]", ""));
        if (pictures != null) {
            JButton compare = new JButton(Strings.get("compare.pictures"), Icons.get("compare"));
            compare.setName("compare.pictures");
            compare.addActionListener(event -> {
                dialog.dispose();
                pictures.run();
            });
            buttons.add(compare);
        }
        dialog.add(buttons, BorderLayout.SOUTH);
        dialog.getRootPane()
                .registerKeyboardAction(
                        event -> dialog.dispose(), KeyStroke.getKeyStroke("ESCAPE"), JComponent.WHEN_IN_FOCUSED_WINDOW);
        dialog.setSize(UIScale.scale(new Dimension(760, 420)));
        dialog.setLocationRelativeTo(owner);
        dialog.setVisible(true);
        return dialog;
    }

    private static JPanel content(List<String> names, List<WorkflowDifference.Change> changes) {
        JPanel panel = new JPanel(new BorderLayout());
        if (changes.isEmpty()) {
            JLabel same = new JLabel(Strings.get("compare.same"), JLabel.CENTER);
            panel.add(same, BorderLayout.CENTER);
            return panel;
        }
        JTable table = new JTable(new Rows(names, changes));
        table.setName("compare.table");
        table.getAccessibleContext().setAccessibleName(Strings.get("compare.title"));
        table.setFillsViewportHeight(true);
        table.setRowHeight(UIScale.scale(26));
        table.getColumnModel().getColumn(0).setPreferredWidth(UIScale.scale(110));
        table.getColumnModel().getColumn(1).setPreferredWidth(UIScale.scale(130));
        table.getColumnModel().getColumn(2).setPreferredWidth(UIScale.scale(240));
        table.getColumnModel().getColumn(3).setPreferredWidth(UIScale.scale(240));
        JScrollPane scroll = new JScrollPane(table);
        scroll.setBorder(null);
        panel.add(scroll, BorderLayout.CENTER);
        return panel;
    }

    private static final class Rows extends AbstractTableModel {

        private static final long serialVersionUID = 1;

        private final List<String> names;
        private final transient List<WorkflowDifference.Change> changes;

        Rows(List<String> names, List<WorkflowDifference.Change> changes) {
            this.names = names;
            this.changes = changes;
        }

        @Override
        public int getRowCount() {
            return changes.size();
        }

        @Override
        public int getColumnCount() {
            return 4;
        }

        @Override
        public String getColumnName(int column) {
            return switch (column) {
                case 0 -> Strings.get("compare.head.node");
                case 1 -> Strings.get("compare.setting");
                default -> names.get(column - 2);
            };
        }

        @Override
        public Object getValueAt(int row, int column) {
            WorkflowDifference.Change change = changes.get(row);
            return switch (column) {
                case 0 -> change.node();
                case 1 -> change.what().equals("setting")
                        ? change.name()
                        : Strings.get("compare." + change.what()) + " " + change.name();
                case 2 -> words(change, change.before());
                default -> words(change, change.after());
            };
        }

        private static String words(WorkflowDifference.Change change, String value) {
            if (value.isEmpty()) {
                return Strings.get(change.what().equals("setting") ? "compare.default" : "compare.absent");
            }
            if (!change.what().equals("setting")) {
                return value;
            }
            JsonElement json = JsonParser.parseString(value);
            return json instanceof JsonPrimitive text && text.isString()
                    ? text.getAsString().replace("\n", " ⏎ ")
                    : value;
        }
    }
}
