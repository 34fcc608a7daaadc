package graft.app.engine;

import graft.node.Spec;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What is known of a workflow before it runs.
 *
 * @param findings all that is wrong with it, and all that it is warned of
 * @param specs what comes out of nodes, by {@code node.output}, where that is known by now
 */
public record Known(List<Finding> findings, Map<String, Spec> specs) {

    public Known {
        findings = List.copyOf(findings);
        specs = Map.copyOf(specs);
    }

    /** What comes out of a node, where that is known by now and of a type. */
    public <S extends Spec> Optional<S> of(String node, String output, Class<S> type) {
        return Optional.ofNullable(specs.get(node + "." + output))
                .filter(type::isInstance)
                .map(type::cast);
    }
}
