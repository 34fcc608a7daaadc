package graft.app.editor.canvas;

import com.formdev.flatlaf.util.UIScale;
import graft.app.editor.CommandKeys;
import graft.app.editor.Strings;
import graft.app.editor.WhenChanged;
import graft.node.SocketKind;
import java.awt.BorderLayout;
import java.awt.Color;
import java.awt.Component;
import java.awt.Point;
import java.awt.event.FocusAdapter;
import java.awt.event.FocusEvent;
import java.awt.event.KeyEvent;
import java.awt.event.MouseAdapter;
import java.awt.event.MouseEvent;
import java.awt.geom.Point2D;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import javax.swing.DefaultListCellRenderer;
import javax.swing.DefaultListModel;
import javax.swing.JComponent;
import javax.swing.JLabel;
import javax.swing.JList;
import javax.swing.JScrollPane;
import javax.swing.JTextField;
import javax.swing.ListSelectionModel;
import javax.swing.ScrollPaneConstants;

/**
 * Offers the sockets that a wire may go to, the nearest free one first, and a new node last: one types a part of their names,
 * chooses with the arrow keys, and Enter connects. The wire is drawn to what is chosen meanwhile.
 */
final class SocketChooser {

    private static final int WIDTH = 380;
    private static final int HEIGHT = 300;
    private static final int ROW = 28;

    /** Canvas pixels between a socket and a new node. */
    private static final double BESIDE = 70;

    /** A socket that fits, or where a new node is asked for. */
    private record Row(
            Optional<NodeView> node, Optional<NodeGeometry.Spot> spot, boolean wired, double far, boolean namesake) {

        static final Row NEW = new Row(Optional.empty(), Optional.empty(), false, 0, false);

        boolean isNew() {
            return node.isEmpty();
        }

        String words() {
            return isNew()
                    ? Strings.get("canvas.socket.new")
                    : Strings.get(
                            wired ? "canvas.socket.row.wired" : "canvas.socket.row",
                            name(),
                            spot.orElseThrow().title());
        }

        /** With its id where another that is offered is called the same. */
        private String name() {
            NodeView view = node.orElseThrow();
            return namesake ? Strings.get("canvas.socket.namesake", view.title(), view.id()) : view.title();
        }

        boolean matches(String typed) {
            return words().toLowerCase(Locale.ROOT).contains(typed);
        }

        private boolean ofSetting() {
            return spot.map(NodeGeometry.Spot::ofSetting).orElse(false);
        }
    }

    private final Surface surface;
    private final SearchPopup search;
    private final PopupPanel panel;
    private final JTextField typed = new JTextField();
    private final DefaultListModel<Row> rows = new DefaultListModel<>();
    private final JList<Row> list = new JList<>(rows);

    private List<Row> all = List.of();
    private Optional<LooseWire> wire = Optional.empty();
    private Optional<WireDrag> drag = Optional.empty();
    private Point2D loose = new Point2D.Double();

    /** @param search offers nodes where a wire is to go to a new one */
    SocketChooser(Surface surface, SearchPopup search) {
        this.surface = surface;
        this.search = search;
        panel = new PopupPanel("canvas.sockets", surface::palette, 10);
        CommandKeys.keepFor(panel);
        typed.setName("canvas.sockets.text");
        typed.getAccessibleContext().setAccessibleName(Strings.get("canvas.socket.choose"));
        typed.putClientProperty("JTextField.placeholderText", Strings.get("canvas.socket.choose"));
        typed.getDocument().addDocumentListener(new WhenChanged(this::find));
        list.setName("canvas.sockets.list");
        list.getAccessibleContext().setAccessibleName(Strings.get("canvas.socket.choose"));
        list.setSelectionMode(ListSelectionModel.SINGLE_SELECTION);
        list.setCellRenderer(new Renderer());
        list.addListSelectionListener(event -> aim());
        list.addMouseListener(new MouseAdapter() {
            @Override
            public void mouseClicked(MouseEvent event) {
                choose();
            }
        });
        JScrollPane scroll = new JScrollPane(
                list, ScrollPaneConstants.VERTICAL_SCROLLBAR_AS_NEEDED, ScrollPaneConstants.HORIZONTAL_SCROLLBAR_NEVER);
        panel.add(typed, BorderLayout.NORTH);
        panel.add(scroll, BorderLayout.CENTER);
        panel.escapes(this::close);
        for (JComponent each : List.of(typed, list)) {
            panel.bind(each, KeyEvent.VK_DOWN, () -> move(1));
            panel.bind(each, KeyEvent.VK_UP, () -> move(-1));
            panel.bind(each, KeyEvent.VK_PAGE_DOWN, () -> move(8));
            panel.bind(each, KeyEvent.VK_PAGE_UP, () -> move(-8));
            panel.bind(each, KeyEvent.VK_ENTER, this::choose);
            each.addFocusListener(new FocusAdapter() {
                @Override
                public void focusLost(FocusEvent event) {
                    Component next = event.getOppositeComponent();
                    if (!event.isTemporary() && next != typed && next != list) {
                        end();
                    }
                }
            });
        }
        surface.component().add(panel);
    }

    boolean isOpen() {
        return panel.isVisible();
    }

    /** Offers where a wire from a socket may go; where nothing fits that is there, new nodes at once. */
    void open(NodeView node, NodeGeometry.Spot spot, WireDrag from) {
        Point2D held = node.end(spot.id(), spot.output());
        // A node is put with the middle of its title there: its top is level with that of the node it comes from.
        loose = new Point2D.Double(
                spot.output() ? node.bounds().getMaxX() + BESIDE : node.bounds().getX() - BESIDE,
                node.y() + NodeGeometry.TITLE / 2);
        all = rows(from, held);
        if (all.isEmpty()) {
            search.open(onComponent(loose), Optional.of(from));
            return;
        }
        drag = Optional.of(from);
        wire = Optional.of(new LooseWire(surface, from, () -> loose));
        Point at = onComponent(held);
        int width = Math.min(UIScale.scale(WIDTH), surface.component().getWidth() - 16);
        int height = Math.min(UIScale.scale(HEIGHT), surface.component().getHeight() - 16);
        panel.setBackground(surface.palette().of("panel.background"));
        panel.setBounds(
                Math.max(
                        8,
                        Math.min(
                                spot.output() ? at.x + 24 : at.x - width - 24,
                                surface.component().getWidth() - width - 8)),
                Math.max(8, Math.min(at.y + 16, surface.component().getHeight() - height - 8)),
                width,
                height);
        list.setFixedCellHeight(UIScale.scale(ROW));
        typed.setText("");
        find();
        panel.setVisible(true);
        surface.component().setComponentZOrder(panel, 0);
        panel.validate();
        typed.requestFocusInWindow();
    }

    private Point onComponent(Point2D place) {
        Point2D at = surface.viewport().toComponent(place.getX(), place.getY());
        return new Point((int) Math.round(at.getX()), (int) Math.round(at.getY()));
    }

    /** What fits: free before wired, inputs before settings, near before far. */
    private List<Row> rows(WireDrag from, Point2D held) {
        List<Row> fit = new ArrayList<>();
        for (NodeView node : surface.projection().stack()) {
            for (NodeGeometry.Spot spot : node.geometry().sockets()) {
                SocketId id = new SocketId(node.id(), spot.id(), spot.output());
                if (from.refusal(node.id(), spot).isEmpty()
                        && !surface.document().shown().wires().containsAll(from.wires(id))) {
                    boolean many = spot.output()
                            || spot.schema().filter(schema -> schema.list()).isPresent();
                    boolean wired = !many && node.isWired(spot.id(), false);
                    double far = held.distance(node.end(spot.id(), spot.output()));
                    boolean namesake = surface.projection().stack().stream()
                            .anyMatch(other -> other != node && other.title().equals(node.title()));
                    fit.add(new Row(Optional.of(node), Optional.of(spot), wired, far, namesake));
                }
            }
        }
        fit.sort(Comparator.comparing(Row::wired).thenComparing(Row::ofSetting).thenComparingDouble(Row::far));
        return fit;
    }

    private void find() {
        String wanted = typed.getText().strip().toLowerCase(Locale.ROOT);
        rows.clear();
        rows.addAll(all.stream().filter(row -> row.matches(wanted)).toList());
        rows.addElement(Row.NEW);
        list.setSelectedIndex(0);
        list.ensureIndexIsVisible(0);
    }

    private void move(int by) {
        int next = Math.max(0, Math.min(rows.size() - 1, list.getSelectedIndex() + by));
        list.setSelectedIndex(next);
        list.ensureIndexIsVisible(next);
    }

    /** Draws the wire to what is chosen. */
    private void aim() {
        drag.ifPresent(from -> {
            from.aimAtNothing();
            Row row = list.getSelectedValue();
            if (row != null) {
                row.node().ifPresent(node -> from.aim(node, row.spot().orElseThrow()));
            }
            surface.component().repaint();
        });
    }

    private void choose() {
        Row row = list.getSelectedValue();
        if (row == null || drag.isEmpty()) {
            return;
        }
        WireDrag from = drag.get();
        LooseWire held = wire.orElseThrow();
        close();
        if (row.isNew()) {
            search.open(onComponent(loose), Optional.of(from));
        } else {
            NodeGeometry.Spot spot = row.spot().orElseThrow();
            held.connect(new SocketId(row.node().orElseThrow().id(), spot.id(), spot.output()));
        }
    }

    /** Gives the wire up. */
    void close() {
        if (isOpen()) {
            end();
            surface.component().requestFocusInWindow();
        }
    }

    private void end() {
        panel.setVisible(false);
        wire.ifPresent(LooseWire::end);
        wire = Optional.empty();
        drag = Optional.empty();
        surface.component().repaint();
    }

    /** A socket in the colour of what it carries. */
    private final class Renderer extends DefaultListCellRenderer {

        @Override
        public Component getListCellRendererComponent(
                JList<?> rowsOf, Object value, int index, boolean selected, boolean focused) {
            super.getListCellRendererComponent(rowsOf, value, index, selected, focused);
            Row row = (Row) value;
            setText(row.words());
            setIcon(row.spot().map(NodeGeometry.Spot::kind).map(this::dot).orElse(null));
            // The field has the focus, but the list is what Enter chooses from: it shows so.
            setBackground(selected ? surface.palette().of("accent") : rowsOf.getBackground());
            setForeground(surface.palette().of(selected ? "onAccent" : row.isNew() ? "text.dim" : "node.text"));
            setHorizontalAlignment(JLabel.LEADING);
            return this;
        }

        private SearchPopup.Dot dot(SocketKind kind) {
            Color colour = surface.palette().of(kind);
            return new SearchPopup.Dot(colour);
        }
    }
}
