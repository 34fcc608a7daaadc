package graft.app.editor.dataset;

import graft.train.data.PictureNames;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The captions that somebody wrote by hand, as the setting of Edit Captions holds them: a line for each picture, its name, a colon
 * and the caption.
 *
 * <p>Immutable. Lines that are not touched stay as they are, whatever stands in them.
 */
record HandWritten(List<String> lines) {

    HandWritten {
        lines = List.copyOf(lines);
    }

    static HandWritten of(String text) {
        return new HandWritten(text.lines().toList());
    }

    /** As the setting takes it. */
    String text() {
        return String.join("\n", lines);
    }

    /** The caption of a picture, where somebody wrote one. */
    Optional<String> caption(Path picture) {
        Map<String, String> captions = new LinkedHashMap<>();
        lines.forEach(line -> name(line)
                .ifPresent(name ->
                        captions.put(name, line.substring(line.indexOf(':') + 1).strip())));
        return PictureNames.called(picture).stream()
                .filter(captions::containsKey)
                .findFirst()
                .map(captions::get);
    }

    /**
     * With captions for pictures.
     *
     * @param all pictures of the dataset, which tell what a name means
     */
    HandWritten with(Map<Path, String> captions, Collection<Path> all) {
        PictureNames names = new PictureNames(all);
        Map<String, String> written = new LinkedHashMap<>();
        captions.forEach((picture, caption) -> written.put(
                names.of(picture),
                names.of(picture) + ": "
                        + caption.replaceAll("\\s*\\R\\s*", " ").strip()));
        List<String> next = new ArrayList<>();
        Map<String, String> left = new LinkedHashMap<>(written);
        for (String line : lines) {
            String name = name(line).orElse("");
            if (written.containsKey(name)) {
                Optional.ofNullable(left.remove(name)).ifPresent(next::add);
            } else if (captions.keySet().stream().noneMatch(picture -> meansOnly(name, picture, all))) {
                next.add(line);
            }
        }
        next.addAll(left.values());
        return new HandWritten(next);
    }

    /** Without captions for pictures, which get those of the rules again. */
    HandWritten without(Collection<Path> pictures, Collection<Path> all) {
        return new HandWritten(lines.stream()
                .filter(line -> name(line)
                        .filter(name -> pictures.stream().anyMatch(picture -> meansOnly(name, picture, all)))
                        .isEmpty())
                .collect(Collectors.toList()));
    }

    /** Whether a name means this picture and no other. */
    private static boolean meansOnly(String name, Path picture, Collection<Path> all) {
        return PictureNames.called(picture).contains(name)
                && all.stream()
                        .allMatch(other -> other.equals(picture)
                                || !PictureNames.called(other).contains(name));
    }

    private static Optional<String> name(String line) {
        int colon = line.indexOf(':');
        return colon < 1
                ? Optional.empty()
                : Optional.of(line.substring(0, colon).strip());
    }
}
