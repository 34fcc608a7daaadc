package graft.app.editor;

import java.text.MessageFormat;
import java.util.Locale;
import java.util.ResourceBundle;

/** The words that the editor shows, from {@code strings.properties}. */
public final class Strings {

    private static final ResourceBundle BUNDLE = ResourceBundle.getBundle("graft.app.editor.strings", Locale.ROOT);

    private Strings() {}

    /**
     * The words of a key.
     *
     * @throws java.util.MissingResourceException when there is no such key
     */
    public static String get(String key) {
        return BUNDLE.getString(key);
    }

    /** The words of a key with values for its {@code {0}}, {@code {1}}, as {@link MessageFormat} puts them. */
    public static String get(String key, Object... values) {
        return new MessageFormat(BUNDLE.getString(key), Locale.ROOT).format(values);
    }

    /** A clause as a sentence of its own. */
    public static String sentence(String clause) {
        return Character.toUpperCase(clause.charAt(0)) + clause.substring(1) + ".";
    }
}
