package graft.app.editor.inspector;

import com.formdev.flatlaf.util.SystemFileChooser;
import com.google.gson.JsonElement;
import com.google.gson.JsonPrimitive;
import graft.app.editor.Background;
import graft.app.editor.Faces;
import graft.app.editor.Icons;
import graft.app.editor.NodeFace;
import graft.app.editor.SeedControl;
import graft.app.editor.Strings;
import graft.app.editor.Theme;
import graft.app.editor.TracksWidth;
import graft.app.editor.TypedSetting;
import graft.app.editor.WhenChanged;
import graft.app.editor.Wrapped;
import graft.app.engine.Estimate;
import graft.app.engine.Finding;
import graft.app.engine.FoundChoices;
import graft.app.plugin.NodeLibrary;
import graft.app.workflow.Edits;
import graft.app.workflow.RunPlace;
import graft.app.workflow.Subgraph;
import graft.app.workflow.Wire;
import graft.app.workflow.Workflow;
import graft.app.workflow.WorkflowNode;
import graft.model.Weighting;
import graft.node.ChoiceSettings;
import graft.node.SettingKind;
import graft.node.SettingSchema;
import graft.node.SocketSchema;
import graft.sample.Drawing;
import java.awt.BorderLayout;
import java.awt.Component;
import java.awt.KeyboardFocusManager;
import java.awt.Rectangle;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import javax.swing.Icon;
import javax.swing.JButton;
import javax.swing.JComponent;
import javax.swing.JLabel;
import javax.swing.JPanel;
import javax.swing.JScrollPane;
import javax.swing.JTextArea;
import javax.swing.JTextField;
import javax.swing.JToggleButton;
import javax.swing.ScrollPaneConstants;
import javax.swing.SwingConstants;
import javax.swing.SwingUtilities;
import javax.swing.text.JTextComponent;
import net.miginfocom.swing.MigLayout;

/**
 * The form of the selected node: its settings with their help, its sockets, its problems. Of several nodes it shows the
 * settings that they share; of none, the workflow's title and notes.
 *
 * <p>While the same is selected, an edit changes values in place, so that typing is not disturbed.
 */
public final class Inspector extends JPanel {
    private static final long serialVersionUID = 1;

    /** The workflow that is inspected. */
    public interface Host {
        /**
         * Carries an edit out.
         *
         * @param label what undo calls it
         * @param mergeKey edits that follow each other with the same key are one step of undo
         */
        void edit(String label, String mergeKey, UnaryOperator<Workflow> change);

        /** Takes the last edit back for good when it has this key; else does nothing. */
        void takeBack(String mergeKey);

        /** Says in passing what the user is to know. */
        void say(String words);

        /** Selects a node and brings it into view. */
        void reveal(String node);

        /** Lets the user say what a setting of a node is to be in a sweep. */
        void vary(String node, String setting);

        /** Shows the pictures and captions that come out of a node. */
        void dataset(String node);
    }

    /** What a form is built from; while it stays the same only values change. */
    private record Shape(
            List<String> nodes,
            List<String> types,
            List<Optional<Subgraph>> subgraphs,
            Set<Wire> wires,
            Set<String> chosen) {}

    private final transient NodeLibrary library;
    private final transient Faces faces;
    private final transient FileLibrary files;
    private final transient Prompts prompts;
    private final transient Host host;
    private final Form form = new Form();
    private final JScrollPane scroll = new JScrollPane(
            form, ScrollPaneConstants.VERTICAL_SCROLLBAR_AS_NEEDED, ScrollPaneConstants.HORIZONTAL_SCROLLBAR_NEVER);
    private final JPanel problems = new JPanel(new MigLayout("insets 0, wrap 1, fillx, gapy 6", "[fill]", ""));
    private final EstimateCard estimate = new EstimateCard();
    private final JToggleButton help = new JToggleButton(Icons.get("help"), true);
    private final transient Map<String, SettingRow> rows = new LinkedHashMap<>();
    private final transient List<Runnable> refreshers = new ArrayList<>();
    private transient Graph graph;
    private transient List<String> selected = List.of();
    private transient Shape shape;
    private transient List<Finding> findings = List.of();
    private transient Map<String, Estimate> estimates = Map.of();
    private transient Map<String, Long> usedSeeds = Map.of();
    private transient List<String> libraryWords = List.of();

    public Inspector(NodeLibrary library, FileLibrary files, Prompts prompts, Host host) {
        super(new BorderLayout());
        this.library = library;
        faces = new Faces(library);
        this.files = files;
        this.prompts = prompts;
        this.host = host;
        setName("inspector");
        getAccessibleContext().setAccessibleName(Strings.get("inspector.name"));
        help.setName("inspector.help");
        help.setToolTipText(Strings.get("inspector.help.show"));
        help.getAccessibleContext().setAccessibleName(Strings.get("inspector.help.show"));
        help.putClientProperty("JButton.buttonType", "toolBarButton");
        help.addActionListener(event -> rows.values().forEach(row -> row.showHelp(help.isSelected())));
        problems.setOpaque(false);
        problems.setName("inspector.problems");
        scroll.setBorder(null);
        scroll.getVerticalScrollBar().setUnitIncrement(24);
        add(scroll, BorderLayout.CENTER);
        files.words(words -> libraryWords = words);
    }

    /** Shows nodes of a workflow; those that it has not are left out. */
    public void show(Workflow workflow, Set<String> nodes) {
        graph = new Graph(workflow, faces);
        selected = nodes.stream().filter(workflow.nodes()::containsKey).toList();
        Shape next = new Shape(
                selected,
                selected.stream().map(node -> workflow.nodes().get(node).type()).toList(),
                selected.stream()
                        .map(node -> workflow.subgraph(workflow.nodes().get(node)))
                        .toList(),
                new HashSet<>(workflow.wires().stream()
                        .filter(wire -> selected.contains(wire.fromNode()) || selected.contains(wire.toNode()))
                        .toList()),
                chosen());
        if (!next.equals(shape)) {
            boolean sameNodes = shape != null && next.nodes().equals(shape.nodes());
            int seen = sameNodes ? scroll.getVerticalScrollBar().getValue() : 0;
            shape = next;
            build();
            scroll.getVerticalScrollBar().setValue(seen);
        }
        refreshers.forEach(Runnable::run);
    }

    /** Plugins came or went: the next nodes that it shows are shown as they are now. */
    public void typesChanged() {
        faces.forget();
        shape = null;
    }

    /** Shows what a check of the workflow found. */
    public void show(List<Finding> found) {
        findings = List.copyOf(found);
        showProblems();
    }

    /** Shows what nodes of what is shown will take; those that are left out do not tell. */
    public void showEstimates(Map<String, Estimate> known) {
        estimates = Map.copyOf(known);
        showEstimate();
    }

    private void showEstimate() {
        estimate.show(selected.size() == 1 ? Optional.ofNullable(estimates.get(selected.get(0))) : Optional.empty());
    }

    /** Shows which seeds the last run used, by {@code node.setting}. */
    public void showUsedSeeds(Map<String, Long> seeds) {
        usedSeeds = Map.copyOf(seeds);
        refreshers.forEach(Runnable::run);
    }

    /** Ends what is being typed: a text that a setting cannot have makes place for the value that it has. */
    public void settle() {
        List.copyOf(rows.values()).forEach(row -> row.field().settle());
    }

    /** Whether a setting was typed that it cannot have. */
    public boolean hasRefused() {
        return rows.values().stream().anyMatch(row -> row.field().refusal().isPresent());
    }

    /** Shows the help of every setting. */
    public void showHelp() {
        help.setSelected(true);
        rows.values().forEach(row -> row.showHelp(true));
    }

    /** The choices of the selected nodes that have settings of their own, by node and setting. */
    private Set<String> chosen() {
        Set<String> chosen = new HashSet<>();
        for (String node : selected) {
            for (SettingSchema setting :
                    graph.face(node).map(NodeFace::settings).orElse(List.of())) {
                String id = ChoiceSettings.id(graph.value(node, setting));
                if (!setting.settingsOf(id).isEmpty()) {
                    chosen.add(node + "." + setting.id() + "=" + id);
                }
            }
        }
        return chosen;
    }

    // --- building ------------------------------------------------------------------------------------------------

    private void build() {
        form.removeAll();
        rows.clear();
        refreshers.clear();
        if (selected.isEmpty()) {
            workflowForm();
        } else if (selected.size() == 1) {
            nodeForm(selected.get(0));
        } else {
            commonForm();
        }
        rows.values().forEach(row -> row.showHelp(help.isSelected()));
        showProblems();
        showEstimate();
        form.revalidate();
        form.repaint();
    }

    private void workflowForm() {
        form.row(heading(Strings.get("inspector.workflow")));
        JTextField title = new JTextField();
        title.setName("inspector.workflow.title");
        title.getAccessibleContext().setAccessibleName(Strings.get("inspector.title"));
        title.putClientProperty("JTextField.placeholderText", Strings.get("inspector.title"));
        JTextArea notes = new JTextArea(10, 10);
        notes.setName("inspector.workflow.notes");
        notes.getAccessibleContext().setAccessibleName(Strings.get("inspector.notes"));
        notes.setLineWrap(true);
        notes.setWrapStyleWord(true);
        JTextField place = new JTextField();
        place.setName("inspector.workflow.runs");
        place.getAccessibleContext().setAccessibleName(Strings.get("inspector.runs"));
        place.putClientProperty("JTextField.placeholderText", Strings.get("inspector.runs.none"));
        place.setToolTipText(Strings.get("inspector.runs.help"));
        JButton choose = new JButton(Icons.get("folder"));
        choose.setName("inspector.workflow.runs.choose");
        choose.setToolTipText(Strings.get("inspector.runs.choose"));
        choose.getAccessibleContext().setAccessibleName(Strings.get("inspector.runs.choose"));
        choose.addActionListener(event -> chooseFolder().ifPresent(folder -> place.setText(folder.toString())));
        place.putClientProperty("JTextField.trailingComponent", choose);
        choose.putClientProperty("JButton.buttonType", "toolBarButton");
        JLabel counts = dim("");
        boolean[] showing = new boolean[1];
        Runnable typed = () -> {
            if (!showing[0]) {
                String newTitle = title.getText();
                String newNotes = notes.getText();
                host.edit(Strings.get("inspector.edit.workflow"), "workflow", workflow -> workflow.withTitle(newTitle)
                        .withNotes(newNotes));
            }
        };
        place.getDocument().addDocumentListener(new WhenChanged(() -> {
            RunPlace typedPlace = new RunPlace(place.getText());
            place.putClientProperty("JComponent.outline", typedPlace.isWrong() ? "error" : null);
            if (!showing[0]) {
                host.edit(Strings.get("inspector.edit.runs"), "workflow.runs", typedPlace::in);
            }
        }));
        refreshers.add(() -> {
            showing[0] = true;
            // Spaces at its ends are typed on the way to a name.
            if (!place.getText().strip().equals(RunPlace.of(graph.workflow()).own())) {
                put(place, RunPlace.of(graph.workflow()).own());
            }
            put(title, graph.workflow().title());
            put(notes, graph.workflow().notes());
            showing[0] = false;
            counts.setText(Strings.get(
                    "inspector.workflow.counts",
                    graph.workflow().nodes().size(),
                    graph.workflow().wires().size()));
        });
        title.getDocument().addDocumentListener(new WhenChanged(typed));
        notes.getDocument().addDocumentListener(new WhenChanged(typed));
        form.row(label("inspector.title", title));
        form.row(title);
        form.row(label("inspector.notes", notes));
        JScrollPane scroll = new JScrollPane(notes);
        scroll.setHorizontalScrollBarPolicy(ScrollPaneConstants.HORIZONTAL_SCROLLBAR_NEVER);
        form.row(scroll, "h 180:280:");
        form.row(label("inspector.runs", place));
        form.row(place);
        form.row(counts);
        form.row(problems);
        JTextArea hint = Wrapped.small(Strings.get("inspector.hint"));
        hint.setForeground(Theme.colour("text.dim"));
        form.row(hint);
    }

    private Optional<Path> chooseFolder() {
        SystemFileChooser chooser = new SystemFileChooser();
        chooser.setDialogTitle(Strings.get("inspector.runs.choose"));
        chooser.setFileSelectionMode(SystemFileChooser.DIRECTORIES_ONLY);
        return chooser.showOpenDialog(this) == SystemFileChooser.APPROVE_OPTION
                ? Optional.of(chooser.getSelectedFile().toPath())
                : Optional.empty();
    }

    private static void put(JTextComponent into, String text) {
        if (!into.getText().equals(text)) {
            into.setText(text);
            into.setCaretPosition(0);
        }
    }

    private void nodeForm(String node) {
        NodeFace face = graph.face(node).orElse(null);
        JPanel top = new JPanel(new MigLayout("insets 0, fillx, gap 6 2", "[grow,fill][]", ""));
        top.setOpaque(false);
        JTextField title = new JTextField();
        title.setName("inspector.title");
        title.getAccessibleContext().setAccessibleName(Strings.get("inspector.title"));
        title.putClientProperty("JTextField.placeholderText", face == null ? node : face.title());
        title.putClientProperty("FlatLaf.style", "font: bold +2");
        boolean[] showing = new boolean[1];
        title.getDocument().addDocumentListener(new WhenChanged(() -> {
            if (!showing[0]) {
                String text = title.getText();
                host.edit(
                        Strings.get("inspector.edit.title", node),
                        "title:" + node,
                        workflow -> Edits.rename(workflow, node, text));
            }
        }));
        refreshers.add(() -> {
            showing[0] = true;
            put(title, graph.workflow().nodes().get(node).title());
            showing[0] = false;
        });
        top.add(title, "wmin 0");
        top.add(help, "wrap");
        String type = graph.workflow().nodes().get(node).type();
        String id = library.strangerOf(type)
                .map(plugin -> type + "  ·  " + plugin.id())
                .orElse(type);
        JLabel kind = dim(face == null ? type : face.title() + "  ·  " + id);
        kind.setToolTipText(node);
        top.add(kind, "span 2, wmin 0");
        form.row(top);
        form.row(Wrapped.text(face == null ? missing(type) : help(face, type)));
        library.enclosedWith(type).doc(type).ifPresent(words -> {
            JButton more = new JButton(Strings.get("inspector.doc"));
            more.setName("inspector.doc");
            more.setHorizontalAlignment(SwingConstants.LEADING);
            more.putClientProperty("JButton.buttonType", "borderless");
            more.putClientProperty("FlatLaf.style", "foreground: $Component.linkColor");
            more.addActionListener(event -> DocDialog.show(this, face == null ? type : face.title(), words));
            form.row(more);
        });
        if (face != null && face.givesPictures()) {
            JButton pictures = new JButton(Strings.get("inspector.dataset"), Icons.get("image"));
            pictures.setName("inspector.dataset");
            pictures.addActionListener(event -> host.dataset(node));
            form.row(pictures);
        }
        form.row(problems);
        form.row(estimate);
        if (face != null) {
            settings(face.settings());
            sockets(node, face);
        }
    }

    private static String missing(String type) {
        return Strings.get(Subgraph.isType(type) ? "inspector.missing.subgraph" : "inspector.missing");
    }

    private static String help(NodeFace face, String type) {
        if (!Subgraph.isType(type)) {
            return face.help();
        }
        return Strings.get(face.settings().isEmpty() ? "inspector.subgraph.plain" : "inspector.subgraph");
    }

    private void commonForm() {
        form.row(heading(Strings.get("inspector.selected", selected.size())));
        form.row(problems);
        List<SettingSchema> common = new ArrayList<>();
        Optional<NodeFace> first = graph.face(selected.get(0));
        for (SettingSchema setting : first.map(NodeFace::settings).orElse(List.of())) {
            boolean everywhere = selected.stream().allMatch(node -> graph.face(node)
                    .flatMap(face -> face.setting(setting.id()))
                    .filter(other -> other.kind() == setting.kind()
                            && other.choices().equals(setting.choices())
                            && other.declared().control() == setting.declared().control())
                    .isPresent());
            if (everywhere) {
                common.add(setting);
            }
        }
        form.row(dim(Strings.get(common.isEmpty() ? "inspector.common.none" : "inspector.common")));
        settings(common);
    }

    /** Settings without a group first, then the groups under their headings, what is advanced folded away. */
    private void settings(List<SettingSchema> settings) {
        Map<String, Section> sections = new LinkedHashMap<>();
        for (SettingSchema setting : settings) {
            List<SettingRow> all = new ArrayList<>(List.of(row(setting)));
            rows.put(setting.id(), all.get(0));
            for (OwnSetting own : ownSettings(setting)) {
                SettingRow row = row(own);
                rows.put(own.shown().id(), row);
                all.add(row);
            }
            String group = setting.declared().group();
            if (group.isEmpty() && !setting.declared().advanced()) {
                all.forEach(form::row);
            } else {
                String heading = group.isEmpty() ? Strings.get("inspector.advanced") : capitalised(group);
                Section section = sections.computeIfAbsent(
                        heading, key -> new Section(key, setting.declared().advanced()));
                all.forEach(section::row);
            }
        }
        sections.values().forEach(form::row);
        refreshers.add(() -> showRows(List.copyOf(sections.values())));
    }

    /** The settings of the choice's own that all selected nodes have in a setting. */
    private List<OwnSetting> ownSettings(SettingSchema setting) {
        Set<String> ids = new HashSet<>();
        selected.forEach(node -> ids.add(ChoiceSettings.id(graph.value(node, setting))));
        return ids.size() != 1
                ? List.of()
                : setting.settingsOf(ids.iterator().next()).stream()
                        .map(own -> new OwnSetting(setting, own))
                        .toList();
    }

    private SettingRow row(OwnSetting own) {
        return row(
                own.shown(),
                own.choice(),
                node -> own.value(graph.value(node, own.choice())),
                (workflow, node, value) -> workflow.with(
                        node,
                        own.choice().id(),
                        own.with(new Graph(workflow, faces).value(node, own.choice()), value)));
    }

    private SettingRow row(SettingSchema setting) {
        return row(
                setting,
                setting,
                node -> graph.value(node, setting),
                (workflow, node, value) -> workflow.with(node, setting.id(), value));
    }

    /** What a workflow becomes when a node's setting does. */
    private interface Change {
        Workflow in(Workflow workflow, String node, JsonElement value);
    }

    /** @param saved the setting of the node that it is saved in */
    private SettingRow row(
            SettingSchema setting, SettingSchema saved, Function<String, JsonElement> valueOf, Change change) {
        List<String> nodes = selected;
        String label = Strings.get("inspector.edit", setting.title());
        Fields fields =
                new Fields(files, prompts, () -> promptContext(setting), this::ask, this::control, library::named);
        Field field = fields.of(setting, new Field.Listener() {
            @Override
            public void changed(String visit, JsonElement value) {
                host.edit(label, visit, workflow -> {
                    Workflow next = workflow;
                    for (String node : nodes) {
                        next = change.in(next, node, value);
                    }
                    return next;
                });
            }

            @Override
            public void takenBack(String visit) {
                host.takeBack(visit);
            }

            @Override
            public void putBack(String typed, Optional<JsonElement> value, String reason) {
                String is = value.map(TypedSetting::text).orElseGet(() -> Strings.get("inspector.several"));
                host.say(Strings.get(
                        typed.isBlank() ? "inspector.put-back.empty" : "inspector.put-back",
                        setting.title(),
                        typed,
                        is,
                        reason));
            }
        });
        SettingRow row = new SettingRow(
                field,
                () -> host.edit(
                        Strings.get("inspector.edit.reset", setting.title()),
                        "reset:" + nodes + "." + setting.id(),
                        workflow -> saved.equals(setting)
                                ? reset(workflow, nodes, setting)
                                : reset(workflow, nodes, setting, change)));
        List<Wire> drivers = nodes.stream()
                .flatMap(node -> graph.into(node, saved.id()).stream())
                .toList();
        if (!drivers.isEmpty()) {
            row.driven(graph.from(drivers.get(0)));
        } else if (nodes.size() == 1) {
            row.offer(Strings.get("canvas.menu.vary"), () -> host.vary(nodes.get(0), setting.id()));
        }
        refreshers.add(() -> refresh(row, nodes, valueOf));
        return row;
    }

    /** Asks the first of the nodes what there is to choose from. */
    private void ask(SettingSchema setting, Consumer<FoundChoices> told) {
        WorkflowNode node = graph.workflow().nodes().get(selected.get(0));
        Background.FILES.run(() -> FoundChoices.of(library, node, setting.id()), told, staysAsItIs -> {});
    }

    /** Shows the rows that no other setting's value keeps from being shown. */
    private void showRows(List<Section> sections) {
        List<String> nodes = selected;
        rows.forEach((setting, row) -> row.setVisible(nodes.stream().anyMatch(node -> graph.face(node)
                .map(face -> !hidden(node, face).contains(setting))
                .orElse(true))));
        sections.forEach(Section::showIfAnyRow);
    }

    private Set<String> hidden(String node, NodeFace face) {
        return face.hidden(setting -> graph.value(node, setting), setting -> !graph.into(node, setting)
                .isEmpty());
    }

    private static Workflow reset(Workflow workflow, List<String> nodes, SettingSchema setting, Change change) {
        Workflow next = workflow;
        for (String node : nodes) {
            next = change.in(next, node, setting.toJson(setting.defaultValue()));
        }
        return next;
    }

    private void refresh(SettingRow row, List<String> nodes, Function<String, JsonElement> valueOf) {
        SettingSchema setting = row.field().setting();
        Set<JsonElement> values = new HashSet<>();
        nodes.forEach(node -> values.add(valueOf.apply(node)));
        row.show(values.size() == 1 ? Optional.of(values.iterator().next()) : Optional.empty());
        if (row.field() instanceof SeedField seed) {
            Set<SeedControl> controls = new HashSet<>();
            nodes.forEach(
                    node -> controls.add(SeedControl.of(graph.workflow().nodes().get(node), setting.id())));
            seed.showControl(
                    controls.size() == 1 ? Optional.of(controls.iterator().next()) : Optional.empty());
            Long used = nodes.size() == 1 ? usedSeeds.get(nodes.get(0) + "." + setting.id()) : null;
            row.note(used == null ? "" : Strings.get("inspector.seed.used", String.valueOf(used)));
        }
        if (row.field() instanceof PromptField prompt) {
            prompt.recount();
        }
    }

    private PromptField.Context promptContext(SettingSchema prompt) {
        if (selected.size() != 1) {
            return new PromptField.Context(Optional.empty(), false, Drawing.WEIGHTING, List.of(), graph.embeddings());
        }
        String node = selected.get(0);
        boolean lines = graph.face(node)
                .flatMap(face -> face.setting("lines"))
                .filter(setting -> setting.kind() == SettingKind.SWITCH && !setting.equals(prompt))
                .map(setting -> graph.value(node, setting) instanceof JsonPrimitive yes && yes.getAsBoolean())
                .orElse(false);
        List<String> words = new ArrayList<>(graph.embeddings());
        libraryWords.stream().filter(word -> !words.contains(word)).forEach(words::add);
        return new PromptField.Context(graph.modelOf(node), lines, weighting(node), graph.addedTo(node), words);
    }

    /** How a node reads the brackets of its prompts: as Encode Prompt where it does not say. */
    private Weighting weighting(String node) {
        return graph.face(node)
                .flatMap(face -> face.setting("weighting"))
                .map(setting -> graph.value(node, setting))
                .flatMap(said -> Arrays.stream(Weighting.values())
                        .filter(each -> said.isJsonPrimitive() && each.name().equalsIgnoreCase(said.getAsString()))
                        .findFirst())
                .orElse(Drawing.WEIGHTING);
    }

    private void control(SettingSchema setting, SeedControl control) {
        List<String> nodes = selected;
        host.edit(Strings.get("inspector.edit", setting.title()), "", workflow -> {
            Workflow next = workflow;
            for (String node : nodes) {
                next = next.map(node, old -> old.withExtra(control.in(old.extra(), setting.id())));
            }
            return next;
        });
    }

    private void sockets(String node, NodeFace face) {
        if (!face.inputs().isEmpty()) {
            Section section = new Section(Strings.get("inspector.inputs"), false);
            for (SocketSchema input : face.inputs()) {
                List<Wire> wires = graph.into(node, input.id());
                List<Link> links = wires.stream()
                        .map(wire -> new Link(Strings.get("inspector.wired", graph.from(wire)), wire.fromNode()))
                        .toList();
                String none =
                        Strings.get(input.optional() || input.list() ? "inspector.optional" : "inspector.unwired");
                section.row(socket(input, input.optional(), links, none));
            }
            form.row(section);
        }
        if (!face.outputs().isEmpty()) {
            Section section = new Section(Strings.get("inspector.outputs"), false);
            for (SocketSchema output : face.outputs()) {
                List<Link> links = graph.outOf(node, output.id()).stream()
                        .map(wire -> new Link(Strings.get("inspector.wired.to", graph.to(wire)), wire.toNode()))
                        .toList();
                section.row(socket(output, false, links, Strings.get("inspector.unwired")));
            }
            form.row(section);
        }
    }

    private record Link(String words, String node) {}

    private JComponent socket(SocketSchema socket, boolean open, List<Link> links, String none) {
        JPanel panel = new JPanel(new MigLayout("insets 0, fillx, gap 4 1", "[grow,fill][]", ""));
        panel.setOpaque(false);
        Icon dot = new SocketDot(socket.kind(), open);
        JLabel title = new JLabel(socket.title(), dot, SwingConstants.LEADING);
        title.setToolTipText(socket.help().isEmpty() ? null : socket.help());
        panel.add(title, "wmin 0");
        panel.add(dim(socket.kind().title()), "wrap");
        if (links.isEmpty()) {
            panel.add(dim(none), "span 2, gapleft 18");
        }
        for (Link link : links) {
            JButton button = new JButton(link.words());
            button.setName("inspector.link." + socket.id() + "." + link.node());
            button.setHorizontalAlignment(SwingConstants.LEADING);
            button.putClientProperty("JButton.buttonType", "borderless");
            button.putClientProperty("FlatLaf.style", "font: -1; margin: 1,0,1,4; foreground: $Component.linkColor");
            button.addActionListener(event -> host.reveal(link.node()));
            panel.add(button, "span 2, gapleft 14, wmin 0, wrap");
        }
        return panel;
    }

    // --- problems ------------------------------------------------------------------------------------------------

    private void showProblems() {
        problems.removeAll();
        Map<String, String> ofRows = new LinkedHashMap<>();
        for (Finding finding : findings) {
            boolean mine = selected.isEmpty() ? finding.node().isEmpty() : selected.contains(finding.node());
            if (!mine) {
                continue;
            }
            if (selected.size() == 1 && rows.containsKey(finding.socket())) {
                ofRows.putIfAbsent(finding.socket(), words(finding));
            } else {
                ProblemCard card = new ProblemCard(finding.isError(), words(finding));
                if (isLeftOver(finding)) {
                    card.offer(
                            "inspector.take-out." + finding.socket(),
                            Strings.get("inspector.take-out", finding.socket()),
                            () -> host.edit(
                                    Strings.get("inspector.take-out", finding.socket()),
                                    "take-out:" + finding.node() + "." + finding.socket(),
                                    workflow -> Edits.resetSetting(workflow, finding.node(), finding.socket())));
                }
                problems.add(card, "wmin 0");
            }
        }
        rows.forEach((setting, row) -> row.problem(Optional.ofNullable(ofRows.get(setting))));
        problems.setVisible(problems.getComponentCount() > 0);
        problems.revalidate();
        problems.repaint();
    }

    /** Whether it is about a setting that the node once had and has no more, for which there is no row. */
    private boolean isLeftOver(Finding finding) {
        return selected.size() == 1
                && graph.workflow().nodes().get(selected.get(0)).settings().containsKey(finding.socket())
                && graph.face(selected.get(0))
                        .filter(face -> face.setting(finding.socket()).isEmpty())
                        .isPresent();
    }

    /** The sentence without the place, which is in view. */
    private static String words(Finding finding) {
        String place =
                finding.socket().isEmpty() ? finding.node() + ": " : finding.node() + "." + finding.socket() + ": ";
        String sentence = finding.sentence();
        return sentence.startsWith(place) ? sentence.substring(place.length()) : sentence;
    }

    // --- small things --------------------------------------------------------------------------------------------

    private static JLabel heading(String words) {
        JLabel label = new JLabel(words);
        label.putClientProperty("FlatLaf.styleClass", "h3");
        return label;
    }

    private static JLabel label(String key, JComponent of) {
        JLabel label = dim(Strings.get(key));
        label.setLabelFor(of);
        return label;
    }

    private static JLabel dim(String words) {
        JLabel label = new JLabel(words);
        label.putClientProperty("FlatLaf.styleClass", "small");
        label.putClientProperty("FlatLaf.style", "foreground: $Graft.text.dim");
        return label;
    }

    private static String capitalised(String words) {
        return words.substring(0, 1).toUpperCase(Locale.ROOT) + words.substring(1);
    }

    /** A setting may still be saved under its former name. */
    private static Workflow reset(Workflow workflow, List<String> nodes, SettingSchema setting) {
        Workflow next = workflow;
        for (String node : nodes) {
            next = Edits.resetSetting(next, node, setting.id());
            next = Edits.resetSetting(next, node, setting.declared().formerly());
        }
        return next;
    }

    /** The rows, as wide as the view. */
    private static final class Form extends JPanel implements TracksWidth {
        private static final long serialVersionUID = 1;

        Form() {
            super(new MigLayout("insets 14 14 24 14, wrap 1, fillx, hidemode 3, gapy 12", "[fill]", ""));
            setName("inspector.form");
        }

        /** Texts scroll to their carets as they are filled in; that is for the one that is being typed in alone. */
        @Override
        public void scrollRectToVisible(Rectangle area) {
            Component focus =
                    KeyboardFocusManager.getCurrentKeyboardFocusManager().getFocusOwner();
            if (focus != null && SwingUtilities.isDescendingFrom(focus, this)) {
                super.scrollRectToVisible(area);
            }
        }

        void row(JComponent row) {
            row(row, "");
        }

        void row(JComponent row, String constraints) {
            add(row, constraints.isEmpty() ? "wmin 0" : "wmin 0, " + constraints);
        }

        @Override
        public int getScrollableUnitIncrement(Rectangle visible, int orientation, int direction) {
            return 24;
        }

        @Override
        public int getScrollableBlockIncrement(Rectangle visible, int orientation, int direction) {
            return visible.height - 24;
        }
    }
}
