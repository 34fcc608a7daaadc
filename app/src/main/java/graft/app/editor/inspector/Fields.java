package graft.app.editor.inspector;

import graft.app.editor.SeedControl;
import graft.app.engine.FoundChoices;
import graft.node.Setting.Control;
import graft.node.SettingSchema;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * Makes the control that suits a setting.
 *
 * @param context what the place of a prompt says of it
 * @param ask asks a node what there is to choose from, and tells it on the window's thread
 * @param seedChanged told what is to become of a seed before a run
 * @param named what people read for a choice's id
 */
record Fields(
        FileLibrary files,
        Prompts prompts,
        Supplier<PromptField.Context> context,
        BiConsumer<SettingSchema, Consumer<FoundChoices>> ask,
        BiConsumer<SettingSchema, SeedControl> seedChanged,
        UnaryOperator<String> named) {

    Field of(SettingSchema setting, Field.Listener changed) {
        Control control = setting.declared().control();
        if (setting.findsChoices()) {
            return new FoundField(setting, ask, changed);
        }
        return switch (setting.kind()) {
            case WHOLE_NUMBER, NUMBER ->
                control == Control.SEED
                        ? new SeedField(setting, changed, chosen -> seedChanged.accept(setting, chosen))
                        : new NumberField(setting, changed);
            case TEXTS, PATHS -> new LinesField(setting, changed);
            case COLOUR -> new ColourField(setting, changed);
            case TABLE -> new TableField(setting, changed);
            case NUMBERS -> new NumbersField(setting, changed);
            case SWITCH -> new SwitchField(setting, changed);
            case CHOICE -> new ChoiceField(setting, named, changed);
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
