package graft.app.editor.dataset;

import com.formdev.flatlaf.util.UIScale;
import graft.app.editor.Strings;
import graft.app.editor.Theme;
import graft.app.editor.viewer.Thumbnails;
import graft.train.data.Region;
import java.awt.AlphaComposite;
import java.awt.BasicStroke;
import java.awt.Component;
import java.awt.FontMetrics;
import java.awt.Graphics;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.util.Optional;
import javax.swing.JPanel;
import javax.swing.JTable;
import javax.swing.table.TableCellRenderer;

/** The picture of a row, or the part of it that is trained on; faint where it is left out. */
final class PictureCell extends JPanel implements TableCellRenderer {
    private static final long serialVersionUID = 1;

    private static final int PAD = 8;

    /** No picture is read larger for the sake of its part. */
    private static final int LARGEST = 1600;

    private static final float FAINT = 0.25f;

    private final transient Thumbnails thumbnails;
    private final transient PictureSizes sizes;
    private final transient Runnable again;
    private transient Optional<DatasetRow> row = Optional.empty();
    private boolean marked;

    /** @param again draws the table once more, when a picture is read */
    PictureCell(Thumbnails thumbnails, PictureSizes sizes, Runnable again) {
        this.thumbnails = thumbnails;
        this.sizes = sizes;
        this.again = again;
    }

    @Override
    public Component getTableCellRendererComponent(
            JTable table, Object value, boolean selected, boolean focused, int index, int column) {
        row = Optional.of((DatasetRow) value);
        marked = selected;
        setBackground(selected ? table.getSelectionBackground() : table.getBackground());
        getAccessibleContext().setAccessibleName(row.get().name());
        return this;
    }

    @Override
    protected void paintComponent(Graphics graphics) {
        super.paintComponent(graphics);
        if (marked) {
            graphics.setColor(Theme.colour("accent"));
            graphics.fillRect(0, 0, UIScale.scale(4), getHeight());
        }
        row.ifPresent(shown -> paint(shown, (Graphics2D) graphics.create()));
    }

    private void paint(DatasetRow shown, Graphics2D g) {
        g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        g.setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
        g.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
        int pad = UIScale.scale(PAD);
        int width = getWidth() - 2 * pad;
        int height = getHeight() - 2 * pad;
        Optional<Region> part =
                shown.region().filter(each -> sizes.of(shown.file()).isPresent());
        double larger = part.map(each -> {
                    var whole = sizes.of(shown.file()).orElseThrow();
                    return Math.max((double) whole.width() / each.width(), (double) whole.height() / each.height());
                })
                .orElse(1.0);
        int size = (int) Math.min(LARGEST, Math.max(width, height) * larger);
        Optional<BufferedImage> picture = thumbnails.get(shown.file(), size, again);
        if (picture.isEmpty()) {
            words(g, Strings.get("dataset.reading"), pad, height);
            g.dispose();
            return;
        }
        BufferedImage image = picture.get();
        double perPixel = part.map(each -> (double) image.getWidth()
                        / sizes.of(shown.file()).orElseThrow().width())
                .orElse(1.0);
        int left = (int) Math.round(part.map(Region::left).orElse(0) * perPixel);
        int top = (int) Math.round(part.map(Region::top).orElse(0) * perPixel);
        int across = part.map(each -> (int) Math.max(1, Math.round(each.width() * perPixel)))
                .orElse(image.getWidth());
        int down = part.map(each -> (int) Math.max(1, Math.round(each.height() * perPixel)))
                .orElse(image.getHeight());
        double scale = Math.min((double) width / across, (double) height / down);
        int wide = (int) Math.round(across * scale);
        int high = (int) Math.round(down * scale);
        int x = pad + (width - wide) / 2;
        int y = pad + (height - high) / 2;
        if (shown.leftOut()) {
            g.setComposite(AlphaComposite.getInstance(AlphaComposite.SRC_OVER, FAINT));
        }
        g.drawImage(image, x, y, x + wide, y + high, left, top, left + across, top + down, null);
        g.setComposite(AlphaComposite.SrcOver);
        if (shown.leftOut()) {
            g.setColor(Theme.colour("problem.warning"));
            g.setStroke(new BasicStroke(UIScale.scale(2f)));
            g.drawRect(x, y, wide - 1, high - 1);
            words(g, Strings.get("dataset.left-out"), pad, height);
        }
        g.dispose();
    }

    private void words(Graphics2D g, String words, int pad, int height) {
        FontMetrics metrics = g.getFontMetrics(getFont());
        g.setFont(getFont());
        g.setColor(getForeground());
        g.drawString(words, (getWidth() - metrics.stringWidth(words)) / 2, pad + height / 2 + metrics.getAscent() / 2);
    }
}
