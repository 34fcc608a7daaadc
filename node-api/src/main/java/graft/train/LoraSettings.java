package graft.train;

import java.util.Map;

/**
 * What a LoRA is to be like.
 *
 * @param rank of each layer's update
 * @param alpha the update acts at alpha/rank
 */
public record LoraSettings(int rank, double alpha, Targets targets) {

    /** How many numbers learn, from the shapes of a UNet's layers by module path. */
    public long numbers(Map<String, long[]> modules) {
        return modules.entrySet().stream()
                .filter(module -> targets.contains(module.getKey()))
                .mapToLong(module -> rank * (module.getValue()[0] + module.getValue()[1]))
                .sum();
    }

    /** Which layers of the UNet learn. */
    public enum Targets {
        /** Queries, keys, values and outputs of all attentions. */
        ATTENTION("attn[12]"),
        /** Of the attentions to the text alone. */
        CROSS_ATTENTION("attn2"),
        /** Of the attentions within the picture alone. */
        SELF_ATTENTION("attn1");

        private final String attentions;

        Targets(String attentions) {
            this.attentions = attentions;
        }

        boolean contains(String modulePath) {
            return modulePath.matches(".*\\." + attentions + "\\.(to_q|to_k|to_v|to_out\\.0)");
        }
    }
}
