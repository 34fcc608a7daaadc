package graft.app.editor.dataset;

import com.google.gson.JsonPrimitive;
import graft.app.editor.Background;
import graft.app.editor.Faces;
import graft.app.editor.Icons;
import graft.app.editor.Strings;
import graft.app.editor.Theme;
import graft.app.editor.Wrapped;
import graft.app.editor.inspector.CaptionCount;
import graft.app.editor.inspector.CaptionTokens;
import graft.app.engine.Finding;
import graft.app.engine.Known;
import graft.app.plugin.NodeLibrary;
import graft.app.workflow.Place;
import graft.app.workflow.Workflow;
import graft.app.workflow.WorkflowNode;
import graft.node.NodeSchema;
import graft.train.data.Buckets;
import graft.train.data.CaptionCheck;
import graft.train.data.DataFinding;
import graft.train.data.DataLook;
import graft.train.data.Dataset;
import graft.train.data.DatasetSpec;
import graft.train.data.PictureNames;
import graft.train.data.Region;
import graft.train.data.TrainingSize;
import java.awt.BorderLayout;
import java.awt.CardLayout;
import java.awt.event.ComponentAdapter;
import java.awt.event.ComponentEvent;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import javax.swing.JButton;
import javax.swing.JComboBox;
import javax.swing.JComponent;
import javax.swing.JLabel;
import javax.swing.JPanel;
import javax.swing.JScrollPane;
import javax.swing.JTextArea;
import javax.swing.JTextField;
import javax.swing.JToggleButton;
import javax.swing.KeyStroke;
import javax.swing.ScrollPaneConstants;
import javax.swing.SwingUtilities;
import javax.swing.Timer;
import net.miginfocom.swing.MigLayout;

/**
 * The pictures of a dataset with their captions: looked at, corrected, left out and cropped.
 *
 * <p>Every action is one edit of the workflow, of the settings of its nodes; what is shown is what those nodes then say that they
 * give.
 */
public final class DatasetPanel extends JPanel {
    private static final long serialVersionUID = 1;

    private static final String TABLE = "table";
    private static final String FAULTS = "faults";

    /** What pictures are sorted by. */
    private enum Order {
        NAME,
        CAPTION,
        SIZE;

        @Override
        public String toString() {
            return Strings.get("dataset.sort." + name().toLowerCase(Locale.ROOT));
        }
    }

    private final transient DatasetHost host;
    private final transient NodeLibrary library;
    private final transient CaptionTokens tokens;
    private final transient Faces faces;
    private final String node;
    private final transient PictureSizes sizes = new PictureSizes(this::sizeKnown);
    private final transient Map<String, CaptionCount> counts = new HashMap<>();
    private final DatasetTable table =
            new DatasetTable(sizes, counts, this::captionTyped, text -> count(List.of(text)));
    private final JLabel title = new JLabel();
    private final JLabel counted = new JLabel(" ");
    private final JTextArea message = Wrapped.text("");
    private final JTextField trigger = new JTextField(9);
    private final JTextField find = new JTextField(9);
    private final JTextField replaceWith = new JTextField(9);
    private final JComboBox<Order> order = new JComboBox<>(Order.values());
    private final JButton leaveOut = new JButton();
    private final JToggleButton check = new JToggleButton(Strings.get("dataset.check"));
    private final FaultList faults = new FaultList(this::remedies, this::open);
    private final CardLayout cards = new CardLayout();
    private final JPanel centre = new JPanel(cards);
    private final transient DataLook dataLook = new DataLook();
    private final Timer look = new Timer(120, event -> look());

    private transient DatasetPlace place;
    private transient List<Path> pictures = List.of();
    private transient List<Dataset.Item> items = List.of();
    private long turn;
    private long lookTurn;

    /**
     * A panel of the pictures that come out of a node.
     *
     * @return nothing when none come out of it
     */
    public static Optional<DatasetPanel> of(DatasetHost host, NodeLibrary library, CaptionTokens tokens, String node) {
        Faces faces = new Faces(library);
        return DatasetPlace.of(host.shown(), node, faces)
                .map(place -> new DatasetPanel(host, library, tokens, faces, node, place));
    }

    private DatasetPanel(
            DatasetHost host, NodeLibrary library, CaptionTokens tokens, Faces faces, String node, DatasetPlace place) {
        super(new BorderLayout());
        this.host = host;
        this.library = library;
        this.tokens = tokens;
        this.faces = faces;
        this.node = node;
        this.place = place;
        setName("dataset");
        getAccessibleContext().setAccessibleName(Strings.get("dataset.name"));
        JScrollPane scroll = new JScrollPane(
                table,
                ScrollPaneConstants.VERTICAL_SCROLLBAR_AS_NEEDED,
                ScrollPaneConstants.HORIZONTAL_SCROLLBAR_NEVER);
        scroll.setBorder(null);
        add(head(), BorderLayout.NORTH);
        JScrollPane found = new JScrollPane(
                faults,
                ScrollPaneConstants.VERTICAL_SCROLLBAR_AS_NEEDED,
                ScrollPaneConstants.HORIZONTAL_SCROLLBAR_NEVER);
        found.setBorder(null);
        centre.add(scroll, TABLE);
        centre.add(found, FAULTS);
        add(centre, BorderLayout.CENTER);
        registerKeyboardAction(
                event -> host.close(), KeyStroke.getKeyStroke("ESCAPE"), WHEN_ANCESTOR_OF_FOCUSED_COMPONENT);
        table.key("DELETE", this::turnLeftOut);
        table.key("C", this::crop);
        table.whenOpened(this::crop);
        table.getSelectionModel().addListSelectionListener(event -> showLeftOut());
        order.addActionListener(event -> table.show(sorted(table.rows())));
        look.setRepeats(false);
        trigger.setText(settings(host.shown()).trigger());
        showLeftOut();
        look();
    }

    // --- what it is made of ----------------------------------------------------------------------------------------

    private JComponent head() {
        JButton back = button("dataset.back", "left", host::close);
        back.putClientProperty("JButton.buttonType", "toolBarButton");
        title.putClientProperty("FlatLaf.styleClass", "h3");
        counted.setName("dataset.count");
        counted.putClientProperty("FlatLaf.style", "foreground: $Graft.text.dim");
        JPanel first = new JPanel(new MigLayout("insets 0, fillx, gap 8 2", "[][grow,fill][]", ""));
        first.add(back);
        first.add(title, "wmin 0");
        first.add(counted);

        JPanel tools = new JPanel(new WrappingRow(12));
        tools.addComponentListener(new ComponentAdapter() {
            @Override
            public void componentResized(ComponentEvent event) {
                // How many rows there are follows the width.
                tools.revalidate();
            }
        });
        tools.add(group(
                field("dataset.trigger", trigger, this::addTrigger),
                button("dataset.trigger.add", null, this::addTrigger)));
        tools.add(group(
                field("dataset.find", find, this::replaceAll),
                field("dataset.replace-with", replaceWith, this::replaceAll),
                button("dataset.replace", null, this::replaceAll)));
        order.setName("dataset.sort");
        tools.add(group(labelled("dataset.sort", order)));
        leaveOut.setName("dataset.leave-out");
        leaveOut.setToolTipText(Strings.get("dataset.leave-out.tip"));
        leaveOut.addActionListener(event -> turnLeftOut());
        JButton all = button("dataset.select-all", null, () -> {
            table.endTyping();
            table.selectAll();
        });
        JButton crop = button("dataset.crop", null, this::crop);
        JButton own = button("dataset.own", null, this::ownCaptions);
        tools.add(group(all, leaveOut, crop, own));
        // They are about what is selected in the list, which is not seen then.
        check.addItemListener(event ->
                List.of(all, leaveOut, crop, own, order).forEach(each -> each.setEnabled(!check.isSelected())));
        check.setName("dataset.check");
        check.setToolTipText(Strings.get("dataset.check.tip"));
        check.addActionListener(event -> turnCheck());
        tools.add(group(check));

        message.setName("dataset.message");
        message.setVisible(false);
        JPanel head =
                new JPanel(new MigLayout("insets 8 12 10 12, fillx, wrap 1, gapy 8, hidemode 3", "[grow,fill]", ""));
        head.add(first, "wmin 0");
        head.add(tools, "wmin 0");
        head.add(message, "wmin 0");
        return head;
    }

    private static JPanel group(JComponent... parts) {
        JPanel group = new JPanel(new MigLayout("insets 0, gap 6"));
        for (JComponent part : parts) {
            group.add(part);
        }
        return group;
    }

    private static JComponent field(String key, JTextField field, Runnable entered) {
        field.setName(key);
        field.addActionListener(event -> entered.run());
        return labelled(key, field);
    }

    private static JComponent labelled(String key, JComponent field) {
        JLabel label = new JLabel(Strings.get(key));
        label.setLabelFor(field);
        field.getAccessibleContext().setAccessibleName(Strings.get(key));
        return group(label, field);
    }

    private static JButton button(String key, String icon, Runnable pressed) {
        JButton button = icon == null ? new JButton(Strings.get(key)) : new JButton(Strings.get(key), Icons.get(icon));
        button.setName(key);
        button.setToolTipText(Strings.get(key + ".tip"));
        button.addActionListener(event -> pressed.run());
        return button;
    }

    @Override
    public boolean requestFocusInWindow() {
        return table.requestFocusInWindow();
    }

    // --- what is shown ---------------------------------------------------------------------------------------------

    /** The workflow is another now: by an edit, or by an undo. */
    public void changed() {
        Workflow shown = host.shown();
        if (!place.isIn(shown) || place.edit().isEmpty()) {
            Optional<DatasetPlace> now = DatasetPlace.of(shown, node, faces);
            if (now.isEmpty()) {
                host.close();
                return;
            }
            place = now.get();
        }
        // Older answers are of what is no more.
        turn++;
        look.restart();
    }

    private void look() {
        look.stop();
        long mine = ++turn;
        DatasetPlace at = place;
        List<Path> before = pictures;
        Workflow whole = host.with(workflow -> {
            Workflow plain = at.edit()
                    .map(edit -> workflow.map(edit, each -> new CaptionSettings(each, before).ofAll()))
                    .orElse(workflow);
            return host.prefix().isEmpty() ? at.upstream(plain) : plain;
        });
        host.known(whole, known -> {
            if (mine == turn) {
                show(known);
            }
        });
    }

    private void show(Known known) {
        String prefix = host.prefix();
        Optional<DatasetSpec> in = known.of(prefix + place.source(), place.output(), DatasetSpec.class);
        Optional<DatasetSpec> out = place.edit()
                .map(edit -> known.of(prefix + edit, CaptionSettings.OUTPUT, DatasetSpec.class))
                .orElse(in);
        items = in.flatMap(DatasetSpec::pictures).map(Dataset::items).orElse(List.of());
        Map<Path, Integer> times = new LinkedHashMap<>();
        Map<Path, Optional<Region>> regions = new HashMap<>();
        items.forEach(item -> {
            times.merge(item.file(), 1, Integer::sum);
            regions.put(item.file(), item.region());
        });
        pictures = List.copyOf(times.keySet());
        CaptionSettings settings = settings(host.shown());
        HandWritten byHand = settings.byHand();
        Map<Path, String> captions = new HashMap<>();
        out.flatMap(DatasetSpec::dataset)
                .ifPresent(data -> data.items().forEach(item -> captions.put(item.file(), item.caption())));
        PictureNames names = new PictureNames(pictures);
        List<DatasetRow> rows = new ArrayList<>();
        for (Path picture : pictures) {
            Optional<String> written = byHand.caption(picture);
            Optional<String> caption = written.or(() -> Optional.ofNullable(captions.get(picture)));
            rows.add(new DatasetRow(
                    picture,
                    names.of(picture),
                    times.get(picture),
                    caption.orElse(""),
                    caption.isPresent(),
                    written.isPresent(),
                    settings.leavesOut(picture),
                    regions.get(picture)));
        }
        Set<Path> before = table.rows().stream().map(DatasetRow::file).collect(Collectors.toSet());
        table.show(before.equals(Set.copyOf(pictures)) ? inOrderOf(table.rows(), rows) : sorted(rows));
        title.setText(titleOf(place.last()));
        long left = rows.stream().filter(row -> !row.leftOut()).count();
        counted.setText(
                left == rows.size()
                        ? Strings.get("dataset.count", rows.size())
                        : Strings.get("dataset.count.left-out", left, rows.size()));
        message(known, rows.isEmpty());
        showLeftOut();
        count(rows.stream().filter(DatasetRow::known).map(DatasetRow::caption).toList());
        lookForFaults();
    }

    private void message(Known known, boolean nothing) {
        List<String> mine = List.of(host.prefix() + place.source(), host.prefix() + place.last());
        Optional<Finding> finding = known.findings().stream()
                .filter(Finding::isError)
                .filter(each -> mine.contains(each.node()))
                .findFirst()
                .or(() -> nothing
                        ? known.findings().stream().filter(Finding::isError).findFirst()
                        : Optional.empty());
        boolean unused = !settings(host.shown()).runs();
        message.setText(finding.map(Finding::words)
                .orElse(nothing ? Strings.get("dataset.nothing") : unused ? Strings.get("dataset.unused") : ""));
        message.setForeground(Theme.colour(finding.isPresent() ? "problem.error" : "text.dim"));
        message.setVisible(!message.getText().isEmpty());
    }

    private String titleOf(String id) {
        WorkflowNode known = host.shown().nodes().get(id);
        return !known.title().isEmpty()
                ? known.title()
                : library.node(known.type()).map(NodeSchema::title).orElse(known.type());
    }

    private static List<DatasetRow> inOrderOf(List<DatasetRow> before, List<DatasetRow> rows) {
        Map<Path, DatasetRow> now = rows.stream().collect(Collectors.toMap(DatasetRow::file, Function.identity()));
        return before.stream().map(row -> now.get(row.file())).toList();
    }

    private List<DatasetRow> sorted(List<DatasetRow> rows) {
        Order by = (Order) order.getSelectedItem();
        if (by == Order.NAME) {
            // In the order in which the node gives them, which is that of their names.
            return rows.stream()
                    .sorted(Comparator.comparingInt(row -> pictures.indexOf(row.file())))
                    .toList();
        }
        return rows.stream()
                .sorted(
                        by == Order.CAPTION
                                ? Comparator.comparing(row -> row.caption().toLowerCase(Locale.ROOT))
                                : Comparator.comparing((DatasetRow row) -> area(row))
                                        .reversed())
                .toList();
    }

    private long area(DatasetRow row) {
        return row.region()
                .map(Region::size)
                .or(() -> sizes.of(row.file()))
                .map(TrainingSize::area)
                .orElse(0L);
    }

    private void sizeKnown() {
        table.repaint();
        if (order.getSelectedItem() == Order.SIZE && !table.isEditing()) {
            table.show(sorted(table.rows()));
        }
    }

    private void count(Collection<String> captions) {
        List<String> fresh = captions.stream()
                .distinct()
                .filter(each -> !counts.containsKey(each))
                .toList();
        if (!fresh.isEmpty()) {
            tokens.count(host.shown(), place.last(), fresh, found -> {
                for (int i = 0; i < found.size(); i++) {
                    counts.put(fresh.get(i), found.get(i));
                }
                table.counted();
                lookForFaults();
            });
        }
    }

    private void showLeftOut() {
        Set<Path> selected = Set.copyOf(table.selected());
        leaveOut.setText(Strings.get(allLeftOut(selected) ? "dataset.take-in" : "dataset.leave-out"));
    }

    private boolean allLeftOut(Set<Path> selected) {
        return !selected.isEmpty()
                && table.rows().stream()
                        .filter(row -> selected.contains(row.file()))
                        .allMatch(DatasetRow::leftOut);
    }

    // --- what is done ----------------------------------------------------------------------------------------------

    private CaptionSettings settings(Workflow workflow) {
        WorkflowNode edit = place.edit()
                .map(workflow.nodes()::get)
                .orElseGet(() -> WorkflowNode.of(CaptionSettings.TYPE, version(), new Place(0, 0)));
        return new CaptionSettings(edit, pictures);
    }

    private int version() {
        return library.node(CaptionSettings.TYPE).map(NodeSchema::version).orElse(1);
    }

    private void edit(String label, String mergeKey, UnaryOperator<CaptionSettings> change) {
        DatasetPlace at = place;
        List<Path> all = pictures;
        String id = at.editIn(host.shown());
        // Before the workflow tells of the edit.
        place = new DatasetPlace(at.source(), at.output(), Optional.of(id));
        host.edit(
                label,
                mergeKey,
                workflow -> at.edited(
                        workflow, host.sizes(), version(), before -> change.apply(new CaptionSettings(before, all))
                                .node()));
    }

    private void captionTyped(Path picture, String caption, String visit) {
        edit(Strings.get("dataset.edit.caption"), visit, settings -> settings.withCaptions(Map.of(picture, caption)));
    }

    private void addTrigger() {
        table.endTyping();
        String word = trigger.getText().strip();
        String before = settings(host.shown()).trigger();
        Map<Path, String> byHand = new LinkedHashMap<>();
        table.rows().stream().filter(DatasetRow::byHand).forEach(row -> {
            String plain = without(row.caption(), before);
            byHand.put(
                    row.file(),
                    word.isEmpty() || CaptionCheck.alone(word).matcher(plain).find()
                            ? plain
                            : (word + " " + plain).strip());
        });
        edit(
                Strings.get("dataset.edit.trigger"),
                "",
                settings -> (byHand.isEmpty() ? settings : settings.withCaptions(byHand)).withTrigger(word));
        host.say(word.isEmpty() ? Strings.get("dataset.said.no-trigger") : Strings.get("dataset.said.trigger", word));
    }

    /** A caption without the trigger word that was put in front of it. */
    private static String without(String caption, String word) {
        return !word.isEmpty() && (caption + " ").startsWith(word + " ")
                ? caption.substring(word.length()).strip()
                : caption;
    }

    private void replaceAll() {
        table.endTyping();
        String wanted = find.getText();
        if (wanted.isEmpty()) {
            find.requestFocusInWindow();
            return;
        }
        Map<Path, String> changed = new LinkedHashMap<>();
        table.rows().stream()
                .filter(row -> row.known() && row.caption().contains(wanted))
                .forEach(row -> changed.put(
                        row.file(),
                        row.caption()
                                .replace(wanted, replaceWith.getText())
                                .replaceAll("\\s+", " ")
                                .strip()));
        boolean inTheRun = table.rows().stream().anyMatch(row -> !row.known());
        if (!changed.isEmpty() || inTheRun) {
            edit(Strings.get("dataset.edit.replace"), "", settings -> {
                CaptionSettings written = changed.isEmpty() ? settings : settings.withCaptions(changed);
                return inTheRun ? written.withReplaced(wanted, replaceWith.getText()) : written;
            });
        }
        host.say(
                inTheRun
                        ? Strings.get("dataset.said.replaced.in-the-run")
                        : Strings.get("dataset.said.replaced", changed.size()));
    }

    private void turnLeftOut() {
        table.endTyping();
        List<Path> selected = table.selected();
        if (selected.isEmpty()) {
            host.say(Strings.get("dataset.said.select"));
            return;
        }
        boolean out = !allLeftOut(Set.copyOf(selected));
        edit(
                Strings.get(out ? "dataset.leave-out" : "dataset.take-in"),
                "",
                settings -> settings.withLeftOut(selected, out));
    }

    private void ownCaptions() {
        table.endTyping();
        List<Path> selected = table.selected();
        edit(Strings.get("dataset.own"), "", settings -> settings.withoutCaptions(selected));
    }

    private void crop() {
        table.endTyping();
        Optional<DatasetRow> row = table.current();
        if (row.isEmpty()) {
            host.say(Strings.get("dataset.said.select"));
            return;
        }
        crop(row.get().file());
    }

    private void crop(Path picture) {
        List<String> folders = place.folders(host.shown());
        if (folders.isEmpty()) {
            host.say(Strings.get("dataset.said.no-folder"));
            return;
        }
        CropDialog.show(
                SwingUtilities.getWindowAncestor(this),
                picture,
                table.rows().stream()
                        .filter(row -> row.file().equals(picture))
                        .findFirst()
                        .flatMap(DatasetRow::region),
                part -> {
                    Workflow plain = host.with(UnaryOperator.identity());
                    // Of several folders the one that gives the picture.
                    host.known(plain, known -> folders.stream()
                            .filter(folder -> files(known, folder).contains(picture))
                            .findFirst()
                            .ifPresent(folder -> host.edit(
                                    Strings.get("dataset.crop.title"),
                                    "",
                                    workflow -> workflow.map(folder, before -> new Crops(before)
                                            .with(picture, part, files(known, folder))
                                            .node()))));
                },
                table::requestFocusInWindow,
                problem -> host.say(problem.getMessage()));
    }

    private List<Path> files(Known known, String folder) {
        return known.of(host.prefix() + folder, "images", DatasetSpec.class)
                .flatMap(DatasetSpec::pictures)
                .map(data ->
                        data.items().stream().map(Dataset.Item::file).distinct().toList())
                .orElse(List.of());
    }

    // --- what is wrong with them -------------------------------------------------------------------------------------

    private void turnCheck() {
        table.endTyping();
        cards.show(centre, check.isSelected() ? FAULTS : TABLE);
        if (check.isSelected()) {
            faults.looking();
            lookForFaults();
        } else {
            table.requestFocusInWindow();
        }
    }

    /** Looks at what is trained on as it is now; what was seen of a picture before is not read again. */
    private void lookForFaults() {
        if (!check.isSelected()) {
            return;
        }
        long mine = ++lookTurn;
        Map<Path, String> captions = new LinkedHashMap<>();
        Set<Path> used = table.rows().stream()
                .filter(row -> !row.leftOut())
                .map(DatasetRow::file)
                .collect(Collectors.toSet());
        table.rows().stream()
                .filter(row -> row.known() && !row.leftOut())
                .forEach(row -> captions.put(row.file(), row.caption()));
        List<Dataset.Item> trained =
                items.stream().filter(item -> used.contains(item.file())).toList();
        Map<String, CaptionCount> counted = Map.copyOf(counts);
        DataLook.Words words = new DataLook.Words(
                captions, trigger.getText().strip(), caption -> Optional.ofNullable(counted.get(caption))
                        .filter(count -> count.tokens() > count.most())
                        .map(CaptionCount::unseen)
                        .orElse(""));
        Background.FILES.run(
                () -> dataLook.findings(trained, words),
                found -> {
                    if (mine == lookTurn && check.isSelected()) {
                        faults.show(found, used.size());
                    }
                },
                problem -> host.say(problem.getMessage()));
    }

    private List<FaultList.Remedy> remedies(DataFinding finding) {
        List<Path> files = finding.files();
        List<Path> others = files.subList(Math.min(1, files.size()), files.size());
        String first = String.valueOf(files.get(0).getFileName());
        FaultList.Remedy show = new FaultList.Remedy("dataset.faults.show", "", () -> showInTable(files));
        FaultList.Remedy leave = remedy("dataset.faults.leave-out", "", settings -> settings.withLeftOut(files, true));
        FaultList.Remedy keep = remedy("dataset.faults.keep", first, settings -> settings.withLeftOut(others, true));
        return switch (finding.kind()) {
            case UNREADABLE, BLURRED, SMALL -> List.of(leave, show);
            case OTHER_CLASS, NO_CAPTION -> List.of(show, leave);
            case COPY, ALIKE, MIRRORED -> List.of(keep, show);
            case CONTRADICTING ->
                List.of(
                        keep,
                        remedy(
                                "dataset.faults.one-caption",
                                first,
                                settings -> settings.withCaptions(others.stream()
                                        .collect(
                                                Collectors.toMap(Function.identity(), file -> caption(files.get(0)))))),
                        show);
            case NO_TRIGGER ->
                List.of(
                        new FaultList.Remedy(
                                "dataset.faults.trigger", trigger.getText().strip(), this::addTrigger),
                        show);
            case TOO_LONG ->
                List.of(
                        remedy(
                                "dataset.faults.shorten",
                                "",
                                settings -> settings.withCaptions(
                                        files.stream().collect(Collectors.toMap(Function.identity(), this::read)))),
                        show);
            case CUT -> {
                FaultList.Remedy crop = new FaultList.Remedy("dataset.faults.crop", first, () -> crop(files.get(0)));
                yield unsorted().isEmpty()
                        ? List.of(crop, leave, show)
                        : List.of(
                                crop,
                                new FaultList.Remedy("dataset.faults.buckets", "", this::sortIntoBuckets),
                                leave,
                                show);
            }
        };
    }

    private FaultList.Remedy remedy(String key, String about, UnaryOperator<CaptionSettings> change) {
        return new FaultList.Remedy(key, about, () -> edit(Strings.get(key, about), "", change));
    }

    private void open(DataFinding finding, Path picture) {
        if (finding.kind() == DataFinding.Kind.CUT) {
            crop(picture);
        } else {
            showInTable(List.of(picture));
        }
    }

    private void showInTable(List<Path> files) {
        check.setSelected(false);
        turnCheck();
        table.select(files);
    }

    private String caption(Path picture) {
        return table.rows().stream()
                .filter(row -> row.file().equals(picture))
                .map(DatasetRow::caption)
                .findFirst()
                .orElse("");
    }

    /** What the model reads of a caption. */
    private String read(Path picture) {
        String caption = caption(picture);
        int end = Optional.ofNullable(counts.get(caption))
                .map(CaptionCount::unseen)
                .filter(unseen -> !unseen.isEmpty())
                .map(caption::lastIndexOf)
                .filter(at -> at >= 0)
                .orElse(caption.length());
        return caption.substring(0, end).strip();
    }

    /** The folders whose pictures are all cut to one shape. */
    private List<String> unsorted() {
        Workflow shown = host.shown();
        return place.folders(shown).stream()
                .filter(folder -> !(shown.nodes().get(folder).settings().get("buckets") instanceof JsonPrimitive set
                        && set.getAsBoolean()))
                .toList();
    }

    private void sortIntoBuckets() {
        List<String> folders = unsorted();
        int step = items.stream()
                .map(Dataset.Item::size)
                .mapToInt(Buckets::usualStep)
                .min()
                .orElse(Buckets.USUAL_STEP);
        host.edit(Strings.get("dataset.faults.buckets"), "", workflow -> {
            Workflow next = workflow;
            for (String folder : folders) {
                next = next.map(folder, node -> node.with("buckets", new JsonPrimitive(true))
                        .with("bucketStep", new JsonPrimitive(step)));
            }
            return next;
        });
    }
}
