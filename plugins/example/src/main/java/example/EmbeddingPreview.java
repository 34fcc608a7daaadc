package example;

import graft.adapter.Embedding;
import graft.node.ValuePreview;
import java.awt.image.BufferedImage;
import java.util.Optional;
import org.pf4j.Extension;

/**
 * Shows an embedding as a sheet of its numbers, 32 in a row, one vector below the other: red above 0, blue below, white at 0; the
 * largest has the full colour.
 */
@Extension
public final class EmbeddingPreview implements ValuePreview<Embedding> {

    private static final int COLUMNS = 32;
    private static final int CELL = 6; // pixels

    @Override
    public Class<Embedding> type() {
        return Embedding.class;
    }

    @Override
    public Optional<BufferedImage> draw(Embedding embedding) {
        int rows = (embedding.width() + COLUMNS - 1) / COLUMNS;
        int height = rows * embedding.vectors().size();
        float most = 0;
        for (float[] vector : embedding.vectors()) {
            for (float number : vector) {
                most = Math.max(most, Math.abs(number));
            }
        }
        BufferedImage sheet = new BufferedImage(COLUMNS * CELL, height * CELL, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < sheet.getHeight(); y++) {
            for (int x = 0; x < sheet.getWidth(); x++) {
                float[] vector = embedding.vectors().get(y / CELL / rows);
                int at = y / CELL % rows * COLUMNS + x / CELL;
                float share = at < vector.length && most > 0 ? vector[at] / most : 0;
                int faded = Math.round(255 * (1 - Math.abs(share)));
                sheet.setRGB(x, y, share < 0 ? faded << 16 | faded << 8 | 255 : 255 << 16 | faded << 8 | faded);
            }
        }
        return Optional.of(sheet);
    }
}
