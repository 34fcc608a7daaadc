package graft.nodes.sampling;

import graft.node.Input;
import graft.node.Node;
import graft.node.NodeType;
import graft.node.Output;
import graft.node.Problem;
import graft.node.Run;
import graft.node.Setting;
import graft.node.Setting.Control;
import graft.picture.GridDrawing;
import graft.picture.Images;
import graft.picture.Picture;
import java.util.ArrayList;
import java.util.List;

/** Lays pictures out side by side, with words above and beside them. */
@NodeType(
        id = "graft/images/grid",
        title = "Image Grid",
        category = "images",
        help = "Lays pictures out in rows, to compare them: each wire is a row, or all pictures fill a number of"
                + " columns. Columns and rows may have labels.",
        words = {"compare", "contact sheet", "before", "after", "table", "montage"})
public final class ImageGrid implements Node {

    @Input(help = "The pictures: each wire is a row of its own when the number of columns is 0.")
    List<Images> images = List.of();

    @Setting(min = 0, max = 64, unit = "pictures", help = "Pictures in a row; 0 makes each wire a row.")
    int columns = 0;

    @Setting(control = Control.PARAGRAPH, help = "Words above the columns, one line for each.")
    String columnLabels = "";

    @Setting(control = Control.PARAGRAPH, help = "Words beside the rows, one line for each.")
    String rowLabels = "";

    @Setting(min = 1, max = 16, help = "How many times larger each picture is drawn.")
    int enlarge = 1;

    @Setting(min = 0, max = 256, unit = "pixels", advanced = true, help = "Space between pictures.")
    int gap = 8;

    @Output(help = "One picture of them all.")
    Images grid;

    @Override
    public void run(Run run) {
        if (images.isEmpty()) {
            throw new Problem("there is nothing to lay out", "no pictures are wired in", "wire pictures to the grid")
                    .at("images");
        }
        GridDrawing drawing = new GridDrawing(
                rows(), columnLabels.lines().toList(), rowLabels.lines().toList());
        grid = new Images(List.of(Picture.of(drawing.draw(enlarge, gap))));
    }

    private List<List<Picture>> rows() {
        if (columns == 0) {
            return images.stream().map(Images::pictures).toList();
        }
        List<Picture> all =
                images.stream().flatMap(wire -> wire.pictures().stream()).toList();
        List<List<Picture>> rows = new ArrayList<>();
        for (int from = 0; from < all.size(); from += columns) {
            rows.add(all.subList(from, Math.min(all.size(), from + columns)));
        }
        return rows;
    }
}
