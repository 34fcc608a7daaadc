package graft.app.editor.inspector;

import com.google.gson.JsonElement;
import graft.node.SettingSchema;
import java.util.Optional;
import java.util.function.Consumer;
import javax.swing.JComponent;

/**
 * The control of one setting.
 *
 * <p>It tells what the user makes of the value at once, while typing too, and never what it was made to show.
 */
abstract class Field {

    private final SettingSchema setting;
    private final Consumer<JsonElement> changed;
    private boolean showing;

    Field(SettingSchema setting, Consumer<JsonElement> changed) {
        this.setting = setting;
        this.changed = changed;
    }

    final SettingSchema setting() {
        return setting;
    }

    /** The control, which has the setting's id as its name. */
    abstract JComponent component();

    /** Puts a value into the control; empty when several nodes have different ones. */
    protected abstract void put(Optional<JsonElement> value);

    /** Whether it is the user's turn: a setting that a wire drives cannot be typed. */
    abstract void enable(boolean enabled);

    /** Shows a value without telling of it. */
    final void show(Optional<JsonElement> value) {
        show(() -> put(value));
    }

    /** Changes the control without telling of it. */
    protected final void show(Runnable change) {
        boolean before = showing;
        showing = true;
        try {
            change.run();
        } finally {
            showing = before;
        }
    }

    /** To be called by the control when the user changed the value. */
    protected final void tell(JsonElement value) {
        if (!showing) {
            changed.accept(value);
        }
    }

    protected final boolean isShowing() {
        return showing;
    }

    /** Names the control for tests and for those who hear instead of see. */
    protected final <T extends JComponent> T named(T control) {
        control.setName("setting." + setting.id());
        control.getAccessibleContext().setAccessibleName(setting.title());
        control.getAccessibleContext()
                .setAccessibleDescription(setting.declared().help());
        return control;
    }
}
