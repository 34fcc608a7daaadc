package graft.nodes.sampling;

import graft.file.ImageFile;
import graft.file.Location;
import graft.model.Fit;
import graft.node.Node;
import graft.node.NodeType;
import graft.node.Output;
import graft.node.Problem;
import graft.node.Run;
import graft.node.Setting;
import graft.node.Setting.Control;
import graft.node.Specs;
import graft.train.Augment;
import graft.train.Buckets;
import graft.train.Dataset;
import graft.train.DatasetSpec;
import graft.train.Mask;
import graft.train.Size;
import java.awt.Dimension;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Offers the pictures of a folder, with the captions beside them, for training. */
@NodeType(
        id = "graft/images/folder",
        title = "Image Folder",
        category = "images",
        help =
                "Offers the pictures of a folder for training: PNG, JPEG and WebP, each with the caption in the .txt file"
                        + " of the same name, if there is one. Sub-folders named like 10_dog repeat their pictures ten times.",
        words = {"dataset", "training pictures", "captions", "kohya", "aspect ratio", "buckets", "mask", "repeats"})
public final class ImageFolder implements Node {

    /** OneTrainer's ending of a mask's name. */
    private static final String MASK = "-masklabel";

    private static final String WANTED = "a folder of pictures, or builtin:samples/style-pixel";

    /** kohya's name of a folder: how often its pictures count, and what they show. */
    private static final Pattern REPEATED = Pattern.compile("(\\d{1,4})_(.+)");

    @Setting(control = Control.FOLDER, help = "The folder of pictures.")
    String folder = "builtin:samples/style-pixel";

    @Setting(min = 8, max = 4096, step = 8, unit = "pixels", help = "Width that the pictures are trained at.")
    int width = 512;

    @Setting(min = 8, max = 4096, step = 8, unit = "pixels", help = "Height that the pictures are trained at.")
    int height = 512;

    @Setting(help = "How pictures of another shape are made to fit: cut, padded with white, or stretched.")
    Fit fit = Fit.CROP;

    @Setting(min = 1, max = 1000, unit = "times", help = "How often each picture is shown in one round.")
    int repeats = 1;

    @Setting(
            help = "Trains each picture at a size near its own shape, of about as many pixels as width times height, so"
                    + " that little is cut off. Each batch is of one size.")
    boolean buckets = false;

    @Setting(
            title = "Bucket step",
            advanced = true,
            group = "buckets",
            min = 4,
            max = 512,
            step = 4,
            unit = "pixels",
            help = "What the sides of all buckets are multiples of: 64 for Stable Diffusion, 8 for the small built-in"
                    + " model.")
    int bucketStep = 64;

    @Setting(
            title = "Enlarge small pictures",
            advanced = true,
            group = "buckets",
            help =
                    "Whether pictures smaller than their bucket are enlarged to it; otherwise they get a smaller bucket.")
    boolean enlarge = true;

    @Setting(
            advanced = true,
            group = "masks",
            help =
                    "Which part of each picture is learnt: all of it, what is white in a file beside it (dog-masklabel.png"
                            + " for dog.jpg), or what is not transparent.")
    Masks masks = Masks.NONE;

    @Setting(
            title = "Mask folder",
            advanced = true,
            group = "masks",
            control = Control.FOLDER,
            help = "For masks from files: a folder that holds a mask of the same name for each picture; empty for masks"
                    + " beside the pictures.")
    String maskFolder = "";

    @Output(help = "The pictures with their captions.")
    Dataset images;

    /** Where masks come from. */
    enum Masks {
        NONE,
        FILES,
        ALPHA
    }

    @Override
    public void configure(Specs specs) {
        Path place = Location.of(folder, "folder", WANTED);
        specs.reads(place);
        if (buckets && Math.sqrt((double) width * height) < bucketStep) {
            throw new Problem(
                            "there is no bucket for pictures of " + width + "×" + height + " pixels",
                            "the sides of buckets are multiples of " + bucketStep,
                            "choose a smaller step or larger pictures")
                    .at("bucketStep");
        }
        masksElsewhere().ifPresent(specs::reads);
        try {
            specs.output("images", DatasetSpec.of(new Dataset(items(place))));
        } catch (Problem e) {
            throw e.at("folder");
        }
    }

    @Override
    public void run(Run run) throws Exception {
        List<Dataset.Item> items = items(Location.of(folder, "folder", WANTED));
        List<Dataset.Item> pictures = items.stream().distinct().toList();
        List<String> small = new ArrayList<>();
        for (int i = 0; i < pictures.size(); i++) {
            run.checkCancelled();
            Dataset.Item item = pictures.get(i);
            // Each is read once now, so that a faulty one is told of before hours of training.
            BufferedImage image = ImageFile.read(item.file());
            item.mask().ifPresent(mask -> checkMask(mask, image));
            if (image.getWidth() < item.width() && image.getHeight() < item.height()) {
                small.add(item.file().getFileName() + " (" + image.getWidth() + "×" + image.getHeight() + ")");
            }
            run.progress(i + 1, pictures.size());
        }
        if (!small.isEmpty()) {
            String size = buckets ? "their buckets" : width + "×" + height;
            run.warn(
                    "Smaller than " + size + " and so enlarged, which teaches blur: " + String.join(", ", small) + ".");
        }
        long captions = items.stream().filter(item -> !item.caption().isEmpty()).count();
        run.log(pictures.size() + " pictures, " + items.size() + " a round, " + captions + " of them with a caption.");
        tellOfBuckets(run, pictures);
        tellOfMasks(run, pictures);
        images = new Dataset(items);
    }

    private void tellOfBuckets(Run run, List<Dataset.Item> pictures) {
        if (buckets) {
            Map<Size, Long> counts = new LinkedHashMap<>();
            pictures.forEach(item -> counts.merge(item.size(), 1L, Long::sum));
            run.log("Buckets: "
                    + counts.entrySet().stream()
                            .map(each -> each.getValue() + " at " + each.getKey())
                            .collect(Collectors.joining(", "))
                    + ". Pictures that do not fill a batch of their size come first in its next one.");
        }
    }

    private void tellOfMasks(Run run, List<Dataset.Item> pictures) {
        List<String> without = pictures.stream()
                .filter(item -> item.mask().isEmpty())
                .map(item -> item.file().getFileName().toString())
                .toList();
        if (masks == Masks.FILES && !without.isEmpty()) {
            run.warn("Without a mask, and so learnt wholly: " + String.join(", ", without) + ".");
        }
    }

    private static void checkMask(Mask mask, BufferedImage image) {
        Dimension size = ImageFile.size(mask.file());
        if (size.width != image.getWidth() || size.height != image.getHeight()) {
            throw new Problem(
                            "the mask " + mask.file().getFileName() + " does not fit its picture",
                            "it has " + size.width + "×" + size.height + " pixels, the picture " + image.getWidth()
                                    + "×" + image.getHeight(),
                            "make them equally large")
                    .at("masks");
        }
    }

    private List<Dataset.Item> items(Path place) {
        List<Dataset.Item> items = new ArrayList<>();
        List<Path> repeated = repeatedFolders(place);
        for (Path part : repeated) {
            Matcher name = REPEATED.matcher(part.getFileName().toString());
            if (name.matches()) {
                int times = Math.multiplyExact(repeats, Integer.parseInt(name.group(1)));
                add(items, pictures(part), times, name.group(2).replace('_', ' '));
            }
        }
        if (repeated.isEmpty()) {
            add(items, pictures(place), repeats, "");
        }
        return items;
    }

    private void add(List<Dataset.Item> items, List<Path> files, int times, String otherwise) {
        for (Path file : files) {
            String caption = caption(file);
            Size size = size(file);
            items.addAll(Collections.nCopies(
                    times,
                    new Dataset.Item(
                            file,
                            caption.isEmpty() ? otherwise : caption,
                            size.width(),
                            size.height(),
                            fit,
                            Augment.NONE,
                            mask(file))));
        }
    }

    private Size size(Path file) {
        Size asked = new Size(width, height);
        if (!buckets) {
            return asked;
        }
        Dimension own = ImageFile.size(file);
        return new Buckets(asked, bucketStep, enlarge).of(new Size(own.width, own.height));
    }

    private Optional<Mask> mask(Path file) {
        return switch (masks) {
            case NONE -> Optional.empty();
            case ALPHA -> Optional.of(new Mask(file, Mask.Channel.ALPHA));
            case FILES ->
                maskFiles(file)
                        .filter(Files::exists)
                        .findFirst()
                        .map(found -> new Mask(found, Mask.Channel.BRIGHTNESS));
        };
    }

    /** Where the mask of a picture may be. */
    private Stream<Path> maskFiles(Path picture) {
        String name = stem(picture);
        return masksElsewhere()
                .map(folder -> Stream.of(name + ".png", picture.getFileName().toString(), name + MASK + ".png")
                        .map(folder::resolve))
                .orElseGet(() -> Stream.of(picture.resolveSibling(name + MASK + ".png")));
    }

    private Optional<Path> masksElsewhere() {
        return masks == Masks.FILES && !maskFolder.isBlank()
                ? Optional.of(Location.of(maskFolder, "maskFolder", "a folder of masks"))
                : Optional.empty();
    }

    /** The pictures of a folder without the masks among them. */
    private static List<Path> pictures(Path folder) {
        List<Path> pictures = ImageFile.list(folder).stream()
                .filter(file -> !stem(file).endsWith(MASK))
                .toList();
        if (pictures.isEmpty()) {
            throw new Problem(
                    "cannot use the picture folder " + folder,
                    "it holds masks alone",
                    "put pictures in it, or give the folder that they are in");
        }
        return pictures;
    }

    private static String stem(Path picture) {
        String name = picture.getFileName().toString();
        return name.substring(0, name.lastIndexOf('.'));
    }

    private static List<Path> repeatedFolders(Path place) {
        if (!Files.isDirectory(place)) {
            return List.of();
        }
        try (Stream<Path> parts = Files.list(place)) {
            return parts.filter(Files::isDirectory)
                    .filter(part ->
                            REPEATED.matcher(part.getFileName().toString()).matches())
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new Problem("cannot read " + place, String.valueOf(e.getMessage()), "check the folder's rights")
                    .causedBy(e)
                    .at("folder");
        }
    }

    /** The first line of the .txt file beside a picture that is not blank; empty without one. */
    private static String caption(Path picture) {
        Path file = picture.resolveSibling(stem(picture) + ".txt");
        if (!Files.exists(file)) {
            return "";
        }
        try {
            String text = Files.readString(file, StandardCharsets.UTF_8);
            return text.replace("\uFEFF", "")
                    .lines()
                    .map(String::strip)
                    .filter(line -> !line.isEmpty())
                    .findFirst()
                    .orElse("");
        } catch (IOException e) {
            throw new Problem("cannot read the caption " + file, "it is not text in UTF-8", "save it again as UTF-8")
                    .causedBy(e);
        }
    }
}
