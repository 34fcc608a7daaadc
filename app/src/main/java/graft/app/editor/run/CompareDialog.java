package graft.app.editor.run;

import com.formdev.flatlaf.util.UIScale;
import graft.app.editor.Icons;
import graft.app.editor.Strings;
import java.awt.BorderLayout;
import java.awt.Dimension;
import java.awt.Window;
import java.util.Optional;
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
    static JDialog show(Window owner, PastRun left, PastRun right, RunDifference difference, Runnable pictures) {
        JDialog dialog = new JDialog(owner, Strings.get("compare.title"));
        dialog.setName("compare");
        dialog.setLayout(new BorderLayout());
        dialog.add(content(left, right, difference), BorderLayout.CENTER);
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

    static JPanel content(PastRun left, PastRun right, RunDifference difference) {
        JPanel panel = new JPanel(new BorderLayout());
        if (difference.rows().isEmpty()) {
            JLabel same = new JLabel(Strings.get("compare.same"), JLabel.CENTER);
            panel.add(same, BorderLayout.CENTER);
            return panel;
        }
        JTable table = new JTable(new Rows(difference, name(left), name(right)));
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

    private static String name(PastRun run) {
        return run.title() + "  " + run.when();
    }

    private static final class Rows extends AbstractTableModel {

        private static final long serialVersionUID = 1;

        private final transient RunDifference difference;
        private final String left;
        private final String right;

        Rows(RunDifference difference, String left, String right) {
            this.difference = difference;
            this.left = left;
            this.right = right;
        }

        @Override
        public int getRowCount() {
            return difference.rows().size();
        }

        @Override
        public int getColumnCount() {
            return 4;
        }

        @Override
        public String getColumnName(int column) {
            return switch (column) {
                case 0 -> Strings.get("compare.node");
                case 1 -> Strings.get("compare.setting");
                case 2 -> left;
                default -> right;
            };
        }

        @Override
        public Object getValueAt(int row, int column) {
            RunDifference.Row difference = this.difference.rows().get(row);
            return switch (column) {
                case 0 -> difference.node();
                case 1 ->
                    switch (difference.kind()) {
                        case NODE -> Strings.get("compare.there");
                        case WIRE -> Strings.get("compare.wire") + " " + difference.what();
                        case SETTING -> difference.what();
                    };
                case 2 -> words(difference.left());
                default -> words(difference.right());
            };
        }

        private static String words(Optional<String> value) {
            return value.orElse(Strings.get("compare.absent")).replace("\n", " ⏎ ");
        }
    }
}
