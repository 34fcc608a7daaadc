package graft.app.editor.shell;

import com.formdev.flatlaf.util.UIScale;
import graft.app.editor.Icons;
import graft.app.editor.Strings;
import graft.app.editor.WhenTyped;
import graft.app.sweep.SweepSetting;
import java.awt.BorderLayout;
import java.awt.Color;
import java.awt.Component;
import java.awt.Dimension;
import java.awt.event.ActionEvent;
import java.awt.event.FocusAdapter;
import java.awt.event.FocusEvent;
import java.awt.event.MouseAdapter;
import java.awt.event.MouseEvent;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import javax.swing.AbstractAction;
import javax.swing.BorderFactory;
import javax.swing.JButton;
import javax.swing.JLabel;
import javax.swing.JList;
import javax.swing.JPanel;
import javax.swing.JPopupMenu;
import javax.swing.JScrollPane;
import javax.swing.JTextField;
import javax.swing.KeyStroke;
import javax.swing.ListCellRenderer;
import javax.swing.ListSelectionModel;
import javax.swing.ScrollPaneConstants;

/** A line for a setting of the workflow: typed as {@code node.setting}, or chosen from a list that what is typed narrows. */
final class SettingPicker extends JTextField {
    private static final long serialVersionUID = 1;

    private static final int SHOWN = 10;

    private final transient Supplier<List<SweepSetting>> all;
    private final transient Runnable changed;
    private final transient Runnable chosen;
    private final JPopupMenu popup = new JPopupMenu();
    private final JList<SweepSetting> list = new JList<>();
    private final JScrollPane scroll = new JScrollPane(list);
    private boolean showing;

    /**
     * An empty line.
     *
     * @param all what may be chosen
     * @param changed told of every letter
     * @param chosen told when a setting was chosen, or typed and left
     */
    SettingPicker(String name, Supplier<List<SweepSetting>> all, Runnable changed, Runnable chosen) {
        super(16);
        this.all = all;
        this.changed = changed;
        this.chosen = chosen;
        setName(name);
        putClientProperty("JTextField.placeholderText", Strings.get("sweep.setting.hint"));
        getAccessibleContext().setAccessibleName(Strings.get("sweep.setting"));
        JButton open = new JButton(Icons.get("down", 12));
        open.setName(name + ".open");
        open.setToolTipText(Strings.get("sweep.setting.open"));
        open.getAccessibleContext().setAccessibleName(Strings.get("sweep.setting.open"));
        open.putClientProperty("JButton.buttonType", "toolBarButton");
        open.setFocusable(false);
        open.addActionListener(event -> {
            requestFocusInWindow();
            offer("");
        });
        putClientProperty("JTextField.trailingComponent", open);
        fillPopup(name);
        WhenTyped.in(this, this::typed);
        bind("DOWN", () -> move(1), () -> offer(getText()));
        bind("UP", () -> move(-1), () -> {});
        bind("ENTER", this::take, this::leave);
        bind("ESCAPE", () -> popup.setVisible(false), null);
        addFocusListener(new FocusAdapter() {
            @Override
            public void focusLost(FocusEvent left) {
                if (!left.isTemporary()) {
                    popup.setVisible(false);
                    leave();
                }
            }
        });
    }

    private void fillPopup(String name) {
        list.setName(name + ".list");
        list.getAccessibleContext().setAccessibleName(Strings.get("sweep.setting"));
        list.setSelectionMode(ListSelectionModel.SINGLE_SELECTION);
        list.setFocusable(false);
        list.setCellRenderer(new Row());
        list.addMouseListener(new MouseAdapter() {
            @Override
            public void mouseReleased(MouseEvent event) {
                take();
            }
        });
        scroll.setBorder(null);
        scroll.setHorizontalScrollBarPolicy(ScrollPaneConstants.HORIZONTAL_SCROLLBAR_NEVER);
        popup.setFocusable(false);
        popup.setBorder(BorderFactory.createLineBorder(new Color(0x60808080, true)));
        popup.add(scroll);
    }

    /** What a key does while the list is open, and while it is not; null leaves it to what the line lies in. */
    private void bind(String key, Runnable open, Runnable closed) {
        getInputMap().put(KeyStroke.getKeyStroke(key), "picker-" + key);
        getActionMap().put("picker-" + key, new AbstractAction() {
            private static final long serialVersionUID = 1;

            @Override
            public boolean isEnabled() {
                return closed != null || popup.isVisible();
            }

            @Override
            public void actionPerformed(ActionEvent event) {
                (popup.isVisible() ? open : closed).run();
            }
        });
    }

    /** The setting that stands here. */
    Optional<SweepSetting> chosen() {
        String id = getText().strip();
        return all.get().stream().filter(each -> each.id().equals(id)).findFirst();
    }

    /** Whether the user still looks for one. */
    boolean isSearching() {
        return popup.isVisible();
    }

    /** Puts a setting here without telling of it. */
    void put(String id) {
        showing = true;
        setText(id);
        setCaretPosition(0);
        showing = false;
    }

    /** Begins a search with a text, as if it were typed. */
    void search(String text) {
        setText(text);
        requestFocusInWindow();
    }

    private void typed() {
        if (!showing) {
            if (isShowing()) {
                offer(getText());
            }
            changed.run();
        }
    }

    /** Opens the list with what fits a text. */
    private void offer(String text) {
        String wanted = text.strip().toLowerCase(Locale.ROOT);
        List<SweepSetting> fitting = all.get().stream()
                .filter(each -> fits(each, wanted))
                .sorted(Comparator.comparing(
                        each -> !each.id().toLowerCase(Locale.ROOT).startsWith(wanted)))
                .toList();
        boolean itself = fitting.size() == 1 && fitting.get(0).id().equals(text.strip());
        if (fitting.isEmpty() || itself) {
            popup.setVisible(false);
            return;
        }
        list.setListData(fitting.toArray(SweepSetting[]::new));
        list.setVisibleRowCount(Math.min(SHOWN, fitting.size()));
        list.setSelectedIndex(0);
        list.ensureIndexIsVisible(0);
        Dimension size = scroll.getPreferredSize();
        popup.setPopupSize(Math.max(size.width, Math.max(getWidth(), UIScale.scale(380))), size.height + 2);
        if (popup.isVisible()) {
            popup.pack();
        } else {
            popup.show(this, 0, getHeight());
        }
    }

    private static boolean fits(SweepSetting setting, String wanted) {
        String words = (setting.id() + " " + setting.schema().title() + " " + setting.node()).toLowerCase(Locale.ROOT);
        return List.of(wanted.split("\\s+")).stream().allMatch(words::contains);
    }

    private void move(int by) {
        int count = list.getModel().getSize();
        list.setSelectedIndex(Math.floorMod(list.getSelectedIndex() + by, count));
        list.ensureIndexIsVisible(list.getSelectedIndex());
    }

    private void take() {
        SweepSetting taken = list.getSelectedValue();
        popup.setVisible(false);
        if (taken != null) {
            put(taken.id());
            chosen.run();
        }
    }

    /** A shorter id may be the beginning of a longer one: only now it is known which is meant. */
    private void leave() {
        changed.run();
        if (chosen().isPresent()) {
            chosen.run();
        }
    }

    /** Title and node, and on the other side what is typed for it. */
    private static final class Row extends JPanel implements ListCellRenderer<SweepSetting> {
        private static final long serialVersionUID = 1;

        private final JLabel words = new JLabel();
        private final JLabel id = new JLabel();

        Row() {
            super(new BorderLayout(UIScale.scale(16), 0));
            setBorder(BorderFactory.createEmptyBorder(
                    UIScale.scale(3), UIScale.scale(8), UIScale.scale(3), UIScale.scale(8)));
            add(words, BorderLayout.CENTER);
            add(id, BorderLayout.EAST);
        }

        @Override
        public Component getListCellRendererComponent(
                JList<? extends SweepSetting> list, SweepSetting value, int index, boolean selected, boolean focus) {
            setBackground(selected ? list.getSelectionBackground() : list.getBackground());
            words.setText(Strings.get("sweep.setting.row", value.schema().title(), value.node()));
            words.setForeground(selected ? list.getSelectionForeground() : list.getForeground());
            id.setText(value.id());
            id.setEnabled(selected);
            id.setForeground(selected ? list.getSelectionForeground() : list.getForeground());
            return this;
        }
    }
}
