package graft.app.engine;

import ai.djl.pytorch.engine.PtEngine;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Collectors;

/** The versions of Graft and of what it runs on, found without loading libtorch. */
public final class Versions {

    private Versions() {}

    /** Name to version: graft, java, djl, libtorch, system. */
    public static Map<String, String> all() {
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

    /** The versions on one line. */
    public static String line(Map<String, String> versions) {
        return versions.entrySet().stream()
                .map(version -> version.getKey() + " " + version.getValue())
                .collect(Collectors.joining(", "));
    }

    /** Graft's own version. */
    public static String graft() {
        try (InputStream in = Versions.class.getResourceAsStream("version.txt")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).strip();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
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
