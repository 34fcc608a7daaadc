package graft.picture;

import graft.node.SocketType;
import java.util.List;

/** Pictures on a wire, at least one; they may differ in size. On the heap: nobody frees them. */
@SocketType(id = "graft/image", title = "Image", color = "#64B5F6")
public record Images(List<Picture> pictures) {

    public Images {
        pictures = List.copyOf(pictures);
        if (pictures.isEmpty()) {
            throw new IllegalArgumentException("no pictures");
        }
    }
}
