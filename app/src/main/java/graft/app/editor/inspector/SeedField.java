package graft.app.editor.inspector;

import com.google.gson.JsonElement;
import com.google.gson.JsonPrimitive;
import graft.app.editor.Icons;
import graft.app.editor.SeedControl;
import graft.app.editor.Strings;
import graft.node.SettingSchema;
import java.awt.BorderLayout;
import java.awt.Component;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import javax.swing.JButton;
import javax.swing.JComboBox;
import javax.swing.JComponent;
import javax.swing.JLabel;
import javax.swing.JList;
import javax.swing.JPanel;
import javax.swing.ListCellRenderer;

/** A random seed: the number, a die for another one, and what becomes of it before each run. */
final class SeedField extends Field {

    private final NumberField number;
    private final JComboBox<SeedControl> control;
    private final JButton die = new JButton(Icons.get("dice"));
    private final JPanel panel = new JPanel(new BorderLayout(4, 4));

    SeedField(SettingSchema setting, Listener changed, Consumer<SeedControl> controlChanged) {
        super(setting, changed);
        number = new NumberField(setting, changed);
        die.setName("setting." + setting.id() + ".dice");
        die.setToolTipText(Strings.get("inspector.seed.dice"));
        die.getAccessibleContext().setAccessibleName(Strings.get("inspector.seed.dice"));
        die.addActionListener(
                event -> number.type(new JsonPrimitive(SeedControl.RANDOM.next(0, RandomGenerator.getDefault()))));
        control = new JComboBox<>(SeedControl.values());
        control.setRenderer(new Words(control.getRenderer()));
        control.setName("setting." + setting.id() + ".control");
        control.getAccessibleContext().setAccessibleName(Strings.get("inspector.seed.control"));
        control.setToolTipText(Strings.get("inspector.seed.control"));
        control.addActionListener(event -> {
            if (!isShowing() && control.getSelectedItem() instanceof SeedControl chosen) {
                controlChanged.accept(chosen);
            }
        });
        panel.setOpaque(false);
        JPanel first = new JPanel(new BorderLayout(4, 0));
        first.setOpaque(false);
        first.add(number.component(), BorderLayout.CENTER);
        first.add(die, BorderLayout.EAST);
        panel.add(first, BorderLayout.CENTER);
        panel.add(control, BorderLayout.SOUTH);
    }

    @Override
    JComponent component() {
        return panel;
    }

    @Override
    protected void put(Optional<JsonElement> value) {
        number.show(value);
    }

    @Override
    Optional<String> refusal() {
        return number.refusal();
    }

    @Override
    void whenRefused(Consumer<Optional<String>> told) {
        number.whenRefused(told);
    }

    @Override
    void settle() {
        number.settle();
    }

    /** Shows what becomes of it; empty when several nodes have it differently. */
    void showControl(Optional<SeedControl> shown) {
        show(() -> control.setSelectedItem(shown.orElse(null)));
    }

    @Override
    void enable(boolean enabled) {
        number.enable(enabled);
        die.setEnabled(enabled);
        control.setEnabled(enabled);
    }

    /** Controls in words. */
    private record Words(ListCellRenderer<? super SeedControl> usual) implements ListCellRenderer<SeedControl> {
        @Override
        public Component getListCellRendererComponent(
                JList<? extends SeedControl> list, SeedControl control, int index, boolean selected, boolean focused) {
            Component cell = usual.getListCellRendererComponent(list, control, index, selected, focused);
            if (cell instanceof JLabel label && control != null) {
                label.setText(Strings.get("inspector.seed." + control.name().toLowerCase(Locale.ROOT)));
            }
            return cell;
        }
    }
}
