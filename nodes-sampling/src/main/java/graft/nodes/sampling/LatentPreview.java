package graft.nodes.sampling;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import graft.model.Checkpoint;
import graft.model.TinyDecoder;
import graft.node.Problem;
import graft.picture.Fit;
import graft.picture.Picture;
import graft.tensor.Scope;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Shows roughly what latents will look like, within a {@link PreviewBudget}.
 *
 * <p>Latents of a VAE that is known get the colours that go best with their channels, one pixel for each latent, which takes
 * less than a millisecond. Small ones of a small VAE are decoded instead when there is time for that: how long it takes is
 * found out on a corner. So are those of a VAE for which the user's folders have a tiny decoder.
 */
final class LatentPreview implements AutoCloseable {

    /** Latents of at most so many places are decoded. */
    private static final int DECODED_LATENTS = 32 * 32;

    /** Pixels along one side of a latent from which on a VAE is as large as Stable Diffusion's, and is left alone. */
    private static final int LARGE_FACTOR = 8;

    private static final int CORNER = 4;

    /** What is reckoned for the first look at the VAE, in nanoseconds: it is read from its file then. */
    private static final long FIRST = 50_000_000;

    private static final long COLOURING = 200_000;
    private static final int LONGEST = 256;

    private final Checkpoint model;
    private final PreviewBudget budget;
    /** Empty once it is known to be of no use. */
    private Optional<Path> tinyFile;
    /** Read when there is time for it. */
    private Optional<TinyDecoder> tiny = Optional.empty();
    /** What decoding a place took the last time, in nanoseconds; 0 before the first. */
    private long perPlace;

    /** @param folders in which a tiny decoder may be */
    LatentPreview(Checkpoint model, PreviewBudget budget, List<Path> folders) {
        this.model = model;
        this.budget = budget;
        this.tinyFile = folders.isEmpty()
                ? Optional.empty()
                : model.tinyAutoencoder().flatMap(name -> TinyDecoder.find(folders, name));
    }

    /**
     * The pictures of a batch; none when there is no time for them, and for large pictures of an unknown VAE.
     *
     * @param latents float32 [n, c, h, w], scaled
     */
    List<BufferedImage> of(NDArray latents) {
        int count = Math.toIntExact(latents.getShape().get(0));
        if (!budget.allows(COLOURING * count)) {
            return List.of();
        }
        if (isDecoded(latents)) {
            return budget.spend(() -> IntStream.range(0, count)
                    .mapToObj(index -> decoded(latents, index))
                    .toList());
        }
        return budget.spend(() -> coloured(latents));
    }

    private boolean isDecoded(NDArray latents) {
        long places = places(latents);
        if (!isSmall(places) && tinyFile.isEmpty()) {
            return false;
        }
        if (perPlace == 0) {
            if (!budget.allows(FIRST)) {
                return false;
            }
            budget.spend(() -> {
                readTiny(latents.getShape().get(1));
                return tiny;
            });
            if (tiny.isEmpty() && !isSmall(places)) {
                return false;
            }
            NDIndex corner = new NDIndex("0:1,:,0:{},0:{}", CORNER, CORNER);
            try (Scope scope = Scope.open()) {
                NDArray cut = latents.get(corner);
                budget.spend(() -> decoded(cut, 0));
            }
        }
        return budget.allows(perPlace * places * latents.getShape().get(0));
    }

    /** Whether the model's own VAE is asked. */
    private boolean isSmall(long places) {
        return places <= DECODED_LATENTS && model.spec().pixelsPerLatent() < LARGE_FACTOR;
    }

    /** A file that cannot be read leaves previews as they are without it: nothing of the picture depends on them. */
    private void readTiny(long channels) {
        Optional<Path> file = tinyFile;
        tinyFile = Optional.empty();
        try {
            Optional<TinyDecoder> read = file.map(each -> TinyDecoder.load(each, model.compute()));
            tiny = read.filter(decoder -> decoder.latentChannels() == channels);
            read.filter(decoder -> tiny.isEmpty()).ifPresent(TinyDecoder::close);
        } catch (Problem damaged) {
            tiny = Optional.empty();
        }
        tinyFile = tiny.isPresent() ? file : Optional.empty();
    }

    @SuppressWarnings("try") // the scope is not spoken to: it frees what is made within it
    private BufferedImage decoded(NDArray latents, int index) {
        long from = System.nanoTime();
        BufferedImage image;
        try (Scope scope = Scope.open()) {
            image = tiny.map(decoder -> decoder.picture(latents.get(new NDIndex("{}:{},:,:,:", index, index + 1))))
                    .orElseGet(() -> model.vae().picture(latents, index))
                    .toBufferedImage();
        }
        perPlace = Math.max(1, (System.nanoTime() - from) / places(latents));
        return image;
    }

    @Override
    public void close() {
        tiny.ifPresent(TinyDecoder::close);
    }

    private static long places(NDArray latents) {
        return latents.getShape().get(2) * latents.getShape().get(3);
    }

    private List<BufferedImage> coloured(NDArray latents) {
        int channels = Math.toIntExact(latents.getShape().get(1));
        return model.latentColours()
                .filter(colours -> colours.channels() == channels)
                .map(colours -> coloured(latents, colours.rows(), model.spec().pixelsPerLatent()))
                .orElse(List.of());
    }

    private static List<BufferedImage> coloured(NDArray latents, float[][] colours, int factor) {
        float[] values = latents.toFloatArray();
        int count = Math.toIntExact(latents.getShape().get(0));
        int each = values.length / count;
        return IntStream.range(0, count)
                .mapToObj(index -> coloured(latents.getShape(), values, index * each, colours, factor))
                .toList();
    }

    private static BufferedImage coloured(Shape shape, float[] values, int offset, float[][] colours, int factor) {
        int channels = colours.length - 1;
        int height = Math.toIntExact(shape.get(2));
        int width = Math.toIntExact(shape.get(3));
        int plane = width * height;
        float[] planes = new float[3 * plane];
        for (int colour = 0; colour < 3; colour++) {
            for (int i = 0; i < plane; i++) {
                float sum = colours[channels][colour];
                for (int channel = 0; channel < channels; channel++) {
                    sum += colours[channel][colour] * values[offset + channel * plane + i];
                }
                planes[colour * plane + i] = sum;
            }
        }
        Picture small = Picture.ofPlanes(planes, 0, width, height);
        // As large as the picture, where that is small: what is shown does not change its size on the way.
        boolean enlarged = Math.max(width, height) * factor <= LONGEST;
        return (enlarged ? small.fitted(width * factor, height * factor, Fit.STRETCH) : small).toBufferedImage();
    }
}
