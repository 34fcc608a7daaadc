package graft.nodes.sampling;

import graft.file.AtomicFile;
import graft.file.FileName;
import graft.file.PngFile;
import graft.node.Input;
import graft.node.Node;
import graft.node.NodeType;
import graft.node.Output;
import graft.node.Problem;
import graft.node.Run;
import graft.node.Setting;
import graft.node.Setting.Control;
import graft.node.Specs;
import graft.picture.Images;
import graft.picture.Picture;
import graft.train.LossCurve;
import graft.train.Losses;
import java.awt.image.BufferedImage;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Draws how the loss fell during a training, and writes its numbers. */
@NodeType(
        id = "graft/training/loss-plot",
        title = "Loss Plot",
        category = "output",
        help = "Draws the loss of each training step and its smoothed course as a PNG file, and writes the numbers as a"
                + " CSV file beside it.",
        words = {"chart", "curve", "graph", "csv", "training"},
        output = true)
public final class LossPlot implements Node {

    @Input(help = "What a training node reports.")
    Losses losses;

    @Setting(control = Control.SAVE_NAME, help = "What both files are called.")
    String name = "losses";

    @Setting(
            min = 1,
            max = 1000,
            unit = "steps",
            help = "Over how many steps the smoothed line looks back: single losses jump, as each step draws its own"
                    + " pictures and noise levels.")
    int smoothing = 25;

    @Setting(min = 200, max = 4000, unit = "pixels", advanced = true, help = "Width of the picture.")
    int width = 900;

    @Setting(min = 150, max = 4000, unit = "pixels", advanced = true, help = "Height of the picture.")
    int height = 500;

    @Output(help = "The drawing.")
    Images plot;

    @Override
    public void configure(Specs specs) {
        FileName.checked(name, "name");
    }

    @Override
    public void run(Run run) {
        if (losses.steps().isEmpty()) {
            throw new Problem("there is nothing to draw", "the training made no step", "train at least one step")
                    .at("losses");
        }
        LossCurve curve = LossCurve.of(losses, smoothing);
        BufferedImage image = curve.drawn(width, height);
        Path picture = run.folder().resolve(name.strip() + ".png");
        Path numbers = run.folder().resolve(name.strip() + ".csv");
        PngFile.write(picture, image, Map.of("workflow", run.workflow()));
        AtomicFile.write(numbers, out -> out.write(curve.csv().getBytes(StandardCharsets.UTF_8)));
        run.wrote(picture);
        run.wrote(numbers);
        plot = new Images(List.of(Picture.of(image)));
    }
}
