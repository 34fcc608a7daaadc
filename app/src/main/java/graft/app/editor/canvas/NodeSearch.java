package graft.app.editor.canvas;

import graft.app.engine.WireRules;
import graft.node.NodeSchema;
import graft.node.SocketKind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Finds node types by what a person types: letters of the title, the id or further words in their order, or words of
 * the help.
 *
 * <p>Immutable; one is made for a library.
 */
final class NodeSearch {

    /**
     * A node type that was found.
     *
     * @param score the higher the better
     * @param letters places in the title that what was typed matched
     */
    record Hit(NodeSchema type, int score, List<Integer> letters) {

        private Hit lower(int by) {
            return new Hit(type, score - by, letters);
        }
    }

    /**
     * What may be found.
     *
     * @param takes kind that one of the inputs, or settings, has to take
     * @param gives kind that one of the outputs has to fit
     * @param category that the type is in, or below; empty for any
     */
    record Filter(Optional<SocketKind> takes, Optional<SocketKind> gives, String category) {

        static final Filter NONE = new Filter(Optional.empty(), Optional.empty(), "");

        Filter in(String other) {
            return new Filter(takes, gives, other);
        }

        boolean lets(NodeSchema type) {
            return (category.isEmpty()
                            || type.category().equals(category)
                            || type.category().startsWith(category + "/"))
                    && takes.map(kind -> takes(type, kind)).orElse(true)
                    && gives.map(kind -> type.outputs().stream()
                                    .anyMatch(output -> output.kind().fits(kind)))
                            .orElse(true);
        }

        private static boolean takes(NodeSchema type, SocketKind kind) {
            return type.inputs().stream().anyMatch(input -> kind.fits(input.kind()))
                    || (isPlain(kind)
                            && type.settings().stream().anyMatch(setting -> kind.fits(WireRules.kind(setting))));
        }

        private static boolean isPlain(SocketKind kind) {
            return kind.type() == Number.class || kind.type() == String.class || kind.type() == Boolean.class;
        }
    }

    private static final int OF_TITLE = 3000;
    private static final int OF_WORDS = 2000;
    private static final int OF_ID = 1500;
    private static final int OF_CATEGORY = 1000;
    private static final int OF_HELP = 500;
    private static final int TOGETHER = 400;

    /** What is there for old workflows alone comes after all else. */
    private static final int DEPRECATED = 1_000_000;

    /** A type's texts in small letters. */
    private record Entry(NodeSchema type, String title, String id, List<String> words, String category, String help) {

        static Entry of(NodeSchema type) {
            return new Entry(
                    type,
                    lower(type.title()),
                    lower(type.id()),
                    type.words().stream().map(NodeSearch::lower).toList(),
                    lower(type.category()),
                    lower(type.help()));
        }
    }

    private final List<Entry> entries;

    NodeSearch(Collection<NodeSchema> types) {
        entries = types.stream()
                .sorted(Comparator.comparing(NodeSchema::title))
                .map(Entry::of)
                .toList();
    }

    /** What fits, the best first; all in the order of their titles when nothing is typed. */
    List<Hit> find(String typed, Filter filter) {
        List<String> parts = Arrays.stream(lower(typed).strip().split("\\s+"))
                .filter(part -> !part.isEmpty())
                .toList();
        List<Hit> hits = new ArrayList<>();
        for (Entry entry : entries) {
            if (filter.lets(entry.type())) {
                hit(entry, parts)
                        .map(hit -> entry.type().deprecated().isEmpty() ? hit : hit.lower(DEPRECATED))
                        .ifPresent(hits::add);
            }
        }
        hits.sort(Comparator.comparingInt(Hit::score).reversed());
        return hits;
    }

    /** Every category of the library, each once, in order. */
    List<String> categories() {
        return entries.stream()
                .map(entry -> entry.type().category())
                .distinct()
                .sorted()
                .toList();
    }

    /** Every kind of some sockets of the library, each once, by title. */
    List<SocketKind> kinds(boolean ofOutputs) {
        return entries.stream()
                .map(Entry::type)
                .flatMap(type -> (ofOutputs ? type.outputs() : type.inputs()).stream())
                .map(socket -> socket.kind())
                .filter(distinctId())
                .sorted(Comparator.comparing(SocketKind::title))
                .toList();
    }

    private static Predicate<SocketKind> distinctId() {
        List<String> seen = new ArrayList<>();
        return kind -> !seen.contains(kind.id()) && seen.add(kind.id());
    }

    private static Optional<Hit> hit(Entry entry, List<String> parts) {
        int score = 0;
        List<Integer> letters = new ArrayList<>();
        for (String part : parts) {
            List<Integer> inTitle = letters(part, entry.title());
            int best = inTitle.isEmpty() ? 0 : OF_TITLE + closeness(inTitle, entry.title());
            for (String word : entry.words()) {
                best = Math.max(best, of(part, word, OF_WORDS));
            }
            best = Math.max(best, of(part, entry.id(), OF_ID));
            best = Math.max(best, entry.category().contains(part) ? OF_CATEGORY : 0);
            best = Math.max(best, entry.help().contains(part) ? OF_HELP : 0);
            if (best == 0) {
                return Optional.empty();
            }
            score += best;
            letters.addAll(inTitle);
        }
        return Optional.of(new Hit(entry.type(), score, List.copyOf(letters)));
    }

    private static int of(String part, String text, int worth) {
        List<Integer> letters = letters(part, text);
        return letters.isEmpty() ? 0 : worth + closeness(letters, text);
    }

    /** More for letters that stand together, at the starts of words, and near the front of a short text. */
    private static int closeness(List<Integer> letters, String text) {
        int score = 0;
        boolean together = true;
        for (int i = 0; i < letters.size(); i++) {
            int at = letters.get(i);
            score += startsWord(text, at) ? 60 : 0;
            together &= i == 0 || letters.get(i - 1) == at - 1;
        }
        return score + (together ? TOGETHER : 0) - letters.get(0) - text.length() / 2;
    }

    private static boolean startsWord(String text, int at) {
        return at == 0 || !Character.isLetterOrDigit(text.charAt(at - 1));
    }

    /**
     * Where the letters of a part are in a text: together if they are anywhere, else in their order and each at the
     * start of a word or next to the one before; empty when they are not there so.
     */
    private static List<Integer> letters(String part, String text) {
        int together = together(part, text);
        if (together >= 0) {
            List<Integer> letters = new ArrayList<>(part.length());
            for (int i = 0; i < part.length(); i++) {
                letters.add(together + i);
            }
            return letters;
        }
        List<Integer> letters = new ArrayList<>(part.length());
        return scattered(part, 0, text, 0, letters) ? letters : List.of();
    }

    /** The start of a word if there is one that begins so. */
    private static int together(String part, String text) {
        int first = text.indexOf(part);
        for (int at = first; at >= 0; at = text.indexOf(part, at + 1)) {
            if (startsWord(text, at)) {
                return at;
            }
        }
        return first;
    }

    private static boolean scattered(String part, int from, String text, int start, List<Integer> letters) {
        if (from == part.length()) {
            return true;
        }
        for (int at = start; at < text.length(); at++) {
            boolean next = !letters.isEmpty() && letters.get(letters.size() - 1) == at - 1;
            if (text.charAt(at) == part.charAt(from) && (next || startsWord(text, at))) {
                letters.add(at);
                if (scattered(part, from + 1, text, at + 1, letters)) {
                    return true;
                }
                letters.remove(letters.size() - 1);
            }
        }
        return false;
    }

    private static String lower(String text) {
        return text.toLowerCase(Locale.ROOT);
    }
}
