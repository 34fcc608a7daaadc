package graft.app.editor.shell;

import com.formdev.flatlaf.util.UIScale;
import graft.app.editor.Commands;
import graft.app.editor.Icons;
import graft.app.editor.Strings;
import graft.app.editor.TracksWidth;
import java.awt.BorderLayout;
import java.awt.Component;
import java.awt.Container;
import java.awt.Dimension;
import java.awt.Rectangle;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import javax.swing.Action;
import javax.swing.JButton;
import javax.swing.JComponent;
import javax.swing.JLabel;
import javax.swing.JPanel;
import javax.swing.JScrollPane;
import javax.swing.ScrollPaneConstants;
import javax.swing.SwingConstants;
import net.miginfocom.swing.MigLayout;

/** The first tab: templates to begin with, files opened lately, and drafts that were never saved. */
final class StartPage extends JPanel {
    private static final long serialVersionUID = 1;

    private static final int WIDEST = 1180;
    private static final int MOST_RECENT = 10;

    /** A draft that a crash left. */
    record Recovered(String title, String when, Runnable open, Runnable discard) {}

    private final Column column = new Column();
    private final JPanel templates = new JPanel(new CardGrid(250, 16));
    private final JPanel ofPlugins = new JPanel(new MigLayout("insets 0, wrap 1, fillx, gapy 10", "[fill]", ""));
    private final JPanel recent = new JPanel(new MigLayout("insets 0, wrap 1, fillx, gapy 0", "[fill]", ""));
    private final JLabel recentTitle = heading("start.recent");
    private final JPanel drafts = new JPanel(new MigLayout("insets 0, wrap 1, fillx, gapy 6", "[fill]", ""));
    private final JLabel draftsTitle = heading("start.drafts");
    private transient List<Template> shownTemplates = List.of();
    private transient List<Path> shownRecent = List.of();
    private final transient Consumer<Path> openTemplate;
    private final transient Consumer<Path> openFile;

    /**
     * A page.
     *
     * @param openTemplate opens a copy of a template
     * @param openFile opens a file
     */
    StartPage(Action teach, Action newWorkflow, Action open, Consumer<Path> openTemplate, Consumer<Path> openFile) {
        super(new BorderLayout());
        this.openTemplate = openTemplate;
        this.openFile = openFile;
        setName("start-page");
        getAccessibleContext().setAccessibleName(Commands.START_PAGE.title());
        for (JPanel panel : List.of(templates, ofPlugins, recent, drafts)) {
            panel.setOpaque(false);
        }
        JLabel name = new JLabel(Strings.get("shell.name"), Icons.get("graft", 44), SwingConstants.LEADING);
        name.setIconTextGap(12);
        name.putClientProperty("FlatLaf.styleClass", "h00");
        JLabel words = new JLabel(Strings.get("start.words"));
        words.putClientProperty("FlatLaf.style", "foreground: $Graft.text.dim");
        JPanel head = new JPanel(new MigLayout("insets 0, fillx, gap 10 4", "[grow][][]", ""));
        head.setOpaque(false);
        head.add(name);
        head.add(button(newWorkflow, "start.new"));
        head.add(button(open, "start.open"), "wrap");
        head.add(words, "span 3");
        column.add(head, "growx");
        column.add(guide(teach), "gaptop 14, growx");
        column.add(draftsTitle, "gaptop 18");
        column.add(drafts, "growx");
        column.add(heading("start.templates"), "gaptop 18");
        column.add(templates, "growx");
        column.add(ofPlugins, "growx");
        column.add(recentTitle, "gaptop 18");
        column.add(recent, "growx");
        add(new Scroll(), BorderLayout.CENTER);
        showDrafts(List.of());
        showRecent(false);
    }

    /** Shows templates; while they are those that are shown their cards stay, with the keyboard that one may have. */
    void showTemplates(List<Template> all) {
        if (all.equals(shownTemplates)) {
            return;
        }
        shownTemplates = List.copyOf(all);
        templates.removeAll();
        ofPlugins.removeAll();
        Map<String, JPanel> grids = new LinkedHashMap<>();
        for (Template template : all) {
            String remark = template.seconds().isPresent()
                    ? Strings.get(
                            "start.time",
                            Words.duration(Duration.ofMillis(
                                    Math.round(1000 * template.seconds().getAsDouble()))))
                    : "";
            Card card = new Card(template, remark);
            card.addActionListener(event -> openTemplate.accept(template.file()));
            JPanel grid = template.plugin()
                    .map(plugin -> grids.computeIfAbsent(plugin, this::gridOf))
                    .orElse(templates);
            grid.add(card);
        }
        ofPlugins.setVisible(!grids.isEmpty());
        column.revalidate();
        column.repaint();
    }

    private JPanel gridOf(String plugin) {
        JLabel title = new JLabel(Strings.get("start.templates.plugin", plugin));
        title.setName("start.templates." + plugin);
        title.putClientProperty("FlatLaf.styleClass", "h3");
        JPanel grid = new JPanel(new CardGrid(250, 16));
        grid.setOpaque(false);
        ofPlugins.add(title, "gaptop 18");
        ofPlugins.add(grid);
        return grid;
    }

    /** Shows files opened lately, the first of them; likewise. */
    void showRecent(List<Path> files) {
        List<Path> first = files.stream().limit(MOST_RECENT).toList();
        if (first.equals(shownRecent)) {
            return;
        }
        shownRecent = first;
        recent.removeAll();
        first.forEach(file -> {
            JButton button = new JButton(file.getFileName().toString(), Icons.get("file"));
            button.setName("recent." + file.getFileName());
            button.putClientProperty("JButton.buttonType", "borderless");
            button.setHorizontalAlignment(SwingConstants.LEADING);
            button.setIconTextGap(8);
            button.addActionListener(event -> openFile.accept(file));
            JLabel folder = new JLabel(String.valueOf(file.getParent()));
            folder.putClientProperty("FlatLaf.style", "foreground: $Graft.text.dim");
            JPanel row = new JPanel(new MigLayout("insets 0, fillx", "[240!,fill][grow,fill]", ""));
            row.setOpaque(false);
            row.add(button, "wmin 0");
            row.add(folder, "wmin 0");
            recent.add(row);
        });
        showRecent(!first.isEmpty());
        column.revalidate();
        column.repaint();
    }

    private void showRecent(boolean shown) {
        recentTitle.setVisible(shown);
        recent.setVisible(shown);
    }

    void showDrafts(List<Recovered> found) {
        drafts.removeAll();
        for (Recovered draft : found) {
            JLabel title = new JLabel(
                    Strings.get("start.draft", draft.title(), draft.when()),
                    Icons.get("history"),
                    SwingConstants.LEADING);
            title.setIconTextGap(8);
            JButton open = new JButton(Strings.get("start.draft.open"));
            open.setName("draft.open." + draft.title());
            open.addActionListener(event -> draft.open().run());
            JButton discard = new JButton(Strings.get("start.draft.discard"));
            discard.setName("draft.discard." + draft.title());
            discard.addActionListener(event -> draft.discard().run());
            JPanel row = new JPanel(new MigLayout("insets 8 12 8 12, fillx", "[grow,fill][][]", ""));
            row.putClientProperty("FlatLaf.style", "arc: 10; background: $Graft.card.background");
            row.add(title, "wmin 0");
            row.add(discard);
            row.add(open);
            drafts.add(row);
        }
        draftsTitle.setVisible(!found.isEmpty());
        drafts.setVisible(!found.isEmpty());
        column.revalidate();
        column.repaint();
    }

    /**
     * Scrolls the page. How high its grids are follows from how wide they are, which is known only when they are laid out: then
     * all is laid out again at once, so that nothing moves from under a mouse that has found it.
     */
    private final class Scroll extends JScrollPane {
        private static final long serialVersionUID = 1;

        /** A scroll bar that comes with the second one makes the page narrower. */
        private static final int MOST_TURNS = 3;

        Scroll() {
            super(
                    column,
                    ScrollPaneConstants.VERTICAL_SCROLLBAR_AS_NEEDED,
                    ScrollPaneConstants.HORIZONTAL_SCROLLBAR_NEVER);
            setBorder(null);
            getVerticalScrollBar().setUnitIncrement(32);
        }

        @Override
        protected void validateTree() {
            super.validateTree();
            for (int turn = 1; turn < MOST_TURNS && !gridsFit(); turn++) {
                super.validateTree();
            }
        }
    }

    /** Whether all grids are as high as they have to be; those that are not are laid out next time. */
    private boolean gridsFit() {
        List<Container> wrong = Stream.concat(Stream.of(templates), Stream.of(ofPlugins.getComponents()))
                .map(Container.class::cast)
                .filter(grid -> grid.getLayout() instanceof CardGrid cards
                        && cards.preferredLayoutSize(grid).height != grid.getHeight())
                .toList();
        wrong.forEach(Container::invalidate);
        return wrong.isEmpty();
    }

    /** The way in for whoever has pictures and no workflow. */
    private static JButton guide(Action teach) {
        JButton guide = new JButton(teach) {
            private static final long serialVersionUID = 1;

            @Override
            public Dimension getPreferredSize() {
                return new Dimension(super.getPreferredSize().width, UIScale.scale(76));
            }
        };
        guide.setLayout(new MigLayout("insets 0 18 0 18, fillx, gap 14 0, aligny center", "[][grow,fill]", "[][]"));
        guide.setText("");
        guide.setName("start.teach");
        guide.setToolTipText(null);
        guide.getAccessibleContext().setAccessibleName(Commands.TEACH.title());
        guide.getAccessibleContext().setAccessibleDescription(Strings.get("start.teach.words"));
        guide.putClientProperty("FlatLaf.style", "arc: 20; background: $Graft.card.background");
        JLabel title = heading("start.teach");
        JLabel words = new JLabel(Strings.get("start.teach.words"));
        words.putClientProperty("FlatLaf.style", "foreground: $Graft.text.dim");
        guide.add(new JLabel(Icons.get("image", 28)), "spany 2");
        guide.add(title, "wrap, wmin 0");
        guide.add(words, "wmin 0");
        return guide;
    }

    private static JButton button(Action action, String key) {
        JButton button = new JButton(action);
        button.setText(Strings.get(key));
        button.setName(key);
        button.setToolTipText(null);
        button.putClientProperty("FlatLaf.style", "margin: 6,14,6,14");
        return button;
    }

    private static JLabel heading(String key) {
        JLabel label = new JLabel(Strings.get(key));
        label.putClientProperty("FlatLaf.styleClass", "h3");
        return label;
    }

    /** What the page holds, as wide as the view but not too wide to read. */
    private static final class Column extends JPanel implements TracksWidth {
        private static final long serialVersionUID = 1;

        private final JPanel inner =
                new JPanel(new MigLayout("insets 0, wrap 1, fillx, hidemode 3, gapy 10", "[fill]", ""));

        Column() {
            super(new MigLayout("insets 36 40 48 40, fillx", "[grow,center]", ""));
            inner.setOpaque(false);
            super.add(inner, "growx, wmax " + WIDEST);
        }

        void add(JComponent component, String constraints) {
            inner.add(component, constraints);
        }

        @Override
        public Component add(Component component) {
            return inner.add(component);
        }

        @Override
        public int getScrollableUnitIncrement(Rectangle visible, int orientation, int direction) {
            return 32;
        }

        @Override
        public int getScrollableBlockIncrement(Rectangle visible, int orientation, int direction) {
            return visible.height - 32;
        }

        @Override
        public boolean getScrollableTracksViewportHeight() {
            return getPreferredSize().height < getParent().getHeight();
        }
    }
}
