package graft.nodes.sampling;

import graft.file.ImageFile;
import graft.file.Location;
import graft.file.TextFile;
import graft.node.Node;
import graft.node.NodeType;
import graft.node.Output;
import graft.node.Problem;
import graft.node.Run;
import graft.node.Setting;
import graft.node.Setting.Control;
import graft.node.Specs;
import graft.picture.Fit;
import graft.train.data.Augment;
import graft.train.data.Buckets;
import graft.train.data.Dataset;
import graft.train.data.DatasetSpec;
import graft.train.data.LossMask;
import graft.train.data.PictureNames;
import graft.train.data.Region;
import graft.train.data.TrainingSize;
import java.awt.Dimension;
import java.awt.image.BufferedImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Offers the pictures of a folder, with the captions beside them, for training. */
@NodeType(
        id = "graft/images/folder",
        title = "Image Folder",
        category = "images",
        help =
                "Offers the pictures of a folder for training: PNG, JPEG, WebP, BMP, GIF and TIFF, each with the caption in the .txt file"
                        + " of the same name, if there is one. Sub-folders named like 10_dog repeat their pictures ten times.",
        words = {"dataset", "training pictures", "captions", "kohya", "aspect ratio", "buckets", "mask", "repeats"})
public final class ImageFolder implements Node {

    private static final String WANTED = "a folder of pictures, or builtin:samples/style-pixel";

    /** Of how many pictures the check looks at the first bytes: of all, but where that would take seconds. */
    private static final int CHECKED = 2000;

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

    @Setting(
            title = "Cropped",
            advanced = true,
            group = "crops",
            help = "Pictures of which a part alone is trained on, as if the rest were cut off. Their files stay as they"
                    + " are.")
    List<CroppedPicture> crops = List.of();

    @Setting(
            advanced = true,
            group = "shares",
            min = 1,
            max = 100_000,
            help = "For very large folders: into how many shares of equal size the pictures are dealt, of which one is"
                    + " offered, so that as many machines do a share each.")
    int shares = 1;

    @Setting(advanced = true, group = "shares", min = 1, max = 100_000, help = "Which of the shares is offered.")
    int share = 1;

    @Output(help = "The pictures with their captions.")
    Dataset images;

    /** A part of a picture of the folder. */
    record CroppedPicture(
            @Setting(help = "The picture's file, such as dog.jpg.")
            String picture,

            @Setting(min = 0, max = 100_000, unit = "pixels", help = "From its left edge.")
            int left,

            @Setting(min = 0, max = 100_000, unit = "pixels", help = "From its upper edge.")
            int top,

            @Setting(min = 1, max = 100_000, unit = "pixels", help = "How wide the part is.")
            int width,

            @Setting(min = 1, max = 100_000, unit = "pixels", help = "How high the part is.")
            int height) {

        Region region() {
            return new Region(left, top, width, height);
        }
    }

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
            PictureFolder found = PictureFolder.of(place);
            PictureFolder offered = offered(found);
            checkFormats(offered);
            List<Dataset.Item> items = items(offered);
            List<Path> used = found.pictures()
                    .flatMap(picture -> mask(picture).stream())
                    .map(LossMask::file)
                    .toList();
            found.warnings(used, masksElsewhere()).forEach(specs::warn);
            uncropped(found).ifPresent(specs::warn);
            specs.output("images", DatasetSpec.of(dealt(items)));
        } catch (Problem e) {
            throw e.socket().isPresent() ? e : e.at("folder");
        }
    }

    @Override
    public void run(Run run) throws Exception {
        List<Dataset.Item> items = items(offered(PictureFolder.of(Location.of(folder, "folder", WANTED))));
        List<Dataset.Item> pictures = items.stream().distinct().toList();
        List<String> small = new ArrayList<>();
        for (int i = 0; i < pictures.size(); i++) {
            run.checkCancelled();
            Dataset.Item item = pictures.get(i);
            // Each is read once now, so that a faulty one is told of before hours of training.
            BufferedImage image = ImageFile.read(item.file());
            item.mask().ifPresent(mask -> checkMask(mask, image));
            if (item.isEnlarged(item.ownSize())) {
                small.add(item.file().getFileName() + " (" + item.ownSize() + ")");
            }
            run.progress("picture", i + 1, pictures.size(), Map.of());
        }
        if (!small.isEmpty()) {
            String size = buckets ? "their buckets" : width + "×" + height;
            run.warn("Smaller than " + size + " and so enlarged, which teaches blur: " + Names.some(small) + ".");
        }
        long captions = items.stream().filter(item -> !item.caption().isEmpty()).count();
        run.log(pictures.size() + " pictures, " + items.size() + " a round, " + captions + " of them with a caption.");
        tellOfBuckets(run, pictures);
        tellOfMasks(run, pictures);
        images = dealt(items);
    }

    private void tellOfBuckets(Run run, List<Dataset.Item> pictures) {
        if (buckets) {
            Map<TrainingSize, Long> counts = new LinkedHashMap<>();
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
            run.warn("Without a mask, and so learnt wholly: " + Names.some(without) + ".");
        }
    }

    private static void checkMask(LossMask mask, BufferedImage image) {
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

    private Dataset dealt(List<Dataset.Item> items) {
        return new Dataset(items, new Dataset.Share(share, shares));
    }

    private PictureFolder offered(PictureFolder found) {
        if (share > shares) {
            throw new Problem(
                            "there is no share " + share + " of the pictures",
                            "they are dealt into " + shares,
                            "choose a share up to that, or more shares")
                    .at("share");
        }
        PictureFolder offered = found.share(share, shares);
        if (offered.parts().isEmpty()) {
            throw new Problem(
                            "share " + share + " of " + shares + " holds no picture",
                            "the folder has " + found.pictures().count(),
                            "choose fewer shares")
                    .at("shares");
        }
        return offered;
    }

    private List<Dataset.Item> items(PictureFolder found) {
        long round = found.parts().stream()
                .mapToLong(
                        part -> (long) repeats * part.times() * part.pictures().size())
                .sum();
        if (round > Dataset.MOST) {
            throw new Problem(
                            "cannot show " + round + " pictures a round",
                            "the setting repeats and the names of the folders ask for that, and " + Dataset.MOST
                                    + " are the most",
                            "let the pictures count less often")
                    .at("repeats");
        }
        List<Dataset.Item> items = new ArrayList<>();
        for (PictureFolder.Part part : found.parts()) {
            add(items, part.pictures(), repeats * part.times(), part.words());
        }
        return items;
    }

    /** A file that is no picture is told of before the run, which reads each of them wholly. */
    private static void checkFormats(PictureFolder found) {
        List<Problem> problems = found.pictures()
                .limit(CHECKED)
                .flatMap(picture -> {
                    try {
                        ImageFile.format(picture);
                        return Stream.empty();
                    } catch (Problem e) {
                        return Stream.of(e);
                    }
                })
                .toList();
        if (!problems.isEmpty()) {
            Problem first = problems.get(0);
            throw problems.size() == 1
                    ? first
                    : new Problem(
                            first.happened() + " and " + (problems.size() - 1) + " more files of the folder",
                            "the first: " + first.why(),
                            first.remedy());
        }
    }

    private void add(List<Dataset.Item> items, List<Path> files, int times, String otherwise) {
        for (Path file : files) {
            String caption = caption(file);
            Optional<Region> region = region(file);
            TrainingSize size = size(file, region);
            items.addAll(Collections.nCopies(
                    times,
                    new Dataset.Item(
                            file,
                            caption.isEmpty() ? otherwise : caption,
                            size.width(),
                            size.height(),
                            fit,
                            Augment.NONE,
                            mask(file),
                            region)));
        }
    }

    private Optional<Region> region(Path file) {
        List<String> called = crops.isEmpty() ? List.of() : PictureNames.called(file);
        Optional<Region> region = called.stream()
                .flatMap(name ->
                        crops.stream().filter(crop -> crop.picture().strip().equals(name)))
                .findFirst()
                .map(CroppedPicture::region);
        region.ifPresent(part -> {
            Dimension whole = ImageFile.size(file);
            if (!part.liesIn(new TrainingSize(whole.width, whole.height))) {
                throw new Problem(
                                "cannot crop " + file.getFileName() + " to " + part,
                                "it has " + whole.width + "×" + whole.height + " pixels",
                                "choose a part that lies within it")
                        .at("crops");
            }
        });
        return region;
    }

    /** What is to be cropped and is not there. */
    private Optional<String> uncropped(PictureFolder found) {
        List<String> unknown = new ArrayList<>(
                crops.stream().map(crop -> crop.picture().strip()).distinct().toList());
        if (!unknown.isEmpty()) {
            found.pictures().forEach(file -> unknown.removeAll(PictureNames.called(file)));
        }
        return unknown.isEmpty()
                ? Optional.empty()
                : Optional.of("To be cropped and not in the folder: " + Names.some(unknown) + ".");
    }

    private TrainingSize size(Path file, Optional<Region> region) {
        TrainingSize asked = new TrainingSize(width, height);
        if (!buckets) {
            return asked;
        }
        TrainingSize own = region.map(Region::size).orElseGet(() -> {
            Dimension whole = ImageFile.size(file);
            return new TrainingSize(whole.width, whole.height);
        });
        return new Buckets(asked, bucketStep, enlarge).of(own);
    }

    private Optional<LossMask> mask(Path file) {
        return switch (masks) {
            case NONE -> Optional.empty();
            case ALPHA -> Optional.of(new LossMask(file, LossMask.Channel.ALPHA));
            case FILES ->
                maskFiles(file)
                        .filter(Files::exists)
                        .findFirst()
                        .map(found -> new LossMask(found, LossMask.Channel.BRIGHTNESS));
        };
    }

    /** Where the mask of a picture may be. */
    private Stream<Path> maskFiles(Path picture) {
        String name = PictureFolder.stem(picture.getFileName().toString());
        return masksElsewhere()
                .map(folder -> Stream.of(
                                name + ".png", picture.getFileName().toString(), name + PictureFolder.MASK + ".png")
                        .map(folder::resolve))
                .orElseGet(() -> Stream.of(picture.resolveSibling(name + PictureFolder.MASK + ".png")));
    }

    private Optional<Path> masksElsewhere() {
        return masks == Masks.FILES && !maskFolder.isBlank()
                ? Optional.of(Location.of(maskFolder, "maskFolder", "a folder of masks"))
                : Optional.empty();
    }

    /** The first line of the .txt file beside a picture that is not blank; empty without one. */
    private static String caption(Path picture) {
        Path file =
                picture.resolveSibling(PictureFolder.stem(picture.getFileName().toString()) + ".txt");
        if (!Files.exists(file)) {
            return "";
        }
        return TextFile.read(file, "the caption " + file)
                .replace("\uFEFF", "")
                .lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .findFirst()
                .orElse("");
    }
}
