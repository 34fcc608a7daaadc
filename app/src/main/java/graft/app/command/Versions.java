package graft.app.command;

import ai.djl.pytorch.engine.PtEngine;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;

/** The versions of Graft and of what it runs on, found without loading libtorch. */
final class Versions {

    private Versions() {}

    /** Name to version: graft, java, djl, libtorch, system. */
    static Map<String, String> all() {
        Properties engine = properties(PtEngine.class, "/pytorch-engine.properties");
        Map<String, String> versions = new LinkedHashMap<>();
        versions.put("graft", graft());
        versions.put("java", Runtime.version() + " (" + System.getProperty("java.vm.name") + ")");
        versions.put("djl", engine.getProperty("djl_version", "unknown"));
        versions.put("libtorch", engine.getProperty("pytorch_version", "unknown"));
        versions.put(
                "system",
                System.getProperty("os.name") + " " + System.getProperty("os.version") + " "
                        + System.getProperty("os.arch"));
        return versions;
    }

    /** Graft's own version, from the application's manifest; "development" when it runs from class folders. */
    static String graft() {
        String version = Versions.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }

    private static Properties properties(Class<?> beside, String name) {
        Properties properties = new Properties();
        try (InputStream in = beside.getResourceAsStream(name)) {
            if (in != null) {
                properties.load(in);
            }
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
        return properties;
    }
}
