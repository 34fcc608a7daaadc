package graft.app.editor.shell;

import com.google.gson.JsonElement;
import graft.app.editor.Icons;
import graft.app.editor.NumberSpinner;
import graft.app.editor.Strings;
import graft.app.editor.TracksWidth;
import graft.app.editor.WhenChanged;
import graft.app.editor.Wrapped;
import graft.app.editor.inspector.FileLibrary;
import graft.app.editor.inspector.OwnSettingsForm;
import graft.app.editor.inspector.Prompts;
import graft.app.engine.Axis;
import graft.app.engine.Combinations;
import graft.app.plugin.NodeLibrary;
import graft.app.sweep.Halving;
import graft.app.sweep.Ranking;
import graft.app.sweep.SweepRequest;
import graft.app.sweep.SweepSetting;
import graft.app.workflow.Workflow;
import graft.job.JobPlace;
import graft.node.Choices;
import graft.node.Problem;
import graft.node.SettingKind;
import java.awt.Component;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.swing.ButtonGroup;
import javax.swing.DefaultListCellRenderer;
import javax.swing.JButton;
import javax.swing.JCheckBox;
import javax.swing.JComboBox;
import javax.swing.JComponent;
import javax.swing.JLabel;
import javax.swing.JList;
import javax.swing.JPanel;
import javax.swing.JRadioButton;
import javax.swing.JTextArea;
import javax.swing.JTextField;
import javax.swing.text.JTextComponent;
import net.miginfocom.swing.MigLayout;

/** All that is asked of a sweep: what varies and how, what ranks, where jobs run and what they leave. */
final class SweepForm extends JPanel implements TracksWidth {
    private static final long serialVersionUID = 1;

    private final transient NodeLibrary library;
    private final transient Runnable changed;
    private final transient List<SweepRow> rows = new ArrayList<>();
    private final JPanel varied = new JPanel(new MigLayout("insets 0, fillx, wrap 1, gapy 4", "[grow,fill]", ""));
    private final JRadioButton all = new JRadioButton(Strings.get("sweep.all"), true);
    private final JRadioButton random = new JRadioButton(Strings.get("sweep.random"));
    private final NumberSpinner draws = new NumberSpinner(20, 1, Combinations.MOST, 1);
    private final NumberSpinner seed = new NumberSpinner(0, 0, Integer.MAX_VALUE, 1);
    private final JCheckBox halving = new JCheckBox(Strings.get("sweep.halving"));
    private final SettingPicker budget;
    private final NumberSpinner first = new NumberSpinner(50, 1, Integer.MAX_VALUE, 10);
    private final NumberSpinner last = new NumberSpinner(450, 1, Integer.MAX_VALUE, 10);
    private final NumberSpinner factor = new NumberSpinner(3, 2, 100, 1);
    private final JTextArea halvingProblem = Wrapped.small("");
    private final JPanel rounds =
            new JPanel(new MigLayout("insets 0, fillx, gap 8 2, hidemode 3", "[grow,fill][][][][][][]", ""));
    private final JComboBox<String> score = new JComboBox<>();
    private final JCheckBox least = new JCheckBox(Strings.get("sweep.least"));
    private final JComboBox<JobPlace> place = new JComboBox<>();
    private final OwnSettingsForm own;
    private final NumberSpinner atOnce = new NumberSpinner(0, 0, Combinations.MOST, 1);
    private final JTextField folder = new JTextField(28);

    private transient Workflow workflow = Workflow.EMPTY;
    private transient List<SweepSetting> settings = List.of();
    private transient boolean showing;

    /** The budget that first and last are of. */
    private transient String halved = "";

    /** @param changed told of every change */
    SweepForm(NodeLibrary library, FileLibrary files, Prompts prompts, Runnable changed) {
        super(new MigLayout("insets 16 20 8 20, fillx, wrap 1, gapy 4, hidemode 3", "[grow,fill]", ""));
        this.library = library;
        this.changed = () -> {
            if (!showing) {
                changed.run();
            }
        };
        setName("sweep.form");
        own = new OwnSettingsForm(library, files, prompts, this.changed);
        budget = new SettingPicker("sweep.budget", this::budgets, this::changed, this::budgetChosen);
        fill();
        add(heading("sweep.vary", null, 1));
        varied.setOpaque(false);
        add(varied, "wmin 0");
        JButton more = new JButton(Strings.get("sweep.row.add"), Icons.get("add"));
        more.setName("sweep.row.add");
        more.addActionListener(event -> {
            row().search("");
            this.changed.run();
        });
        add(more, "grow 0, align left, gaptop 2");
        add(combinations(), "gaptop 6, wmin 0");
        add(heading("sweep.rank", score, 2), "gaptop 10");
        add(ranking(), "wmin 0");
        add(rounds(), "wmin 0");
        add(heading("sweep.where", place, 3), "gaptop 10");
        add(where(), "wmin 0");
    }

    private void fill() {
        ButtonGroup group = new ButtonGroup();
        for (JRadioButton button : List.of(all, random)) {
            group.add(button);
            button.addActionListener(event -> changed());
        }
        all.setName("sweep.all");
        random.setName("sweep.random");
        halving.addActionListener(event -> changed());
        least.addActionListener(event -> changed());
        for (NumberSpinner each : List.of(draws, seed, first, last, factor, atOnce)) {
            each.whenTyped(number -> changed());
        }
        place.addActionListener(event -> {
            if (!showing) {
                own.show((JobPlace) place.getSelectedItem(), Map.of());
                changed();
            }
        });
        score.addActionListener(event -> changed());
        scoreText().getDocument().addDocumentListener(new WhenChanged(this::changed));
        folder.getDocument().addDocumentListener(new WhenChanged(this::changed));
    }

    private JTextComponent scoreText() {
        return (JTextComponent) score.getEditor().getEditorComponent();
    }

    private JComponent combinations() {
        JPanel panel = new JPanel(new MigLayout("insets 0, gap 8 4", "", ""));
        panel.setOpaque(false);
        named(draws, "sweep.random.count");
        named(seed, "sweep.random.seed");
        panel.add(all, "gapright 12");
        panel.add(random);
        panel.add(draws, "w 80!");
        panel.add(label("sweep.random.seed", seed));
        panel.add(seed, "w 110!");
        return panel;
    }

    private JComponent ranking() {
        JPanel panel = new JPanel(new MigLayout("insets 0, fillx, gap 8 4", "[grow,fill][]", ""));
        panel.setOpaque(false);
        score.setEditable(true);
        named(score, "sweep.score");
        scoreText().setName("sweep.score.text");
        score.putClientProperty("JTextField.placeholderText", Strings.get("sweep.score.hint"));
        score.setMaximumRowCount(16);
        least.setName("sweep.least");
        least.setToolTipText(Strings.get("sweep.least.help"));
        panel.add(score, "wmin 0");
        panel.add(least);
        return panel;
    }

    private JComponent rounds() {
        JPanel panel = new JPanel(new MigLayout("insets 0, fillx, wrap 1, gapy 2, hidemode 3", "[grow,fill]", ""));
        panel.setOpaque(false);
        halving.setName("sweep.halving");
        named(first, "sweep.halving.first");
        named(last, "sweep.halving.last");
        named(factor, "sweep.halving.factor");
        rounds.setOpaque(false);
        rounds.add(budget, "w 0:0:");
        rounds.add(label("sweep.halving.first", first));
        rounds.add(first, "w 90!");
        rounds.add(label("sweep.halving.last", last));
        rounds.add(last, "w 90!");
        rounds.add(label("sweep.halving.factor", factor));
        rounds.add(factor, "w 60!, wrap");
        halvingProblem.setName("sweep.halving.problem");
        halvingProblem.putClientProperty("FlatLaf.style", "foreground: $Graft.problem.error");
        rounds.add(halvingProblem, "span, growx, w 0:0:");
        panel.add(halving);
        panel.add(hint("sweep.halving.hint"), "gapleft 24, wmin 0");
        panel.add(rounds, "gapleft 24, wmin 0");
        return panel;
    }

    private JComponent where() {
        JPanel panel = new JPanel(new MigLayout("insets 0, fillx, gap 8 6, hidemode 3", "[][grow,fill][]", ""));
        panel.setOpaque(false);
        place.setRenderer(new Titles());
        named(place, "sweep.place");
        named(atOnce, "sweep.at-once");
        named(folder, "sweep.folder");
        JButton choose = new JButton(Strings.get("teach.choose"));
        choose.setName("sweep.folder.choose");
        choose.addActionListener(event -> Choosers.folder(this, Strings.get("sweep.folder"))
                .ifPresent(chosen -> folder.setText(chosen.toString())));
        panel.add(label("sweep.place", place));
        panel.add(place, "wmin 0, split 3");
        panel.add(label("sweep.at-once", atOnce), "gapleft 12, grow 0");
        panel.add(atOnce, "w 80!, grow 0, wrap");
        panel.add(own, "skip, growx, wmin 0, wrap");
        panel.add(label("sweep.folder", folder));
        panel.add(folder, "wmin 0");
        panel.add(choose, "wrap");
        panel.add(hint("sweep.folder.hint"), "skip, span 2, growx, wmin 0");
        return panel;
    }

    private static JLabel heading(String key, JComponent of, int number) {
        JLabel label = new JLabel(number + "  " + Strings.get(key));
        label.setLabelFor(of);
        label.putClientProperty("FlatLaf.styleClass", "h4");
        return label;
    }

    private static JLabel label(String key, JComponent of) {
        JLabel label = new JLabel(Strings.get(key));
        label.setLabelFor(of);
        return label;
    }

    private static JTextArea hint(String key) {
        JTextArea hint = Wrapped.small(Strings.get(key));
        hint.putClientProperty("FlatLaf.style", "foreground: $Graft.text.dim");
        return hint;
    }

    private static void named(JComponent field, String key) {
        field.setName(key);
        field.getAccessibleContext().setAccessibleName(Strings.get(key));
    }

    // --- what it shows -----------------------------------------------------------------------------------------------

    /** From now on it is about a workflow, or about one that changed. */
    void about(Workflow next, List<String> reported) {
        showing = true;
        workflow = next;
        settings = SweepSetting.all(next, library);
        String typed = score();
        Set<String> numbers = new LinkedHashSet<>(Ranking.choices(next, library));
        numbers.addAll(reported);
        score.removeAllItems();
        numbers.forEach(score::addItem);
        score.setSelectedItem(typed);
        showing = false;
    }

    /** Fills it in. */
    void show(SweepRequest asked, String where) {
        showing = true;
        List.copyOf(rows).forEach(this::drop);
        for (String each : asked.vary()) {
            int equals = each.indexOf('=');
            row().put(each.substring(0, equals), each.substring(equals + 1));
        }
        if (rows.isEmpty()) {
            row();
        }
        (asked.random() > 0 ? random : all).setSelected(true);
        if (asked.random() > 0) {
            draws.setValue(Math.min(Combinations.MOST, asked.random()));
            seed.setValue((int) Math.max(0, Math.min(Integer.MAX_VALUE, asked.seed())));
        }
        halving.setSelected(!asked.halving().isEmpty());
        if (halving.isSelected()) {
            showHalving(asked.halving());
        }
        score.setSelectedItem(asked.score());
        least.setSelected(asked.least());
        showPlace(asked);
        atOnce.setValue(Math.min(Combinations.MOST, asked.atOnce()));
        folder.setText(where);
        folder.setCaretPosition(0);
        showing = false;
    }

    private void showHalving(String asked) {
        try {
            Halving by = Halving.of(asked);
            halved = by.setting();
            budget.put(halved);
            first.setValue(by.budgets().get(0).intValue());
            last.setValue(by.budgets().get(by.budgets().size() - 1).intValue());
            factor.setValue(by.factor());
        } catch (Problem wrong) {
            // It was not right when the form was left.
            budget.put(asked.replaceFirst("=.*", ""));
        }
    }

    private void showPlace(SweepRequest asked) {
        place.removeAllItems();
        Choices.of(JobPlace.class).forEach(place::addItem);
        JobPlace chosen = asked.namedPlace().orElse(JobPlace.Kind.LOCAL);
        place.setSelectedItem(chosen);
        own.show(chosen, asked.placeSettings());
    }

    private SweepRow row() {
        int number = 1;
        while (has("sweep.row." + number)) {
            number++;
        }
        SweepRow made = new SweepRow(
                "sweep.row." + number, () -> settings, text -> Axis.of(text, workflow, library), this::changed, row -> {
                    drop(row);
                    if (rows.isEmpty()) {
                        row();
                    }
                    changed();
                });
        rows.add(made);
        varied.add(made, "wmin 0");
        varied.revalidate();
        return made;
    }

    private boolean has(String name) {
        return rows.stream().anyMatch(row -> row.getName().equals(name));
    }

    private void drop(SweepRow row) {
        rows.remove(row);
        varied.remove(row);
        varied.revalidate();
        varied.repaint();
    }

    /** Lets the user say at once what a setting is to be; it begins with the value that it has. */
    void vary(String setting) {
        SweepRow row = rows.stream()
                .filter(each -> each.setting().equals(setting))
                .findFirst()
                .orElseGet(() -> {
                    SweepRow made = free();
                    made.put(
                            setting,
                            settings.stream()
                                    .filter(each -> each.id().equals(setting))
                                    .findFirst()
                                    .map(SweepSetting::text)
                                    .orElse(""));
                    return made;
                });
        changed();
        row.goOn();
    }

    /** Offers the settings of a node. */
    void search(String node) {
        free().search(node + ".");
    }

    private SweepRow free() {
        return rows.stream().filter(SweepRow::isEmpty).findFirst().orElseGet(this::row);
    }

    private List<SweepSetting> budgets() {
        return settings.stream()
                .filter(each -> each.schema().kind() == SettingKind.WHOLE_NUMBER)
                .toList();
    }

    /** As a rule the whole is what the workflow says, and two rounds come before it. */
    private void budgetChosen() {
        String id = budget.getText().strip();
        if (id.equals(halved)) {
            return;
        }
        halved = id;
        budget.chosen()
                .map(SweepSetting::value)
                .filter(JsonElement::isJsonPrimitive)
                .ifPresent(value -> {
                    int whole = value.getAsInt();
                    if (whole > 1) {
                        int smallest = Math.max(1, whole / (factor.number() * factor.number()));
                        first.setValue(smallest);
                        last.setValue(whole);
                    }
                });
        changed();
    }

    private void changed() {
        if (!showing) {
            enableParts();
            changed.run();
        }
    }

    private void enableParts() {
        draws.setEnabled(random.isSelected());
        seed.setEnabled(random.isSelected());
        rounds.setVisible(halving.isSelected());
        revalidate();
    }

    // --- what is asked -----------------------------------------------------------------------------------------------

    /**
     * Reads it all, and marks what is wrong with a part of it there.
     *
     * @return empty when something is wrong or nothing is varied
     */
    Optional<SweepRequest> look() {
        enableParts();
        boolean right = true;
        for (SweepRow row : rows) {
            right &= row.look(random.isSelected());
        }
        Optional<String> wrong = halving.isSelected() ? halvingWrong() : Optional.empty();
        halvingProblem.setText(wrong.orElse(""));
        halvingProblem.setVisible(wrong.isPresent());
        right &= wrong.isEmpty();
        SweepRequest asked = asked();
        return right && !asked.vary().isEmpty() ? Optional.of(asked) : Optional.empty();
    }

    private Optional<String> halvingWrong() {
        if (budget.chosen().isEmpty()) {
            return Optional.of(Strings.get("sweep.halving.none"));
        }
        if (score().isEmpty() && score.getItemCount() == 0) {
            return Optional.of(Strings.get("sweep.halving.unranked"));
        }
        try {
            var unused = Halving.of(halvingText());
            return Optional.empty();
        } catch (Problem problem) {
            return Optional.of(Strings.sentence(problem.why()));
        }
    }

    private String halvingText() {
        return budget.getText().strip() + "=" + first.number() + ".." + last.number() + ":" + factor.number();
    }

    /** Whether nothing stands in any row. */
    boolean isEmpty() {
        return rows.stream().allMatch(SweepRow::isEmpty);
    }

    /** As it stands, right or not. */
    SweepRequest asked() {
        List<String> with = new ArrayList<>();
        own.values().forEach((name, value) -> with.add(name + "=" + SweepSetting.text(value)));
        JobPlace chosen = (JobPlace) place.getSelectedItem();
        return new SweepRequest(
                rows.stream().filter(row -> !row.isEmpty()).map(SweepRow::text).toList(),
                List.of(),
                List.of(),
                random.isSelected() ? draws.number() : 0,
                random.isSelected() ? seed.number() : 0,
                halving.isSelected() && !budget.getText().isBlank() ? halvingText() : "",
                score(),
                least.isSelected(),
                chosen == null ? SweepRequest.HERE : chosen.id(),
                with,
                atOnce.number());
    }

    private String score() {
        return scoreText().getText().strip();
    }

    /** As it is typed. */
    String folder() {
        return folder.getText().strip();
    }

    /** Gives the keyboard to the first setting. */
    void begin() {
        rows.get(0).begin();
    }

    /** Ends what is being typed. */
    void settle() {
        own.settle();
    }

    private static final class Titles extends DefaultListCellRenderer {
        private static final long serialVersionUID = 1;

        @Override
        public Component getListCellRendererComponent(
                JList<?> list, Object value, int index, boolean selected, boolean focused) {
            Object words = value instanceof JobPlace known ? known.title() : value;
            return super.getListCellRendererComponent(list, words, index, selected, focused);
        }
    }
}
