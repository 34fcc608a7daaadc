package graft.app.editor.inspector;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import graft.app.editor.Strings;
import graft.app.editor.TypedSetting;
import graft.node.Problem;
import graft.node.SettingKind;
import graft.node.SettingSchema;
import java.awt.BorderLayout;
import java.awt.Dimension;
import java.util.List;
import java.util.Optional;
import javax.swing.DefaultCellEditor;
import javax.swing.JButton;
import javax.swing.JComboBox;
import javax.swing.JComponent;
import javax.swing.JPanel;
import javax.swing.JScrollPane;
import javax.swing.JTable;
import javax.swing.table.AbstractTableModel;

/** Rows of a small record, a column for each of its parts. What a column cannot have is refused, and the cell is as it was. */
final class TableField extends Field {

    private static final int MOST_SHOWN = 8;

    private final List<SettingSchema> columns;
    private final Rows model = new Rows();
    private final JTable table;
    private final JPanel panel = new JPanel(new BorderLayout(0, 4));
    private final JButton add = new JButton(Strings.get("inspector.table.add"));
    private final JButton remove = new JButton(Strings.get("inspector.table.remove"));
    private JsonArray rows = new JsonArray();

    TableField(SettingSchema setting, Listener changed) {
        super(setting, changed);
        columns = setting.columns();
        table = named(new JTable(model));
        table.putClientProperty("terminateEditOnFocusLost", true);
        table.getTableHeader().setReorderingAllowed(false);
        for (int column = 0; column < columns.size(); column++) {
            List<String> choices = columns.get(column).choices();
            if (!choices.isEmpty()) {
                table.getColumnModel()
                        .getColumn(column)
                        .setCellEditor(new DefaultCellEditor(new JComboBox<>(choices.toArray(String[]::new))));
            }
        }
        add.setName("setting." + setting.id() + ".add");
        add.addActionListener(event -> {
            JsonArray next = rows.deepCopy();
            next.add(new JsonObject());
            keep(next, "");
        });
        remove.setName("setting." + setting.id() + ".remove");
        remove.addActionListener(event -> {
            if (table.getSelectedRow() >= 0) {
                JsonArray next = rows.deepCopy();
                next.remove(table.getSelectedRow());
                keep(next, "");
            }
        });
        JPanel buttons = new JPanel();
        buttons.setOpaque(false);
        buttons.add(add);
        buttons.add(remove);
        panel.setOpaque(false);
        panel.add(new JScrollPane(table), BorderLayout.CENTER);
        panel.add(buttons, BorderLayout.SOUTH);
    }

    /** Each change of a cell or row is a step of undo. */
    private void keep(JsonArray next, String typed) {
        beginVisit();
        try {
            JsonElement saved = setting().toJson(setting().fromJson(next));
            tell(saved);
            show(() -> put(Optional.of(saved)));
        } catch (Problem refused) {
            tellRefused(typed, refused.happened() + ": " + refused.why());
            show(() -> put(stored()));
        }
    }

    @Override
    JComponent component() {
        return panel;
    }

    @Override
    protected void put(Optional<JsonElement> value) {
        JsonArray next = value.filter(JsonElement::isJsonArray)
                .map(JsonElement::getAsJsonArray)
                .orElseGet(JsonArray::new);
        if (!next.equals(rows)) {
            rows = next;
            model.fireTableDataChanged();
        }
        int shown = Math.max(2, Math.min(MOST_SHOWN, rows.size()));
        table.setPreferredScrollableViewportSize(new Dimension(100, shown * table.getRowHeight()));
        panel.revalidate();
    }

    @Override
    void enable(boolean enabled) {
        List.of(table, add, remove).forEach(each -> each.setEnabled(enabled));
    }

    private final class Rows extends AbstractTableModel {
        private static final long serialVersionUID = 1;

        @Override
        public int getRowCount() {
            return rows.size();
        }

        @Override
        public int getColumnCount() {
            return columns.size();
        }

        @Override
        public String getColumnName(int column) {
            return columns.get(column).title();
        }

        @Override
        public Class<?> getColumnClass(int column) {
            return isSwitch(column) ? Boolean.class : String.class;
        }

        private boolean isSwitch(int column) {
            return columns.get(column).kind() == SettingKind.SWITCH;
        }

        @Override
        public boolean isCellEditable(int row, int column) {
            return table.isEnabled();
        }

        @Override
        public Object getValueAt(int row, int column) {
            SettingSchema schema = columns.get(column);
            JsonElement cell = rows.get(row).isJsonObject()
                    ? rows.get(row).getAsJsonObject().get(schema.id())
                    : null;
            JsonElement value = cell == null ? schema.toJson(schema.defaultValue()) : cell;
            return isSwitch(column)
                    ? (Object) (value instanceof JsonPrimitive plain && plain.getAsBoolean())
                    : TypedSetting.text(value);
        }

        @Override
        public void setValueAt(Object typed, int row, int column) {
            if (typed == null || typed.equals(getValueAt(row, column))) {
                return;
            }
            SettingSchema schema = columns.get(column);
            JsonArray next = rows.deepCopy();
            try {
                next.get(row).getAsJsonObject().add(schema.id(), TypedSetting.parse(schema, typed.toString()));
                keep(next, typed.toString());
            } catch (Problem refused) {
                // What is taken back is this, and not the change before.
                beginVisit();
                tellRefused(typed.toString(), refused.happened() + ": " + refused.why());
            }
        }
    }
}
