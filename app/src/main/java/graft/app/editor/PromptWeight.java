package graft.app.editor;

import java.awt.event.ActionEvent;
import java.awt.event.InputEvent;
import java.awt.event.KeyEvent;
import java.math.BigDecimal;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.swing.AbstractAction;
import javax.swing.KeyStroke;
import javax.swing.text.JTextComponent;

/**
 * Changes what words of a prompt count, as ComfyUI does on Ctrl+Up and Ctrl+Down: {@code word} becomes {@code (word:1.05)}, and
 * loses its brackets again at 1.
 *
 * @param from where in the text the changed part begins
 * @param to where it ended
 * @param text that is there now
 */
public record PromptWeight(int from, int to, String text) {

    /** What one press changes. */
    private static final BigDecimal STEP = new BigDecimal("0.05");

    /** What ends a word. */
    private static final String DELIMITERS = " .,\\/!?%^*;:{}=-_`~()\r\n\t";

    private static final Pattern GROUP = Pattern.compile("(?s)\\((.*?)(?::([+-]?\\d+(?:\\.\\d+)?))?\\)");

    /** Has Ctrl+Up and Ctrl+Down do so in a text; what was changed is selected then. */
    public static void keys(JTextComponent text) {
        key(text, KeyEvent.VK_UP, STEP);
        key(text, KeyEvent.VK_DOWN, STEP.negate());
    }

    private static void key(JTextComponent text, int key, BigDecimal by) {
        String name = "weigh " + key;
        text.getInputMap().put(KeyStroke.getKeyStroke(key, InputEvent.CTRL_DOWN_MASK), name);
        text.getActionMap().put(name, new AbstractAction() {
            @Override
            public void actionPerformed(ActionEvent event) {
                of(text.getText(), text.getSelectionStart(), text.getSelectionEnd(), by)
                        .ifPresent(change -> {
                            text.select(change.from(), change.to());
                            text.replaceSelection(change.text());
                            text.select(
                                    change.from(), change.from() + change.text().length());
                        });
            }
        });
    }

    /**
     * The change.
     *
     * @param start of what is selected; without a selection it is the brackets around, or the word
     * @param by how much more it is to count
     */
    static Optional<PromptWeight> of(String text, int start, int end, BigDecimal by) {
        int from = start;
        int to = end;
        if (from == to) {
            int open = opening(text, from);
            int close = closing(text, from);
            if (open >= 0 && close >= 0) {
                from = open;
                to = close + 1;
            } else {
                while (from > 0 && DELIMITERS.indexOf(text.charAt(from - 1)) < 0) {
                    from--;
                }
                while (to < text.length() && DELIMITERS.indexOf(text.charAt(to)) < 0) {
                    to++;
                }
            }
        }
        while (to > from && text.charAt(to - 1) == ' ') {
            to--;
        }
        if (from == to) {
            return Optional.empty();
        }
        if (from > 0 && to < text.length() && text.charAt(from - 1) == '(' && text.charAt(to) == ')') {
            from--;
            to++;
        }
        String selected = text.substring(from, to);
        Matcher group = GROUP.matcher(selected);
        boolean isGroup = group.matches();
        BigDecimal weight = isGroup && group.group(2) != null ? new BigDecimal(group.group(2)) : BigDecimal.ONE;
        BigDecimal changed = weight.add(by);
        String inner = isGroup ? group.group(1) : selected;
        return Optional.of(new PromptWeight(
                from,
                to,
                changed.compareTo(BigDecimal.ONE) == 0
                        ? inner
                        : "(" + inner + ":" + changed.stripTrailingZeros().toPlainString() + ")"));
    }

    private static int opening(String text, int at) {
        int closed = 0;
        for (int i = at - 1; i >= 0; i--) {
            char letter = text.charAt(i);
            if (letter == '(' && closed-- == 0) {
                return i;
            }
            closed += letter == ')' ? 1 : 0;
        }
        return -1;
    }

    private static int closing(String text, int at) {
        int opened = 0;
        for (int i = at; i < text.length(); i++) {
            char letter = text.charAt(i);
            if (letter == ')' && opened-- == 0) {
                return i;
            }
            opened += letter == '(' ? 1 : 0;
        }
        return -1;
    }
}
