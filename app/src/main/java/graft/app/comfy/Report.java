package graft.app.comfy;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Collects, over all levels of a file, what became of its nodes. */
final class Report {

    private final List<Remark> remarks = new ArrayList<>();
    private final Set<String> kept = new LinkedHashSet<>();
    private final List<Fate> fates = new ArrayList<>();

    /** Added to. */
    List<Remark> remarks() {
        return remarks;
    }

    /** Classes of nodes that there is nothing like here, added to. */
    Set<String> kept() {
        return kept;
    }

    List<Fate> fates() {
        return fates;
    }

    /** @param became as {@link Fate#became} has it */
    void say(ComfyNode node, Optional<ComfySubgraph> within, String became) {
        String where = within.map(subgraph -> subgraph.title().isEmpty() ? subgraph.id() : subgraph.title())
                .orElse("");
        fates.add(new Fate(node.original(), node.called(), where, became));
    }
}
