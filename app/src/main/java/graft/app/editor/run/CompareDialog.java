package graft.app.editor.run;

import com.formdev.flatlaf.util.UIScale;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import graft.app.editor.EscapeCloses;
import graft.app.editor.Icons;
import graft.app.editor.Strings;
import graft.app.plugin.NodeLibrary;
import graft.app.workflow.Subgraphs;
import graft.app.workflow.Workflow;
import graft.app.workflow.WorkflowDifference;
import graft.node.NodeSchema;
import graft.node.SettingSchema;
import java.awt.BorderLayout;
import java.awt.Dimension;
import java.awt.Window;
import java.awt.event.MouseEvent;
import java.util.List;
import java.util.Optional;
import javax.swing.BorderFactory;
import javax.swing.JButton;
import javax.swing.JDialog;
import javax.swing.JLabel;
import javax.swing.JPanel;
import javax.swing.JScrollPane;
import javax.swing.JTable;
import javax.swing.table.AbstractTableModel;
import net.miginfocom.swing.MigLayout;

/** The settings, nodes and wires in which two runs differ. */
final class CompareDialog {

    /** Two workflows, as they were run, and what differs. */
    record Comparison(Workflow before, Workflow after, List<WorkflowDifference.Change> changes) {}

    /** A difference in words. */
    record Row(String node, String what, String before, String after) {}

    private CompareDialog() {}

    /** A difference in the words of the node that it is about. */
    static Row row(WorkflowDifference.Change change, Comparison of, NodeLibrary library) {
        if (!change.what().equals("setting")) {
            String what = Strings.get("compare." + change.what());
            return new Row(
                    change.node(),
                    change.name().isEmpty() ? what : what + " " + change.name(),
                    thing(change.before(), library),
                    thing(change.after(), library));
        }
        Optional<SettingSchema> setting = Optional.ofNullable(
                        Subgraphs.flatten(of.before()).nodes().get(change.node()))
                .flatMap(node -> library.node(node.type()))
                .flatMap(schema -> schema.setting(change.name()));
        return new Row(
                change.node(),
                setting.map(SettingSchema::title).orElse(change.name()),
                value(change.before(), setting),
                value(change.after(), setting));
    }

    private static String thing(String value, NodeLibrary library) {
        return value.isEmpty()
                ? Strings.get("compare.absent")
                : library.node(value).map(NodeSchema::title).orElse(value);
    }

    private static String value(String json, Optional<SettingSchema> setting) {
        JsonElement value = json.isEmpty()
                ? setting.map(known -> known.toJson(known.defaultValue())).orElse(JsonNull.INSTANCE)
                : JsonParser.parseString(json);
        if (value.isJsonNull()) {
            return Strings.get("compare.default");
        }
        return value instanceof JsonPrimitive text && text.isString()
                ? text.getAsString().replace("\n", " ⏎ ")
                : value.toString();
    }

    /** Shows it; {@code pictures} compares what the runs drew, and is null when one of them drew nothing. */
    static JDialog show(Window owner, List<String> names, List<Row> rows, Runnable pictures) {
        JDialog dialog = new JDialog(owner, Strings.get("compare.title"));
        dialog.setName("compare");
        dialog.setLayout(new BorderLayout());
        dialog.add(content(names, rows), BorderLayout.CENTER);
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
        EscapeCloses.in(dialog);
        dialog.setSize(UIScale.scale(new Dimension(860, 420)));
        dialog.setLocationRelativeTo(owner);
        dialog.setVisible(true);
        return dialog;
    }

    private static JPanel content(List<String> names, List<Row> rows) {
        JPanel panel = new JPanel(new BorderLayout());
        if (rows.isEmpty()) {
            JLabel same = new JLabel(Strings.get("compare.same"), JLabel.CENTER);
            panel.add(same, BorderLayout.CENTER);
            return panel;
        }
        JTable table = new JTable(new Rows(names, rows)) {
            private static final long serialVersionUID = 1;

            /** What is cut off in its cell. */
            @Override
            public String getToolTipText(MouseEvent event) {
                int row = rowAtPoint(event.getPoint());
                int column = columnAtPoint(event.getPoint());
                return row < 0 || column < 2 ? null : String.valueOf(getValueAt(row, column));
            }
        };
        table.putClientProperty("FlatLaf.style", "cellMargins: 2,10,2,10");
        table.getTableHeader().putClientProperty("FlatLaf.style", "cellMargins: 4,10,4,10");
        ((JLabel) table.getTableHeader().getDefaultRenderer()).setHorizontalAlignment(JLabel.LEADING);
        table.setName("compare.table");
        table.getAccessibleContext().setAccessibleName(Strings.get("compare.title"));
        table.setFillsViewportHeight(true);
        table.setRowHeight(UIScale.scale(26));
        table.getColumnModel().getColumn(0).setPreferredWidth(UIScale.scale(110));
        table.getColumnModel().getColumn(1).setPreferredWidth(UIScale.scale(130));
        table.getColumnModel().getColumn(2).setPreferredWidth(UIScale.scale(290));
        table.getColumnModel().getColumn(3).setPreferredWidth(UIScale.scale(290));
        JScrollPane scroll = new JScrollPane(table);
        // Not null, which a table takes for its leave to put one there.
        scroll.setBorder(BorderFactory.createEmptyBorder());
        panel.add(scroll, BorderLayout.CENTER);
        return panel;
    }

    private static final class Rows extends AbstractTableModel {

        private static final long serialVersionUID = 1;

        private final List<String> names;
        private final transient List<Row> rows;

        Rows(List<String> names, List<Row> rows) {
            this.names = names;
            this.rows = rows;
        }

        @Override
        public int getRowCount() {
            return rows.size();
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
            Row shown = rows.get(row);
            return switch (column) {
                case 0 -> shown.node();
                case 1 -> shown.what();
                case 2 -> shown.before();
                default -> shown.after();
            };
        }
    }
}
