package graft.app.editor.inspector;

import graft.app.editor.SeedControl;
import graft.node.Setting.Control;
import graft.node.SettingSchema;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * Makes the control that suits a setting.
 *
 * @param context what the place of a prompt says of it
 * @param seedChanged told what is to become of a seed before a run
 * @param named what people read for a choice's id
 */
record Fields(
        FileLibrary files,
        Prompts prompts,
        Supplier<PromptField.Context> context,
        BiConsumer<SettingSchema, SeedControl> seedChanged,
        UnaryOperator<String> named) {

    Field of(SettingSchema setting, Field.Listener changed) {
        Control control = setting.declared().control();
        return switch (setting.kind()) {
            case "whole number", "number" ->
                control == Control.SEED
                        ? new SeedField(setting, changed, chosen -> seedChanged.accept(setting, chosen))
                        : new NumberField(setting, changed);
            case "numbers" -> new NumbersField(setting, changed);
            case "yes or no" -> new SwitchField(setting, changed);
            case "choice" -> new ChoiceField(setting, named, changed);
            default ->
                switch (control) {
                    case PROMPT -> new PromptField(setting, prompts, context, changed);
                    case PARAGRAPH -> new TextField(setting, true, changed);
                    case IMAGE_FILE, FOLDER, MODEL, ADAPTER, FILE -> new PathField(setting, files, changed);
                    default -> new TextField(setting, false, changed);
                };
        };
    }
}
