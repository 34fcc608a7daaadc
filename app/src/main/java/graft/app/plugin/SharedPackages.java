package graft.app.plugin;

import java.util.List;

/** The packages of the program that plugins are compiled against and get from it: the API and the libraries behind it. */
public final class SharedPackages {

    private static final List<String> NAMES = List.of(
            "graft.node.",
            "graft.tensor.",
            "graft.file.",
            "graft.model.",
            "graft.picture.",
            "graft.vision.",
            "graft.sample.",
            "graft.adapter.",
            "graft.train.",
            "graft.score.",
            "graft.job.",
            "ai.djl.",
            "org.pf4j.",
            "org.slf4j.",
            "com.google.gson.");

    private SharedPackages() {}

    /** Whether a class, by its full name, lies in one of them. */
    public static boolean hold(String className) {
        return NAMES.stream().anyMatch(className::startsWith);
    }
}
