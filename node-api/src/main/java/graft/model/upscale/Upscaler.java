package graft.model.upscale;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import graft.node.Cancelled;
import graft.node.Problem;
import graft.node.Resource;
import graft.node.SocketType;
import graft.picture.Picture;
import graft.tensor.Compute;
import graft.tensor.Finite;
import graft.tensor.Memory;
import graft.tensor.Scope;
import java.nio.file.Path;
import java.util.OptionalLong;

/** A network that makes pictures larger. Owns its weights. */
@SocketType(id = "graft/upscaler", title = "Upscaler", color = "#9FA8DA")
public final class Upscaler implements Resource {

    /** Pixels along a side of a tile, as in ComfyUI; halved where memory is short. */
    private static final int TILE = 512;

    private static final int LEAST_TILE = 128;
    private static final int OVERLAP = 32;

    private final String name;
    private final UpscalingNetwork network;
    private final Compute compute;
    private final NDManager manager;

    private Upscaler(String name, UpscalingNetwork network, Compute compute, NDManager manager) {
        this.name = name;
        this.network = network;
        this.compute = compute;
        this.manager = manager;
    }

    /** Is told of each tile that is done. */
    @FunctionalInterface
    public interface Progress {
        void done(int tile, int tiles) throws Cancelled;
    }

    /**
     * Reads one: ESRGAN, RealESRGAN or its compact form, {@code .pth} or {@code .safetensors}.
     *
     * @throws Problem naming the file, when it is no upscaler, one of a kind that is not known, or damaged
     */
    public static Upscaler load(Path file, Compute compute) {
        NDManager manager = compute.newManager();
        try (Scope scope = Scope.open()) {
            UpscalingNetwork network = UpscalerFile.open(file).network(manager);
            manager.getManagedArrays().forEach(array -> scope.keep(array, manager));
            return new Upscaler(String.valueOf(file.getFileName()), network, compute, manager);
        } catch (RuntimeException e) {
            manager.close();
            throw e;
        }
    }

    /** How many times larger each side becomes. */
    public int scale() {
        return network.scale();
    }

    /** Pixels along a side of the tiles that it goes over a picture in, as memory is free now. */
    public int tile() {
        OptionalLong free = compute.freeMemory();
        int tile = TILE;
        while (tile > LEAST_TILE
                && free.isPresent()
                && network.bytesPerPixel() * tile * tile > Memory.USABLE * free.getAsLong()) {
            tile /= 2;
        }
        return tile;
    }

    /**
     * The larger picture.
     *
     * @param tile pixels along a side, above 32; pictures that are larger are taken in tiles that overlap by 32
     * @throws Problem when it is not finite
     */
    public Picture upscaled(Picture picture, int tile, Progress progress) throws Cancelled {
        UpscaleTiles tiles = new UpscaleTiles(picture.width(), picture.height(), tile, OVERLAP, network.scale());
        int count = tiles.all().size();
        for (int i = 0; i < count; i++) {
            UpscaleTiles.Tile part = tiles.all().get(i);
            tiles.add(part, forward(picture, part));
            progress.done(i + 1, count);
        }
        Picture larger = tiles.picture();
        if (!Finite.all(larger.rgb())) {
            throw new Problem(
                    "cannot make the picture larger",
                    name + " gave NaN or infinite numbers",
                    "choose another upscaler");
        }
        return larger;
    }

    private float[] forward(Picture picture, UpscaleTiles.Tile part) {
        try (Scope scope = Scope.open();
                NDManager working = compute.newManager()) {
            float[] planes = new float[3 * part.width() * part.height()];
            int at = 0;
            for (int colour = 0; colour < 3; colour++) {
                for (int y = 0; y < part.height(); y++) {
                    int row = (part.top() + y) * picture.width() + part.left();
                    for (int x = 0; x < part.width(); x++) {
                        planes[at++] = picture.rgb()[3 * (row + x) + colour];
                    }
                }
            }
            NDArray in = working.create(planes, new Shape(1, 3, part.height(), part.width()));
            return network.forward(in).toFloatArray();
        }
    }

    @Override
    public void close() {
        manager.close();
    }
}
