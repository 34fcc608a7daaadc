package graft.app.editor.canvas;

import graft.node.NodeSchema;
import graft.node.Problem;
import java.awt.datatransfer.DataFlavor;
import java.awt.datatransfer.UnsupportedFlavorException;
import java.awt.geom.Point2D;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import javax.swing.SwingWorker;
import javax.swing.TransferHandler;

/** Takes nodes and files that are dropped from the library, and files from the desktop, where they are let go. */
final class FileDrop extends TransferHandler {

    private static final double BESIDE = 40;

    private final Surface surface;
    private final CanvasActions actions;

    FileDrop(Surface surface, CanvasActions actions) {
        this.surface = surface;
        this.actions = actions;
    }

    @Override
    public boolean canImport(TransferSupport support) {
        return support.isDrop()
                && (support.isDataFlavorSupported(Dragged.NODE)
                        || support.isDataFlavorSupported(DataFlavor.javaFileListFlavor));
    }

    @Override
    public boolean importData(TransferSupport support) {
        if (!canImport(support)) {
            return false;
        }
        Point2D at = surface.viewport().toCanvas(support.getDropLocation().getDropPoint());
        List<Path> files;
        try {
            if (support.isDataFlavorSupported(Dragged.NODE)) {
                Dragged.Fresh fresh = (Dragged.Fresh) support.getTransferable().getTransferData(Dragged.NODE);
                actions.add(fresh.type(), at, Optional.empty(), false, node -> node.withSettings(fresh.settings()));
                surface.component().requestFocusInWindow();
                return true;
            }
            files = ((List<?>) support.getTransferable().getTransferData(DataFlavor.javaFileListFlavor))
                    .stream().map(file -> ((File) file).toPath()).toList();
        } catch (UnsupportedFlavorException | IOException e) {
            return false;
        }
        take(files, at);
        return true;
    }

    /** A file and what it is, or why it is nothing. */
    private record Looked(Path file, Optional<DroppedFile> dropped, Optional<Problem> problem) {

        static Looked at(Path file) {
            try {
                return new Looked(file, Optional.of(DroppedFile.of(file)), Optional.empty());
            } catch (Problem problem) {
                return new Looked(file, Optional.empty(), Optional.of(problem));
            }
        }
    }

    /** Makes nodes of files, each a little below the one before, and opens the workflows among them. */
    void take(List<Path> files, Point2D at) {
        new SwingWorker<List<Looked>, Void>() {
            @Override
            protected List<Looked> doInBackground() {
                return files.stream().map(Looked::at).toList();
            }

            @Override
            protected void done() {
                try {
                    takeLooked(get(), at);
                } catch (InterruptedException | ExecutionException e) {
                    throw new IllegalStateException("the look into dropped files failed", e);
                }
            }
        }.execute();
    }

    private void takeLooked(List<Looked> files, Point2D at) {
        int taken = 0;
        for (Looked looked : files) {
            looked.problem().ifPresent(surface.context()::tell);
            if (looked.dropped().isEmpty()) {
                continue;
            }
            if (looked.dropped().get() instanceof DroppedFile.Loads loads) {
                add(loads, new Point2D.Double(at.getX() + taken * BESIDE, at.getY() + taken * BESIDE));
                taken++;
            } else {
                surface.context().open(looked.file());
            }
        }
    }

    private void add(DroppedFile.Loads loads, Point2D at) {
        Optional<NodeSchema> type =
                surface.document().library().node(loads.node().type());
        if (type.isEmpty()) {
            surface.context()
                    .tell(new Problem(
                            "cannot use " + loads.file().getFileName() + " here",
                            "no plugin offers the node " + loads.node().type(),
                            "install the plugin that does"));
            return;
        }
        actions.add(type.get(), at, Optional.empty(), false, node -> loads.node()
                .loading(node, loads.file().toString()));
    }
}
