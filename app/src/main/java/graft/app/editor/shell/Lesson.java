package graft.app.editor.shell;

import graft.app.editor.Strings;
import java.util.Locale;

/**
 * What a model is to be taught, as somebody says it to the guide.
 *
 * @param folder of the pictures
 * @param word that calls up what is learnt, such as sks
 * @param className what it is one of, such as dog; style for a way of drawing
 * @param model that is taught, as the setting of Load Model takes it
 */
record Lesson(String folder, String word, String className, Method method, String model) {

    /** The model that comes with Graft. */
    static final String BUILT_IN = "builtin:emoji-sd";

    static final String STYLE = "style";

    /** How it is taught. */
    enum Method {
        LORA("train-lora.json"),
        DREAMBOOTH("train-dreambooth.json"),
        EMBEDDING("train-embedding.json"),
        COMPARE("compare-methods.json");

        private final String template;

        Method(String template) {
            this.template = template;
        }

        /** The file of the workflow that does it. */
        String template() {
            return template;
        }

        String title() {
            return Strings.get(key());
        }

        /** When to take it, in a sentence. */
        String when() {
            return Strings.get(key() + ".when");
        }

        private String key() {
            return "teach.method." + name().toLowerCase(Locale.ROOT);
        }
    }

    /** Before anybody has said anything. */
    static Lesson first() {
        return new Lesson("", "sks", "", Method.LORA, BUILT_IN);
    }

    boolean isStyle() {
        return className.strip().equalsIgnoreCase(STYLE);
    }

    boolean isBuiltIn() {
        return model.equals(BUILT_IN);
    }

    /** The word as a vocabulary gets it: {@code <sks>}. */
    String newWord() {
        String plain = word.strip();
        return plain.startsWith("<") ? plain : "<" + plain.replaceAll("\\s+", "-") + ">";
    }

    /** What files of it are called. */
    String fileName() {
        String name = (word.strip() + "-" + className.strip())
                .toLowerCase(Locale.ROOT)
                .replaceAll("[^\\p{L}\\p{N}]+", "-")
                .replaceAll("^-+|-+$", "");
        return name.isEmpty() ? "lesson" : name;
    }
}
