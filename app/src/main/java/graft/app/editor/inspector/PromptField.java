package graft.app.editor.inspector;

import graft.app.editor.PromptWeight;
import graft.app.editor.Strings;
import graft.app.editor.Theme;
import graft.model.Weighting;
import graft.node.SettingSchema;
import java.awt.BorderLayout;
import java.awt.Dimension;
import java.awt.event.ActionEvent;
import java.awt.geom.Rectangle2D;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import javax.swing.AbstractAction;
import javax.swing.Action;
import javax.swing.JComponent;
import javax.swing.JLabel;
import javax.swing.JList;
import javax.swing.JPanel;
import javax.swing.JPopupMenu;
import javax.swing.JScrollPane;
import javax.swing.KeyStroke;
import javax.swing.Timer;
import javax.swing.text.BadLocationException;
import javax.swing.text.JTextComponent;

/** A prompt: text with its count of tokens beneath, that offers the words of embeddings while they are typed. */
final class PromptField extends TextField {

    /**
     * What the prompt's place in the workflow says of it.
     *
     * @param model what the setting of the model that will read it says; empty when none is wired
     * @param lines whether each line is a prompt of its own
     * @param weighting how its brackets are read
     * @param added embeddings whose words the model knows when it reads the prompt
     * @param words that call embeddings up
     */
    record Context(
            Optional<String> model,
            boolean lines,
            Weighting weighting,
            List<Prompts.Added> added,
            List<String> words) {}

    private static final int OFFERED = 8;

    private final Prompts prompts;
    private final Supplier<Context> context;
    private final JLabel tokens = new JLabel(" ");
    private final JPanel panel = new JPanel(new BorderLayout(0, 3));
    private final JPopupMenu offer = new JPopupMenu();
    private final JList<String> offered = new JList<>();
    private final Timer counting = new Timer(150, event -> count());

    PromptField(SettingSchema setting, Prompts prompts, Supplier<Context> context, Listener changed) {
        super(setting, true, changed);
        this.prompts = prompts;
        this.context = context;
        counting.setRepeats(false);
        tokens.setName("setting." + setting.id() + ".tokens");
        tokens.putClientProperty("FlatLaf.styleClass", "small");
        tokens.setForeground(Theme.colour("text.dim"));
        panel.setOpaque(false);
        panel.add(super.component(), BorderLayout.CENTER);
        panel.add(tokens, BorderLayout.SOUTH);
        offered.setName("setting." + setting.id() + ".words");
        offered.getAccessibleContext().setAccessibleName(Strings.get("inspector.words"));
        offer.setFocusable(false);
        offer.add(new JScrollPane(offered));
        JTextComponent text = text();
        bind(text, "DOWN", () -> move(1));
        bind(text, "UP", () -> move(-1));
        bind(text, "ENTER", this::take);
        bind(text, "TAB", this::take);
        bind(text, "ESCAPE", () -> offer.setVisible(false));
        PromptWeight.keys(text);
    }

    @Override
    JComponent component() {
        return panel;
    }

    @Override
    protected void typed() {
        super.typed();
        if (counting != null) {
            counting.restart();
            if (!isShowing()) {
                offer();
            }
        }
    }

    @Override
    void settle() {
        offer.setVisible(false);
        super.settle();
    }

    /** Counts again: the model, or whether lines are prompts, may have changed. */
    void recount() {
        counting.restart();
    }

    private void count() {
        Context now = context.get();
        if (now.model().isEmpty()) {
            say(Strings.get("inspector.tokens.unknown"), false);
            return;
        }
        prompts.count(now.model().get(), now.added(), text().getText(), now.lines(), now.weighting(), count -> {
            if (count.isEmpty()) {
                say(" ", false);
                return;
            }
            Prompts.Count seen = count.get();
            boolean over = !seen.unseen().isEmpty();
            say(
                    over
                            ? Strings.get("inspector.tokens.over", seen.tokens(), seen.most(), seen.unseen())
                            : seen.prompts() > 1
                                    ? Strings.get("inspector.tokens.lines", seen.prompts(), seen.tokens(), seen.most())
                                    : seen.chunks() > 1
                                            ? Strings.get(
                                                    "inspector.tokens.chunks",
                                                    seen.tokens(),
                                                    seen.chunks(),
                                                    seen.most() / seen.chunks())
                                            : Strings.get("inspector.tokens", seen.tokens(), seen.most()),
                    over);
        });
    }

    private void say(String words, boolean warning) {
        tokens.setText(words);
        tokens.setToolTipText(words.isBlank() ? null : words);
        tokens.setForeground(Theme.colour(warning ? "problem.warning" : "text.dim"));
    }

    /** While words are offered the key is theirs; else it does what it always does. */
    private void bind(JTextComponent text, String key, Runnable chosen) {
        KeyStroke stroke = KeyStroke.getKeyStroke(key);
        Object usual = text.getInputMap().get(stroke);
        Action before = usual == null ? null : text.getActionMap().get(usual);
        text.getInputMap().put(stroke, "offer-" + key);
        text.getActionMap().put("offer-" + key, new AbstractAction() {
            /** Else the key is for what the text lies in. */
            @Override
            public boolean isEnabled() {
                return offer.isVisible() || before != null || key.equals("TAB");
            }

            @Override
            public void actionPerformed(ActionEvent event) {
                if (offer.isVisible()) {
                    chosen.run();
                } else if (before != null) {
                    before.actionPerformed(event);
                } else {
                    text.transferFocus();
                }
            }
        });
    }

    private void offer() {
        String begun = begun();
        List<String> fitting = begun.length() < 2
                ? List.of()
                : context.get().words().stream()
                        .filter(word -> word.toLowerCase(Locale.ROOT).startsWith(begun.toLowerCase(Locale.ROOT)))
                        .filter(word -> !word.equals(begun))
                        .limit(OFFERED)
                        .toList();
        if (fitting.isEmpty() || !text().isShowing()) {
            offer.setVisible(false);
            return;
        }
        offered.setListData(fitting.toArray(String[]::new));
        offered.setVisibleRowCount(fitting.size());
        offered.setSelectedIndex(0);
        try {
            Rectangle2D caret = text().modelToView2D(text().getCaretPosition());
            Dimension size = offer.getPreferredSize();
            offer.setPopupSize(Math.max(size.width, 160), size.height);
            offer.show(text(), (int) caret.getX(), (int) caret.getMaxY() + 2);
        } catch (BadLocationException | NullPointerException notLaidOut) {
            offer.setVisible(false);
        }
    }

    /** The beginning of a word before the caret. */
    private String begun() {
        String before = text().getText()
                .substring(
                        0, Math.min(text().getCaretPosition(), text().getText().length()));
        int start = before.length();
        while (start > 0 && isWord(before.charAt(start - 1))) {
            start--;
        }
        return before.substring(start);
    }

    private static boolean isWord(char letter) {
        return Character.isLetterOrDigit(letter) || letter == '-' || letter == '_';
    }

    private void move(int by) {
        int count = offered.getModel().getSize();
        offered.setSelectedIndex(Math.floorMod(offered.getSelectedIndex() + by, count));
    }

    private void take() {
        String word = offered.getSelectedValue();
        int from = text().getCaretPosition() - begun().length();
        offer.setVisible(false);
        text().select(from, text().getCaretPosition());
        text().replaceSelection(word);
    }
}
