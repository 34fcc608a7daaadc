package graft.app.editor.viewer;

import com.formdev.flatlaf.util.UIScale;
import graft.app.editor.Strings;
import graft.app.editor.Theme;
import java.awt.AlphaComposite;
import java.awt.BasicStroke;
import java.awt.Component;
import java.awt.Dimension;
import java.awt.Graphics;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.Shape;
import java.awt.geom.RoundRectangle2D;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import javax.swing.DefaultListModel;
import javax.swing.JList;
import javax.swing.JPanel;
import javax.swing.ListCellRenderer;
import javax.swing.ListSelectionModel;

/** Pictures in rows, small. */
final class Gallery extends JList<Path> {

    private static final long serialVersionUID = 1;

    private static final int CELL = 84;
    private static final int PICTURE = 72;
    /** How much is left of a picture of before. */
    private static final float DIMMED = 0.4f;

    /** More than this many pictures make no gallery; the oldest go. */
    private static final int MOST = 1000;

    private final transient Thumbnails thumbnails;
    private final DefaultListModel<Path> pictures = new DefaultListModel<>();
    private int old;

    Gallery(Thumbnails thumbnails) {
        this.thumbnails = thumbnails;
        setName("viewer.gallery");
        setModel(pictures);
        setLayoutOrientation(HORIZONTAL_WRAP);
        // As many in a row as there is room for.
        setVisibleRowCount(0);
        setSelectionMode(ListSelectionModel.MULTIPLE_INTERVAL_SELECTION);
        setCellRenderer(new Cell());
        getAccessibleContext().setAccessibleName(Strings.get("viewer.gallery"));
        sized();
    }

    @Override
    public void updateUI() {
        super.updateUI();
        sized();
    }

    private void sized() {
        setFixedCellWidth(UIScale.scale(CELL));
        setFixedCellHeight(UIScale.scale(CELL));
    }

    void show(List<Path> files) {
        old = 0;
        pictures.clear();
        pictures.addAll(files.subList(Math.max(0, files.size() - MOST), files.size()));
    }

    /** Adds a picture at the end, and selects it when the last one was selected, or none. */
    void append(Path file) {
        boolean follow = isSelectionEmpty() || getSelectedIndex() == pictures.size() - 1;
        if (pictures.size() == MOST) {
            pictures.remove(0);
            old = Math.max(0, old - 1);
        }
        pictures.addElement(file);
        if (follow) {
            select(pictures.size() - 1);
        }
    }

    void select(int index) {
        if (index >= 0 && index < pictures.size()) {
            setSelectedIndex(index);
            ensureIndexIsVisible(index);
        }
    }

    /** How many of the first pictures are drawn as of before. */
    void setOld(int first) {
        old = first;
        repaint();
    }

    int count() {
        return pictures.size();
    }

    @Override
    public Dimension getPreferredScrollableViewportSize() {
        return new Dimension(UIScale.scale(2 * CELL), UIScale.scale(CELL));
    }

    private final class Cell extends JPanel implements ListCellRenderer<Path> {

        private static final long serialVersionUID = 1;

        private transient Optional<BufferedImage> picture = Optional.empty();
        private boolean selected;
        private boolean focused;
        private boolean dimmed;

        @Override
        public Component getListCellRendererComponent(
                JList<? extends Path> list, Path file, int index, boolean isSelected, boolean hasFocus) {
            picture = thumbnails.get(file, UIScale.scale(PICTURE), Gallery.this::repaint);
            selected = isSelected;
            focused = hasFocus;
            dimmed = index < old;
            setToolTipText(String.valueOf(file.getFileName()));
            getAccessibleContext().setAccessibleName(String.valueOf(file.getFileName()));
            return this;
        }

        @Override
        protected void paintComponent(Graphics g) {
            Graphics2D graphics = (Graphics2D) g.create();
            graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
            graphics.setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
            int pad = UIScale.scale((CELL - PICTURE) / 2);
            int room = UIScale.scale(PICTURE);
            Shape frame = new RoundRectangle2D.Double(pad, pad, room, room, UIScale.scale(6), UIScale.scale(6));
            graphics.setColor(Theme.colour("card.background"));
            graphics.fill(frame);
            picture.ifPresent(image -> {
                Shape before = graphics.getClip();
                graphics.clip(frame);
                double scale = Math.min((double) room / image.getWidth(), (double) room / image.getHeight());
                int width = (int) Math.round(image.getWidth() * scale);
                int height = (int) Math.round(image.getHeight() * scale);
                if (dimmed) {
                    graphics.setComposite(AlphaComposite.getInstance(AlphaComposite.SRC_OVER, DIMMED));
                }
                graphics.drawImage(image, pad + (room - width) / 2, pad + (room - height) / 2, width, height, null);
                graphics.setComposite(AlphaComposite.SrcOver);
                graphics.setClip(before);
            });
            graphics.setStroke(new BasicStroke(UIScale.scale(selected ? 2f : 1f)));
            graphics.setColor(Theme.colour(selected ? "accent" : "card.border"));
            graphics.draw(frame);
            if (focused && selected) {
                graphics.setStroke(new BasicStroke(UIScale.scale(1f)));
                graphics.draw(new RoundRectangle2D.Double(
                        pad - 3, pad - 3, room + 6, room + 6, UIScale.scale(10), UIScale.scale(10)));
            }
            graphics.dispose();
        }
    }
}
