package example;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import graft.node.Input;
import graft.node.Node;
import graft.node.NodeType;
import graft.node.Output;
import graft.node.Problem;
import graft.node.Run;
import graft.node.Setting;
import graft.picture.Images;
import graft.picture.Picture;
import graft.tensor.Compute;
import graft.tensor.Scope;

/** A node that computes with tensors, and gives them along a wire of a type of its own. */
@NodeType(
        id = "example/images/mosaic",
        title = "Make Mosaic",
        category = "images",
        help = "Takes the mean colour of each cell of a grid that is laid over pictures.")
public final class MakeMosaic implements Node {

    @Input(help = "The pictures; what is left over at the right and below is cut off.")
    Images images;

    @Setting(min = 1, max = 512, unit = "cells", help = "Cells from left to right.")
    int columns = 8;

    @Setting(min = 1, max = 512, unit = "cells", help = "Cells from top to bottom.")
    int rows = 8;

    @Output(help = "The colours.")
    Mosaic mosaic;

    @Override
    public void run(Run run) throws Exception {
        Compute.prepareThread(); // each thread that works with tensors
        NDManager manager = Compute.of(run.device()).newManager();
        try (Scope scope = Scope.open()) { // frees what is made in it, save what is kept
            NDList means = new NDList();
            for (Picture picture : images.pictures()) {
                run.checkCancelled();
                means.add(means(picture, manager));
            }
            mosaic = new Mosaic(scope.keep(NDArrays.concat(means), manager));
        }
    }

    /** [1, 3, rows, columns]. */
    private NDArray means(Picture picture, NDManager manager) {
        int high = picture.height() / rows;
        int wide = picture.width() / columns;
        if (high == 0 || wide == 0) {
            throw new Problem(
                            "a picture of " + picture.width() + " × " + picture.height() + " pixels has no cells",
                            "a cell would be smaller than a pixel",
                            "set fewer columns and rows")
                    .at(high == 0 ? "rows" : "columns");
        }
        NDArray pixels = manager.create(picture.rgb(), new Shape(picture.height(), picture.width(), 3))
                .get(new NDIndex("0:{},0:{},:", high * rows, wide * columns));
        return pixels.reshape(rows, high, columns, wide, 3)
                .mean(new int[] {3}) // one axis at a time is all that DJL takes
                .mean(new int[] {1})
                .transpose(2, 0, 1)
                .expandDims(0);
    }
}
