package graft.app.editor.shell;

import java.awt.Component;
import java.awt.Font;
import javax.swing.BorderFactory;
import javax.swing.JLabel;
import javax.swing.JList;
import javax.swing.JPanel;
import javax.swing.ListCellRenderer;
import javax.swing.UIManager;
import net.miginfocom.swing.MigLayout;

/** Draws a row of the plugin manager's list: the name, and how it is. */
final class PluginCell extends JPanel implements ListCellRenderer<PluginRow> {
    private static final long serialVersionUID = 1;

    private final JLabel name = new JLabel();
    private final JLabel state = new JLabel();

    PluginCell() {
        super(new MigLayout("insets 5 8 5 8, fillx, gap 0 1, wrap 1", "[grow,fill]", ""));
        add(name, "wmin 0");
        add(state, "wmin 0");
        setBorder(BorderFactory.createEmptyBorder());
    }

    @Override
    public Component getListCellRendererComponent(
            JList<? extends PluginRow> list, PluginRow row, int index, boolean selected, boolean focused) {
        name.setText(row.name());
        name.setFont(list.getFont().deriveFont(Font.BOLD));
        state.setFont(list.getFont());
        state.setText(row.state());
        setBackground(selected ? list.getSelectionBackground() : list.getBackground());
        name.setForeground(selected ? list.getSelectionForeground() : list.getForeground());
        state.setForeground(
                selected
                        ? list.getSelectionForeground()
                        : UIManager.getColor(row.tone().colour()));
        getAccessibleContext().setAccessibleName(row.name() + ", " + row.state());
        return this;
    }
}
