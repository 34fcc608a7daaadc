package graft.model.sd;

import graft.model.Footprint;
import graft.model.Learns;
import graft.model.RecordedBlock;
import graft.model.VaeConfig;
import java.util.List;

/** What Stable Diffusion's parts take while they compute, counted from their shapes. */
record StableDiffusionFootprint(UNetConfig unet, List<TextConfig> texts, VaeConfig vae) implements Footprint {

    @Override
    public List<RecordedBlock> network(Learns learns, int batch, int height, int width) {
        return UNetActivations.of(unet, learns, batch, height, width, tokens());
    }

    private int tokens() {
        return texts.get(0).positions();
    }

    @Override
    public long textRecord() {
        return texts.stream().mapToLong(StableDiffusionFootprint::textRecord).sum();
    }

    private static long textRecord(TextConfig text) {
        // Of each layer: two sums, queries, keys, values and result, and the gate of the feed-forward layer twice.
        long numbers = 6L * text.width() + 2L * text.inner();
        return Float.BYTES * numbers * text.layers() * text.positions();
    }

    @Override
    public long context() {
        long pooled = texts.get(texts.size() - 1).projected();
        return Float.BYTES * ((long) tokens() * unet.contextWidth() + pooled);
    }

    @Override
    public long encoding(int width, int height) {
        return 5L * Float.BYTES * vae.channels().get(0) * width * height;
    }

    @Override
    public long decoding(int width, int height) {
        // The second level comes up to the picture's size in its own width, and is normed, activated and convolved
        // there.
        int widest = vae.channels().get(Math.min(1, vae.channels().size() - 1));
        return 4L * Float.BYTES * widest * width * height;
    }
}
