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

    /** What the record of the text encoders' forward passes holds for a prompt. */
    long textRecord();

    /** What the network is told of a prompt. */
    long context();

    /** What reading a picture takes at once: its widest maps, some of which live at a time. */
    long encoding(int width, int height);
}
