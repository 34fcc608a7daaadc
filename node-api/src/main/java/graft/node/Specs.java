package graft.node;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** What {@link Node#configure} is told of its inputs, and where it tells of its outputs. */
public interface Specs {

    /** Whether a wire comes into this input or setting. */
    boolean wired(String socket);

    /** The spec of the first wire into an input; empty when nothing is wired or nothing is known yet. */
    <S extends Spec> Optional<S> of(String input, Class<S> type);

    /** The known specs of all wires into an input, in order. */
    <S extends Spec> List<S> all(String input, Class<S> type);

    /** Says what an output will be. */
    void output(String output, Spec spec);

    /** Declares a file or folder that {@link Node#run} reads: its state becomes part of the cache key. */
    void reads(Path fileOrFolder);

    /** As {@link Run#folders}. */
    default List<Path> folders(Setting.Collection collection) {
        return List.of();
    }

    /** Says how to tell what the node will take; asked only when somebody wants to know. */
    void forecast(Forecast.Source forecast);

    /** Adds a sentence that is shown at the node and stops nothing. */
    void warn(String sentence);
}
