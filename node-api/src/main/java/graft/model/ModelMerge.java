package graft.model;

import ai.djl.ndarray.NDArray;
import graft.node.Cancelled;
import graft.node.Problem;
import graft.tensor.Finite;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Parts of a model in memory of their own, changed weight by weight, and then a model by itself.
 *
 * <p>The model that it begins with stays as it is; what was read of it is set aside, so that a part lies in memory once.
 */
public final class ModelMerge implements AutoCloseable {

    private final Checkpoint model;
    private final Map<String, Layered> parts = new LinkedHashMap<>();
    private boolean done;

    /** What is done to a weight. */
    @FunctionalInterface
    public interface Blending {

        /**
         * Changes a weight in place.
         *
         * @param part of the model
         * @param key of the weight
         * @param weight what the model has, without the changes that lie over it
         */
        void blend(String part, String key, NDArray weight) throws Cancelled;
    }

    /** @param parts {@link Parts#DENOISER} and text encoders, which are copied */
    public ModelMerge(Checkpoint model, Collection<String> parts) {
        this.model = model;
        try {
            for (String part : parts) {
                model.setAside(part);
                this.parts.put(
                        part,
                        part.equals(Parts.DENOISER)
                                ? model.networkToLearn()
                                : model.encoder(part).copy(model.compute()));
                model.setAside(part);
            }
        } catch (RuntimeException | Error failure) {
            close();
            throw failure;
        }
    }

    /** How many weights there are. */
    public int size() {
        return parts.values().stream()
                .mapToInt(part -> part.weights().names().size())
                .sum();
    }

    /**
     * Changes all weights, one after the other.
     *
     * @throws Problem naming a weight whose numbers became none, or infinite
     */
    public void blend(Blending blending) throws Cancelled {
        for (Map.Entry<String, Layered> part : parts.entrySet()) {
            Weights weights = part.getValue().weights();
            for (String key : weights.names()) {
                NDArray weight = weights.get(key);
                blending.blend(part.getKey(), key, weight);
                if (!Finite.all(weight)) {
                    throw new Problem(
                            "cannot use the merged model",
                            "its weight " + key + " holds NaN or infinite numbers",
                            "lower the strengths, or choose other files: one of them is damaged");
                }
            }
        }
    }

    /**
     * The model of the changed parts; the others are those that the first model has.
     *
     * @param vaeFrom whose VAE it has; the first model's when empty
     * @return a view that owns its parts and keeps the models open that it borrows from
     */
    public Checkpoint done(Optional<Checkpoint> vaeFrom) {
        Map<String, TextEncoder> encoders = new LinkedHashMap<>();
        Optional<Network> network = Optional.empty();
        for (Map.Entry<String, Layered> part : parts.entrySet()) {
            if (part.getValue() instanceof Network own) {
                network = Optional.of(own);
            } else {
                encoders.put(part.getKey(), (TextEncoder) part.getValue());
            }
        }
        Checkpoint merged = model.merged(network, encoders, vaeFrom);
        done = true;
        return merged;
    }

    /** Frees the parts, unless they went into a model. */
    @Override
    public void close() {
        if (done) {
            return;
        }
        for (Layered part : parts.values()) {
            if (part instanceof Network network) {
                network.close();
            } else {
                ((TextEncoder) part).close();
            }
        }
    }
}
