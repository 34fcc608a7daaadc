package graft.adapter;

import graft.node.Resource;
import graft.node.SocketType;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Low-rank updates of a base model's layers, on the Java heap.
 *
 * <p>A module is named by its path ({@code down_blocks.0.attentions.0…to_q}) or, when it came from a kohya file and no
 * model was at hand, by that path with underscores for dots; {@link LoraTarget} turns one into the other.
 */
@SocketType(id = "graft/lora", title = "LoRA", color = "#FFB74D")
public final class Lora implements Resource {

    /**
     * The update of one layer: weight += strength · alpha/r · up·down.
     *
     * @param down [r,in], or [r,in,kh,kw] for a convolution, row by row
     * @param up [out,r], or [out,r,1,1] for a convolution, row by row
     */
    @SuppressWarnings("ArrayRecordComponent") // plain float data, compared by nobody
    public record Part(float[] down, long[] downShape, float[] up, long[] upShape, double alpha) {

        public int rank() {
            return Math.toIntExact(downShape[0]);
        }

        /** alpha / rank. */
        public double scale() {
            return alpha / rank();
        }
    }

    private final String name;
    private final Map<String, Part> unet;
    private final Map<String, Part> text;
    private final Map<String, String> metadata;

    private Lora(String name, Map<String, Part> unet, Map<String, Part> text, Map<String, String> metadata) {
        this.name = name;
        this.unet = Collections.unmodifiableMap(new LinkedHashMap<>(unet));
        this.text = Collections.unmodifiableMap(new LinkedHashMap<>(text));
        this.metadata = Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
    }

    /** A LoRA of the given parts by module; the maps are copied, the float arrays are not. */
    public static Lora of(String name, Map<String, Part> unet, Map<String, Part> text, Map<String, String> metadata) {
        return new Lora(name, unet, text, metadata);
    }

    /** What the user calls it: the file's name without its ending, or the name that training gave. */
    public String name() {
        return name;
    }

    public Map<String, Part> unet() {
        return unet;
    }

    public Map<String, Part> text() {
        return text;
    }

    /** Texts of the file's header, such as {@code ss_network_dim}. */
    public Map<String, String> metadata() {
        return metadata;
    }

    /** The largest rank of its parts. */
    public int rank() {
        int rank = 0;
        for (Part part : unet.values()) {
            rank = Math.max(rank, part.rank());
        }
        for (Part part : text.values()) {
            rank = Math.max(rank, part.rank());
        }
        return rank;
    }

    /** The alpha of its parts; the largest where they differ. */
    public double alpha() {
        double alpha = 0;
        for (Part part : unet.values()) {
            alpha = Math.max(alpha, part.alpha());
        }
        for (Part part : text.values()) {
            alpha = Math.max(alpha, part.alpha());
        }
        return alpha;
    }

    /** Nothing to free: the parts live on the Java heap. */
    @Override
    public void close() {}
}
