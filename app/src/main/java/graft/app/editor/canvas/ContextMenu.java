package graft.app.editor.canvas;

import graft.app.editor.CommandItem;
import graft.app.editor.Commands;
import graft.app.editor.CopiedPicture;
import graft.app.editor.Strings;
import graft.app.workflow.Edits;
import graft.app.workflow.Port;
import graft.app.workflow.Subgraph;
import graft.app.workflow.Wire;
import graft.node.SettingSchema;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Component;
import java.awt.Graphics;
import java.awt.Graphics2D;
import java.awt.Point;
import java.awt.RenderingHints;
import java.awt.geom.Point2D;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.Optional;
import javax.swing.Icon;
import javax.swing.JMenu;
import javax.swing.JMenuItem;
import javax.swing.JOptionPane;
import javax.swing.JPopupMenu;

/** The menu of what lies under the mouse. */
final class ContextMenu {

    /** A colour and the key of its name. */
    private record Named(String colour, String key) {}

    private static final List<Named> COLOURS = List.of(
            new Named("", "no-colour"),
            new Named("#b5534c", "red"),
            new Named("#b9793f", "orange"),
            new Named("#a9983a", "yellow"),
            new Named("#4f9a5b", "green"),
            new Named("#3b8f96", "teal"),
            new Named("#4a7fc1", "blue"),
            new Named("#7d63b8", "purple"),
            new Named("#b45c96", "pink"),
            new Named("#7c828c", "grey"));

    private final Surface surface;
    private final CanvasActions actions;
    private final SearchPopup search;
    private final JPopupMenu menu = new JPopupMenu();
    private final CommandItem.Letters letters = new CommandItem.Letters();
    private Optional<SettingSchema> varied = Optional.empty();

    private ContextMenu(Surface surface, CanvasActions actions, SearchPopup search) {
        this.surface = surface;
        this.actions = actions;
        this.search = search;
        menu.setName("canvas.menu");
    }

    static JPopupMenu of(Surface surface, CanvasActions actions, SearchPopup search, Optional<Hit> hit, Point point) {
        ContextMenu made = new ContextMenu(surface, actions, search);
        if (hit.isEmpty()) {
            made.ofCanvas(point);
        } else if (hit.get() instanceof Hit.OfWire wire) {
            made.ofWire(wire.wire());
        } else if (hit.get() instanceof Hit.OfVia via) {
            made.ofWire(via.wire());
        } else if (hit.get() instanceof Hit.OfBox box) {
            made.ofBox(box.box());
        } else {
            if (hit.get() instanceof Hit.OfSetting row) {
                made.ofSetting(row);
            }
            if (hit.get() instanceof Hit.OfSocket socket) {
                made.ofSocket(socket.id());
            }
            if (hit.get() instanceof Hit.OfNode node) {
                made.ofPicture(node.node(), surface.viewport().toCanvas(point));
            }
            made.ofNode();
        }
        return made.menu;
    }

    private void ofCanvas(Point point) {
        item(Strings.get("canvas.menu.add"), () -> search.open(point, Optional.empty()));
        command(Commands.ADD_COMMENT);
        command(Commands.PASTE);
        menu.addSeparator();
        command(Commands.SELECT_ALL);
        command(Commands.ARRANGE);
        command(Commands.FIT);
        command(Commands.MINIMAP);
    }

    private void ofWire(WireView view) {
        Wire wire = view.wire();
        item(Strings.get("canvas.menu.remove-wire"), () -> surface.document()
                .edit(Strings.get("canvas.edit.disconnect"), workflow -> Edits.disconnect(workflow, wire)));
        if (!wire.via().isEmpty()) {
            item(Strings.get("canvas.menu.straighten"), () -> surface.document()
                    .edit(Strings.get("canvas.edit.reroute"), workflow -> Edits.via(workflow, wire, List.of())));
        }
    }

    private void ofSetting(Hit.OfSetting row) {
        NodeView node = row.node();
        SettingSchema setting = row.setting();
        varied = Optional.of(setting);
        ofSocket(new SocketId(node.id(), setting.id(), false));
        if (node.isChanged(setting)) {
            item(Strings.get("canvas.menu.reset", setting.title()), () -> surface.document()
                    .edit(
                            Strings.get("canvas.edit.reset"),
                            workflow -> Edits.resetSetting(workflow, node.id(), setting.id())));
            menu.addSeparator();
        }
    }

    /** Inside a subgraph, a socket or setting may be shown outside. */
    private void ofSocket(SocketId socket) {
        List<CanvasDocument.Step> path = surface.document().path();
        if (path.isEmpty()) {
            return;
        }
        String name = path.get(path.size() - 1).name();
        Subgraph subgraph = surface.document().root().subgraphs().get(name);
        List<String> taken = (socket.output() ? subgraph.outputs() : subgraph.inputs())
                .stream().map(Port::id).toList();
        String id = socket.id();
        for (int i = 2; taken.contains(id); i++) {
            id = socket.id() + i;
        }
        Port port = new Port(id, "", socket.node(), socket.id());
        item(Strings.get("canvas.menu.expose"), () -> surface.document()
                .open()
                .edit(Strings.get("canvas.menu.expose"), root -> Edits.expose(root, name, port, !socket.output())));
        menu.addSeparator();
    }

    private void ofPicture(NodeView node, Point2D at) {
        node.pictureAt(at.getX(), at.getY()).ifPresent(index -> {
            BufferedImage picture = node.pictures().get(index);
            item(Strings.get("canvas.menu.picture.open"), () -> surface.context()
                    .enlarge(node.title(), node.pictures(), index));
            item(Strings.get("canvas.menu.picture.save"), () -> surface.context()
                    .save(node.title(), picture));
            item(Strings.get("canvas.menu.picture.copy"), () -> CopiedPicture.copy(picture));
            menu.addSeparator();
        });
    }

    private void ofNode() {
        if (surface.selectedNodes().stream()
                .flatMap(id -> surface.projection().node(id).stream())
                .anyMatch(NodeView::givesPictures)) {
            command(Commands.DATASET);
            menu.addSeparator();
        }
        command(Commands.RENAME);
        colours();
        command(Commands.COLLAPSE);
        command(Commands.PIN);
        boolean sized = surface.selectedNodes().stream()
                .anyMatch(id ->
                        surface.document().shown().nodes().get(id).look().size().isPresent());
        if (sized) {
            item(Strings.get("canvas.menu.fit-size"), () -> surface.document()
                    .edit(Strings.get("canvas.edit.resize"), workflow -> Edits.fitSize(workflow, surface.selected())));
        }
        menu.addSeparator();
        JMenuItem run = itemOf(Commands.RUN_TO_HERE, () -> surface.context().perform(Commands.RUN_TO_HERE));
        letters.give(run);
        menu.add(run);
        ofSweep();
        command(Commands.MUTE);
        command(Commands.BYPASS);
        menu.addSeparator();
        command(Commands.COPY);
        command(Commands.CUT);
        command(Commands.DUPLICATE);
        command(Commands.DELETE);
        menu.addSeparator();
        command(Commands.GROUP);
        command(Commands.TO_SUBGRAPH);
        boolean subgraph = surface.selectedNodes().stream()
                .flatMap(id -> surface.projection().node(id).stream())
                .anyMatch(NodeView::isSubgraph);
        if (subgraph) {
            command(Commands.ENTER_SUBGRAPH);
            command(Commands.UNPACK);
            surface.selectedNodes().stream()
                    .flatMap(id -> surface.projection().node(id).stream())
                    .filter(NodeView::isSubgraph)
                    .findFirst()
                    .ifPresent(this::ofSubgraph);
        }
        if (surface.selectedNodes().size() > 1) {
            JMenu align = new JMenu(Strings.get("canvas.menu.align"));
            CommandItem.Letters aligned = new CommandItem.Letters();
            for (Commands each : new Commands[] {
                Commands.ALIGN_LEFT,
                Commands.ALIGN_RIGHT,
                Commands.ALIGN_TOP,
                Commands.ALIGN_BOTTOM,
                Commands.DISTRIBUTE_ACROSS,
                Commands.DISTRIBUTE_DOWN
            }) {
                JMenuItem item = itemOf(each);
                aligned.give(item);
                align.add(item);
            }
            letters.give(align);
            menu.add(align);
        }
    }

    /** Begins with the setting under the mouse, where one is. */
    private void ofSweep() {
        surface.selectedNodes().stream()
                .flatMap(id -> surface.projection().node(id).stream())
                .filter(node -> surface.selectedNodes().size() == 1
                        && !node.face().settings().isEmpty())
                .forEach(node -> {
                    JMenuItem item = new JMenuItem(
                            varied.map(setting -> Strings.get("canvas.menu.vary.setting", setting.title()))
                                    .orElseGet(() -> Strings.get("canvas.menu.vary")));
                    item.setName("canvas.menu.vary");
                    item.addActionListener(event -> surface.context().vary(node.id(), varied.map(SettingSchema::id)));
                    letters.give(item);
                    menu.add(item);
                });
    }

    /** Its sockets are renamed and moved from outside too. */
    private void ofSubgraph(NodeView node) {
        String name = Subgraph.name(node.node().type());
        Subgraph subgraph = surface.document().root().subgraphs().get(name);
        if (subgraph == null) {
            return;
        }
        JMenu sockets = new JMenu(Strings.get("canvas.edge.menu"));
        sockets.setName("canvas.menu.sockets");
        SocketEdits edits = new SocketEdits(surface.document().open(), name);
        List<String> inputs = List.copyOf(subgraph.inputSockets().keySet());
        List<String> outputs =
                subgraph.outputs().stream().map(Port::id).distinct().toList();
        inputs.forEach(id -> sockets.add(ofEdge(node, edits, id, true, inputs)));
        sockets.addSeparator();
        outputs.forEach(id -> sockets.add(ofEdge(node, edits, id, false, outputs)));
        letters.give(sockets);
        menu.add(sockets);
    }

    private JMenu ofEdge(NodeView node, SocketEdits edits, String id, boolean input, List<String> side) {
        String title =
                node.geometry().socket(id, !input).map(NodeGeometry.Spot::title).orElse(id);
        JMenu made = new JMenu(title);
        made.setName("canvas.menu.socket." + id);
        int at = side.indexOf(id);
        JPopupMenu items = edits.menu(id, input, at, side.size(), () -> {
            String typed =
                    JOptionPane.showInputDialog(surface.component(), Strings.get("canvas.edge.rename.question"), title);
            if (typed != null) {
                edits.rename(id, input, typed.strip());
            }
        });
        for (Component item : items.getComponents()) {
            made.add(item);
        }
        return made;
    }

    private void ofBox(BoxView box) {
        command(Commands.RENAME);
        colours();
        menu.addSeparator();
        if (box.group().isPresent()) {
            command(Commands.UNGROUP);
            item(Strings.get("canvas.menu.fit-group"), () -> surface.document()
                    .edit(
                            Strings.get("canvas.edit.resize"),
                            workflow -> Edits.fitGroup(
                                    workflow, box.id(), surface.projection().sizes())));
        }
        command(Commands.DUPLICATE);
        command(Commands.DELETE);
    }

    private void colours() {
        JMenu colours = new JMenu(Commands.COLOUR.title().replace("…", ""));
        for (Named each : COLOURS) {
            String colour = each.colour();
            JMenuItem item = new JMenuItem(
                    Strings.get("canvas.menu." + each.key()),
                    new Swatch(colour.isEmpty() ? surface.palette().of("node.title") : Color.decode(colour)));
            item.addActionListener(event -> actions.colour(colour));
            colours.add(item);
        }
        colours.addSeparator();
        JMenuItem other = itemOf(Commands.COLOUR);
        new CommandItem.Letters().give(other);
        colours.add(other);
        letters.give(colours);
        menu.add(colours);
    }

    private void command(Commands command) {
        JMenuItem item = itemOf(command);
        letters.give(item);
        menu.add(item);
    }

    private JMenuItem itemOf(Commands command) {
        return itemOf(command, () -> actions.perform(command));
    }

    private JMenuItem itemOf(Commands command, Runnable perform) {
        JMenuItem item = new CommandItem(command);
        item.setName("canvas.menu." + command.id());
        surface.context().keymap().key(command).ifPresent(item::setAccelerator);
        item.addActionListener(event -> perform.run());
        return item;
    }

    private void item(String title, Runnable run) {
        JMenuItem item = new JMenuItem(title);
        item.addActionListener(event -> run.run());
        letters.give(item);
        menu.add(item);
    }

    /** A square of a colour. */
    private record Swatch(Color colour) implements Icon {

        @Override
        public void paintIcon(Component component, Graphics graphics, int x, int y) {
            Graphics2D g = (Graphics2D) graphics.create();
            g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
            g.setColor(colour);
            g.setStroke(new BasicStroke(1));
            g.fillRoundRect(x, y, getIconWidth(), getIconHeight(), 6, 6);
            g.dispose();
        }

        @Override
        public int getIconWidth() {
            return 28;
        }

        @Override
        public int getIconHeight() {
            return 14;
        }
    }
}
