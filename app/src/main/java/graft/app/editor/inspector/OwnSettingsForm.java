package graft.app.editor.inspector;

import com.google.gson.JsonElement;
import graft.app.engine.FoundChoices;
import graft.app.plugin.NodeLibrary;
import graft.node.Choice;
import graft.node.ChoiceSettings;
import graft.node.SettingSchema;
import graft.sample.Drawing;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.swing.JPanel;
import net.miginfocom.swing.MigLayout;

/** The settings of a choice's own, each in a row as the form of a node has them, for a choice that is made outside of a workflow. */
public final class OwnSettingsForm extends JPanel {
    private static final long serialVersionUID = 1;

    private final transient Fields fields;
    private final transient Runnable changed;
    private final transient Map<String, SettingRow> rows = new LinkedHashMap<>();
    private final transient Map<String, JsonElement> values = new HashMap<>();

    /** @param changed told when the user gave a setting another value */
    public OwnSettingsForm(NodeLibrary library, FileLibrary files, Prompts prompts, Runnable changed) {
        super(new MigLayout("insets 0, fillx, wrap 1, gapy 10, hidemode 3", "[grow,fill]", ""));
        this.changed = changed;
        setOpaque(false);
        fields = new Fields(
                files,
                prompts,
                () -> new PromptField.Context(Optional.empty(), false, Drawing.WEIGHTING, List.of(), List.of()),
                (setting, told) -> told.accept(new FoundChoices(List.of(), Optional.empty())),
                (setting, control) -> {},
                library::named);
    }

    /**
     * Shows those of a choice.
     *
     * @param saved values by setting; those that are left out have their defaults
     */
    public void show(Choice choice, Map<String, JsonElement> saved) {
        removeAll();
        rows.clear();
        values.clear();
        for (SettingSchema setting : ChoiceSettings.of(choice)) {
            values.put(setting.id(), setting.valueIn(saved));
            SettingRow row = row(setting);
            rows.put(setting.id(), row);
            row.show(Optional.of(values.get(setting.id())));
            row.showHelp(true);
            add(row, "wmin 0");
        }
        setVisible(!rows.isEmpty());
        revalidate();
        repaint();
    }

    private SettingRow row(SettingSchema setting) {
        return new SettingRow(
                fields.of(setting, new Typed(setting)), () -> put(setting, setting.toJson(setting.defaultValue())));
    }

    private void put(SettingSchema setting, JsonElement value) {
        values.put(setting.id(), value);
        rows.get(setting.id()).show(Optional.of(value));
        changed.run();
    }

    /** Ends what is being typed: a text that a setting cannot have makes place for the value that it has. */
    public void settle() {
        List.copyOf(rows.values()).forEach(row -> row.field().settle());
    }

    /** The values that are not the defaults, by setting. */
    public Map<String, JsonElement> values() {
        Map<String, JsonElement> special = new LinkedHashMap<>();
        rows.forEach((id, row) -> {
            SettingSchema setting = row.field().setting();
            if (!values.get(id).equals(setting.toJson(setting.defaultValue()))) {
                special.put(id, values.get(id));
            }
        });
        return special;
    }

    private final class Typed implements Field.Listener {

        private final SettingSchema setting;
        private String visit = "";
        private JsonElement before;

        Typed(SettingSchema setting) {
            this.setting = setting;
        }

        @Override
        public void changed(String of, JsonElement value) {
            if (!of.equals(visit)) {
                visit = of;
                before = values.get(setting.id());
            }
            put(setting, value);
        }

        @Override
        public void takenBack(String of) {
            if (of.equals(visit)) {
                put(setting, before);
            }
        }

        @Override
        public void putBack(String typed, Optional<JsonElement> value, String reason) {
            // The row shows the value that it has.
        }
    }
}
