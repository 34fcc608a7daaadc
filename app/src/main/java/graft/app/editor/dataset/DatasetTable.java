package graft.app.editor.dataset;

import com.formdev.flatlaf.util.UIScale;
import graft.app.editor.Strings;
import graft.app.editor.Theme;
import graft.app.editor.WhenChanged;
import graft.app.editor.inspector.CaptionCount;
import graft.app.editor.viewer.Thumbnails;
import java.awt.Component;
import java.awt.Rectangle;
import java.awt.event.ActionEvent;
import java.awt.event.MouseEvent;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.EventObject;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import javax.swing.AbstractAction;
import javax.swing.AbstractCellEditor;
import javax.swing.Action;
import javax.swing.JComponent;
import javax.swing.JTable;
import javax.swing.KeyStroke;
import javax.swing.ListSelectionModel;
import javax.swing.SwingUtilities;
import javax.swing.table.AbstractTableModel;
import javax.swing.table.TableCellEditor;

/**
 * Pictures beneath each other, the caption beside each.
 *
 * <p>A click on a caption, Enter or F2 begins to type; Enter and Tab go on to the next. Each letter is told at once, so that
 * leaving it in whatever way loses nothing.
 */
final class DatasetTable extends JTable {
    private static final long serialVersionUID = 1;

    private static final int ROW = 184;
    private static final int PICTURE = 210;

    /** What hears of what is typed. */
    interface Typed {
        /**
         * A picture is to have a caption.
         *
         * @param visit the same as long as one stays in the row
         */
        void caption(Path picture, String caption, String visit);
    }

    private static final AtomicLong VISITS = new AtomicLong();

    private final transient Rows rows = new Rows();
    private final transient Typing typing;
    private transient Runnable whenOpened = () -> {};

    DatasetTable(PictureSizes sizes, Map<String, CaptionCount> counts, Typed typed, Consumer<String> shownText) {
        setModel(rows);
        setName("dataset.table");
        getAccessibleContext().setAccessibleName(Strings.get("dataset.name"));
        setTableHeader(null);
        setSelectionMode(ListSelectionModel.MULTIPLE_INTERVAL_SELECTION);
        setShowGrid(false);
        setShowHorizontalLines(true);
        setSurrendersFocusOnKeystroke(true);
        putClientProperty("terminateEditOnFocusLost", true);
        putClientProperty("JTable.autoStartsEdit", false);
        setFillsViewportHeight(true);
        typing = new Typing(new CaptionCell(true, sizes, counts), typed, shownText);
        getColumnModel().getColumn(0).setCellRenderer(new PictureCell(new Thumbnails(), sizes, this::repaint));
        getColumnModel().getColumn(1).setCellRenderer(new CaptionCell(false, sizes, counts));
        getColumnModel().getColumn(1).setCellEditor(typing);
        key("ENTER", () -> type(getSelectionModel().getLeadSelectionIndex()));
        key("F2", () -> type(getSelectionModel().getLeadSelectionIndex()));
        sized();
    }

    @Override
    public void updateUI() {
        super.updateUI();
        if (typing != null) {
            sized();
        }
    }

    private void sized() {
        // The usual colour of a selection is too loud behind so much text.
        setSelectionBackground(Theme.colour("card.hover"));
        setSelectionForeground(getForeground());
        setRowHeight(UIScale.scale(ROW));
        int width = UIScale.scale(PICTURE);
        getColumnModel().getColumn(0).setMinWidth(width);
        getColumnModel().getColumn(0).setMaxWidth(width);
    }

    /** A double click on a picture. */
    void whenOpened(Runnable then) {
        whenOpened = then;
    }

    @Override
    protected void processMouseEvent(MouseEvent event) {
        super.processMouseEvent(event);
        if (event.getID() == MouseEvent.MOUSE_CLICKED
                && event.getClickCount() == 2
                && columnAtPoint(event.getPoint()) == 0
                && rowAtPoint(event.getPoint()) >= 0) {
            whenOpened.run();
        }
    }

    void key(String key, Runnable then) {
        getInputMap(JComponent.WHEN_FOCUSED).put(KeyStroke.getKeyStroke(key), key);
        getActionMap().put(key, action(then));
    }

    private static Action action(Runnable then) {
        return new AbstractAction() {
            @Override
            public void actionPerformed(ActionEvent event) {
                then.run();
            }
        };
    }

    /** Begins to type the caption of a row. */
    private void type(int row) {
        if (row >= 0 && row < getRowCount()) {
            changeSelection(row, 1, false, false);
            if (editCellAt(row, 1)) {
                typing.cell.text().requestFocusInWindow();
            }
        } else {
            endTyping();
        }
    }

    void endTyping() {
        if (isEditing()) {
            getCellEditor().stopCellEditing();
        }
        requestFocusInWindow();
    }

    /** The rows as they are shown. */
    List<DatasetRow> rows() {
        return rows.all;
    }

    /** Shows rows in that order; what is selected stays so, and what is being typed is left alone. */
    void show(List<DatasetRow> next) {
        boolean same = next.stream()
                .map(DatasetRow::file)
                .toList()
                .equals(rows.all.stream().map(DatasetRow::file).toList());
        if (same) {
            rows.all = List.copyOf(next);
            if (isEditing()) {
                typing.follow(rows.all.get(getEditingRow()));
            }
            repaint();
            return;
        }
        if (isEditing()) {
            getCellEditor().stopCellEditing();
        }
        Set<Path> selected = new HashSet<>(selected());
        rows.all = List.copyOf(next);
        rows.fireTableDataChanged();
        for (int i = 0; i < next.size(); i++) {
            if (selected.contains(next.get(i).file())) {
                addRowSelectionInterval(i, i);
            }
        }
        if (getSelectedRow() < 0 && !next.isEmpty()) {
            changeSelection(0, 1, false, false);
        } else if (getSelectedRow() >= 0) {
            scrollRectToVisible(getCellRect(getSelectedRow(), 0, true));
        }
    }

    /** The pictures that are selected, in the order in which they are shown. */
    List<Path> selected() {
        return Arrays.stream(getSelectedRows())
                .filter(row -> row < rows.all.size())
                .mapToObj(row -> rows.all.get(row).file())
                .toList();
    }

    /** Selects pictures and brings the first of them into sight. */
    void select(Collection<Path> files) {
        clearSelection();
        for (int i = rows.all.size() - 1; i >= 0; i--) {
            if (files.contains(rows.all.get(i).file())) {
                addRowSelectionInterval(i, i);
                scrollRectToVisible(getCellRect(i, 0, true));
            }
        }
    }

    /** The row that was selected last. */
    Optional<DatasetRow> current() {
        int lead = getSelectionModel().getLeadSelectionIndex();
        return lead >= 0 && lead < rows.all.size() && isRowSelected(lead)
                ? Optional.of(rows.all.get(lead))
                : selected().isEmpty() ? Optional.empty() : Optional.of(rows.all.get(getSelectedRow()));
    }

    /** More captions are counted. */
    void counted() {
        if (isEditing()) {
            typing.cell.tokens(Typing.plain(typing.cell.text().getText()));
        }
        repaint();
    }

    /** Where the caption of a row is. */
    Rectangle captionAt(int row) {
        return getCellRect(row, 1, false);
    }

    private static final class Rows extends AbstractTableModel {
        private static final long serialVersionUID = 1;

        private transient List<DatasetRow> all = List.of();

        @Override
        public int getRowCount() {
            return all.size();
        }

        @Override
        public int getColumnCount() {
            return 2;
        }

        @Override
        public String getColumnName(int column) {
            return Strings.get(column == 0 ? "dataset.picture" : "dataset.caption");
        }

        @Override
        public Object getValueAt(int row, int column) {
            return all.get(row);
        }

        @Override
        public boolean isCellEditable(int row, int column) {
            return column == 1;
        }

        @Override
        public void setValueAt(Object value, int row, int column) {
            // Each letter was told already.
        }
    }

    /** The caption that is being typed. */
    private final class Typing extends AbstractCellEditor implements TableCellEditor {
        private static final long serialVersionUID = 1;

        private final CaptionCell cell;
        private final transient Typed typed;
        private final transient Consumer<String> shownText;
        private transient DatasetRow row;
        private String visit = "";
        private boolean showing;

        Typing(CaptionCell cell, Typed typed, Consumer<String> shownText) {
            this.cell = cell;
            this.typed = typed;
            this.shownText = shownText;
            cell.text().getDocument().addDocumentListener(new WhenChanged(this::changed));
            bind("ENTER", () -> next(1));
            bind("TAB", () -> next(1));
            bind("shift TAB", () -> next(-1));
            bind("ESCAPE", DatasetTable.this::endTyping);
        }

        private void bind(String key, Runnable then) {
            cell.text().getInputMap().put(KeyStroke.getKeyStroke(key), "dataset " + key);
            cell.text().getActionMap().put("dataset " + key, action(then));
        }

        private void next(int by) {
            int to = getEditingRow() + by;
            endTyping();
            if (to >= 0 && to < getRowCount()) {
                type(to);
            }
        }

        private void changed() {
            if (!showing) {
                typed.caption(row.file(), cell.text().getText(), visit);
            }
            cell.tokens(plain(cell.text().getText()));
            shownText.accept(plain(cell.text().getText()));
        }

        private static String plain(String text) {
            return text.replaceAll("\\s*\\R\\s*", " ").strip();
        }

        /** The row is another now: by what was typed, or by an undo. */
        void follow(DatasetRow next) {
            row = next;
            cell.show(next);
            if (!plain(cell.text().getText()).equals(next.caption())) {
                visit = "dataset " + VISITS.incrementAndGet();
                put(next.caption());
            }
            cell.tokens(plain(cell.text().getText()));
        }

        private void put(String text) {
            showing = true;
            cell.text().setText(text);
            showing = false;
        }

        @Override
        public boolean isCellEditable(EventObject event) {
            return !(event instanceof MouseEvent mouse)
                    || (SwingUtilities.isLeftMouseButton(mouse) && !mouse.isControlDown() && !mouse.isShiftDown());
        }

        @Override
        public Component getTableCellEditorComponent(
                JTable table, Object value, boolean selected, int index, int column) {
            row = (DatasetRow) value;
            visit = "dataset " + VISITS.incrementAndGet();
            cell.show(row);
            cell.setBackground(table.getBackground());
            put(row.caption());
            cell.text().setCaretPosition(row.caption().length());
            return cell;
        }

        @Override
        public Object getCellEditorValue() {
            return row;
        }
    }
}
