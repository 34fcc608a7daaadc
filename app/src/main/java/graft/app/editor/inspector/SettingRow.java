package graft.app.editor.inspector;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import graft.app.editor.Icons;
import graft.app.editor.NumberText;
import graft.app.editor.Strings;
import graft.app.editor.Theme;
import graft.app.editor.TypedSetting;
import graft.app.editor.Wrapped;
import graft.node.ChoiceSettings;
import graft.node.SettingSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import javax.swing.JButton;
import javax.swing.JLabel;
import javax.swing.JMenuItem;
import javax.swing.JPanel;
import javax.swing.JPopupMenu;
import javax.swing.JTextArea;
import net.miginfocom.swing.MigLayout;

/** One setting of the form: its label, the control, the way back to its default, its help and what is wrong with it. */
final class SettingRow extends JPanel {
    private static final long serialVersionUID = 1;

    private final transient Field field;
    private final JLabel label;
    private final JButton reset = new JButton(Icons.get("reset", 12));
    private final JTextArea help;
    private final JTextArea note = Wrapped.small("");
    private final JTextArea problem = Wrapped.small("");
    private transient Optional<String> found = Optional.empty();
    private final String defaultWords;

    SettingRow(Field field, Runnable toDefault) {
        super(new MigLayout("insets 0, fillx, hidemode 3, gap 4 3", "[grow,fill][]", ""));
        this.field = field;
        SettingSchema setting = field.setting();
        setOpaque(false);
        defaultWords = words(setting.toJson(setting.defaultValue()));
        label = new JLabel(setting.title());
        label.setLabelFor(field.component());
        label.setToolTipText(setting.id());
        reset.putClientProperty("JButton.buttonType", "toolBarButton");
        reset.setName("setting." + setting.id() + ".reset");
        reset.setToolTipText(Strings.get("inspector.reset", defaultWords));
        reset.getAccessibleContext().setAccessibleName(Strings.get("inspector.reset", defaultWords));
        reset.addActionListener(event -> toDefault.run());
        help = Wrapped.small(help(setting));
        add(label);
        add(reset, "hidemode 0, h 18!, w 22!, wrap");
        add(field.component(), "span 2, growx, wmin 0, wrap");
        add(problem, "span 2, growx, wmin 0, wrap");
        add(note, "span 2, growx, wmin 0, wrap");
        add(help, "span 2, growx, wmin 0");
        problem.setName("setting." + setting.id() + ".problem");
        field.whenRefused(reason -> problem());
        colours();
        note("");
        problem(Optional.empty());
    }

    @Override
    public void updateUI() {
        super.updateUI();
        if (problem != null) {
            colours();
        }
    }

    private void colours() {
        help.setForeground(Theme.colour("text.dim"));
        note.setForeground(Theme.colour("text.dim"));
        problem.setForeground(Theme.colour("problem.error"));
    }

    /** What the setting is, its range and its default: "How often … 1 to 1000 steps; default 20." */
    private String help(SettingSchema setting) {
        List<String> parts = new ArrayList<>();
        if (!setting.range().isEmpty() && setting.choices().isEmpty()) {
            parts.add((setting.range() + " " + setting.declared().unit()).strip());
        }
        if (!defaultWords.isBlank() && defaultWords.length() <= 40) {
            parts.add(Strings.get("inspector.default", defaultWords));
        }
        String facts = String.join(" · ", parts);
        String text = setting.declared().help();
        return text.isEmpty() ? facts : facts.isEmpty() ? text : text + "\n" + facts;
    }

    private static String words(JsonElement value) {
        if (value.isJsonNull()) {
            return "";
        }
        if (value.isJsonArray()) {
            List<String> all = new ArrayList<>();
            value.getAsJsonArray()
                    .forEach(each -> all.add(each instanceof JsonObject row ? TypedSetting.row(row) : words(each)));
            return String.join(", ", all);
        }
        if (value.isJsonObject()) {
            return ChoiceSettings.id(value);
        }
        if (value.getAsJsonPrimitive().isNumber()) {
            return NumberText.of(value.getAsBigDecimal());
        }
        return value.getAsJsonPrimitive().isBoolean()
                ? Strings.get(value.getAsBoolean() ? "inspector.on" : "inspector.off")
                        .toLowerCase(Locale.ROOT)
                : value.getAsString();
    }

    Field field() {
        return field;
    }

    /** Shows the value of the setting; empty when the selected nodes have different ones. */
    void show(Optional<JsonElement> value) {
        field.show(value);
        SettingSchema setting = field.setting();
        JsonElement usual = setting.toJson(setting.defaultValue());
        boolean changed = value.isEmpty() || !same(value.get(), usual);
        reset.setVisible(changed);
        label.putClientProperty("FlatLaf.style", changed ? "foreground: $Graft.text.changed" : null);
    }

    private static boolean same(JsonElement value, JsonElement usual) {
        boolean numbers = value.isJsonPrimitive()
                && usual.isJsonPrimitive()
                && value.getAsJsonPrimitive().isNumber()
                && usual.getAsJsonPrimitive().isNumber();
        return numbers ? value.getAsBigDecimal().compareTo(usual.getAsBigDecimal()) == 0 : value.equals(usual);
    }

    /** Shows that a wire drives the setting. */
    void driven(String from) {
        field.enable(false);
        reset.setEnabled(false);
        note(Strings.get("inspector.driven", from));
    }

    /** Offers something in a menu of its title. */
    void offer(String words, Runnable then) {
        JMenuItem item = new JMenuItem(words);
        item.setName("setting." + field.setting().id() + ".vary");
        item.addActionListener(event -> then.run());
        JPopupMenu menu = new JPopupMenu();
        menu.add(item);
        label.setComponentPopupMenu(menu);
    }

    /** A remark beneath the control; empty for none. */
    void note(String words) {
        note.setText(words);
        note.setVisible(!words.isEmpty());
    }

    /** What is wrong with the value, in words. */
    void problem(Optional<String> words) {
        found = words;
        problem();
    }

    /** Why what is typed is refused; else what is wrong with the value. */
    private void problem() {
        Optional<String> words = field.refusal().or(() -> found);
        problem.setText(words.orElse(""));
        problem.setVisible(words.isPresent());
    }

    void showHelp(boolean shown) {
        help.setVisible(shown && !help.getText().isEmpty());
    }
}
