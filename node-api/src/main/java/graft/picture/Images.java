package graft.picture;

import graft.node.SocketType;
import graft.node.Sound;
import graft.tensor.Finite;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** Pictures on a wire, at least one; they may differ in size. On the heap: nobody frees them. */
@SocketType(id = "graft/image", title = "Image", color = "#64B5F6")
public record Images(List<Picture> pictures) implements Sound {

    public Images {
        pictures = List.copyOf(pictures);
        if (pictures.isEmpty()) {
            throw new IllegalArgumentException("no pictures");
        }
    }

    @Override
    public Optional<String> fault() {
        return pictures.stream().map(Picture::rgb).allMatch(Finite::all)
                ? Optional.empty()
                : Optional.of("holds a picture with NaN or infinite numbers");
    }

    @Override
    public BooleanSupplier seal() {
        int[] before = contents();
        return () -> Arrays.equals(before, contents());
    }

    private int[] contents() {
        return pictures.stream().map(Picture::rgb).mapToInt(Arrays::hashCode).toArray();
    }
}
