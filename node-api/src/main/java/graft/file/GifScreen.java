package graft.file;

import java.awt.Dimension;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.metadata.IIOMetadata;
import javax.imageio.metadata.IIOMetadataNode;

/** What a GIF is drawn on: its pictures may cover a part of it (GIF89a, 18 and 20). */
final class GifScreen {

    private static final int DESCRIPTOR_END = 10;

    private GifScreen() {}

    static Dimension size(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] start = in.readNBytes(DESCRIPTOR_END);
            if (start.length < DESCRIPTOR_END) {
                throw new EOFException();
            }
            ByteBuffer bytes = ByteBuffer.wrap(start).order(ByteOrder.LITTLE_ENDIAN);
            return new Dimension(Short.toUnsignedInt(bytes.getShort(6)), Short.toUnsignedInt(bytes.getShort(8)));
        }
    }

    /** The first picture on its screen, which is clear beside it. */
    static BufferedImage whole(Path file, BufferedImage first, IIOMetadata of) throws IOException {
        Dimension size = size(file);
        if (first.getWidth() == size.width && first.getHeight() == size.height) {
            return first;
        }
        IIOMetadataNode tree = (IIOMetadataNode) of.getAsTree("javax_imageio_gif_image_1.0");
        IIOMetadataNode at =
                (IIOMetadataNode) tree.getElementsByTagName("ImageDescriptor").item(0);
        BufferedImage screen = new BufferedImage(size.width, size.height, BufferedImage.TYPE_INT_ARGB);
        Graphics2D graphics = screen.createGraphics();
        graphics.drawImage(
                first,
                Integer.parseInt(at.getAttribute("imageLeftPosition")),
                Integer.parseInt(at.getAttribute("imageTopPosition")),
                null);
        graphics.dispose();
        return screen;
    }
}
