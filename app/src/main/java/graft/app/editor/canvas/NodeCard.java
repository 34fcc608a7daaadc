package graft.app.editor.canvas;

import graft.app.editor.Strings;
import graft.node.NodeSchema;
import graft.node.SocketSchema;
import java.awt.Color;
import java.awt.Dimension;
import java.awt.Font;
import java.awt.Graphics;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.Ellipse2D;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import javax.accessibility.AccessibleContext;
import javax.accessibility.AccessibleRole;
import javax.swing.JComponent;

/**
 * What a node type is: its title, id, help and sockets.
 *
 * <p>Drawn rather than laid out as HTML, which takes longer than there is between two letters that are typed.
 */
final class NodeCard extends JComponent {

    private static final int PAD = 12;
    private static final int LINE = 17;
    private static final int MOST_LINES = 12;

    private final Supplier<Palette> palette;
    private Optional<NodeSchema> type = Optional.empty();

    NodeCard(Supplier<Palette> palette) {
        this.palette = palette;
    }

    void show(Optional<NodeSchema> next) {
        type = next;
        getAccessibleContext()
                .setAccessibleDescription(next.map(each -> (each.help() + " " + each.deprecated()).strip())
                        .orElseGet(() -> Strings.get("canvas.search.none")));
        repaint();
    }

    @Override
    public Dimension getPreferredSize() {
        return new Dimension(240, 300);
    }

    @Override
    protected void paintComponent(Graphics graphics) {
        Graphics2D g = (Graphics2D) graphics.create();
        g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        g.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
        Palette colours = palette.get();
        Color text = colours.of("node.text");
        if (type.isEmpty()) {
            paragraph(g, Strings.get("canvas.search.none"), colours.text, colours.of("text.dim"), PAD + LINE);
            g.dispose();
            return;
        }
        int y = paragraph(g, type.get().title(), colours.heading, colours.of("node.titleText"), PAD + 12);
        y = paragraph(g, type.get().id(), colours.small, colours.of("text.dim"), y);
        y = paragraph(g, type.get().help(), colours.text, text, y + 6);
        if (!type.get().deprecated().isEmpty()) {
            y = paragraph(g, type.get().deprecated(), colours.text, colours.of("problem.warning"), y + 6);
        }
        y = sockets(g, colours, Strings.get("canvas.search.inputs"), type.get().inputs(), y);
        sockets(g, colours, Strings.get("canvas.search.outputs"), type.get().outputs(), y);
        g.dispose();
    }

    private int paragraph(Graphics2D g, String words, Font font, Color colour, int baseline) {
        g.setFont(font);
        g.setColor(colour);
        int y = baseline;
        for (String line : FittedText.lines(words, font, getWidth() - 2.0 * PAD, MOST_LINES)) {
            g.drawString(line, PAD, y);
            y += LINE;
        }
        return y;
    }

    private int sockets(Graphics2D g, Palette colours, String heading, List<SocketSchema> sockets, int baseline) {
        if (sockets.isEmpty()) {
            return baseline;
        }
        int y = paragraph(g, heading, colours.title, colours.of("node.titleText"), baseline + 8);
        for (SocketSchema socket : sockets) {
            g.setColor(colours.of(socket.kind()));
            g.fill(new Ellipse2D.Double(PAD, y - 9, 9, 9));
            g.setFont(colours.text);
            g.setColor(colours.of("node.text"));
            g.drawString(FittedText.cut(socket.title(), colours.text, getWidth() - 2.0 * PAD - 16), PAD + 16, y);
            y += LINE;
        }
        return y;
    }

    @Override
    public AccessibleContext getAccessibleContext() {
        if (accessibleContext == null) {
            accessibleContext = new AccessibleJComponent() {
                @Override
                public AccessibleRole getAccessibleRole() {
                    return AccessibleRole.TEXT;
                }
            };
        }
        return accessibleContext;
    }
}
