package graft.app.editor.inspector;

import com.google.gson.JsonElement;
import com.google.gson.JsonPrimitive;
import graft.app.editor.Icons;
import graft.app.editor.NumberText;
import graft.app.editor.Strings;
import graft.app.editor.Theme;
import graft.app.editor.TypedSetting;
import graft.app.editor.Units;
import graft.app.editor.WhenChanged;
import graft.app.editor.WhenTyped;
import graft.node.Problem;
import graft.node.Setting;
import graft.node.SettingKind;
import graft.node.SettingSchema;
import java.awt.BorderLayout;
import java.awt.event.ActionEvent;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Optional;
import javax.swing.AbstractAction;
import javax.swing.Box;
import javax.swing.JButton;
import javax.swing.JComponent;
import javax.swing.JLabel;
import javax.swing.JPanel;
import javax.swing.JSlider;
import javax.swing.JTextField;
import javax.swing.KeyStroke;

/**
 * A number: typed, stepped by the arrow keys and buttons, and slid where its range is one that a hand can go through.
 *
 * <p>On a logarithmic scale the keys step through the first digit, 9e-5, 1e-4, 2e-4.
 */
final class NumberField extends Field {

    private static final int SLIDER_STEPS = 1000;
    /** Where a logarithmic slider begins for a range from 0; below it is 0. */
    private static final double LEAST = 1e-7;

    private final JTextField text;
    private final JSlider slider;
    private final JPanel panel = new JPanel(new BorderLayout(8, 0));
    private final boolean whole;
    private boolean sliding;

    NumberField(SettingSchema setting, Listener changed) {
        super(setting, changed);
        whole = setting.kind() == SettingKind.WHOLE_NUMBER;
        text = named(new JTextField(hasSlider() ? 6 : 10));
        WhenTyped.in(text, this::typed);
        visited(text);
        text.putClientProperty("JTextField.trailingComponent", trailing());
        text.getInputMap().put(KeyStroke.getKeyStroke("UP"), "step-up");
        text.getInputMap().put(KeyStroke.getKeyStroke("DOWN"), "step-down");
        text.getActionMap().put("step-up", stepping(true));
        text.getActionMap().put("step-down", stepping(false));
        panel.setOpaque(false);
        if (hasSlider()) {
            slider = new JSlider(0, SLIDER_STEPS);
            slider.setOpaque(false);
            slider.setName(text.getName() + ".slider");
            slider.getAccessibleContext().setAccessibleName(setting.title());
            slider.addChangeListener(event -> slid());
            panel.add(slider, BorderLayout.CENTER);
            panel.add(text, BorderLayout.EAST);
        } else {
            slider = null;
            panel.add(text, BorderLayout.CENTER);
        }
    }

    private Setting declared() {
        return setting().declared();
    }

    private boolean log() {
        return declared().scale() == Setting.Scale.LOG;
    }

    private boolean hasSlider() {
        double span = declared().max() - declared().min();
        return Double.isFinite(span)
                && (log()
                        || (declared().step() > 0
                                ? span / declared().step() <= 400
                                : !whole ? span <= 100 : span <= 64));
    }

    private JComponent trailing() {
        Box box = Box.createHorizontalBox();
        // Beside a slider there is no room for it, and the help says it too.
        if (!declared().unit().isEmpty() && !hasSlider()) {
            JLabel unit = new JLabel(declared().unit());
            unit.setForeground(Theme.colour("text.dim"));
            text.getDocument()
                    .addDocumentListener(new WhenChanged(() -> unit.setText(
                            Units.beside(text.getText().strip(), declared().unit()))));
            unit.putClientProperty("FlatLaf.styleClass", "small");
            box.add(unit);
            box.add(Box.createHorizontalStrut(2));
        }
        if (!hasSlider()) {
            box.add(arrow("down", false));
            box.add(arrow("up", true));
        }
        return box;
    }

    private JButton arrow(String icon, boolean up) {
        JButton button = new JButton(Icons.get(icon, 12));
        button.putClientProperty("JButton.buttonType", "toolBarButton");
        button.setFocusable(false);
        button.setName("setting." + setting().id() + (up ? ".more" : ".less"));
        button.getAccessibleContext()
                .setAccessibleName(Strings.get(
                        up ? "inspector.more" : "inspector.less", setting().title()));
        button.addActionListener(event -> step(up));
        return button;
    }

    private AbstractAction stepping(boolean up) {
        return new AbstractAction() {
            @Override
            public void actionPerformed(ActionEvent event) {
                step(up);
            }
        };
    }

    private void step(boolean up) {
        if (!text.isEnabled()) {
            return;
        }
        // From what is typed where it is a value, else from the one that the setting has.
        BigDecimal number = read().or(this::stored).map(NumberField::exact).orElse(BigDecimal.ZERO);
        BigDecimal next;
        if (log() && number.signum() > 0 && !whole) {
            next = NumberText.nextDigit(number, up);
        } else {
            BigDecimal step = BigDecimal.valueOf(stepSize());
            next = number.add(up ? step : step.negate());
        }
        double bounded = bounded(next.doubleValue());
        text.setText(NumberText.of(asTyped(bounded == next.doubleValue() ? next : BigDecimal.valueOf(bounded))));
    }

    private double stepSize() {
        if (declared().step() > 0) {
            return declared().step();
        }
        double span = declared().max() - declared().min();
        return whole || !Double.isFinite(span) || span > 20 ? 1 : span > 2 ? 0.1 : 0.05;
    }

    private double bounded(double value) {
        return Math.max(declared().min(), Math.min(declared().max(), value));
    }

    private Number asTyped(BigDecimal number) {
        return whole ? (Number) number.setScale(0, RoundingMode.HALF_EVEN).longValue() : (Number) number.doubleValue();
    }

    @Override
    JComponent component() {
        return panel;
    }

    @Override
    protected void put(Optional<JsonElement> value) {
        put(text, value);
        // What a file holds may be none of the setting's values.
        outline(value.isPresent() && !takes(value.get()));
    }

    private boolean takes(JsonElement value) {
        try {
            setting().fromJson(value);
            return true;
        } catch (Problem other) {
            return false;
        }
    }

    private void outline(boolean wrong) {
        text.putClientProperty("JComponent.outline", wrong ? "error" : null);
    }

    @Override
    protected void mark(Optional<String> reason) {
        outline(reason.isPresent());
        text.setToolTipText(reason.orElse(null));
    }

    @Override
    void enable(boolean enabled) {
        text.setEnabled(enabled);
        if (slider != null) {
            slider.setEnabled(enabled);
        }
    }

    /** Brings the slider along. */
    private void slide() {
        Optional<JsonElement> number = slider == null ? Optional.empty() : read();
        if (number.isPresent()) {
            int position = position(number.get().getAsDouble());
            if (slider.getValue() != position && !slider.getValueIsAdjusting()) {
                sliding = true;
                slider.setValue(position);
                sliding = false;
            }
        }
    }

    /** The value that is typed; empty when the setting cannot have it. */
    private Optional<JsonElement> read() {
        try {
            return Optional.of(TypedSetting.parse(setting(), text.getText()));
        } catch (Problem refused) {
            return Optional.empty();
        }
    }

    private static BigDecimal exact(JsonElement value) {
        return value instanceof JsonPrimitive plain && plain.isNumber() ? plain.getAsBigDecimal() : BigDecimal.ZERO;
    }

    private void slid() {
        if (sliding || isShowing()) {
            return;
        }
        double value = value(slider.getValue());
        text.setText(NumberText.of(asTyped(BigDecimal.valueOf(value))));
    }

    private double value(int position) {
        double share = position / (double) SLIDER_STEPS;
        double low = declared().min();
        double high = declared().max();
        if (log()) {
            if (position == 0) {
                return low;
            }
            double from = low > 0 ? low : LEAST;
            double exact = from * Math.pow(high / from, share);
            return bounded(
                    whole
                            ? Math.rint(exact)
                            : new BigDecimal(exact).round(new MathContext(2)).doubleValue());
        }
        double step = stepSize();
        if (!whole && declared().step() == 0) {
            step = Math.min(step, (high - low) / 100);
        }
        BigDecimal steps = BigDecimal.valueOf((long) Math.rint(share * (high - low) / step));
        return bounded(BigDecimal.valueOf(low)
                .add(BigDecimal.valueOf(step).multiply(steps))
                .doubleValue());
    }

    private int position(double value) {
        double low = declared().min();
        double high = declared().max();
        if (log()) {
            double from = low > 0 ? low : LEAST;
            return value < from ? 0 : (int) Math.round(SLIDER_STEPS * Math.log(value / from) / Math.log(high / from));
        }
        return (int) Math.round(SLIDER_STEPS * (value - low) / (high - low));
    }

    private void typed() {
        slide();
        accepted(text.getText()).ifPresent(this::tell);
    }

    /** Puts a number in as if the user had typed it. */
    void type(JsonPrimitive number) {
        text.setText(number.getAsString());
    }
}
