package graft.sample;

import graft.node.Problem;

/** What a diffusion network was trained to predict. */
public enum Prediction {
    /** The noise ε of x = √ᾱ·x₀ + √(1−ᾱ)·ε (Ho et al., 2020). */
    EPSILON("epsilon"),
    /** The velocity √ᾱ·ε − √(1−ᾱ)·x₀ (Salimans and Ho, 2022). */
    V_PREDICTION("v_prediction");

    private final String id;

    Prediction(String id) {
        this.id = id;
    }

    /** The {@code prediction_type} of a scheduler configuration. */
    public String id() {
        return id;
    }

    /** The prediction with that {@code prediction_type}; a {@link Problem} for one that is not known. */
    public static Prediction named(String id) {
        for (Prediction prediction : values()) {
            if (prediction.id.equals(id)) {
                return prediction;
            }
        }
        throw new Problem(
                "cannot sample this model",
                "its scheduler configuration says prediction_type \"" + id + "\"",
                "use a model that predicts epsilon or v_prediction");
    }
}
