package graft.app.editor;

import graft.node.Problem;
import java.awt.event.FocusAdapter;
import java.awt.event.FocusEvent;
import java.math.BigDecimal;
import java.text.ParseException;
import java.util.Optional;
import java.util.function.IntConsumer;
import javax.swing.JFormattedTextField;
import javax.swing.JSpinner;
import javax.swing.SpinnerNumberModel;
import javax.swing.text.DefaultFormatter;
import javax.swing.text.DefaultFormatterFactory;

/**
 * A box for a whole number that is no setting of a node: what is typed counts at once, or is marked with the reason.
 *
 * <p>What cannot be the number leaves it as it was before the box had the keyboard: of 601 where 600 is the most, no 60 stays.
 */
public final class NumberSpinner extends JSpinner {
    private static final long serialVersionUID = 1;

    private final int least;
    private final int most;
    private int before;

    /**
     * A box with a number.
     *
     * @param step what an arrow adds or takes away
     */
    public NumberSpinner(int value, int least, int most, int step) {
        super(new SpinnerNumberModel(value, least, most, step));
        this.least = least;
        this.most = most;
        before = value;
        JFormattedTextField text = text();
        text.setFormatterFactory(new DefaultFormatterFactory(new Numbers()));
        text.addPropertyChangeListener("editValid", event -> mark(text.isEditValid()));
        text.addFocusListener(new FocusAdapter() {
            @Override
            public void focusGained(FocusEvent come) {
                before = number();
            }

            @Override
            public void focusLost(FocusEvent left) {
                if (!text.isEditValid()) {
                    setValue(before);
                }
            }
        });
    }

    private JFormattedTextField text() {
        return ((DefaultEditor) getEditor()).getTextField();
    }

    /** The number: as it is typed, or as it was before what is typed and cannot be it. */
    public int number() {
        return text().isEditValid() ? (Integer) getValue() : before;
    }

    /** Tells of the number whenever it may have become another. */
    public void whenTyped(IntConsumer then) {
        addChangeListener(event -> then.accept(number()));
        text().addPropertyChangeListener("editValid", event -> then.accept(number()));
    }

    private void mark(boolean right) {
        String reason = Strings.get("number.range", least, most);
        putClientProperty("JComponent.outline", right ? null : "error");
        text().setToolTipText(right ? getToolTipText() : reason);
    }

    /** Texts of the numbers that the box takes. */
    private final class Numbers extends DefaultFormatter {
        private static final long serialVersionUID = 1;

        Numbers() {
            setOverwriteMode(false);
            setCommitsOnValidEdit(true);
        }

        @Override
        public String valueToString(Object value) {
            return value instanceof Number number ? NumberText.of(number) : "";
        }

        @Override
        public Object stringToValue(String typed) throws ParseException {
            try {
                Optional<BigDecimal> number = NumberText.parse(typed, true);
                int value = number.orElseThrow(ArithmeticException::new).intValueExact();
                if (value >= least && value <= most) {
                    return value;
                }
            } catch (ArithmeticException | Problem none) {
                throw (ParseException) new ParseException(typed, 0).initCause(none);
            }
            throw new ParseException(typed, 0);
        }
    }
}
