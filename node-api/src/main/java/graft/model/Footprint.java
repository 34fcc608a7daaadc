package graft.model;

import java.util.List;

/** What a model's parts take in memory while they compute, beside their weights; in bytes, about, in float32. */
public interface Footprint {

    /**
     * The network's blocks in the order in which they run.
     *
     * @param height of the latents
     * @param width of the latents
     */
    List<RecordedBlock> network(Learns learns, int batch, int height, int width);

    /**
     * What one prediction takes at once where nothing is recorded: the maps that wait for the way up, and the block that takes most.
     *
     * @param height of the latents
     * @param width of the latents
     */
    default long drawing(int height, int width) {
        List<RecordedBlock> blocks = network(Learns.NOTHING, 1, height, width);
        long waiting = blocks.subList(0, blocks.size() / 2).stream()
                .mapToLong(RecordedBlock::result)
                .sum();
        return waiting + blocks.stream().mapToLong(RecordedBlock::kept).max().orElse(0);
    }

    /** What the record of the text encoders' forward passes holds for a prompt. */
    long textRecord();

    /** What the network is told of a prompt. */
    long context();

    /** What reading a picture takes at once: its widest maps, some of which live at a time. */
    long encoding(int width, int height);

    /** What making a picture of latents takes at once, likewise. */
    default long decoding(int width, int height) {
        return encoding(width, height);
    }
}
