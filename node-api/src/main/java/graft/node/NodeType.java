package graft.node;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.pf4j.Extension;

/** Declares a {@link Node} to the host; a plugin archive offers every class so annotated. */
@Documented
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Extension(points = Node.class)
public @interface NodeType {

    /** Stable id, "owner/area/verb", for example {@code graft/lora/train}; saved in workflows, never changed. */
    String id();

    /** Raised when the meaning of a saved setting changes; {@link Node#migrate} brings older ones along. */
    int version() default 1;

    /** What the canvas shows, for example "Train LoRA". */
    String title();

    /** Where the search tree lists it: model, images, text, latents, sampling, training, adapters, output. */
    String category();

    /** One or two sentences for a person who never saw the node. */
    String help();

    /** Further words that a search should find it by. */
    String[] words() default {};

    /** Ids that older workflows know the node by: they open with this one, whose {@link #version} counts on from theirs. */
    String[] formerly() default {};

    /**
     * What to use in its place, as a sentence such as "Use Blend, which does both."; empty while the node is to be used. One that
     * says so works as ever, and is marked in search, on the canvas and by a check.
     */
    String deprecated() default "";

    /** True for a node that leaves files behind: it is a root of the plan and runs in every run. */
    boolean output() default false;
}
