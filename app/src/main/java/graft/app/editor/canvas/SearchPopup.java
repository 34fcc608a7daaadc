package graft.app.editor.canvas;

import com.formdev.flatlaf.util.UIScale;
import graft.app.editor.CommandKeys;
import graft.app.editor.Strings;
import graft.app.editor.WhenChanged;
import graft.node.NodeSchema;
import graft.node.SocketKind;
import java.awt.BasicStroke;
import java.awt.BorderLayout;
import java.awt.Color;
import java.awt.Component;
import java.awt.Dimension;
import java.awt.Font;
import java.awt.Graphics;
import java.awt.Graphics2D;
import java.awt.Point;
import java.awt.RenderingHints;
import java.awt.event.KeyAdapter;
import java.awt.event.KeyEvent;
import java.awt.event.MouseAdapter;
import java.awt.event.MouseEvent;
import java.awt.geom.Point2D;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import javax.swing.Box;
import javax.swing.BoxLayout;
import javax.swing.DefaultListCellRenderer;
import javax.swing.DefaultListModel;
import javax.swing.Icon;
import javax.swing.JComboBox;
import javax.swing.JComponent;
import javax.swing.JList;
import javax.swing.JPanel;
import javax.swing.JScrollPane;
import javax.swing.JTextField;
import javax.swing.JTree;
import javax.swing.ListSelectionModel;
import javax.swing.ScrollPaneConstants;
import javax.swing.tree.DefaultMutableTreeNode;
import javax.swing.tree.DefaultTreeCellRenderer;
import javax.swing.tree.DefaultTreeModel;
import javax.swing.tree.TreePath;

/**
 * Offers node types where the mouse is: one types, chooses with the arrow keys, and Enter puts the node there.
 *
 * <p>When a wire was let go, only what fits it is offered, and is wired at once.
 */
final class SearchPopup {

    private static final int WIDTH = 720;
    private static final int HEIGHT = 420;
    private static final int TREE = 150;
    private static final int HELP = 230;
    private static final int ROW = 30;

    /** What becomes of the node that was chosen. */
    interface Choice {

        /**
         * Puts it onto the canvas.
         *
         * @param wire whose loose end it is to take
         */
        void put(NodeSchema type, Point2D at, Optional<WireDrag> wire);
    }

    private final Surface surface;
    private final Choice choice;
    private NodeSearch search;
    private final PopupPanel panel;
    private final JTextField typed = new JTextField();
    private final JComboBox<Optional<SocketKind>> takes = new JComboBox<>();
    private final JComboBox<Optional<SocketKind>> gives = new JComboBox<>();
    private final JTree tree = new JTree(new DefaultMutableTreeNode());
    private final DefaultListModel<NodeSearch.Hit> hits = new DefaultListModel<>();
    private final JList<NodeSearch.Hit> list = new JList<>(hits);
    private final JScrollPane trees = scroll(tree);
    private final NodeCard help;
    private final JScrollPane helps;

    private Point at = new Point();
    private Optional<WireDrag> drag = Optional.empty();
    private boolean updating;

    SearchPopup(Surface surface, Choice choice) {
        this.surface = surface;
        this.choice = choice;
        panel = new PopupPanel("canvas.search", surface::palette, 12);
        help = new NodeCard(surface::palette);
        helps = scroll(help);
        CommandKeys.keepFor(panel);
        typed.setName("canvas.search.text");
        typed.getAccessibleContext().setAccessibleName(Strings.get("canvas.search"));
        typed.putClientProperty("JTextField.placeholderText", Strings.get("canvas.search"));
        typed.putClientProperty("JTextField.showClearButton", true);
        typed.getDocument().addDocumentListener(new WhenChanged(this::find));
        name(takes, "canvas.search.takes", Strings.get("canvas.search.takes"));
        name(gives, "canvas.search.gives", Strings.get("canvas.search.gives"));
        name(tree, "canvas.search.categories", Strings.get("canvas.search.categories"));
        name(list, "canvas.search.results", Strings.get("canvas.search.results"));
        name(help, "canvas.search.help", Strings.get("canvas.search.help"));
        layOut();
        keys(typed);
        keys(list);
        panel.escapes(this::close);
        letters(list);
        letters(tree);
        surface.component().add(panel);
    }

    private static void name(JComponent component, String name, String accessible) {
        component.setName(name);
        component.getAccessibleContext().setAccessibleName(accessible);
    }

    private void layOut() {
        JPanel top = new JPanel(new BorderLayout(8, 0));
        top.setOpaque(false);
        top.add(typed, BorderLayout.CENTER);
        JPanel filters = new JPanel();
        filters.setLayout(new BoxLayout(filters, BoxLayout.X_AXIS));
        filters.setOpaque(false);
        for (JComboBox<Optional<SocketKind>> combo : List.of(takes, gives)) {
            combo.setRenderer(new KindRenderer(combo == takes));
            combo.setFocusable(true);
            combo.addActionListener(event -> find());
            filters.add(combo);
            filters.add(Box.createHorizontalStrut(6));
        }
        top.add(filters, BorderLayout.EAST);

        tree.setRootVisible(true);
        tree.setShowsRootHandles(false);
        tree.setCellRenderer(new CategoryRenderer());
        tree.getSelectionModel().addTreeSelectionListener(event -> find());

        list.setSelectionMode(ListSelectionModel.SINGLE_SELECTION);
        list.setCellRenderer(new HitRenderer());
        list.addListSelectionListener(event -> showHelp());
        list.addMouseListener(new MouseAdapter() {
            @Override
            public void mouseClicked(MouseEvent event) {
                choose();
            }
        });

        JPanel middle = new JPanel(new BorderLayout(8, 0));
        middle.setOpaque(false);
        middle.add(trees, BorderLayout.WEST);
        middle.add(scroll(list), BorderLayout.CENTER);
        middle.add(helps, BorderLayout.EAST);
        panel.add(top, BorderLayout.NORTH);
        panel.add(middle, BorderLayout.CENTER);
    }

    private static JScrollPane scroll(JComponent component) {
        return new JScrollPane(
                component,
                ScrollPaneConstants.VERTICAL_SCROLLBAR_AS_NEEDED,
                ScrollPaneConstants.HORIZONTAL_SCROLLBAR_NEVER);
    }

    private void keys(JComponent component) {
        panel.bind(component, KeyEvent.VK_DOWN, () -> move(1));
        panel.bind(component, KeyEvent.VK_UP, () -> move(-1));
        panel.bind(component, KeyEvent.VK_PAGE_DOWN, () -> move(8));
        panel.bind(component, KeyEvent.VK_PAGE_UP, () -> move(-8));
        panel.bind(component, KeyEvent.VK_ENTER, this::choose);
    }

    /** Letters that are typed beside the text go on with it. */
    private void letters(JComponent component) {
        component.addKeyListener(new KeyAdapter() {
            @Override
            public void keyTyped(KeyEvent event) {
                if (!Character.isISOControl(event.getKeyChar()) && !event.isControlDown() && !event.isAltDown()) {
                    typed.requestFocusInWindow();
                    typed.replaceSelection(String.valueOf(event.getKeyChar()));
                    event.consume();
                }
            }
        });
    }

    boolean isOpen() {
        return panel.isVisible();
    }

    /** Where one types. */
    JTextField field() {
        return typed;
    }

    JComponent component() {
        return panel;
    }

    /**
     * Opens where the mouse is.
     *
     * @param wire that was let go there, which what is chosen has to fit
     */
    void open(Point point, Optional<WireDrag> wire) {
        open(point, wire, surface.document().library().nodes());
    }

    /** Opens with some node types. */
    void open(Point point, Optional<WireDrag> wire, Collection<NodeSchema> types) {
        if (search == null) {
            search = new NodeSearch(types);
            fillTree();
            fill(takes, search.kinds(true));
            fill(gives, search.kinds(false));
        }
        at = point;
        drag = wire;
        int width = Math.min(UIScale.scale(WIDTH), surface.component().getWidth() - 16);
        int height = Math.min(UIScale.scale(HEIGHT), surface.component().getHeight() - 16);
        panel.setBounds(
                Math.max(8, Math.min(point.x, surface.component().getWidth() - width - 8)),
                Math.max(8, Math.min(point.y, surface.component().getHeight() - height - 8)),
                width,
                height);
        trees.setPreferredSize(UIScale.scale(new Dimension(TREE, 100)));
        helps.setPreferredSize(UIScale.scale(new Dimension(HELP, 100)));
        list.setFixedCellHeight(UIScale.scale(ROW));
        panel.setBackground(surface.palette().of("panel.background"));
        updating = true;
        typed.setText("");
        tree.setSelectionRow(0);
        choose(takes, wire.filter(each -> !each.seeksOutput()).map(WireDrag::kind));
        choose(gives, wire.filter(WireDrag::seeksOutput).map(WireDrag::kind));
        updating = false;
        panel.setVisible(true);
        surface.component().setComponentZOrder(panel, 0);
        panel.validate();
        find();
        typed.requestFocusInWindow();
        surface.component().repaint();
    }

    private static void fill(JComboBox<Optional<SocketKind>> combo, List<SocketKind> kinds) {
        combo.addItem(Optional.empty());
        kinds.forEach(kind -> combo.addItem(Optional.of(kind)));
    }

    private static void choose(JComboBox<Optional<SocketKind>> combo, Optional<SocketKind> kind) {
        for (int i = 0; i < combo.getItemCount(); i++) {
            Optional<SocketKind> item = combo.getItemAt(i);
            if (item.map(SocketKind::id).equals(kind.map(SocketKind::id))) {
                combo.setSelectedIndex(i);
                return;
            }
        }
        if (kind.isPresent()) {
            combo.addItem(kind);
            combo.setSelectedItem(kind);
        }
    }

    private void fillTree() {
        DefaultMutableTreeNode root = new DefaultMutableTreeNode("");
        for (String category : search.categories()) {
            DefaultMutableTreeNode at = root;
            StringBuilder path = new StringBuilder();
            for (String part : category.split("/", -1)) {
                path.append(path.isEmpty() ? "" : "/").append(part);
                at = child(at, path.toString());
            }
        }
        tree.setModel(new DefaultTreeModel(root));
        for (int i = 0; i < tree.getRowCount(); i++) {
            tree.expandRow(i);
        }
    }

    private static DefaultMutableTreeNode child(DefaultMutableTreeNode parent, String path) {
        for (int i = 0; i < parent.getChildCount(); i++) {
            DefaultMutableTreeNode child = (DefaultMutableTreeNode) parent.getChildAt(i);
            if (child.getUserObject().equals(path)) {
                return child;
            }
        }
        DefaultMutableTreeNode child = new DefaultMutableTreeNode(path);
        parent.add(child);
        return child;
    }

    private String category() {
        TreePath path = tree.getSelectionPath();
        return path == null ? "" : (String) ((DefaultMutableTreeNode) path.getLastPathComponent()).getUserObject();
    }

    @SuppressWarnings("unchecked") // of a combo box of those
    private static Optional<SocketKind> chosen(JComboBox<Optional<SocketKind>> combo) {
        return combo.getSelectedItem() == null ? Optional.empty() : (Optional<SocketKind>) combo.getSelectedItem();
    }

    private void find() {
        if (updating || search == null) {
            return;
        }
        NodeSearch.Filter filter = new NodeSearch.Filter(chosen(takes), chosen(gives), category());
        List<NodeSearch.Hit> found = new ArrayList<>(search.find(typed.getText(), filter));
        if (typed.getText().isBlank()) {
            found.sort(order());
        }
        hits.clear();
        hits.addAll(found);
        if (!found.isEmpty()) {
            list.setSelectedIndex(0);
            list.ensureIndexIsVisible(0);
        }
        showHelp();
    }

    /**
     * Before a letter is typed: what the user marked, and after a wire was let go what such wires go to most, then what takes it by
     * an input that it needs, by another, by a setting.
     */
    private Comparator<NodeSearch.Hit> order() {
        List<String> marked = surface.context().bookmarks();
        Comparator<NodeSearch.Hit> order =
                Comparator.comparing(hit -> !marked.contains(hit.type().id()));
        Optional<Likely> likely = drag.map(
                wire -> new Likely(surface.document().shown(), surface.context().neighbours(), wire));
        return likely.isPresent() ? order.thenComparing(NodeSearch.Hit::type, likely.get()) : order;
    }

    private void move(int rows) {
        if (hits.isEmpty()) {
            return;
        }
        int next = Math.max(0, Math.min(hits.size() - 1, list.getSelectedIndex() + rows));
        list.setSelectedIndex(next);
        list.ensureIndexIsVisible(next);
    }

    private void showHelp() {
        help.show(Optional.ofNullable(list.getSelectedValue()).map(NodeSearch.Hit::type));
    }

    /** Puts the node there that is chosen in the list. */
    void choose() {
        NodeSearch.Hit hit = list.getSelectedValue();
        if (hit == null) {
            return;
        }
        Optional<WireDrag> wire = drag;
        close();
        choice.put(hit.type(), surface.viewport().toCanvas(at), wire);
    }

    void close() {
        if (panel.isVisible()) {
            panel.setVisible(false);
            drag = Optional.empty();
            surface.component().requestFocusInWindow();
            surface.component().repaint();
        }
    }

    /** A dot in the colour of a kind. */
    record Dot(Color colour) implements Icon {

        @Override
        public void paintIcon(Component component, Graphics graphics, int x, int y) {
            Graphics2D g = (Graphics2D) graphics.create();
            g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
            g.setColor(colour);
            g.setStroke(new BasicStroke(1));
            g.fillOval(x + 1, y + 1, getIconWidth() - 2, getIconHeight() - 2);
            g.dispose();
        }

        @Override
        public int getIconWidth() {
            return 11;
        }

        @Override
        public int getIconHeight() {
            return 11;
        }
    }

    private final class KindRenderer extends DefaultListCellRenderer {

        private final boolean takes;

        KindRenderer(boolean takes) {
            this.takes = takes;
        }

        @Override
        public Component getListCellRendererComponent(
                JList<?> all, Object value, int index, boolean selected, boolean focus) {
            super.getListCellRendererComponent(all, value, index, selected, focus);
            Optional<?> kind = value instanceof Optional<?> some ? some : Optional.empty();
            if (kind.isPresent() && kind.get() instanceof SocketKind known) {
                setText(known.title());
                setIcon(new Dot(surface.palette().of(known)));
            } else {
                setText(Strings.get(takes ? "canvas.search.any-input" : "canvas.search.any-output"));
                setIcon(null);
            }
            return this;
        }
    }

    private static final class CategoryRenderer extends DefaultTreeCellRenderer {

        @Override
        public Component getTreeCellRendererComponent(
                JTree all, Object value, boolean selected, boolean expanded, boolean leaf, int row, boolean focus) {
            super.getTreeCellRendererComponent(all, value, selected, expanded, leaf, row, focus);
            String path = String.valueOf(((DefaultMutableTreeNode) value).getUserObject());
            String name = path.substring(path.lastIndexOf('/') + 1);
            setText(
                    path.isEmpty() || name.isEmpty()
                            ? Strings.get("canvas.search.all")
                            : Character.toUpperCase(name.charAt(0)) + name.substring(1));
            setIcon(null);
            return this;
        }
    }

    /** Draws a row itself: a label of HTML for each would take longer than there is between two letters. */
    private final class HitRenderer extends DefaultListCellRenderer {

        private transient NodeSearch.Hit hit;
        private boolean chosen;

        @Override
        public Component getListCellRendererComponent(
                JList<?> all, Object value, int index, boolean selected, boolean focus) {
            hit = (NodeSearch.Hit) value;
            super.getListCellRendererComponent(all, hit.type().title(), index, selected, focus);
            chosen = selected;
            return this;
        }

        @Override
        protected void paintComponent(Graphics graphics) {
            Graphics2D g = (Graphics2D) graphics.create();
            g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
            g.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
            NodeSchema type = hit.type();
            Palette palette = surface.palette();
            // The field has the focus, but the list is what Enter chooses from: it shows so.
            g.setColor(chosen ? palette.of("accent") : getBackground());
            g.fillRect(0, 0, getWidth(), getHeight());
            Color text = chosen ? palette.of("onAccent") : palette.of("node.text");
            g.setColor(
                    type.outputs().isEmpty()
                            ? palette.of("text.dim")
                            : palette.of(type.outputs().get(0).kind()));
            Optional<BufferedImage> icon =
                    surface.document().library().enclosedWith(type.id()).icon();
            if (icon.isPresent()) {
                int side = UIScale.scale(16);
                g.drawImage(icon.get(), UIScale.scale(7), (getHeight() - side) / 2, side, side, null);
            } else {
                int side = UIScale.scale(10);
                g.fillOval(side, (getHeight() - side) / 2, side, side);
            }
            Font plain = getFont().deriveFont(Font.PLAIN);
            Font bold = getFont().deriveFont(Font.BOLD);
            int baseline = getHeight() / 2 + g.getFontMetrics(plain).getAscent() / 2 - 1;
            int x = UIScale.scale(30);
            g.setColor(text);
            for (int i = 0; i < type.title().length(); i++) {
                g.setFont(hit.letters().contains(i) ? bold : plain);
                String letter = type.title().substring(i, i + 1);
                g.drawString(letter, x, baseline);
                x += g.getFontMetrics().stringWidth(letter);
            }
            g.setFont(palette.name);
            String category = type.deprecated().isEmpty() ? type.category() : Strings.get("canvas.search.deprecated");
            String beside = surface.document()
                    .library()
                    .strangerOf(type.id())
                    .map(plugin -> plugin.id() + "  ·  " + category)
                    .orElse(category);
            int width = g.getFontMetrics().stringWidth(beside);
            g.setColor(chosen ? text : palette.of("text.dim"));
            g.drawString(beside, Math.max(x + UIScale.scale(10), getWidth() - width - UIScale.scale(10)), baseline);
            g.dispose();
        }
    }
}
