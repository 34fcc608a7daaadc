package graft.score;

import java.util.Locale;

/**
 * What is measured of a model, each a number for every picture that is looked at.
 *
 * <p>{@link #DINO}, {@link #CLIP_IMAGE} and {@link #STRUCTURE} are fidelity to the training pictures; their mean is {@link
 * #FIDELITY}. Leak and drift need what the model drew before the training.
 */
public enum Measure {
    /** The mean of the three below, picture by picture. */
    FIDELITY("Fidelity", true, "How much the drawn subject is like the training pictures: the mean of the next three."),
    /** Mean cosine of DINO's features to all training pictures: DINO of Ruiz et al., 2022, "DreamBooth", §4.1. */
    DINO(
            "DINO",
            true,
            "Is it the same thing? Features of a network that was never told names, to all training pictures."),
    /**
     * Cosine of CLIP's features to the training picture whose setting the prompt names, else to the closest one. CLIP-I of
     * the same paper takes the mean over all, which on few pictures mostly measures the background.
     */
    CLIP_IMAGE(
            "CLIP picture",
            true,
            "Does it look alike? Features of CLIP, to the training picture with the setting that the prompt names, else to"
                    + " the closest."),
    /** Cosine of {@link Structure} to the closest training picture. */
    STRUCTURE("Structure", true, "Has it the same shape? Directions of edges, whatever their colours, to the closest."),
    /** Cosine of CLIP's features of the picture and of the prompt, the class standing for the subject (CLIP-T). */
    PROMPT("Prompt", true, "Is it what the prompt asked for? CLIP's features of the picture and of the words."),
    /** 1 − cosine of CLIP's features of what is drawn now and was drawn before, at prompts that are not about the subject. */
    DRIFT("Drift", false, "How far pictures of other things moved away from what the model drew before."),
    /** What {@link #DINO} of the class prompts has grown by since before the training. */
    LEAK(
            "Leak",
            false,
            "How much more of the subject shows where only its class is asked for than before; below 0 the class moved away from it."),
    /** Mean 1 − cosine of DINO's features of each two pictures of one prompt. */
    DIVERSITY("Diversity", true, "How different pictures of the same prompt are from seed to seed."),
    /**
     * 1 − the root mean square distance of pixels (0 to 1) to the nearest training picture, at prompts that name none of
     * their settings; 1 is a copy. The distance of Carlini et al., 2023, "Extracting training data from diffusion models".
     */
    MEMORISATION(
            "Copying",
            false,
            "How near a picture in a new setting comes to a training picture, pixel by pixel; 1 is a copy.");

    private final String title;
    private final boolean moreIsBetter;
    private final String help;

    Measure(String title, boolean moreIsBetter, String help) {
        this.title = title;
        this.moreIsBetter = moreIsBetter;
        this.help = help;
    }

    /** What the head of a column says. */
    public String title() {
        return title;
    }

    public boolean moreIsBetter() {
        return moreIsBetter;
    }

    /** Of two means the greater is the better one. Leak below nought is no gain: the class moved away from what it was. */
    public double goodness(double mean) {
        return moreIsBetter ? mean : -Math.abs(mean);
    }

    /** One sentence for a person. */
    public String help() {
        return help;
    }

    /** Its name in a report's JSON: {@code clipImage}. */
    public String id() {
        return switch (this) {
            case CLIP_IMAGE -> "clipImage";
            default -> name().toLowerCase(Locale.ROOT);
        };
    }
}
