package graft.sample;

import graft.node.Problem;

/** How the timesteps of a run are spread over those of the training (Lin et al., 2023, table 2). */
public enum Spacing {
    /** The model's own: {@code timestep_spacing} of its scheduler configuration. */
    AUTO("auto"),
    /** From the first timestep upwards in equal whole steps, moved up by the configuration's {@code steps_offset}. */
    LEADING("leading"),
    /** Evenly from the first timestep to the last, both included. */
    LINSPACE("linspace"),
    /** From the last timestep downwards in equal steps. */
    TRAILING("trailing"),
    /** Even in σ^(1/7) between the ends of the model's own spacing (Karras et al., 2022, equation 5). */
    KARRAS("karras");

    private final String id;

    Spacing(String id) {
        this.id = id;
    }

    /** The name in settings and, but for AUTO and KARRAS, in scheduler configurations. */
    public String id() {
        return id;
    }

    /** The spacing with that {@code timestep_spacing}; a {@link Problem} for one that is not known. */
    public static Spacing named(String id) {
        return switch (id) {
            case "leading" -> LEADING;
            case "linspace" -> LINSPACE;
            case "trailing" -> TRAILING;
            default ->
                throw new Problem(
                        "cannot sample this model",
                        "its scheduler configuration says timestep_spacing \"" + id + "\"",
                        "use a model that says leading, linspace or trailing");
        };
    }
}
