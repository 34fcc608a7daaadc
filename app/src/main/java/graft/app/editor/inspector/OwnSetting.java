package graft.app.editor.inspector;

import com.google.gson.JsonElement;
import graft.node.ChoiceSettings;
import graft.node.SettingSchema;

/**
 * A setting of a choice's own, as the form shows it beneath the choice.
 *
 * @param choice the node's setting that the choice is made in
 * @param own what the chosen one's class declares
 * @param shown the same under a name that no setting of the node has
 */
record OwnSetting(SettingSchema choice, SettingSchema own, SettingSchema shown) {

    OwnSetting(SettingSchema choice, SettingSchema own) {
        this(
                choice,
                own,
                new SettingSchema(
                        choice.id() + "." + own.id(),
                        own.title(),
                        own.declared(),
                        own.defaultValue(),
                        own.field(),
                        own.group()));
    }

    /** Its saved value in that of the choice. */
    JsonElement value(JsonElement chosen) {
        return ChoiceSettings.value(chosen, own);
    }

    /** The choice's saved value with another of it. */
    JsonElement with(JsonElement chosen, JsonElement value) {
        return ChoiceSettings.with(choice, chosen, own, value);
    }
}
