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
import graft.train.Dataset;
import graft.train.DatasetSpec;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Offers the pictures of a folder, with the captions beside them, for training. */
@NodeType(
        id = "graft/images/folder",
        title = "Image Folder",
        category = "images",
        help =
                "Offers the pictures of a folder for training: PNG, JPEG and WebP, each with the caption in the .txt file"
                        + " of the same name, if there is one. Sub-folders named like 10_dog repeat their pictures ten times.",
        words = {"dataset", "training pictures", "captions", "kohya"})
public final class ImageFolder implements Node {

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

    @Output(help = "The pictures with their captions.")
    Dataset images;

    @Override
    public void configure(Specs specs) {
        Path place = Location.of(folder, "folder", WANTED);
        specs.reads(place);
        try {
            specs.output("images", new DatasetSpec(items(place).size(), width, height));
        } catch (Problem e) {
            throw e.at("folder");
        }
    }

    @Override
    public void run(Run run) throws Exception {
        List<Dataset.Item> items = items(Location.of(folder, "folder", WANTED));
        List<Path> files = items.stream().map(Dataset.Item::file).distinct().toList();
        List<String> small = new ArrayList<>();
        for (int i = 0; i < files.size(); i++) {
            run.checkCancelled();
            // Each is read once now, so that a faulty one is told of before hours of training.
            BufferedImage image = ImageFile.read(files.get(i));
            if (image.getWidth() < width && image.getHeight() < height) {
                small.add(files.get(i).getFileName() + " (" + image.getWidth() + "×" + image.getHeight() + ")");
            }
            run.progress(i + 1, files.size());
        }
        if (!small.isEmpty()) {
            run.warn("Smaller than " + width + "×" + height + " and so enlarged, which teaches blur: "
                    + String.join(", ", small) + ".");
        }
        long captions = items.stream().filter(item -> !item.caption().isEmpty()).count();
        run.log(files.size() + " pictures, " + items.size() + " a round, " + captions + " of them with a caption.");
        images = new Dataset(items);
    }

    private List<Dataset.Item> items(Path place) {
        List<Dataset.Item> items = new ArrayList<>();
        List<Path> repeated = repeatedFolders(place);
        for (Path part : repeated) {
            Matcher name = REPEATED.matcher(part.getFileName().toString());
            if (name.matches()) {
                int times = Math.multiplyExact(repeats, Integer.parseInt(name.group(1)));
                add(items, ImageFile.list(part), times, name.group(2).replace('_', ' '));
            }
        }
        if (repeated.isEmpty()) {
            add(items, ImageFile.list(place), repeats, "");
        }
        return items;
    }

    private void add(List<Dataset.Item> items, List<Path> files, int times, String otherwise) {
        for (Path file : files) {
            String caption = caption(file);
            items.addAll(Collections.nCopies(
                    times, new Dataset.Item(file, caption.isEmpty() ? otherwise : caption, width, height, fit)));
        }
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
        String name = picture.getFileName().toString();
        Path file = picture.resolveSibling(name.substring(0, name.lastIndexOf('.')) + ".txt");
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
