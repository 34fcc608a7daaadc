package graft.app.editor.canvas;

import com.google.gson.JsonElement;
import com.google.gson.JsonPrimitive;
import graft.node.NodeSchema;
import graft.node.Problem;
import java.awt.datatransfer.DataFlavor;
import java.awt.datatransfer.UnsupportedFlavorException;
import java.awt.geom.Point2D;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.swing.TransferHandler;

/** Takes files that are dropped from the desktop. */
final class FileDrop extends TransferHandler {

    private static final double BESIDE = 40;

    private final GraphCanvas canvas;

    FileDrop(GraphCanvas canvas) {
        this.canvas = canvas;
    }

    @Override
    public boolean canImport(TransferSupport support) {
        return support.isDrop() && support.isDataFlavorSupported(DataFlavor.javaFileListFlavor);
    }

    @Override
    public boolean importData(TransferSupport support) {
        if (!canImport(support)) {
            return false;
        }
        List<Path> files;
        try {
            files = ((List<?>) support.getTransferable().getTransferData(DataFlavor.javaFileListFlavor))
                    .stream().map(file -> ((File) file).toPath()).toList();
        } catch (UnsupportedFlavorException | IOException e) {
            return false;
        }
        take(files, canvas.viewport().toCanvas(support.getDropLocation().getDropPoint()));
        return true;
    }

    /** Makes nodes of files, one below the other, and opens the workflows among them. */
    void take(List<Path> files, Point2D at) {
        int taken = 0;
        for (Path file : files) {
            try {
                DroppedFile dropped = DroppedFile.of(file);
                if (dropped instanceof DroppedFile.Opens) {
                    canvas.context().open(file);
                } else if (dropped instanceof DroppedFile.Loads loads) {
                    Point2D place = new Point2D.Double(at.getX() + taken * BESIDE, at.getY() + taken * BESIDE);
                    add(loads, place);
                    taken++;
                }
            } catch (Problem problem) {
                canvas.context().tell(problem);
            }
        }
    }

    private void add(DroppedFile.Loads loads, Point2D at) {
        NodeSchema type = canvas.library()
                .node(loads.type())
                .orElseThrow(() -> new Problem(
                        "cannot use " + loads.file().getFileName() + " here",
                        "no plugin offers the node " + loads.type(),
                        "install the plugin that does"));
        canvas.actions().add(type, at, Optional.empty(), node -> {
            Map<String, JsonElement> settings = new LinkedHashMap<>(node.settings());
            settings.put(loads.setting(), new JsonPrimitive(loads.file().toString()));
            return node.withSettings(settings);
        });
    }
}
