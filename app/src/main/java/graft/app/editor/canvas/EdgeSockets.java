package graft.app.editor.canvas;

import graft.app.editor.NodeFace;
import graft.app.editor.Strings;
import graft.app.engine.WireRules;
import graft.app.workflow.Port;
import graft.app.workflow.Subgraph;
import graft.node.SocketKind;
import java.awt.BasicStroke;
import java.awt.Component;
import java.awt.Graphics;
import java.awt.Graphics2D;
import java.awt.Point;
import java.awt.Rectangle;
import java.awt.RenderingHints;
import java.awt.event.ActionEvent;
import java.awt.event.FocusAdapter;
import java.awt.event.FocusEvent;
import java.awt.event.InputEvent;
import java.awt.event.KeyEvent;
import java.awt.event.MouseAdapter;
import java.awt.event.MouseEvent;
import java.awt.geom.CubicCurve2D;
import java.awt.geom.Point2D;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.swing.AbstractAction;
import javax.swing.BorderFactory;
import javax.swing.DefaultListCellRenderer;
import javax.swing.DefaultListModel;
import javax.swing.JComponent;
import javax.swing.JList;
import javax.swing.JTextField;
import javax.swing.KeyStroke;
import javax.swing.ListSelectionModel;
import javax.swing.SwingConstants;

/**
 * What a subgraph shows outside, at an edge of its inside: its inputs at the left, its outputs at the right, each with its wires.
 * They are renamed and brought into another order here.
 */
final class EdgeSockets {

    private static final int MARGIN = 12;
    private static final int TOP = 56;
    private static final int ROW = 26;
    private static final int LEAST = 96;
    private static final int MOST = 220;

    /**
     * A socket outside.
     *
     * @param ports what is behind it inside
     */
    private record Row(String id, String title, SocketKind kind, List<Port> ports) {}

    private final Surface surface;
    private final boolean inputs;
    private final DefaultListModel<Row> rows = new DefaultListModel<>();
    private final JList<Row> list = new JList<>(rows) {
        @Override
        protected void paintComponent(Graphics graphics) {
            Graphics2D g = (Graphics2D) graphics.create();
            g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
            g.setColor(surface.palette().of("panel.background"));
            g.fillRoundRect(0, 0, getWidth() - 1, getHeight() - 1, 14, 14);
            g.setColor(surface.palette().of(isFocusOwner() ? "accent" : "card.border"));
            g.drawRoundRect(0, 0, getWidth() - 1, getHeight() - 1, 14, 14);
            g.dispose();
            super.paintComponent(graphics);
        }
    };
    private Optional<JTextField> renamed = Optional.empty();
    /** Ends what is being typed. */
    private Runnable typed = () -> {};

    EdgeSockets(Surface surface, boolean inputs) {
        this.surface = surface;
        this.inputs = inputs;
        String side = inputs ? "inputs" : "outputs";
        list.setName("canvas.edge." + side);
        list.getAccessibleContext().setAccessibleName(Strings.get("canvas.edge." + side));
        list.setToolTipText(Strings.get("canvas.edge.help"));
        list.setSelectionMode(ListSelectionModel.SINGLE_SELECTION);
        list.setFixedCellHeight(ROW);
        list.setOpaque(false);
        list.setBorder(BorderFactory.createEmptyBorder(4, 4, 4, 4));
        list.setCellRenderer(new Renderer());
        list.setVisible(false);
        bind(KeyEvent.VK_F2, 0, this::rename);
        bind(KeyEvent.VK_ENTER, 0, this::rename);
        bind(KeyEvent.VK_UP, InputEvent.ALT_DOWN_MASK, () -> move(list.getSelectedIndex() - 1));
        bind(KeyEvent.VK_DOWN, InputEvent.ALT_DOWN_MASK, () -> move(list.getSelectedIndex() + 1));
        bind(KeyEvent.VK_DELETE, 0, this::hide);
        bind(KeyEvent.VK_ESCAPE, 0, surface.component()::requestFocusInWindow);
        Mouse mouse = new Mouse();
        list.addMouseListener(mouse);
        list.addMouseMotionListener(mouse);
        surface.component().add(list);
    }

    private void bind(int key, int modifiers, Runnable run) {
        KeyStroke stroke = KeyStroke.getKeyStroke(key, modifiers);
        list.getInputMap(JComponent.WHEN_FOCUSED).put(stroke, "edge " + stroke);
        list.getActionMap().put("edge " + stroke, new AbstractAction() {
            @Override
            public void actionPerformed(ActionEvent event) {
                run.run();
            }
        });
    }

    private Optional<String> name() {
        List<CanvasDocument.Step> path = surface.document().path();
        return path.isEmpty()
                ? Optional.empty()
                : Optional.of(path.get(path.size() - 1).name());
    }

    private SocketEdits edits() {
        return new SocketEdits(surface.document().open(), name().orElseThrow());
    }

    /** Shows what the subgraph that is shown has now; nothing of the workflow itself. */
    void update() {
        Optional<Subgraph> subgraph =
                name().map(name -> surface.document().root().subgraphs().get(name));
        List<Row> now = subgraph.map(this::rows).orElse(List.of());
        if (!now.equals(all())) {
            String chosen = list.getSelectedValue() == null
                    ? ""
                    : list.getSelectedValue().id();
            rows.clear();
            rows.addAll(now);
            select(chosen);
        }
        list.setVisible(!now.isEmpty());
        place();
    }

    private List<Row> all() {
        List<Row> all = new ArrayList<>();
        rows.elements().asIterator().forEachRemaining(all::add);
        return all;
    }

    private void select(String id) {
        for (int i = 0; i < rows.size(); i++) {
            if (rows.get(i).id().equals(id)) {
                list.setSelectedIndex(i);
            }
        }
    }

    private List<Row> rows(Subgraph subgraph) {
        Optional<NodeFace> face =
                surface.document().faces().ofType(surface.document().root(), Subgraph.type(name().orElseThrow()));
        Map<String, List<Port>> sockets = inputs ? subgraph.inputSockets() : outputSockets(subgraph);
        List<Row> made = new ArrayList<>();
        sockets.forEach(
                (id, ports) -> face.flatMap(outside -> row(outside, id, ports)).ifPresent(made::add));
        return made;
    }

    private static Map<String, List<Port>> outputSockets(Subgraph subgraph) {
        Map<String, List<Port>> sockets = new LinkedHashMap<>();
        // Of two outputs of one name the first is what stands behind it.
        subgraph.outputs().forEach(port -> sockets.putIfAbsent(port.id(), List.of(port)));
        return sockets;
    }

    private Optional<Row> row(NodeFace outside, String id, List<Port> ports) {
        if (!inputs) {
            return outside.output(id).map(socket -> new Row(id, socket.title(), socket.kind(), ports));
        }
        return outside.input(id)
                .map(socket -> new Row(id, socket.title(), socket.kind(), ports))
                .or(() -> outside.setting(id)
                        .map(setting -> new Row(id, setting.title(), WireRules.kind(setting), ports)));
    }

    void place() {
        int width = Math.max(LEAST, Math.min(MOST, list.getPreferredSize().width));
        int height = rows.size() * ROW + 8;
        list.setBounds(inputs ? MARGIN : surface.component().getWidth() - width - MARGIN, TOP, width, height);
    }

    /** Draws the wires from the edge to the sockets inside, in component pixels. */
    void paint(Graphics2D g) {
        if (!list.isVisible()) {
            return;
        }
        double scale = surface.viewport().scale();
        g.setStroke(new BasicStroke((float) Math.max(1.2, 2 * scale)));
        for (int i = 0; i < rows.size(); i++) {
            Row row = rows.get(i);
            double x = inputs ? list.getX() + list.getWidth() : list.getX();
            double y = list.getY() + 4 + (i + 0.5) * ROW;
            g.setColor(Palette.faded(surface.palette().of(row.kind()), 0.75));
            for (Port port : row.ports()) {
                surface.projection().node(port.node()).ifPresent(node -> {
                    Point2D end = node.end(port.socket(), !inputs);
                    Point2D at = surface.viewport().toComponent(end.getX(), end.getY());
                    double bow = Math.max(40, Math.abs(at.getX() - x) / 2) * (inputs ? 1 : -1);
                    g.draw(new CubicCurve2D.Double(x, y, x + bow, y, at.getX() - bow, at.getY(), at.getX(), at.getY()));
                });
            }
        }
    }

    /** Lets the user type another name over the old one. */
    private void rename() {
        Row row = list.getSelectedValue();
        Rectangle cell = row == null ? null : list.getCellBounds(list.getSelectedIndex(), list.getSelectedIndex());
        if (cell == null) {
            return;
        }
        JTextField field = new JTextField(row.title());
        field.setName("canvas.edge.rename");
        field.getAccessibleContext().setAccessibleName(Strings.get("canvas.edge.rename"));
        field.setBounds(list.getX() + cell.x, list.getY() + cell.y, list.getWidth() - 2 * cell.x, cell.height);
        renamed = Optional.of(field);
        typed = () -> end(true, row);
        field.registerKeyboardAction(event -> end(true, row), KeyStroke.getKeyStroke("ENTER"), JComponent.WHEN_FOCUSED);
        field.registerKeyboardAction(
                event -> end(false, row), KeyStroke.getKeyStroke("ESCAPE"), JComponent.WHEN_FOCUSED);
        field.addFocusListener(new FocusAdapter() {
            @Override
            public void focusLost(FocusEvent event) {
                if (!event.isTemporary()) {
                    end(true, row);
                }
            }
        });
        surface.component().add(field, 0);
        field.selectAll();
        field.requestFocusInWindow();
        surface.component().repaint();
    }

    /** Ends what is being typed, and keeps it. */
    void settle() {
        typed.run();
    }

    private void end(boolean keep, Row row) {
        if (renamed.isEmpty()) {
            return;
        }
        JTextField field = renamed.get();
        renamed = Optional.empty();
        typed = () -> {};
        boolean typing = field.isFocusOwner();
        surface.component().remove(field);
        if (typing) {
            list.requestFocusInWindow();
        }
        if (keep && name().isPresent() && !field.getText().strip().equals(row.title())) {
            edits().rename(row.id(), inputs, field.getText().strip());
        }
        surface.component().repaint();
    }

    private void move(int to) {
        if (list.getSelectedValue() != null && to >= 0 && to < rows.size()) {
            edits().move(list.getSelectedValue().id(), inputs, to);
        }
    }

    private void hide() {
        if (list.getSelectedValue() != null) {
            edits().hide(list.getSelectedValue().id(), inputs);
        }
    }

    private final class Mouse extends MouseAdapter {

        private int from = -1;

        @Override
        public void mousePressed(MouseEvent event) {
            from = row(event.getPoint());
            popUp(event);
        }

        @Override
        public void mouseReleased(MouseEvent event) {
            int to = row(event.getPoint());
            if (from >= 0 && to >= 0 && to != from && !event.isPopupTrigger()) {
                list.setSelectedIndex(from);
                move(to);
            }
            from = -1;
            popUp(event);
        }

        @Override
        public void mouseClicked(MouseEvent event) {
            if (event.getClickCount() == 2) {
                rename();
            }
        }

        private int row(Point at) {
            int row = list.locationToIndex(at);
            return row >= 0 && list.getCellBounds(row, row).contains(at) ? row : -1;
        }

        private void popUp(MouseEvent event) {
            int row = row(event.getPoint());
            if (event.isPopupTrigger() && row >= 0) {
                list.setSelectedIndex(row);
                edits().menu(rows.get(row).id(), inputs, row, rows.size(), EdgeSockets.this::rename)
                        .show(list, event.getX(), event.getY());
            }
        }
    }

    private final class Renderer extends DefaultListCellRenderer {

        @Override
        public Component getListCellRendererComponent(
                JList<?> of, Object value, int index, boolean selected, boolean focused) {
            super.getListCellRendererComponent(of, value, index, selected, focused);
            Row row = (Row) value;
            setText(row.title());
            setOpaque(selected && of.isFocusOwner());
            setIcon(new SearchPopup.Dot(surface.palette().of(row.kind())));
            setHorizontalTextPosition(inputs ? SwingConstants.LEADING : SwingConstants.TRAILING);
            setHorizontalAlignment(inputs ? SwingConstants.TRAILING : SwingConstants.LEADING);
            if (!isOpaque()) {
                setForeground(surface.palette().of("node.text"));
            }
            return this;
        }
    }
}
