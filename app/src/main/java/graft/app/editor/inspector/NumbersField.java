package graft.app.editor.inspector;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import graft.app.editor.Strings;
import graft.app.editor.WhenChanged;
import graft.node.Problem;
import graft.node.SettingSchema;
import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.function.Consumer;
import javax.swing.JComponent;
import javax.swing.JTextField;

/** A list of numbers with a comma between. */
final class NumbersField extends Field {

    private final JTextField text;

    NumbersField(SettingSchema setting, Consumer<JsonElement> changed) {
        super(setting, changed);
        text = named(new JTextField());
        text.setToolTipText(Strings.get("inspector.numbers.help"));
        text.getDocument().addDocumentListener(new WhenChanged(this::typed));
    }

    private void typed() {
        Optional<JsonElement> numbers = read();
        text.putClientProperty(
                "JComponent.outline", numbers.isPresent() || text.getText().isBlank() ? null : "error");
        if (!isShowing()) {
            numbers.ifPresent(this::tell);
        }
    }

    private Optional<JsonElement> read() {
        JsonArray numbers = new JsonArray();
        for (String part : text.getText().split("[,;\\s]+", -1)) {
            if (!part.isBlank()) {
                Optional<BigDecimal> number = NumberText.parse(part);
                if (number.isEmpty()) {
                    return Optional.empty();
                }
                numbers.add(number.get().doubleValue());
            }
        }
        try {
            return Optional.of(setting().toJson(setting().fromJson(numbers)));
        } catch (Problem outOfRange) {
            return Optional.empty();
        }
    }

    @Override
    JComponent component() {
        return text;
    }

    @Override
    protected void put(Optional<JsonElement> value) {
        text.putClientProperty("JTextField.placeholderText", value.isEmpty() ? Strings.get("inspector.several") : null);
        if (value.isPresent() && value.equals(read())) {
            return;
        }
        StringJoiner numbers = new StringJoiner(", ");
        value.ifPresent(given -> {
            Iterable<JsonElement> all = given.isJsonArray() ? given.getAsJsonArray() : List.of(given);
            all.forEach(number -> numbers.add(NumberText.of(number.getAsBigDecimal())));
        });
        text.setText(numbers.toString());
    }

    @Override
    void enable(boolean enabled) {
        text.setEnabled(enabled);
    }
}
