package graft.app.editor.run;

import com.formdev.flatlaf.util.UIScale;
import graft.app.editor.Background;
import graft.app.editor.Durations;
import graft.app.editor.Icons;
import graft.app.editor.OpenedOutside;
import graft.app.editor.Strings;
import graft.app.editor.Theme;
import graft.app.editor.viewer.Thumbnails;
import graft.app.engine.PastRun;
import graft.app.engine.RunFolders;
import graft.app.plugin.NodeLibrary;
import graft.app.workflow.Workflow;
import graft.app.workflow.WorkflowDifference;
import java.awt.BorderLayout;
import java.awt.Color;
import java.awt.Component;
import java.awt.Dimension;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.Shape;
import java.awt.event.MouseAdapter;
import java.awt.event.MouseEvent;
import java.awt.geom.RoundRectangle2D;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import javax.swing.DefaultListModel;
import javax.swing.JButton;
import javax.swing.JLabel;
import javax.swing.JList;
import javax.swing.JPanel;
import javax.swing.JScrollPane;
import javax.swing.KeyStroke;
import javax.swing.ListCellRenderer;
import javax.swing.ListSelectionModel;
import javax.swing.SwingUtilities;
import net.miginfocom.swing.MigLayout;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The runs of before with their pictures: to open as a workflow, to look at, to compare. */
final class HistoryPanel extends JPanel {

    private static final long serialVersionUID = 1;

    private static final Logger LOG = LoggerFactory.getLogger(HistoryPanel.class);
    private static final DateTimeFormatter WHEN = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm", Locale.ROOT);
    private static final int MOST = 300;
    private static final int ROW = 62;
    private static final int THUMBNAIL = 48;
    private static final int THUMBNAILS = 4;

    /** What is done with pictures. */
    interface Viewer {
        void show(List<Path> pictures);

        void compare(Path left, Path right);

        void report(Path page);
    }

    private final transient RunHost host;
    private final transient NodeLibrary library;
    private final transient Thumbnails thumbnails;
    private final transient Viewer viewer;
    private final DefaultListModel<PastRun> runs = new DefaultListModel<>();
    private final JList<PastRun> list = new JList<>(runs);
    private final JLabel none = new JLabel(Strings.get("history.none"), JLabel.CENTER);
    private final JButton open = button("history.open", "open", () -> one().ifPresent(this::open));
    private final JButton show = button("history.show", "image", () -> one().ifPresent(this::show));
    private final JButton compare = button("history.compare", "compare", this::compare);
    private final JButton report = button("history.report", "file", () -> one().ifPresent(this::report));
    private final JButton folder = button("history.folder", "folder", () -> one().ifPresent(this::browse));

    HistoryPanel(RunHost host, NodeLibrary library, Thumbnails thumbnails, Viewer viewer) {
        super(new BorderLayout());
        this.host = host;
        this.library = library;
        this.thumbnails = thumbnails;
        this.viewer = viewer;
        setName("history");
        list.setName("history.list");
        list.getAccessibleContext().setAccessibleName(Strings.get("history.title"));
        list.setSelectionMode(ListSelectionModel.MULTIPLE_INTERVAL_SELECTION);
        list.setCellRenderer(new Row());
        list.setFixedCellHeight(UIScale.scale(ROW));
        list.addListSelectionListener(event -> enableButtons());
        list.addMouseListener(new MouseAdapter() {
            @Override
            public void mouseClicked(MouseEvent event) {
                if (event.getClickCount() == 2) {
                    one().ifPresent(HistoryPanel.this::show);
                }
            }
        });
        list.registerKeyboardAction(
                event -> one().ifPresent(this::open), KeyStroke.getKeyStroke("ENTER"), WHEN_FOCUSED);
        JButton refresh = button("history.refresh", "reset", this::refresh);
        refresh.setText("");
        refresh.setToolTipText(Strings.get("history.refresh"));
        JPanel head = new JPanel(new MigLayout("insets 6 10 6 10, fillx, gap 4, hidemode 3", "[][][][][]push[]", ""));
        head.add(open);
        head.add(show);
        head.add(compare);
        head.add(report);
        head.add(folder);
        head.add(refresh);
        JScrollPane scroll = new JScrollPane(list);
        scroll.setBorder(null);
        none.putClientProperty("FlatLaf.style", "foreground: $Graft.text.dim");
        add(head, BorderLayout.NORTH);
        add(scroll, BorderLayout.CENTER);
        add(none, BorderLayout.SOUTH);
        none.setVisible(false);
        enableButtons();
    }

    private static JButton button(String key, String icon, Runnable pressed) {
        JButton button = new JButton(Strings.get(key), Icons.get(icon));
        button.setName(key);
        if (!key.endsWith("refresh")) {
            button.setToolTipText(Strings.get(key + ".help"));
        }
        button.getAccessibleContext().setAccessibleName(Strings.get(key));
        button.putClientProperty("JButton.buttonType", "toolBarButton");
        button.addActionListener(event -> pressed.run());
        return button;
    }

    /** Reads the runs anew. */
    void refresh() {
        List<Path> places = host.places();
        Background.FILES.run(
                () -> places.stream()
                        .flatMap(place ->
                                RunFolders.list(place, MOST, problem -> LOG.warn("a run is left out", problem))
                                        .stream())
                        // Folders begin with the time of the run.
                        .sorted(Comparator.comparing((PastRun run) ->
                                        run.folder().getFileName().toString())
                                .reversed())
                        .limit(MOST)
                        .toList(),
                this::fill,
                host::tell);
    }

    private void fill(List<PastRun> latest) {
        List<PastRun> selected = list.getSelectedValuesList();
        runs.clear();
        runs.addAll(latest);
        // A run that went on since is another record of the same folder.
        Set<Path> folders = selected.stream().map(PastRun::folder).collect(Collectors.toSet());
        for (int i = 0; i < latest.size(); i++) {
            if (folders.contains(latest.get(i).folder())) {
                list.addSelectionInterval(i, i);
            }
        }
        none.setVisible(latest.isEmpty());
        enableButtons();
    }

    private Optional<PastRun> one() {
        return Optional.ofNullable(list.getSelectedValue());
    }

    private void enableButtons() {
        List<PastRun> selected = list.getSelectedValuesList();
        open.setEnabled(selected.size() == 1);
        folder.setEnabled(selected.size() == 1);
        report.setEnabled(selected.size() == 1 && !selected.get(0).reports().isEmpty());
        show.setEnabled(selected.size() == 1 && !selected.get(0).pictures().isEmpty());
        compare.setEnabled(selected.size() == 2);
    }

    private void open(PastRun run) {
        Background.FILES.run(run::workflow, workflow -> host.open(workflow, name(run)), host::tell);
    }

    private void show(PastRun run) {
        if (!run.pictures().isEmpty()) {
            viewer.show(run.pictures());
        }
    }

    private void report(PastRun run) {
        viewer.report(last(run.reports()));
    }

    private void browse(PastRun run) {
        OpenedOutside.open(run.folder(), host::tell);
    }

    /** The older one on the left. */
    private void compare() {
        List<PastRun> two = list.getSelectedValuesList();
        PastRun left = two.get(1);
        PastRun right = two.get(0);
        Background.FILES.run(
                () -> {
                    Workflow before = left.workflow();
                    Workflow after = right.workflow();
                    return new CompareDialog.Comparison(before, after, WorkflowDifference.between(before, after));
                },
                found -> CompareDialog.show(
                        SwingUtilities.getWindowAncestor(this),
                        List.of(name(left), name(right)),
                        found.changes().stream()
                                .map(change -> CompareDialog.row(change, found, library))
                                .toList(),
                        pictures(left, right)),
                host::tell);
    }

    private static String title(PastRun run) {
        return run.title().isEmpty() ? String.valueOf(run.folder().getFileName()) : run.title();
    }

    private static String name(PastRun run) {
        return title(run) + "  " + WHEN.format(run.started());
    }

    /** What it drew at last, which is what it was run for. */
    private static List<Path> lastPictures(PastRun run, int most) {
        List<Path> all = run.pictures();
        return all.subList(Math.max(0, all.size() - most), all.size());
    }

    private Runnable pictures(PastRun left, PastRun right) {
        return left.pictures().isEmpty() || right.pictures().isEmpty()
                ? null
                : () -> viewer.compare(
                        lastPictures(left, 1).get(0), lastPictures(right, 1).get(0));
    }

    private static <T> T last(List<T> all) {
        return all.get(all.size() - 1);
    }

    /** A run: its pictures, what it is, how it went. */
    private final class Row extends JPanel implements ListCellRenderer<PastRun> {

        private static final long serialVersionUID = 1;

        private transient PastRun run;
        private boolean selected;

        @Override
        public Component getListCellRendererComponent(
                JList<? extends PastRun> of, PastRun value, int index, boolean isSelected, boolean focus) {
            run = value;
            selected = isSelected;
            setFont(of.getFont());
            setToolTipText(value.folder().toString());
            getAccessibleContext().setAccessibleName(name(value) + ", " + outcome());
            return this;
        }

        private String outcome() {
            String words = Strings.get("history.state." + run.state().name().toLowerCase(Locale.ROOT));
            return run.seconds() > 0 ? words + " · " + Durations.words(run.seconds()) : words;
        }

        private Color outcomeColour() {
            return Theme.colour(
                    switch (run.state()) {
                        case DONE -> "state.done";
                        case FAILED -> "state.failed";
                        case RUNNING -> "state.running";
                        case CANCELLED, BROKEN_OFF -> "state.stale";
                    });
        }

        @Override
        public Dimension getPreferredSize() {
            return UIScale.scale(new Dimension(320, ROW));
        }

        @Override
        protected void paintComponent(Graphics g) {
            Graphics2D graphics = (Graphics2D) g.create();
            graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
            graphics.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
            graphics.setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
            graphics.setColor(selected ? list.getSelectionBackground() : list.getBackground());
            graphics.fillRect(0, 0, getWidth(), getHeight());
            int pad = UIScale.scale(12);
            int size = UIScale.scale(THUMBNAIL);
            int room = Math.max(1, (getWidth() / 2 - pad) / (size + UIScale.scale(4)));
            List<Path> pictures = lastPictures(run, Math.min(THUMBNAILS, room));
            int x = getWidth() - pad;
            for (int i = pictures.size() - 1; i >= 0; i--) {
                x -= size;
                thumbnail(graphics, pictures.get(i), x, (getHeight() - size) / 2, size);
                x -= UIScale.scale(4);
            }
            words(graphics, pad, x - pad);
            graphics.dispose();
        }

        private void thumbnail(Graphics2D graphics, Path file, int x, int y, int size) {
            Shape frame = new RoundRectangle2D.Double(x, y, size, size, UIScale.scale(6), UIScale.scale(6));
            graphics.setColor(Theme.colour("card.background"));
            graphics.fill(frame);
            Shape before = graphics.getClip();
            graphics.clip(frame);
            thumbnails.get(file, size, list::repaint).ifPresent(image -> draw(graphics, image, x, y, size));
            graphics.setClip(before);
            graphics.setColor(Theme.colour("card.border"));
            graphics.draw(frame);
        }

        private void draw(Graphics2D graphics, BufferedImage image, int x, int y, int size) {
            double scale = Math.min((double) size / image.getWidth(), (double) size / image.getHeight());
            int width = (int) Math.round(image.getWidth() * scale);
            int height = (int) Math.round(image.getHeight() * scale);
            graphics.drawImage(image, x + (size - width) / 2, y + (size - height) / 2, width, height, null);
        }

        private void words(Graphics2D graphics, int x, int width) {
            Color text = selected ? list.getSelectionForeground() : list.getForeground();
            Font plain = getFont();
            Font bold = plain.deriveFont(Font.BOLD);
            graphics.setFont(bold);
            FontMetrics metrics = graphics.getFontMetrics();
            int top = (getHeight() - 2 * metrics.getHeight() - UIScale.scale(2)) / 2;
            graphics.setColor(text);
            graphics.drawString(cut(title(run), metrics, width), x, top + metrics.getAscent());
            graphics.setFont(plain);
            metrics = graphics.getFontMetrics();
            int base = top + metrics.getHeight() + UIScale.scale(2) + metrics.getAscent();
            graphics.setColor(selected ? text : outcomeColour());
            String outcome = outcome();
            graphics.drawString(cut(outcome, metrics, width), x, base);
            int used = metrics.stringWidth(outcome) + UIScale.scale(10);
            graphics.setColor(selected ? text : Theme.colour("text.dim"));
            graphics.drawString(cut(WHEN.format(run.started()), metrics, width - used), x + used, base);
        }

        private static String cut(String words, FontMetrics metrics, int width) {
            if (metrics.stringWidth(words) <= width) {
                return words;
            }
            String cut = words;
            while (!cut.isEmpty() && metrics.stringWidth(cut + "…") > width) {
                cut = cut.substring(0, cut.length() - 1);
            }
            return cut.isEmpty() ? "" : cut + "…";
        }
    }
}
