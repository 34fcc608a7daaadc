package graft.app.editor.canvas;

import java.awt.BorderLayout;
import java.awt.Graphics;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.event.ActionEvent;
import java.awt.event.KeyEvent;
import java.awt.event.MouseAdapter;
import java.util.function.Supplier;
import javax.swing.AbstractAction;
import javax.swing.BorderFactory;
import javax.swing.JComponent;
import javax.swing.JPanel;
import javax.swing.KeyStroke;

/** A panel with round corners that opens over the canvas and keeps the keyboard's walk within it. */
final class PopupPanel extends JPanel {
    private static final long serialVersionUID = 1;

    private static final int ROUND = 16;

    private final transient Supplier<Palette> palette;

    PopupPanel(String name, Supplier<Palette> palette, int margin) {
        super(new BorderLayout(8, 8));
        this.palette = palette;
        setName(name);
        setOpaque(false);
        setFocusCycleRoot(true);
        setVisible(false);
        setBorder(BorderFactory.createEmptyBorder(margin, margin, margin, margin));
        // A press beside the controls is not one on the canvas beneath.
        addMouseListener(new MouseAdapter() {});
    }

    @Override
    protected void paintComponent(Graphics graphics) {
        Graphics2D g = (Graphics2D) graphics.create();
        g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        g.setColor(getBackground());
        g.fillRoundRect(0, 0, getWidth() - 1, getHeight() - 1, ROUND, ROUND);
        g.setColor(palette.get().of("card.border"));
        g.drawRoundRect(0, 0, getWidth() - 1, getHeight() - 1, ROUND, ROUND);
        g.dispose();
    }

    /** Lets a key of a control in it do something. */
    void bind(JComponent control, int key, Runnable run) {
        bind(control, JComponent.WHEN_FOCUSED, key, run);
    }

    /** Lets Escape in any of its controls do something. */
    void escapes(Runnable run) {
        bind(this, WHEN_ANCESTOR_OF_FOCUSED_COMPONENT, KeyEvent.VK_ESCAPE, run);
    }

    private void bind(JComponent control, int condition, int key, Runnable run) {
        String name = getName() + " " + key;
        control.getInputMap(condition).put(KeyStroke.getKeyStroke(key, 0), name);
        control.getActionMap().put(name, new AbstractAction() {
            private static final long serialVersionUID = 1;

            @Override
            public void actionPerformed(ActionEvent event) {
                run.run();
            }
        });
    }
}
