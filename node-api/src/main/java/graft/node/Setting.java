package graft.node;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A field that the user fills in: int, long, double, boolean, String, an enum, {@link java.nio.file.Path}, {@link
 * java.awt.Color}, a {@code List} of Double, String or Path, or a table: a {@code List} of a record whose components are all
 * {@code @Setting}s of the kinds before the lists. The initialiser is the default; the name is what workflows save.
 *
 * <p>A setting, but a table, may also be driven by a wire whose type fits (a number, a text, a truth value); one that is a list
 * takes a list of them whole.
 */
@Documented
@Target(ElementType.FIELD)
@Retention(RetentionPolicy.RUNTIME)
public @interface Setting {

    /** What the canvas shows; the field's name in words when empty. */
    String title() default "";

    String help() default "";

    /** Smallest and largest accepted value of a number, both included. */
    double min() default Double.NEGATIVE_INFINITY;

    double max() default Double.POSITIVE_INFINITY;

    /** What a spinner adds; 0 lets the editor choose. */
    double step() default 0;

    /** For example "steps" or "per step". */
    String unit() default "";

    Scale scale() default Scale.LINEAR;

    /** What kind of text or file the setting holds, so that the editor shows the right control. */
    Control control() default Control.PLAIN;

    /**
     * Which of the user's collections holds the file: a name that is no file from where Graft runs is looked for in their folders,
     * as ComfyUI does.
     */
    Collection collection() default Collection.NONE;

    /** Heading under which the form lists it. */
    String group() default "";

    /** True hides it from the node's first screen. */
    boolean advanced() default false;

    /**
     * When the setting is shown: {@code "mode=advanced"}, {@code "mode=fast|draft"} for one of several values, {@code "mode!=off"}
     * for any other; of several such texts all must hold. Values are those that a workflow saves. While it is not shown it keeps
     * its value, which counts as ever; while the other setting comes over a wire, or a wire comes to this one, it is shown.
     */
    String[] shownBy() default {};

    /**
     * The method of the node, or of the class of its {@link SettingGroup}, that tells what there is to choose from, of a setting
     * that is a text: {@code List<String> name()} without parameters. It is asked on a fresh instance with its settings filled in,
     * never by the window's thread and for ten seconds at most. It gives at most 10,000 different lines of at most 200 characters.
     * A value that is no more among them stays, and is marked.
     */
    String choicesBy() default "";

    /** What the setting is to a sweep: a workflow part of which runs again and again with other settings. */
    Sweep sweep() default Sweep.NONE;

    /** The name that older workflows know it by. */
    String formerly() default "";

    /** What a setting is to a sweep. */
    enum Sweep {
        NONE,
        /**
         * Text that says what to vary, {@code node.setting = value, value} on each line: what lies between those nodes and this
         * one, which takes any number of wires, runs once for each combination.
         */
        VARIES,
        /** Text that the engine fills in for each combination: {@code rank=4, learningRate=0.001}. */
        VARIANT
    }

    /** What people collect in folders that several programs share. */
    enum Collection {
        NONE,
        /** Whole models: single files, and folders in the layout of diffusers. */
        CHECKPOINTS,
        LORAS,
        EMBEDDINGS,
        VAES,
        CONTROLNETS,
        TEXT_ENCODERS,
        /** What looks at pictures: CLIP, DINO, BLIP. */
        VISION,
        UPSCALERS,
        /** Tiny autoencoders, which show what is being drawn. */
        TINY_VAES,
        /** Pictures to begin with, as in ComfyUI's folder {@code input}. */
        PICTURES
    }

    /** How a slider spreads a number's range. */
    enum Scale {
        LINEAR,
        LOG
    }

    /** The control that edits a setting. */
    enum Control {
        PLAIN,
        /** Text of several lines. */
        PARAGRAPH,
        /** A prompt: paragraph with token count. */
        PROMPT,
        /** A random seed: fixed, random or counting up. */
        SEED,
        /** A picture file, a folder of pictures, a model, an adapter, any file or a file to write. */
        IMAGE_FILE,
        FOLDER,
        MODEL,
        ADAPTER,
        FILE,
        SAVE_NAME
    }
}
