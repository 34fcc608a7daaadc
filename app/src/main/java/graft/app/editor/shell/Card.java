package graft.app.editor.shell;

import com.formdev.flatlaf.util.UIScale;
import graft.app.editor.Icons;
import graft.app.editor.Theme;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Dimension;
import java.awt.Font;
import java.awt.Graphics;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.Shape;
import java.awt.font.FontRenderContext;
import java.awt.font.LineBreakMeasurer;
import java.awt.font.TextAttribute;
import java.awt.font.TextLayout;
import java.awt.geom.RoundRectangle2D;
import java.awt.image.BufferedImage;
import java.text.AttributedString;
import java.util.Optional;
import javax.swing.Icon;
import javax.swing.JButton;

/** A workflow to open: its picture, title, first words and a remark. */
final class Card extends JButton {
    private static final long serialVersionUID = 1;

    private static final int PICTURE = 150;
    private static final int HEIGHT = 268;
    private static final int ARC = 10;
    private static final int PAD = 14;

    private final transient Optional<BufferedImage> picture;
    private final String words;
    private final String remark;

    Card(Template template, String remark) {
        this.picture = template.picture();
        this.words = template.words();
        this.remark = remark;
        setText(template.title());
        setName("template." + template.plugin().map(plugin -> plugin + ".").orElse("")
                + template.file().getFileName());
        setToolTipText(template.words());
        getAccessibleContext().setAccessibleName(template.title());
        getAccessibleContext().setAccessibleDescription(template.words());
        setContentAreaFilled(false);
        setBorderPainted(false);
        setFocusPainted(false);
        setRolloverEnabled(true);
    }

    @Override
    public Dimension getPreferredSize() {
        return UIScale.scale(new Dimension(250, HEIGHT));
    }

    @Override
    protected void paintComponent(Graphics graphics) {
        Graphics2D g = (Graphics2D) graphics.create();
        g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        g.setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BICUBIC);
        g.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
        boolean lit = getModel().isRollover() || isFocusOwner();
        Shape outline = new RoundRectangle2D.Float(
                1, 1, getWidth() - 2f, getHeight() - 2f, UIScale.scale(ARC * 2f), UIScale.scale(ARC * 2f));
        g.setColor(Theme.colour(lit ? "card.hover" : "card.background"));
        g.fill(outline);
        Shape before = g.getClip();
        g.clip(outline);
        paintPicture(g);
        g.setClip(before);
        paintWords(g);
        g.setColor(lit ? Theme.colour("accent") : Theme.colour("card.border"));
        g.setStroke(new BasicStroke(UIScale.scale(isFocusOwner() ? 2f : 1f)));
        g.draw(outline);
        g.dispose();
    }

    /** Fills its strip; what does not fit is cut off at the right, or above and below. */
    private void paintPicture(Graphics2D g) {
        int height = UIScale.scale(PICTURE);
        g.setColor(Theme.colour("canvas.background"));
        g.fillRect(0, 0, getWidth(), height);
        if (picture.isEmpty()) {
            Icon icon = Icons.get("arrange", 48);
            icon.paintIcon(this, g, (getWidth() - icon.getIconWidth()) / 2, (height - icon.getIconHeight()) / 2);
            return;
        }
        BufferedImage image = picture.get();
        double scale = Math.max((double) getWidth() / image.getWidth(), (double) height / image.getHeight());
        int width = (int) Math.ceil(image.getWidth() * scale);
        int tall = (int) Math.ceil(image.getHeight() * scale);
        Shape before = g.getClip();
        g.clipRect(0, 0, getWidth(), height);
        g.drawImage(image, 0, Math.min(0, (height - tall) / 2), width, tall, null);
        g.setClip(before);
    }

    private void paintWords(Graphics2D g) {
        float x = UIScale.scale((float) PAD);
        float width = getWidth() - 2 * x;
        float y = UIScale.scale(PICTURE + 12f);
        Color dim = Theme.colour("text.dim");
        y = paragraph(
                g,
                getText(),
                getFont().deriveFont(Font.BOLD, getFont().getSize2D() + UIScale.scale(1f)),
                getForeground(),
                x,
                y,
                width,
                1);
        y += UIScale.scale(3f);
        float small = getFont().getSize2D() - UIScale.scale(1f);
        int room = remark.isEmpty() ? 4 : 3;
        paragraph(g, words, getFont().deriveFont(small), dim, x, y, width, room);
        if (!remark.isEmpty()) {
            paragraph(
                    g,
                    remark,
                    getFont().deriveFont(small),
                    Theme.colour("text.changed"),
                    x,
                    getHeight() - UIScale.scale(26f),
                    width,
                    1);
        }
    }

    /** Lines of a text, at most so many, the last with an ellipsis when there are more; returns where they end. */
    private static float paragraph(
            Graphics2D g, String text, Font font, Color colour, float x, float top, float width, int most) {
        if (text.isBlank()) {
            return top;
        }
        g.setColor(colour);
        FontRenderContext context = g.getFontRenderContext();
        AttributedString attributed = new AttributedString(text);
        attributed.addAttribute(TextAttribute.FONT, font);
        LineBreakMeasurer measurer = new LineBreakMeasurer(attributed.getIterator(), context);
        float y = top;
        for (int line = 1; line <= most && measurer.getPosition() < text.length(); line++) {
            int from = measurer.getPosition();
            TextLayout layout = measurer.nextLayout(width);
            if (line == most && measurer.getPosition() < text.length()) {
                String cut = text.substring(from, measurer.getPosition()).strip();
                while (!cut.isEmpty()
                        && font.getStringBounds(cut + "…", context).getWidth() > width) {
                    cut = cut.substring(0, cut.length() - 1);
                }
                layout = new TextLayout(cut.strip() + "…", font, context);
            }
            y += layout.getAscent();
            layout.draw(g, x, y);
            y += layout.getDescent() + layout.getLeading();
        }
        return y;
    }
}
