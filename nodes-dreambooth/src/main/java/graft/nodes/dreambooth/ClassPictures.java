package graft.nodes.dreambooth;

import graft.file.PngFile;
import graft.node.Input;
import graft.node.Node;
import graft.node.NodeType;
import graft.node.Output;
import graft.node.Problem;
import graft.node.Run;
import graft.node.Setting;
import graft.node.Specs;
import graft.picture.Fit;
import graft.picture.Images;
import graft.picture.Picture;
import graft.train.data.Dataset;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Turns drawn pictures into a dataset with one caption: what prior preservation holds on to. */
@NodeType(
        id = "graft/dreambooth/class-pictures",
        title = "Class Pictures",
        category = "training",
        help =
                "Keeps pictures that the model drew of a class, with the prompt as their caption, for Train DreamBooth to"
                        + " hold on to while it learns the subject.",
        words = {"prior", "regularisation", "regularization", "dreambooth"})
public final class ClassPictures implements Node {

    @Input(help = "Pictures that the model drew from the class prompt.")
    Images images;

    @Setting(
            control = Setting.Control.PROMPT,
            help =
                    "The prompt that they were drawn from, such as: a photo of a dog; one line for all, or one for each.")
    String prompt = "";

    @Output(help = "The pictures with that caption.")
    Dataset dataset;

    @Override
    public void configure(Specs specs) {
        if (prompt.isBlank()) {
            throw new Problem(
                            "the class pictures would have no caption",
                            "the prompt is empty",
                            "give the prompt that they are drawn from, such as: a photo of a dog")
                    .at("prompt");
        }
    }

    @Override
    public void run(Run run) {
        List<String> prompts = prompt.strip().lines().map(String::strip).toList();
        if (prompts.size() != 1 && prompts.size() != images.pictures().size()) {
            throw new Problem(
                            "cannot caption " + images.pictures().size() + " class pictures with " + prompts.size()
                                    + " prompts",
                            "there is one line for all, or one for each",
                            "give as many lines as pictures, or one")
                    .at("prompt");
        }
        List<Dataset.Item> items = new ArrayList<>();
        for (int i = 0; i < images.pictures().size(); i++) {
            Picture picture = images.pictures().get(i);
            Path file = run.folder().resolve(String.format(Locale.ROOT, "class_%05d.png", i + 1));
            PngFile.write(file, picture.toBufferedImage(), Map.of());
            run.wrote(file);
            items.add(new Dataset.Item(
                    file, prompts.get(prompts.size() == 1 ? 0 : i), picture.width(), picture.height(), Fit.CROP));
        }
        dataset = new Dataset(items);
    }
}
