package graft.app.plugin.author;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;

/** Texts that ship with Graft and have gaps, {@code @name@}, to be filled in. */
final class TextTemplate {

    private TextTemplate() {}

    /** A text with its gaps filled. */
    static String filled(String name, Map<String, String> gaps) {
        String text = text(name);
        for (Map.Entry<String, String> gap : gaps.entrySet()) {
            text = text.replace("@" + gap.getKey() + "@", gap.getValue());
        }
        return text;
    }

    static String text(String name) {
        try (InputStream in = TextTemplate.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /** Versions of Graft and of the libraries that the API exposes, by name. */
    static Map<String, String> versions() {
        Properties properties = new Properties();
        try (InputStream in = TextTemplate.class.getResourceAsStream("versions.properties")) {
            properties.load(in);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
        Map<String, String> versions = new LinkedHashMap<>();
        properties.forEach((name, version) -> versions.put((String) name, (String) version));
        return versions;
    }
}
