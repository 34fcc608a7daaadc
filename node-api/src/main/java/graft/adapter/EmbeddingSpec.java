package graft.adapter;

import graft.model.CheckpointSpec;
import graft.node.Problem;
import graft.node.Spec;

/**
 * What is known of an embedding before it is there.
 *
 * @param word what calls it up in a prompt
 * @param width numbers in each vector
 */
public record EmbeddingSpec(String word, int width) implements Spec {

    /** @throws Problem when its vectors are not as wide as the model's */
    public void checkFits(CheckpointSpec model) {
        if (width != model.contextWidth()) {
            throw new Problem(
                    "cannot use the embedding " + word + " with this model",
                    "its vectors are " + width + " wide" + LoraSpec.family(width) + " and the model's are "
                            + model.contextWidth() + " wide",
                    "use it with a model of the kind that it was trained for");
        }
    }
}
