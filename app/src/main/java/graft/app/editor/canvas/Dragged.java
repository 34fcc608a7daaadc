package graft.app.editor.canvas;

import com.google.gson.JsonElement;
import graft.node.NodeSchema;
import java.awt.datatransfer.DataFlavor;
import java.awt.datatransfer.Transferable;
import java.awt.datatransfer.UnsupportedFlavorException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** What is dragged from a shelf to a canvas: a node to be, or a file as a desktop gives it. */
public final class Dragged implements Transferable {

    /**
     * A node to be.
     *
     * @param settings other than its defaults
     */
    record Fresh(NodeSchema type, Map<String, JsonElement> settings) {}

    /** Of a {@link Fresh}; within this program alone. */
    static final DataFlavor NODE = new DataFlavor(Fresh.class, "a node");

    private final DataFlavor flavour;
    private final Object data;

    private Dragged(DataFlavor flavour, Object data) {
        this.flavour = flavour;
        this.data = data;
    }

    public static Dragged node(NodeSchema type, Map<String, JsonElement> settings) {
        return new Dragged(NODE, new Fresh(type, settings));
    }

    public static Dragged file(Path file) {
        return new Dragged(DataFlavor.javaFileListFlavor, List.of(file.toFile()));
    }

    @Override
    public DataFlavor[] getTransferDataFlavors() {
        return new DataFlavor[] {flavour};
    }

    @Override
    public boolean isDataFlavorSupported(DataFlavor other) {
        return flavour.equals(other);
    }

    @Override
    public Object getTransferData(DataFlavor wanted) throws UnsupportedFlavorException {
        if (!isDataFlavorSupported(wanted)) {
            throw new UnsupportedFlavorException(wanted);
        }
        return data;
    }
}
