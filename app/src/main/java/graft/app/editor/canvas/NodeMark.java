package graft.app.editor.canvas;

import graft.app.engine.Finding;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What a check found of a node, as the canvas marks it.
 *
 * @param findings of it, or of the nodes within where it is a subgraph
 * @param sockets the inputs, outputs and settings of its own that they are about
 */
record NodeMark(List<Finding> findings, Set<String> sockets) {

    /** Of a node of which nothing was found. */
    static final NodeMark NONE = new NodeMark(List.of(), Set.of());

    NodeMark {
        findings = List.copyOf(findings);
        sockets = Set.copyOf(sockets);
    }

    /** With one more; {@code socket} is empty when that is about no socket of the node itself. */
    NodeMark with(Finding finding, String socket) {
        Set<Finding> more = new LinkedHashSet<>(findings);
        more.add(finding);
        Set<String> about = new LinkedHashSet<>(sockets);
        if (!socket.isEmpty()) {
            about.add(socket);
        }
        return new NodeMark(List.copyOf(more), about);
    }

    boolean isEmpty() {
        return findings.isEmpty();
    }

    /** Whether it is more than warnings. */
    boolean isError() {
        return findings.stream().anyMatch(Finding::isError);
    }

    /** Whether it is about one of the node's own sockets, and more than a warning. */
    boolean isError(String socket) {
        return sockets.contains(socket)
                && findings.stream()
                        .anyMatch(
                                finding -> finding.isError() && finding.socket().equals(socket));
    }
}
