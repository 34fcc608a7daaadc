package graft.app.editor.shell;

import java.util.Locale;
import java.util.Set;

/**
 * A plugin or a repository as the plugin manager lists it.
 *
 * @param id of the plugin, or the repository's address
 * @param name what the list calls it
 * @param state how it is, in a few words
 * @param details all that is known of it, as HTML
 * @param words what a search looks in
 * @param acts what can be done with it
 */
record PluginRow(String id, String name, String state, Tone tone, String details, String words, Set<Act> acts) {

    /** How a state is to be taken; decides its colour. */
    enum Tone {
        PLAIN("Graft.text.dim"),
        GOOD("Graft.state.done"),
        NEW("Graft.text.changed"),
        BAD("Graft.problem.error");

        private final String colour;

        Tone(String colour) {
            this.colour = colour;
        }

        /** A key of the theme. */
        String colour() {
            return colour;
        }
    }

    /** What can be done; the one that is wanted most comes first. */
    enum Act {
        INSTALL,
        UPDATE,
        ENABLE,
        DISABLE,
        ROLL_BACK,
        SANDBOX,
        TRUST,
        REMOVE,
        FORGET;

        /** The end of its keys in the bundle, and of its button's name. */
        String key() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /** Whether all of some words, set apart by spaces, occur. */
    boolean matches(String wanted) {
        String all = words.toLowerCase(Locale.ROOT);
        for (String word : wanted.toLowerCase(Locale.ROOT).strip().split("\\s+", -1)) {
            if (!all.contains(word)) {
                return false;
            }
        }
        return true;
    }

    /** For the list's jump to what is typed. */
    @Override
    public String toString() {
        return name;
    }
}
