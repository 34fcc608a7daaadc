package graft.app.editor;

import static org.assertj.core.api.Assertions.assertThat;

import com.formdev.flatlaf.FlatLaf;
import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class ThemeTest {

    @Test
    void bothThemesHaveTheSameColours() throws IOException {
        Set<String> dark = colours("FlatDarkLaf");
        assertThat(dark).hasSizeGreaterThan(40).isEqualTo(colours("FlatLightLaf"));
        for (Theme theme : Theme.values()) {
            theme.install(Theme.ACCENT);
            assertThat(dark).allSatisfy(key -> assertThat(Theme.colour(key)).isNotNull());
            assertThat(FlatLaf.isLafDark()).isEqualTo(theme == Theme.DARK);
        }
    }

    private static Set<String> colours(String file) throws IOException {
        Properties properties = new Properties();
        try (InputStream in = Theme.class.getResourceAsStream("theme/" + file + ".properties")) {
            properties.load(in);
        }
        Set<String> keys = new TreeSet<>();
        for (String key : properties.stringPropertyNames()) {
            if (key.startsWith("Graft.")) {
                keys.add(key.substring("Graft.".length()));
            }
        }
        return keys;
    }
}
