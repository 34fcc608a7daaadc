package graft.app.editor.run;

import com.formdev.flatlaf.util.UIScale;
import graft.app.editor.Icons;
import graft.app.editor.Strings;
import graft.app.editor.Theme;
import graft.app.editor.TracksWidth;
import graft.app.editor.Wrapped;
import graft.app.engine.EventJson;
import graft.app.engine.Finding;
import graft.app.engine.RunEvent;
import graft.app.plugin.MissingNode;
import graft.app.worker.RunBackend;
import graft.node.Problem;
import java.awt.BorderLayout;
import java.awt.Component;
import java.awt.Cursor;
import java.awt.Dimension;
import java.awt.Font;
import java.awt.Rectangle;
import java.awt.event.MouseAdapter;
import java.awt.event.MouseEvent;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import javax.swing.JButton;
import javax.swing.JLabel;
import javax.swing.JPanel;
import javax.swing.JScrollPane;
import javax.swing.JTextArea;
import javax.swing.JToggleButton;
import javax.swing.ScrollPaneConstants;
import javax.swing.UIManager;
import net.miginfocom.swing.MigLayout;

/**
 * Everything that is wrong with the workflow in front and with its last run: what happened, why, what to do, with the trace
 * folded beneath. A click goes to the node.
 */
final class ProblemsPanel extends JPanel {

    private static final long serialVersionUID = 1;

    /** A problem to show; {@code node} is empty when it is about no node, {@code trace} when there is none, {@code plugin} when it is no plugin's fault. */
    private record Entry(
            boolean error,
            String node,
            String socket,
            String happened,
            String why,
            String remedy,
            String trace,
            Optional<MissingNode> missing,
            String plugin) {

        /** Whether another says the same: of the same node, or as the reason why a run was refused. */
        boolean says(Entry finding) {
            String place = finding.node.isEmpty() ? "" : finding.node + ": ";
            return isRefusal()
                    ? why.equals(place + finding.happened)
                    : node.equals(finding.node) && happened.equals(finding.happened);
        }

        boolean isRefusal() {
            return node.isEmpty() && happened.equals(RunBackend.REFUSED);
        }
    }

    /** What a card shows of a problem. */
    private record Shown(Entry entry, boolean canDisable) {}

    private static final int MOST = 200;

    private final transient Consumer<String> reveal;
    private final transient Consumer<MissingNode> bring;
    private final transient Predicate<String> canDisable;
    private final transient Consumer<String> disable;
    private final Cards cards = new Cards();
    private transient List<Entry> findings = List.of();
    private final transient List<Entry> ofRun = new ArrayList<>();
    private transient List<Entry> shown = List.of();
    /** Whether the cards are of what was shown before. */
    private boolean old;

    /**
     * Problems; {@code reveal} is told the node that was clicked, {@code bring} the missing one that is wanted, {@code disable}
     * the plugin that is to go, of those that {@code canDisable}.
     */
    ProblemsPanel(
            Consumer<String> reveal,
            Consumer<MissingNode> bring,
            Predicate<String> canDisable,
            Consumer<String> disable) {
        super(new BorderLayout());
        this.reveal = reveal;
        this.bring = bring;
        this.canDisable = canDisable;
        this.disable = disable;
        setName("problems");
        JScrollPane scroll = new JScrollPane(
                cards,
                ScrollPaneConstants.VERTICAL_SCROLLBAR_AS_NEEDED,
                ScrollPaneConstants.HORIZONTAL_SCROLLBAR_NEVER);
        scroll.setBorder(null);
        add(scroll, BorderLayout.CENTER);
        addHierarchyListener(event -> {
            if (old && isShowing()) {
                layCards();
            }
        });
        fill();
    }

    /** What the last check of the workflow in front found. */
    void showFindings(List<Finding> found) {
        List<Entry> entries = found.stream()
                .map(each -> new Entry(
                        each.isError(),
                        each.node(),
                        each.socket(),
                        each.happened(),
                        each.why(),
                        each.remedy(),
                        "",
                        each.missing(),
                        each.plugin().orElse("")))
                .toList();
        if (!entries.equals(findings)) {
            findings = entries;
            fill();
        }
    }

    /** A run begins: the problems of the one before go. */
    void begin() {
        if (!ofRun.isEmpty()) {
            ofRun.clear();
            fill();
        }
    }

    /** Whether the last run had any that are shown still. */
    boolean hasOfRun() {
        return !ofRun.isEmpty();
    }

    /**
     * The workflow that ran was changed: problems whose cause may be gone are shown no more.
     *
     * @param gone told a node as it is called in the run; "" for why the run as a whole was refused
     */
    void forget(Predicate<String> gone) {
        boolean any =
                ofRun.removeIf(entry -> (!entry.node().isEmpty() || entry.isRefusal()) && gone.test(entry.node()));
        if (any) {
            fill();
        }
    }

    /** Takes failures and warnings of a run. */
    void add(List<RunEvent> events) {
        int before = ofRun.size();
        for (RunEvent event : events) {
            if (event instanceof RunEvent.NodeFailed failed) {
                ofRun.add(entry(failed.node(), failed.cause(), failed.problem(), failed.plugin()));
            } else if (event instanceof RunEvent.Warning warning) {
                ofRun.add(new Entry(
                        false, warning.node(), "", warning.sentence(), "", "", "", Optional.empty(), warning.plugin()));
            }
        }
        if (ofRun.size() > before) {
            fill();
        }
    }

    /** A problem of the run as a whole. */
    void add(Problem problem) {
        ofRun.add(entry("", problem, problem.getMessage(), ""));
        fill();
    }

    private static Entry entry(String node, Throwable cause, String sentence, String plugin) {
        if (cause instanceof Problem problem) {
            String trace = problem.getCause() == null ? "" : EventJson.trace(problem.getCause());
            return new Entry(
                    true,
                    node,
                    problem.socket().orElse(""),
                    problem.happened(),
                    problem.why(),
                    problem.remedy(),
                    trace.strip(),
                    Optional.empty(),
                    plugin);
        }
        return new Entry(
                true, node, "", sentence, "", "", EventJson.trace(cause).strip(), Optional.empty(), plugin);
    }

    /** How many there are that are more than warnings. */
    int errors() {
        return (int) shown.stream().filter(Entry::error).count();
    }

    /** How many there are that stop nothing. */
    int warnings() {
        return shown.size() - errors();
    }

    /** What the run told that is still so, and then what the check found, each once. */
    private List<Entry> current() {
        // What failed has a trace, and what was found may have a way to mend it.
        List<Entry> run = ofRun.stream()
                .filter(entry -> findings.stream()
                        .noneMatch(found -> entry.says(found)
                                && (entry.trace().isEmpty() || found.missing().isPresent())))
                .distinct()
                .toList();
        List<Entry> all = new ArrayList<>(run);
        findings.stream()
                .filter(found -> run.stream().noneMatch(entry -> entry.says(found)))
                .forEach(all::add);
        return all;
    }

    /** Hundreds of cards take a moment, which nobody is to wait for who does not look at them. */
    private void fill() {
        shown = current();
        old = true;
        if (isShowing()) {
            layCards();
        }
    }

    /** Cards that are shown already stay the same: a hand may be about to press a button of theirs. */
    private void layCards() {
        old = false;
        Map<Shown, Deque<Card>> before = new HashMap<>();
        for (Component each : cards.getComponents()) {
            if (each instanceof Card card) {
                before.computeIfAbsent(card.shown, shown -> new ArrayDeque<>()).add(card);
            }
        }
        cards.removeAll();
        shown.stream().limit(MOST).forEach(entry -> {
            Shown card = new Shown(entry, canDisable.test(entry.plugin()));
            Deque<Card> same = before.getOrDefault(card, new ArrayDeque<>());
            cards.add(same.isEmpty() ? card(card) : same.poll(), "growx, wmin 0");
        });
        if (shown.isEmpty()) {
            cards.add(dim(Strings.get("problems.none")), "gap 4 4 8 8");
        } else if (shown.size() > MOST) {
            cards.add(dim(Strings.get("problems.more", shown.size() - MOST)), "gap 4 4 8 8");
        }
        cards.revalidate();
        cards.repaint();
    }

    private static JLabel dim(String words) {
        JLabel label = new JLabel(words);
        label.putClientProperty("FlatLaf.style", "foreground: $Graft.text.dim");
        return label;
    }

    private Card card(Shown shown) {
        Entry entry = shown.entry();
        Card card = new Card(shown);
        card.setName("problem." + entry.node());
        JLabel icon = new JLabel(Icons.get(entry.error() ? "problems" : "warning"));
        JTextArea happened = Wrapped.bold(capitalised(entry.happened()));
        happened.setCursor(null);
        card.add(icon, "top");
        card.add(happened, "wmin 0, growx");
        if (!entry.node().isEmpty()) {
            JButton node = new JButton(entry.node(), Icons.get("right", 12));
            node.setName("problem.node." + entry.node());
            node.setHorizontalTextPosition(JButton.LEADING);
            node.setToolTipText(Strings.get("problems.go", entry.node()));
            node.putClientProperty("JButton.buttonType", "toolBarButton");
            node.addActionListener(event -> reveal.accept(entry.node()));
            card.add(node, "top");
        }
        if (!entry.why().isEmpty()) {
            card.add(words(capitalised(entry.why()) + "."), "newline, skip, span, growx, wmin 0");
        }
        if (!entry.remedy().isEmpty()) {
            JPanel todo = new JPanel(new MigLayout("insets 2 0 0 0, fillx, gap 6", "[][grow,fill]", "[top]"));
            todo.setOpaque(false);
            JLabel label = new JLabel(Strings.get("problems.todo"));
            label.putClientProperty("FlatLaf.style", "foreground: $Graft.text.dim");
            todo.add(label);
            todo.add(words(capitalised(entry.remedy()) + "."), "wmin 0");
            card.add(todo, "newline, skip, span, growx, wmin 0");
        }
        JPanel buttons = new JPanel(new MigLayout("insets 0, gap 8"));
        buttons.setOpaque(false);
        entry.missing().ifPresent(missing -> buttons.add(bringer(missing)));
        if (shown.canDisable()) {
            buttons.add(disabler(entry.plugin()));
        }
        if (buttons.getComponentCount() > 0) {
            card.add(buttons, "newline, skip, span, growx 0, gaptop 4");
        }
        if (!entry.trace().isEmpty()) {
            fold(card, entry.trace());
        }
        if (!entry.node().isEmpty()) {
            card.setCursor(Cursor.getPredefinedCursor(Cursor.HAND_CURSOR));
            MouseAdapter click = new MouseAdapter() {
                @Override
                public void mouseClicked(MouseEvent event) {
                    reveal.accept(entry.node());
                }
            };
            card.addMouseListener(click);
            happened.addMouseListener(click);
        }
        card.getAccessibleContext().setAccessibleName(entry.happened());
        card.getAccessibleContext().setAccessibleDescription(entry.why() + "; " + entry.remedy());
        return card;
    }

    private JButton bringer(MissingNode missing) {
        String plugin = missing.plugin().orElse("");
        JButton button = new JButton(
                switch (missing.how()) {
                    case INSTALL -> Strings.get("problems.install", plugin);
                    case ENABLE -> Strings.get("problems.enable", plugin);
                    case MEND -> Strings.get("problems.mend", plugin);
                    case UNKNOWN -> Strings.get("problems.look");
                },
                Icons.get("plugins"));
        button.setName("problem.bring." + (plugin.isEmpty() ? missing.type() : plugin));
        button.addActionListener(event -> bring.accept(missing));
        return button;
    }

    private JButton disabler(String plugin) {
        JButton button = new JButton(Strings.get("problems.disable", plugin), Icons.get("plugins"));
        button.setName("problem.disable." + plugin);
        button.setToolTipText(Strings.get("problems.disable.help"));
        button.addActionListener(event -> {
            button.setEnabled(false);
            disable.accept(plugin);
        });
        return button;
    }

    private static void fold(Card card, String trace) {
        JTextArea text = new JTextArea(trace);
        text.setName("problem.trace");
        text.setEditable(false);
        text.setFont(new Font(
                Font.MONOSPACED, Font.PLAIN, UIManager.getFont("Label.font").getSize() - 1));
        text.getAccessibleContext().setAccessibleName(Strings.get("problems.trace"));
        JScrollPane scroll = new JScrollPane(text);
        scroll.setVisible(false);
        JToggleButton toggle = new JToggleButton(Strings.get("problems.trace"), Icons.get("right", 12));
        toggle.setName("problem.trace.toggle");
        toggle.putClientProperty("JButton.buttonType", "toolBarButton");
        toggle.addActionListener(event -> {
            toggle.setIcon(Icons.get(toggle.isSelected() ? "down" : "right", 12));
            scroll.setVisible(toggle.isSelected());
            card.revalidate();
        });
        card.add(toggle, "newline, skip, span, growx 0");
        card.add(scroll, "newline, skip, span, growx, wmin 0, h 60:160:160, hidemode 3");
    }

    private static String capitalised(String text) {
        return text.isEmpty() ? text : Character.toUpperCase(text.charAt(0)) + text.substring(1);
    }

    private static JTextArea words(String words) {
        JTextArea area = Wrapped.text(words);
        area.setCursor(null);
        return area;
    }

    private static final class Card extends JPanel {

        private static final long serialVersionUID = 1;

        private final transient Shown shown;

        Card(Shown shown) {
            super(new MigLayout("insets 8 10 8 8, fillx, gap 8 2, hidemode 3", "[][grow,fill][]", "[top]"));
            this.shown = shown;
            putClientProperty("FlatLaf.style", "arc: 8");
            coloured();
        }

        @Override
        public void updateUI() {
            super.updateUI();
            // Called before there is anything to show, too.
            if (shown != null) {
                coloured();
            }
        }

        private void coloured() {
            setBackground(
                    Theme.colour(shown.entry().error() ? "problem.errorBackground" : "problem.warningBackground"));
        }
    }

    /** Cards under each other, as wide as the view. */
    private static final class Cards extends JPanel implements TracksWidth {

        private static final long serialVersionUID = 1;

        Cards() {
            super(new MigLayout("insets 8 10 8 10, fillx, wrap 1, gap 0 6", "[grow,fill]", ""));
            setName("problems.cards");
        }

        @Override
        public Dimension getPreferredScrollableViewportSize() {
            return UIScale.scale(new Dimension(400, 180));
        }

        @Override
        public int getScrollableUnitIncrement(Rectangle visible, int orientation, int direction) {
            return UIScale.scale(16);
        }
    }
}
