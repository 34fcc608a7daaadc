package graft.app.editor.shell;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** Whether the desktop is dark, as far as it can be asked. */
final class SystemLook {

    private SystemLook() {}

    /** Asks the desktop, which takes up to a second; dark when it cannot say. */
    static boolean dark() {
        String os = System.getProperty("os.name").toLowerCase(Locale.ROOT);
        if (os.startsWith("windows")) {
            return !says(
                    "0x1",
                    "reg",
                    "query",
                    "HKCU\\Software\\Microsoft\\Windows\\CurrentVersion\\Themes\\Personalize",
                    "/v",
                    "AppsUseLightTheme");
        }
        if (os.startsWith("mac")) {
            return says("Dark", "defaults", "read", "-g", "AppleInterfaceStyle");
        }
        return !says("default", "gsettings", "get", "org.gnome.desktop.interface", "color-scheme")
                && !says("prefer-light", "gsettings", "get", "org.gnome.desktop.interface", "color-scheme");
    }

    private static boolean says(String word, String... command) {
        try {
            Process asked = new ProcessBuilder(List.of(command))
                    .redirectErrorStream(true)
                    .start();
            if (!asked.waitFor(1, TimeUnit.SECONDS)) {
                asked.destroyForcibly();
                return false;
            }
            return new String(asked.getInputStream().readAllBytes(), StandardCharsets.UTF_8).contains(word);
        } catch (IOException unknown) {
            return false;
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
