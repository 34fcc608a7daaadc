package graft.train.data;

import java.nio.file.Path;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What pictures are called where settings name them: as their files, with the folder in front where two have the same name.
 *
 * <p>Immutable.
 */
public final class PictureNames {

    private final Set<String> several;

    /** Names for these pictures; one that is given twice is one. */
    public PictureNames(Collection<Path> pictures) {
        Set<String> seen = new HashSet<>();
        Set<String> again = new HashSet<>();
        pictures.stream()
                .distinct()
                .map(PictureNames::file)
                .filter(name -> !seen.add(name))
                .forEach(again::add);
        several = Set.copyOf(again);
    }

    /** {@code dog.jpg}, or {@code 10_dog/dog.jpg} where another is called so too. */
    public String of(Path picture) {
        return several.contains(file(picture)) ? inFolder(picture) : file(picture);
    }

    /** All that it may be called, what says most first: {@code 10_dog/dog.jpg}, {@code dog.jpg}, {@code dog}. */
    public static List<String> called(Path picture) {
        String file = file(picture);
        int ending = file.lastIndexOf('.');
        return List.of(inFolder(picture), file, ending > 0 ? file.substring(0, ending) : file);
    }

    private static String inFolder(Path picture) {
        Path folder = picture.toAbsolutePath().getParent();
        return (folder == null || folder.getFileName() == null ? "" : folder.getFileName() + "/") + file(picture);
    }

    private static String file(Path picture) {
        return String.valueOf(picture.getFileName());
    }
}
