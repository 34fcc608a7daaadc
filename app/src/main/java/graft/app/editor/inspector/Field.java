package graft.app.editor.inspector;

import com.google.gson.JsonElement;
import graft.app.editor.Strings;
import graft.app.editor.TypedSetting;
import graft.node.SettingSchema;
import java.awt.event.FocusAdapter;
import java.awt.event.FocusEvent;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import javax.swing.JComponent;
import javax.swing.JTextField;

/**
 * The control of one setting.
 *
 * <p>It tells what the user makes of the value at once, while typing too, and never what it was made to show. What the setting
 * cannot have is told as refused, with the reason, and what was typed on the way to it is taken back: of 99999 where 1000 is
 * the most, nobody meant 999.
 */
abstract class Field {

    /** What hears of the user's changes. */
    interface Listener {
        /**
         * The setting is to have a value.
         *
         * @param visit the same while the user stays in the control and nothing else is edited: one step of undo
         */
        void changed(String visit, JsonElement value);

        /** The setting is to have the value again that it had before a visit. */
        void takenBack(String visit);

        /** What was typed is gone, for the setting cannot have it, and its value is shown again. */
        void putBack(String typed, Optional<JsonElement> value, String reason);
    }

    private static final AtomicLong VISITS = new AtomicLong();

    private final SettingSchema setting;
    private final Listener listener;
    private Consumer<Optional<String>> whenRefused = reason -> {};
    private Optional<JsonElement> stored = Optional.empty();
    private Optional<String> refusal = Optional.empty();
    private String refused = "";
    private String visit = "";
    private boolean showing;
    private boolean telling;

    Field(SettingSchema setting, Listener listener) {
        this.setting = setting;
        this.listener = listener;
        beginVisit();
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

    /**
     * Shows a value without telling of it. What the user is just typing stays as it is typed, where it is that value, and where
     * it is refused and the value is the one that it did not replace.
     */
    final void show(Optional<JsonElement> value) {
        boolean same = value.equals(stored);
        stored = value;
        if (telling || (same && refusal.isPresent())) {
            return;
        }
        // What comes now must not be taken back with what was edited meanwhile.
        beginVisit();
        refuse(Optional.empty());
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
            refuse(Optional.empty());
            telling(() -> listener.changed(visit, value));
        }
    }

    /** To be called by the control when the user typed what the setting cannot have. */
    protected final void tellRefused(String typed, String reason) {
        if (!showing) {
            refused = typed;
            refuse(Optional.of(reason));
            telling(() -> listener.takenBack(visit));
        }
    }

    /** The value of what was typed while it is the user's turn; what the setting cannot have is told as refused, and is none. */
    protected final Optional<JsonElement> accepted(String typed) {
        if (showing) {
            return Optional.empty();
        }
        Optional<String> complaint = TypedSetting.complaint(setting, typed);
        complaint.ifPresent(reason -> tellRefused(typed, reason));
        return complaint.isPresent() ? Optional.empty() : Optional.of(TypedSetting.parse(setting, typed));
    }

    /** Puts a value into a line of text, as one types it. */
    protected static void put(JTextField line, Optional<JsonElement> value) {
        line.putClientProperty("JTextField.placeholderText", value.isEmpty() ? Strings.get("inspector.several") : null);
        String shown = value.map(TypedSetting::text).orElse("");
        if (!line.getText().equals(shown)) {
            line.setText(shown);
        }
    }

    private void telling(Runnable tell) {
        telling = true;
        try {
            tell.run();
        } finally {
            telling = false;
        }
    }

    private void refuse(Optional<String> reason) {
        refusal = reason;
        mark(reason);
        whenRefused.accept(reason);
    }

    /** Marks the control as one that holds what the setting cannot have, or as one that does not. */
    protected void mark(Optional<String> reason) {}

    /** Why what stands in the control is not the setting's value; empty when it is. */
    Optional<String> refusal() {
        return refusal;
    }

    /** Tells whoever shows it why what stands in the control is refused, and when it no more is. */
    void whenRefused(Consumer<Optional<String>> told) {
        whenRefused = told;
    }

    /** The value that the setting has; empty when several nodes have different ones. */
    final Optional<JsonElement> stored() {
        return stored;
    }

    /** The user begins to change the value, or ended to: from now on it is another step of undo. */
    protected final void beginVisit() {
        visit = "visit " + VISITS.incrementAndGet();
    }

    /** The user leaves the control, or a command comes: it shows the value that the setting has. */
    void settle() {
        Optional<String> reason = refusal;
        refuse(Optional.empty());
        beginVisit();
        show(() -> put(stored));
        reason.ifPresent(words -> listener.putBack(refused, stored, words));
    }

    /** Lets a visit begin and end with the keyboard of a part of the control; a menu that takes it for a while ends none. */
    protected final void visited(JComponent part) {
        part.addFocusListener(new FocusAdapter() {
            @Override
            public void focusGained(FocusEvent event) {
                beginVisit();
            }

            @Override
            public void focusLost(FocusEvent event) {
                if (!event.isTemporary()) {
                    settle();
                }
            }
        });
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
