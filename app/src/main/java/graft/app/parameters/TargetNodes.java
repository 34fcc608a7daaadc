package graft.app.parameters;

import graft.app.plugin.NodeLibrary;
import java.util.List;
import java.util.Optional;

/** What nodes there are to translate into. */
record TargetNodes(NodeLibrary library) {

    boolean has(String type) {
        return library.node(type).isPresent();
    }

    boolean has(String type, String setting) {
        return library.node(type).flatMap(node -> node.setting(setting)).isPresent();
    }

    /** The first output of a type. */
    String output(String type) {
        return library.node(type).orElseThrow().outputs().get(0).id();
    }

    /** The first of some choices that a setting has, as it is saved. */
    Optional<String> choice(String type, String setting, List<String> wanted) {
        List<String> choices = library.node(type)
                .flatMap(node -> node.setting(setting))
                .map(known -> known.choices())
                .orElse(List.of());
        return wanted.stream()
                .flatMap(id -> choices.stream().filter(choice -> choice.equalsIgnoreCase(id)))
                .findFirst();
    }
}
