package graft.app.editor;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.event.ActionEvent;
import java.math.BigDecimal;
import javax.swing.JTextArea;
import javax.swing.KeyStroke;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What Ctrl+Up and Ctrl+Down make of a prompt; the caret is ^, what is selected lies between [ and ]. */
class PromptWeightTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a re^d pot|0.05|a (red:1.05) pot",
                "a (re^d:1.05) pot|0.05|a (red:1.1) pot",
                "a (re^d:1.05) pot|-0.05|a red pot",
                "a (re^d) pot|-0.05|a (red:0.95) pot",
                "a [red pot ]there|0.05|a (red pot:1.05) there",
                "a ([red pot])|0.05|a (red pot:1.05)",
                "a (b (c) d^:1.5)|0.05|a (b (c) d:1.55)",
                "(a:0.0^5)|-0.05|(a:0)",
                "a ,^ b|0.05|a , b",
                "embedding:zo^rb|0.05|embedding:(zorb:1.05)",
            })
    void aWeightGoesUpAndDown(String prompt, BigDecimal by, String then) {
        int start = Math.max(prompt.indexOf('['), prompt.indexOf('^'));
        int end = prompt.contains("]") ? prompt.indexOf(']') - 1 : start;
        String text = prompt.replaceAll("[\\[\\]^]", "");
        String changed = PromptWeight.of(text, start, end, by)
                .map(change -> text.substring(0, change.from()) + change.text() + text.substring(change.to()))
                .orElse(text);
        assertThat(changed).isEqualTo(then);
    }

    @Test
    void theKeysChangeTheTextAndItsSelection() {
        JTextArea text = new JTextArea("a red pot");
        PromptWeight.keys(text);
        text.setCaretPosition(3);
        press(text, "UP");
        press(text, "UP");
        assertThat(text.getText()).isEqualTo("a (red:1.1) pot");
        assertThat(text.getSelectedText()).isEqualTo("(red:1.1)");
        press(text, "DOWN");
        press(text, "DOWN");
        press(text, "DOWN");
        assertThat(text.getText()).isEqualTo("a (red:0.95) pot");
    }

    private static void press(JTextArea text, String key) {
        Object name = text.getInputMap().get(KeyStroke.getKeyStroke("ctrl " + key));
        text.getActionMap().get(name).actionPerformed(new ActionEvent(text, ActionEvent.ACTION_PERFORMED, ""));
    }
}
