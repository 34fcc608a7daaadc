package graft.app.editor.shell;

import graft.app.editor.Icons;
import graft.app.editor.Strings;
import graft.app.editor.WhenChanged;
import graft.app.editor.Wrapped;
import graft.app.engine.Axis;
import graft.app.engine.Combinations;
import graft.app.sweep.SweepSetting;
import graft.node.Problem;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import javax.swing.JButton;
import javax.swing.JLabel;
import javax.swing.JPanel;
import javax.swing.JTextArea;
import javax.swing.JTextField;
import net.miginfocom.swing.MigLayout;

/** A setting that is varied, and what it is to be. */
final class SweepRow extends JPanel {
    private static final long serialVersionUID = 1;

    private final SettingPicker setting;
    private final JTextField values = new JTextField(18);
    private final JLabel count = new JLabel(" ");
    private final JLabel now = new JLabel(" ");
    private final JTextArea problem = Wrapped.small("");
    private final transient Function<String, Axis> read;
    private final transient Runnable changed;

    /**
     * An empty row.
     *
     * @param name that of its parts begins with it
     * @param settings those that may be chosen
     * @param read an axis as the command reads it
     * @param changed told of every change
     * @param remove takes the row out
     */
    SweepRow(
            String name,
            Supplier<List<SweepSetting>> settings,
            Function<String, Axis> read,
            Runnable changed,
            Consumer<SweepRow> remove) {
        super(new MigLayout("insets 0, fillx, gap 8 2, hidemode 3", "[grow 45,fill][grow 55,fill][70!][]", ""));
        this.read = read;
        this.changed = changed;
        setOpaque(false);
        setName(name);
        setting = new SettingPicker(name + ".setting", settings, changed, this::chosen);
        values.setName(name + ".values");
        values.putClientProperty("JTextField.placeholderText", Strings.get("sweep.values.hint"));
        values.getAccessibleContext().setAccessibleName(Strings.get("sweep.values"));
        values.getDocument().addDocumentListener(new WhenChanged(changed));
        values.addActionListener(event -> values.transferFocus());
        count.setName(name + ".count");
        now.setName(name + ".now");
        problem.setName(name + ".problem");
        JButton out = new JButton(Icons.get("close", 12));
        out.setName(name + ".remove");
        out.setToolTipText(Strings.get("sweep.row.remove"));
        out.getAccessibleContext().setAccessibleName(Strings.get("sweep.row.remove"));
        out.putClientProperty("JButton.buttonType", "toolBarButton");
        out.addActionListener(event -> remove.accept(this));
        dim(count);
        dim(now);
        now.putClientProperty("FlatLaf.styleClass", "small");
        problem.putClientProperty("FlatLaf.style", "foreground: $Graft.problem.error");
        // Alone the weights say how wide they are: rows stand below each other.
        add(setting, "w 0:0:");
        add(values, "w 0:0:");
        add(count);
        add(out, "wrap");
        add(now, "w 0:0:, gapleft 4");
        add(problem, "span 3, growx, w 0:0:, gapleft 4");
    }

    private static void dim(JLabel label) {
        label.putClientProperty("FlatLaf.style", "foreground: $Graft.text.dim");
    }

    /** A setting begins with the value that it has now. */
    private void chosen() {
        if (values.getText().isBlank()) {
            setting.chosen().ifPresent(chosen -> values.setText(chosen.text()));
        }
        changed.run();
        // Unless the keyboard is somewhere else by now.
        if (setting.isFocusOwner()) {
            goOn();
        }
    }

    /** Gives the keyboard to its setting. */
    void begin() {
        setting.requestFocusInWindow();
    }

    /** Gives the keyboard to its values, behind the last one. */
    void goOn() {
        values.requestFocusInWindow();
        values.setCaretPosition(values.getText().length());
    }

    /** Puts a setting here with its values. */
    void put(String node, String what) {
        setting.put(node);
        values.setText(what);
    }

    /** Begins the search for a setting. */
    void search(String text) {
        setting.search(text);
    }

    /** The id of the setting as it is typed. */
    String setting() {
        return setting.getText().strip();
    }

    /** Whether nothing stands here. */
    boolean isEmpty() {
        return setting().isEmpty() && values.getText().isBlank();
    }

    /** As the command takes it. */
    String text() {
        return setting() + "=" + values.getText().strip();
    }

    /**
     * Reads what stands here and shows what is wrong with it, or how many values it is.
     *
     * @return whether nothing is wrong
     */
    boolean look(boolean random) {
        Optional<SweepSetting> known = setting.chosen();
        now.setText(
                known.map(each -> Strings.get("sweep.setting.row", each.schema().title(), each.node()))
                        .orElse(" "));
        now.setToolTipText(known.map(each -> each.schema().declared().help()).orElse(null));
        Optional<String> wrong = isEmpty() ? Optional.empty() : wrong(known, random);
        // What is not typed to its end is not wrong yet.
        boolean told = wrong.isPresent() && !setting.isSearching();
        problem.setText(told ? wrong.get() : "");
        problem.setVisible(told);
        String outline = told ? "error" : null;
        boolean ofSetting = wrong.isPresent() && known.isEmpty();
        setting.putClientProperty("JComponent.outline", ofSetting ? outline : null);
        values.putClientProperty("JComponent.outline", ofSetting ? null : outline);
        if (wrong.isPresent() || isEmpty()) {
            count.setText(" ");
        }
        return wrong.isEmpty();
    }

    private Optional<String> wrong(Optional<SweepSetting> known, boolean random) {
        if (setting().isEmpty()) {
            return Optional.of(Strings.get("sweep.setting.none"));
        }
        if (known.isEmpty()) {
            return Optional.of(Strings.get("sweep.setting.unknown", setting()));
        }
        if (values.getText().isBlank()) {
            return Optional.of(Strings.get("sweep.values.none"));
        }
        try {
            Axis axis = read.apply(text());
            count.setText(
                    random && axis.range() != null
                            ? Strings.get("sweep.values.drawn")
                            : Strings.get("sweep.values.count", axis.values().size()));
            if (!random) {
                var unused = Combinations.grid(List.of(axis));
            }
            return twice(axis).or(() -> known.get().complaint(axis).map(Strings::sentence));
        } catch (Problem problemOfIt) {
            return Optional.of(Strings.sentence(problemOfIt.why() + "; " + problemOfIt.remedy()));
        }
    }

    private static Optional<String> twice(Axis axis) {
        Set<String> seen = new HashSet<>();
        return axis.values().stream()
                .filter(value -> !seen.add(value))
                .findFirst()
                .map(value -> Strings.get("sweep.values.twice", value));
    }
}
