package graft.nodes.sampling;

import graft.file.FileFault;
import graft.file.Folder;
import graft.file.ImageFile;
import graft.node.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What a folder of training pictures holds: what is used, and what is not.
 *
 * @param parts with their pictures, each once; none only in a share of more shares than pictures
 */
record PictureFolder(Path place, List<Part> parts) {

    /** OneTrainer's ending of a mask's name. */
    static final String MASK = "-masklabel";

    /** kohya's name of a folder: how often its pictures count, and what they show. */
    private static final Pattern REPEATED = Pattern.compile("(\\d{1,4})_(.+)");

    /** More showings of a picture in a round than anybody wants. */
    private static final int MANY = 1000;

    /** How many entries of folders within are looked at, and how many files of unknown endings are opened. */
    private static final int LOOKED_AT = 10_000;

    private static final Set<String> FOREIGN = Set.of(
            "avif", "avifs", "heic", "heif", "hif", "jxl", "jp2", "j2k", "jpx", "tga", "psd", "psb", "xcf", "kra",
            "exr", "hdr", "svg", "svgz", "eps", "ico", "dds", "pcx", "ppm", "pgm", "pbm", "pnm", "qoi", "apng", "jng",
            "mng", "dng", "cr2", "cr3", "crw", "nef", "arw", "orf", "raf", "rw2", "pef", "srw", "raw");

    private static final Set<String> CAPTIONS = Set.of("txt", "caption", "captions", "cap", "tags", "tag", "text");

    /** What systems and programs leave in folders. */
    private static final Set<String> SYSTEM = Set.of(
            "thumbs.db",
            "ehthumbs.db",
            "ehthumbs_vista.db",
            "desktop.ini",
            "icon\r",
            "$recycle.bin",
            "system volume information",
            "lost+found",
            "@eadir",
            "__macosx",
            "__pycache__",
            "picasa.ini");

    /** A folder whose pictures are used. */
    record Part(Path folder, int times, String words, List<Path> pictures) {}

    /** Why something is not used: the sentence is made of how many there are, and of their names. */
    private enum Unused {
        ENDING(
                "picture",
                "left out, since no name of a picture ends so",
                "Name them by what they are, such as dog.jpg"),
        FORMAT("picture", "left out, since they are not %s", "Save them as PNG"),
        BESIDE(
                "picture",
                "left out, since they lie beside folders named like 10_dog",
                "Put them into such a folder, or take those folders away"),
        CAPTION("caption", "left out, since no picture has the same name", "Name them as their pictures"),
        CAPTION_ENDING("caption", "left out, since captions are read from files that end in .txt", "Rename them"),
        MASK_ALONE("mask", "left out, since no picture has the same name", "Name them as their pictures"),
        MASK_UNUSED(
                "mask", "left out, since the setting masks does not ask for them", "Choose files there to use them"),
        OTHER("other file", "not used", "");

        private final String one;
        private final String what;
        private final String remedy;

        Unused(String one, String what, String remedy) {
            this.one = one;
            this.what = what;
            this.remedy = remedy;
        }

        String sentence(List<String> names) {
            String told = what.replace("%s", ImageFile.titles());
            String subject = Names.are(names.size(), one);
            return subject + " "
                    + (names.size() == 1 ? told.replace("they are", "it is").replace("they lie", "it lies") : told)
                    + ": " + Names.some(names) + "." + (remedy.isEmpty() ? "" : " " + remedy + ".");
        }
    }

    /**
     * Looks into a folder.
     *
     * @throws Problem when there is no picture to use
     */
    static PictureFolder of(Path place) {
        List<Path> counted = folders(place, true);
        List<Part> parts = new ArrayList<>();
        for (Path folder : counted) {
            Matcher name = name(folder);
            int times = Integer.parseInt(name.group(1));
            if (times > 0) {
                parts.add(new Part(folder, times, name.group(2).replace('_', ' '), pictures(folder)));
            }
        }
        if (counted.isEmpty()) {
            parts.add(new Part(place, 1, "", pictures(place)));
        }
        if (parts.isEmpty()) {
            throw new Problem(
                    "no picture of " + place + " is left to train on",
                    Names.some(counted.stream().map(PictureFolder::nameOf).toList())
                            + (counted.size() == 1 ? " is" : " are") + " shown 0 times, as the name says",
                    "put how often its pictures count before the name, such as 10_dog");
        }
        return new PictureFolder(place, parts);
    }

    /** All that are used, in order. */
    Stream<Path> pictures() {
        return parts.stream().flatMap(part -> part.pictures().stream());
    }

    /** What one gets when all are dealt out one by one, as cards are: every {@code shares}th picture. */
    PictureFolder share(int share, int shares) {
        List<Path> all = pictures().toList();
        Set<Path> dealt = IntStream.range(0, all.size())
                .filter(i -> i % shares == share - 1)
                .mapToObj(all::get)
                .collect(Collectors.toSet());
        return new PictureFolder(
                place,
                parts.stream()
                        .map(part -> new Part(
                                part.folder(),
                                part.times(),
                                part.words(),
                                part.pictures().stream().filter(dealt::contains).toList()))
                        .filter(part -> !part.pictures().isEmpty())
                        .toList());
    }

    private static Matcher name(Path folder) {
        Matcher name = REPEATED.matcher(nameOf(folder));
        name.matches();
        return name;
    }

    /** The pictures of a folder without the masks among them. */
    private static List<Path> pictures(Path folder) {
        List<Path> pictures = list(folder).stream()
                .filter(file -> !stem(nameOf(file)).endsWith(MASK))
                .toList();
        if (pictures.isEmpty()) {
            throw new Problem(
                    "cannot use the picture folder " + folder,
                    "it holds masks alone",
                    "put pictures in it, or give the folder that they are in");
        }
        return pictures;
    }

    /** As {@link ImageFile#list}, which knows of no other formats. */
    private static List<Path> list(Path folder) {
        try {
            return ImageFile.list(folder);
        } catch (Problem none) {
            List<String> others = Files.isDirectory(folder)
                    ? entries(folder).stream()
                            .filter(file -> FOREIGN.contains(ending(nameOf(file))))
                            .map(PictureFolder::nameOf)
                            .toList()
                    : List.of();
            if (others.isEmpty()) {
                throw none;
            }
            throw new Problem(
                    none.happened(),
                    none.why() + ", only " + Names.some(others),
                    "save those as PNG, or give the folder that the pictures are in");
        }
    }

    /** Folders within, in order: those whose names tell how often they count, or the others. */
    private static List<Path> folders(Path place, boolean counted) {
        return entries(place).stream()
                .filter(part -> Files.isDirectory(part) && name(part).matches() == counted)
                .toList();
    }

    /** What lies in a folder, but for what is hidden and what systems leave there. */
    private static List<Path> entries(Path folder) {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try {
            return Folder.entries(folder).stream()
                    .filter(file -> !isHidden(folder.relativize(file)))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw FileFault.reading(folder, e);
        }
    }

    private static String nameOf(Path file) {
        return String.valueOf(file.getFileName());
    }

    static String stem(String name) {
        int dot = name.lastIndexOf('.');
        return dot < 0 ? name : name.substring(0, dot);
    }

    /** In small letters; empty without one. */
    private static String ending(String name) {
        return name.indexOf('.') < 0
                ? ""
                : name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    }

    /**
     * What lies there and is not used, a sentence each.
     *
     * @param masks those that are used
     * @param maskFolder where they lie, when not beside the pictures
     */
    List<String> warnings(Collection<Path> masks, Optional<Path> maskFolder) {
        Set<Path> used = new HashSet<>(masks);
        Map<Unused, List<String>> unused = new EnumMap<>(Unused.class);
        boolean whole = parts.get(0).folder().equals(place);
        if (!whole) {
            look(place, Set.of(), used, unused);
        }
        for (Part part : parts) {
            look(part.folder(), Set.copyOf(part.pictures()), used, unused);
        }
        maskFolder.ifPresent(folder -> entries(folder).stream()
                .filter(file -> ImageFile.isPicture(file) && !used.contains(file))
                .filter(file -> parts.stream().noneMatch(part -> part.pictures().contains(file)))
                .forEach(file -> add(unused, Unused.MASK_ALONE, nameOf(file))));
        List<String> sentences = new ArrayList<>();
        unused.forEach((why, names) -> sentences.add(why.sentence(names)));
        within(maskFolder).ifPresent(sentences::add);
        folders(place, true).stream()
                .filter(folder -> Integer.parseInt(name(folder).group(1)) == 0)
                .forEach(folder -> sentences.add(Names.are(countPictures(folder), "picture") + " left out: "
                        + nameOf(folder) + " is shown 0 times, as its name says."));
        parts.stream()
                .filter(part -> part.times() >= MANY)
                .forEach(part -> sentences.add(nameOf(part.folder()) + " shows each of its pictures " + part.times()
                        + " times a round, as its name says. If the number means something else, such as a year, put"
                        + " another before it: 1_" + nameOf(part.folder()) + "."));
        return sentences;
    }

    private static void add(Map<Unused, List<String>> unused, Unused why, String name) {
        unused.computeIfAbsent(why, first -> new ArrayList<>()).add(name);
    }

    /** Sorts what lies directly in a folder; {@code pictures} are those of it that are used. */
    private static void look(Path folder, Set<Path> pictures, Set<Path> masks, Map<Unused, List<String>> unused) {
        List<Path> files = entries(folder).stream()
                .filter(file -> !Files.isDirectory(file))
                .toList();
        Set<String> stems = files.stream()
                .filter(ImageFile::isPicture)
                .map(file -> stem(nameOf(file)))
                .collect(Collectors.toSet());
        int opened = 0;
        for (Path file : files) {
            String name = nameOf(file);
            String ending = ending(name);
            boolean readable = Files.isRegularFile(file);
            if (pictures.contains(file) || masks.contains(file) || ending.equals("bak")) {
                continue;
            }
            if (readable && ImageFile.isPicture(file)) {
                String stem = stem(name);
                add(
                        unused,
                        !stem.endsWith(MASK)
                                ? Unused.BESIDE
                                : stems.contains(stem.substring(0, stem.length() - MASK.length()))
                                        ? Unused.MASK_UNUSED
                                        : Unused.MASK_ALONE,
                        name);
            } else if (CAPTIONS.contains(ending)) {
                boolean read = name.endsWith(".txt") || isSame(file, file.resolveSibling(stem(name) + ".txt"));
                if (!read) {
                    add(unused, Unused.CAPTION_ENDING, name);
                } else if (!stems.contains(stem(name))) {
                    add(unused, Unused.CAPTION, name);
                }
            } else if (FOREIGN.contains(ending)) {
                add(unused, Unused.FORMAT, name);
            } else {
                add(unused, readable && opened++ < LOOKED_AT && isPicture(file) ? Unused.ENDING : Unused.OTHER, name);
            }
        }
    }

    /** Whether two names lead to one file, where a system takes large and small letters for the same. */
    private static boolean isSame(Path file, Path other) {
        try {
            return Files.exists(other) && Files.isSameFile(file, other);
        } catch (IOException e) {
            return false;
        }
    }

    /** By its bytes. */
    private static boolean isPicture(Path file) {
        try {
            ImageFile.format(file);
            return true;
        } catch (Problem none) {
            return false;
        }
    }

    /** Pictures in folders within, whose pictures nobody asked for. */
    private Optional<String> within(Optional<Path> maskFolder) {
        List<Path> inside = new ArrayList<>(folders(place, false));
        parts.stream().filter(part -> !part.folder().equals(place)).forEach(part -> entries(part.folder()).stream()
                .filter(Files::isDirectory)
                .forEach(inside::add));
        maskFolder.ifPresent(folder -> inside.removeIf(other -> other.toAbsolutePath()
                .normalize()
                .equals(folder.toAbsolutePath().normalize())));
        int all = 0;
        List<String> names = new ArrayList<>();
        for (Path folder : inside) {
            int count = countPictures(folder);
            all += count;
            if (count > 0) {
                names.add(place.relativize(folder) + "/ (" + count + ")");
            }
        }
        return all == 0
                ? Optional.empty()
                : Optional.of(Names.are(all, "picture") + " left out, in folders within the one that was chosen: "
                        + Names.some(names)
                        + ". Put them beside the others, or name such folders by how often they count, like 10_dog.");
    }

    private static int countPictures(Path folder) {
        try {
            return Math.toIntExact(Folder.tree(folder, LOOKED_AT).stream()
                    .filter(file -> ImageFile.isPicture(file) || FOREIGN.contains(ending(nameOf(file))))
                    .filter(file -> !isHidden(folder.relativize(file)))
                    .count());
        } catch (IOException unreadable) {
            return 0;
        }
    }

    private static boolean isHidden(Path within) {
        for (Path name : within) {
            if (nameOf(name).startsWith(".") || SYSTEM.contains(nameOf(name).toLowerCase(Locale.ROOT))) {
                return true;
            }
        }
        return false;
    }
}
