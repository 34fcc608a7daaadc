package graft.picture;

import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.font.FontRenderContext;
import java.awt.font.LineBreakMeasurer;
import java.awt.font.TextAttribute;
import java.awt.font.TextLayout;
import java.awt.geom.AffineTransform;
import java.awt.image.BufferedImage;
import java.text.AttributedString;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Draws pictures in rows on a light page, labels above the columns and beside the rows, broken into lines where they are long. */
public final class GridDrawing {

    /** Not quite white, so that the edges of white pictures show. */
    public static final Color PAGE = new Color(0xF0, 0xF1, 0xF4);

    private static final Color INK = new Color(0x20, 0x22, 0x26);
    private static final FontRenderContext SMOOTH = new FontRenderContext(new AffineTransform(), true, true);

    private final List<List<Picture>> rows;
    private final List<String> columnLabels;
    private final List<String> rowLabels;

    public GridDrawing(List<List<Picture>> rows, List<String> columnLabels, List<String> rowLabels) {
        this.rows = rows;
        this.columnLabels = columnLabels;
        this.rowLabels = rowLabels;
    }

    /**
     * @param enlarge how many times larger each picture becomes
     * @param gap pixels between pictures and around them all
     */
    public BufferedImage draw(int enlarge, int gap) {
        int columns = rows.stream().mapToInt(List::size).max().orElse(0);
        int cellWidth = largest(rows, true) * enlarge;
        int cellHeight = largest(rows, false) * enlarge;
        Font font = new Font(Font.SANS_SERIF, Font.PLAIN, Math.max(12, Math.min(22, cellWidth / 10)));

        List<List<TextLayout>> above = laidOut(columnLabels, columns, font, cellWidth);
        List<List<TextLayout>> beside = laidOut(rowLabels, rows.size(), font, Math.max(cellWidth, 110));
        int top = gap + heightOf(above) + (heightOf(above) > 0 ? gap : 0);
        int left = gap + widthOf(beside) + (widthOf(beside) > 0 ? gap : 0);

        BufferedImage image = new BufferedImage(
                left + columns * (cellWidth + gap), top + rows.size() * (cellHeight + gap), BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        try {
            graphics.setColor(PAGE);
            graphics.fillRect(0, 0, image.getWidth(), image.getHeight());
            graphics.setColor(INK);
            graphics.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
            graphics.setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BICUBIC);
            for (int column = 0; column < above.size(); column++) {
                List<TextLayout> lines = above.get(column);
                drawLines(graphics, lines, left + column * (cellWidth + gap), cellWidth, top - gap - heightOf(lines));
            }
            for (int row = 0; row < rows.size(); row++) {
                int y = top + row * (cellHeight + gap);
                if (row < beside.size()) {
                    List<TextLayout> lines = beside.get(row);
                    drawLines(graphics, lines, gap, widthOf(beside), y + (cellHeight - heightOf(lines)) / 2);
                }
                for (int column = 0; column < rows.get(row).size(); column++) {
                    Picture picture = rows.get(row).get(column);
                    int width = picture.width() * enlarge;
                    int height = picture.height() * enlarge;
                    int x = left + column * (cellWidth + gap) + (cellWidth - width) / 2;
                    graphics.drawImage(
                            picture.toBufferedImage(), x, y + (cellHeight - height) / 2, width, height, null);
                }
            }
        } finally {
            graphics.dispose();
        }
        return image;
    }

    private static void drawLines(Graphics2D graphics, List<TextLayout> lines, int left, int width, int top) {
        float y = top;
        for (TextLayout line : lines) {
            y += line.getAscent();
            line.draw(graphics, left + (width - line.getAdvance()) / 2, y);
            y += line.getDescent() + line.getLeading();
        }
    }

    /** The labels of the first {@code count} columns or rows, each broken into lines no wider than {@code width}. */
    private static List<List<TextLayout>> laidOut(List<String> labels, int count, Font font, int width) {
        List<List<TextLayout>> laidOut = new ArrayList<>();
        for (String label : labels.subList(0, Math.min(count, labels.size()))) {
            List<TextLayout> lines = new ArrayList<>();
            if (!label.isBlank()) {
                AttributedString text = new AttributedString(label.strip(), Map.of(TextAttribute.FONT, font));
                LineBreakMeasurer measurer = new LineBreakMeasurer(text.getIterator(), SMOOTH);
                while (measurer.getPosition() < label.strip().length()) {
                    lines.add(measurer.nextLayout(width));
                }
            }
            laidOut.add(lines);
        }
        return laidOut;
    }

    private static int heightOf(List<?> lines) {
        double height = 0;
        for (Object line : lines) {
            height = line instanceof TextLayout layout
                    ? height + layout.getAscent() + layout.getDescent() + layout.getLeading()
                    : Math.max(height, heightOf((List<?>) line));
        }
        return (int) Math.ceil(height);
    }

    private static int widthOf(List<List<TextLayout>> labels) {
        return (int) Math.ceil(labels.stream()
                .flatMap(List::stream)
                .mapToDouble(TextLayout::getAdvance)
                .max()
                .orElse(0));
    }

    private static int largest(List<List<Picture>> rows, boolean across) {
        return rows.stream()
                .flatMap(List::stream)
                .mapToInt(picture -> across ? picture.width() : picture.height())
                .max()
                .orElse(0);
    }
}
