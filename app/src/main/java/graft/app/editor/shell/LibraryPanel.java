package graft.app.editor.shell;

import com.formdev.flatlaf.extras.components.FlatTabbedPane;
import com.formdev.flatlaf.util.UIScale;
import com.google.gson.JsonElement;
import com.google.gson.JsonPrimitive;
import graft.app.editor.Commands;
import graft.app.editor.Icons;
import graft.app.editor.Strings;
import graft.app.editor.WhenChanged;
import graft.app.editor.canvas.Dragged;
import graft.app.editor.inspector.EntryRow;
import graft.app.editor.inspector.FileFacts;
import graft.app.editor.inspector.FileLibrary;
import graft.app.editor.inspector.FileLibrary.Entry;
import graft.app.engine.LoaderNode;
import graft.app.plugin.NodeLibrary;
import graft.node.NodeSchema;
import graft.node.Problem;
import graft.node.Setting.Control;
import java.awt.BorderLayout;
import java.awt.Component;
import java.awt.Dimension;
import java.awt.datatransfer.Transferable;
import java.awt.event.MouseAdapter;
import java.awt.event.MouseEvent;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import javax.swing.BorderFactory;
import javax.swing.DefaultListCellRenderer;
import javax.swing.DefaultListModel;
import javax.swing.JComponent;
import javax.swing.JLabel;
import javax.swing.JList;
import javax.swing.JPanel;
import javax.swing.JScrollPane;
import javax.swing.JTextField;
import javax.swing.JTree;
import javax.swing.KeyStroke;
import javax.swing.ScrollPaneConstants;
import javax.swing.TransferHandler;
import javax.swing.tree.DefaultMutableTreeNode;
import javax.swing.tree.DefaultTreeCellRenderer;
import javax.swing.tree.DefaultTreeModel;
import javax.swing.tree.TreePath;

/**
 * What there is to work with, on four shelves at the left: nodes, workflows, models with adapters, and pictures of runs. A
 * double-click or Enter takes a thing from its shelf.
 */
final class LibraryPanel extends JPanel {
    private static final long serialVersionUID = 1;

    /** Where what is taken goes. */
    interface Host {
        void add(NodeSchema type, Map<String, JsonElement> settings);

        void open(Path workflow);

        void view(Path picture);

        void tell(Problem problem);
    }

    private final FlatTabbedPane shelves = new FlatTabbedPane();
    private final JTextField filter = new JTextField();
    private final transient NodeLibrary library;
    private final transient FileLibrary files;
    private final transient Supplier<List<Path>> workflows;
    private final transient Host host;
    private final JTree nodes = new JTree();
    private final DefaultListModel<Path> workflowRows = new DefaultListModel<>();
    private final DefaultListModel<Entry> modelRows = new DefaultListModel<>();
    private final DefaultListModel<Entry> pictureRows = new DefaultListModel<>();
    private transient List<Entry> models = List.of();
    private transient List<Entry> pictures = List.of();

    LibraryPanel(NodeLibrary library, FileLibrary files, Supplier<List<Path>> workflows, Host host) {
        super(new BorderLayout());
        this.library = library;
        this.files = files;
        this.workflows = workflows;
        this.host = host;
        setName("library");
        getAccessibleContext().setAccessibleName(Strings.get("library.name"));
        filter.setName("library.filter");
        filter.putClientProperty("JTextField.placeholderText", Strings.get("library.filter"));
        filter.putClientProperty("JTextField.leadingIcon", Icons.get("search"));
        filter.putClientProperty("JTextField.showClearButton", true);
        filter.getAccessibleContext().setAccessibleName(Strings.get("library.filter"));
        filter.getDocument().addDocumentListener(new WhenChanged(this::filter));
        filter.registerKeyboardAction(event -> intoShelf(), KeyStroke.getKeyStroke("DOWN"), WHEN_FOCUSED);
        nodes.setName("library.nodes");
        nodes.getAccessibleContext().setAccessibleName(Commands.NODES.title());
        nodes.setRootVisible(false);
        nodes.setShowsRootHandles(true);
        nodes.setToggleClickCount(1);
        nodes.setCellRenderer(new NodeRow());
        taken(nodes, this::addNode);
        nodes.setDragEnabled(true);
        nodes.setTransferHandler(new Shelf(() -> chosenNode().map(schema -> Dragged.node(schema, Map.of()))));
        JList<Path> workflowList = list("library.workflows", Commands.WORKFLOWS, workflowRows, host::open);
        drags(workflowList, file -> Optional.of(Dragged.file(file)));
        workflowList.setCellRenderer(new FileRow());
        JList<Entry> modelList = list("library.models", Commands.MODELS, modelRows, this::addModel);
        drags(modelList, this::draggedModel);
        modelList.setCellRenderer(new EntryRow());
        JList<Entry> pictureList =
                list("library.pictures", Commands.ASSETS, pictureRows, entry -> host.view(Path.of(entry.place())));
        drags(pictureList, entry -> Optional.of(Dragged.file(Path.of(entry.place()))));
        pictureList.setCellRenderer(new EntryRow());
        shelves.setName("library.shelves");
        shelves.setTabWidthMode(FlatTabbedPane.TabWidthMode.equal);
        shelf(Commands.NODES, "arrange", nodes);
        shelf(Commands.WORKFLOWS, "file", workflowList);
        shelf(Commands.MODELS, "plugins", modelList);
        shelf(Commands.ASSETS, "image", pictureList);
        shelves.addChangeListener(event -> look());
        JPanel top = new JPanel(new BorderLayout());
        top.setBorder(BorderFactory.createEmptyBorder(8, 10, 8, 10));
        top.add(filter);
        add(shelves, BorderLayout.CENTER);
        add(top, BorderLayout.NORTH);
        setMinimumSize(new Dimension(UIScale.scale(180), 0));
    }

    private void shelf(Commands command, String icon, JComponent content) {
        JScrollPane scroll = new JScrollPane(content);
        scroll.setName("library." + command.id());
        scroll.setBorder(null);
        scroll.setHorizontalScrollBarPolicy(ScrollPaneConstants.HORIZONTAL_SCROLLBAR_NEVER);
        shelves.addTab(null, Icons.get(icon), scroll, command.title());
    }

    private static <T> JList<T> list(String name, Commands command, DefaultListModel<T> rows, Consumer<T> take) {
        JList<T> list = new JList<>(rows);
        list.setName(name);
        list.getAccessibleContext().setAccessibleName(command.title());
        taken(list, () -> {
            T chosen = list.getSelectedValue();
            if (chosen != null) {
                take.accept(chosen);
            }
        });
        return list;
    }

    private static void taken(JComponent component, Runnable take) {
        component.addMouseListener(new MouseAdapter() {
            @Override
            public void mouseClicked(MouseEvent event) {
                if (event.getClickCount() == 2) {
                    take.run();
                }
            }
        });
        component.registerKeyboardAction(event -> take.run(), KeyStroke.getKeyStroke("ENTER"), JComponent.WHEN_FOCUSED);
    }

    /** The shelf that a command names. */
    private static int index(Commands command) {
        return switch (command) {
            case NODES -> 0;
            case WORKFLOWS -> 1;
            case MODELS -> 2;
            default -> 3;
        };
    }

    /** Whether the shelf of a command is in front. */
    boolean shows(Commands command) {
        return shelves.getSelectedIndex() == index(command);
    }

    /** Brings a shelf to the front and looks what is on it now. */
    void show(Commands command) {
        if (!shows(command)) {
            filter.setText("");
            shelves.setSelectedIndex(index(command));
        }
        look();
        filter.requestFocusInWindow();
    }

    /** Gives the keyboard to what is on the shelf in front. */
    private void intoShelf() {
        Component shelf =
                ((JScrollPane) shelves.getSelectedComponent()).getViewport().getView();
        if (shelf instanceof JList<?> list && list.isSelectionEmpty()) {
            list.setSelectedIndex(0);
        } else if (shelf instanceof JTree tree && tree.isSelectionEmpty()) {
            tree.setSelectionRow(0);
        }
        shelf.requestFocusInWindow();
    }

    /** Looks again what is on the shelf in front. */
    void look() {
        switch (shelves.getSelectedIndex()) {
            case 2 ->
                files.find(
                        Control.MODEL,
                        found -> files.find(Control.ADAPTER, adapters -> {
                            models = new ArrayList<>(found);
                            models.addAll(adapters);
                            filter();
                        }));
            case 3 ->
                files.find(Control.IMAGE_FILE, found -> {
                    pictures = found;
                    filter();
                });
            default -> filter();
        }
    }

    private void filter() {
        String wanted = filter.getText().strip().toLowerCase(Locale.ROOT);
        nodes.setModel(new DefaultTreeModel(tree(wanted)));
        for (int row = 0; !wanted.isEmpty() && row < nodes.getRowCount(); row++) {
            nodes.expandRow(row);
        }
        put(
                workflowRows,
                workflows.get(),
                path -> path.getFileName().toString().toLowerCase(Locale.ROOT).contains(wanted));
        put(modelRows, models, entry -> entry.matches(wanted));
        put(pictureRows, pictures, entry -> entry.matches(wanted));
    }

    private static <T> void put(DefaultListModel<T> rows, List<T> all, Predicate<T> wanted) {
        rows.clear();
        rows.addAll(all.stream().filter(wanted).toList());
    }

    private DefaultMutableTreeNode tree(String wanted) {
        Map<String, List<NodeSchema>> categories = new TreeMap<>();
        for (NodeSchema schema : library.nodes()) {
            String words = schema.title() + " " + schema.id() + " " + String.join(" ", schema.words());
            if (words.toLowerCase(Locale.ROOT).contains(wanted)) {
                categories
                        .computeIfAbsent(schema.category(), key -> new ArrayList<>())
                        .add(schema);
            }
        }
        DefaultMutableTreeNode root = new DefaultMutableTreeNode();
        categories.forEach((category, all) -> {
            DefaultMutableTreeNode branch = new DefaultMutableTreeNode(
                    category.substring(0, 1).toUpperCase(Locale.ROOT) + category.substring(1));
            all.sort(Comparator.comparing(NodeSchema::title));
            all.forEach(schema -> branch.add(new DefaultMutableTreeNode(schema)));
            root.add(branch);
        });
        return root;
    }

    private void addNode() {
        chosenNode().ifPresent(schema -> host.add(schema, Map.of()));
    }

    private Optional<NodeSchema> chosenNode() {
        return Optional.ofNullable(nodes.getSelectionPath())
                .map(TreePath::getLastPathComponent)
                .map(DefaultMutableTreeNode.class::cast)
                .map(DefaultMutableTreeNode::getUserObject)
                .filter(NodeSchema.class::isInstance)
                .map(NodeSchema.class::cast);
    }

    /** Adds the node that loads a model or an adapter, or tells why there is none for it. */
    private void addModel(Entry entry) {
        Optional<Problem> refusal = entry.facts().flatMap(FileFacts::refusal);
        if (refusal.isPresent()) {
            host.tell(refusal.get());
            return;
        }
        library.node(loader(entry).type()).ifPresent(schema -> host.add(schema, file(entry)));
    }

    private static Map<String, JsonElement> file(Entry entry) {
        return Map.of(loader(entry).setting(), new JsonPrimitive(entry.place()));
    }

    /** None for one that no node loads. */
    private Optional<Dragged> draggedModel(Entry entry) {
        return entry.facts().flatMap(FileFacts::refusal).isPresent()
                ? Optional.empty()
                : library.node(loader(entry).type()).map(schema -> Dragged.node(schema, file(entry)));
    }

    /** The node that loads a model or an adapter; what nothing is known of is taken for a model. */
    private static LoaderNode loader(Entry entry) {
        return entry.facts().map(FileFacts::role).flatMap(LoaderNode::of).orElse(LoaderNode.MODEL);
    }

    private static <T> void drags(JList<T> list, Function<T, Optional<Dragged>> dragged) {
        list.setDragEnabled(true);
        list.setTransferHandler(
                new Shelf(() -> Optional.ofNullable(list.getSelectedValue()).flatMap(dragged)));
    }

    /** Gives what is chosen on a shelf to where it is dragged; the shelf keeps it. */
    private static final class Shelf extends TransferHandler {
        private static final long serialVersionUID = 1;

        private final transient Supplier<Optional<Dragged>> chosen;

        Shelf(Supplier<Optional<Dragged>> chosen) {
            this.chosen = chosen;
        }

        @Override
        public int getSourceActions(JComponent from) {
            return COPY;
        }

        @Override
        protected Transferable createTransferable(JComponent from) {
            return chosen.get().orElse(null);
        }
    }

    /** A category, or a node with its help as a tip. */
    private static final class NodeRow extends DefaultTreeCellRenderer {
        private static final long serialVersionUID = 1;

        @Override
        public Component getTreeCellRendererComponent(
                JTree tree, Object value, boolean selected, boolean open, boolean leaf, int row, boolean focused) {
            super.getTreeCellRendererComponent(tree, value, selected, open, leaf, row, focused);
            setIcon(null);
            if (value instanceof DefaultMutableTreeNode node && node.getUserObject() instanceof NodeSchema schema) {
                setText(
                        schema.deprecated().isEmpty()
                                ? schema.title()
                                : Strings.get("library.deprecated", schema.title()));
                setToolTipText((schema.help() + " " + schema.deprecated()).strip());
            }
            return this;
        }
    }

    /** A file by its name. */
    private static final class FileRow extends DefaultListCellRenderer {
        private static final long serialVersionUID = 1;

        @Override
        public Component getListCellRendererComponent(
                JList<?> list, Object value, int index, boolean selected, boolean focused) {
            Component cell = super.getListCellRendererComponent(list, value, index, selected, focused);
            if (cell instanceof JLabel label && value instanceof Path path) {
                label.setText(path.getFileName().toString().replaceFirst("\\.json$", ""));
                label.setToolTipText(path.toString());
                label.setIcon(Icons.get("file"));
                label.setIconTextGap(8);
            }
            return cell;
        }
    }
}
