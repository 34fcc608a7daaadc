package graft.nodes.sampling;

import graft.file.Destination;
import graft.file.FileName;
import graft.file.Location;
import graft.file.PngFile;
import graft.file.Rescue;
import graft.node.Input;
import graft.node.Node;
import graft.node.NodeType;
import graft.node.Problem;
import graft.node.Run;
import graft.node.Setting;
import graft.node.Setting.Control;
import graft.node.Specs;
import graft.picture.Images;
import graft.tensor.Finite;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Writes pictures as PNG files that remember the workflow that made them. */
@NodeType(
        id = "graft/images/save",
        title = "Save Image",
        category = "output",
        help = "Writes each picture as a PNG file. The file holds the workflow and the prompt that made it, so that"
                + " Graft can open it again and other programs can show its settings.",
        words = {"write", "png", "export", "picture"},
        output = true)
public final class SaveImage implements Node {

    private static final String NUMBERED = "_%05d.png";

    @Input(help = "The pictures to write.")
    Images images;

    @Setting(
            control = Control.SAVE_NAME,
            help = "What the files' names begin with; a number follows, so that nothing is overwritten.")
    String name = "image";

    @Setting(control = Control.FOLDER, help = "Where to write; empty for the folder of the run.")
    String folder = "";

    @Setting(advanced = true, help = "Write the workflow and its settings into the file.")
    boolean remember = true;

    @Override
    public void configure(Specs specs) {
        Destination.check(folder, "folder", FileName.checked(name, "name") + String.format(Locale.ROOT, NUMBERED, 1));
    }

    @Override
    public void run(Run run) {
        Path target = folder.isBlank() ? run.folder() : Location.of(folder, "folder", "a folder to write to");
        Rescue.write(run, target, (into, asAsked) -> written(run, into));
        if (run.previewed()) {
            run.preview(ImagesPreview.shown(images));
        }
    }

    private List<Path> written(Run run, Path target) {
        List<Path> written = new ArrayList<>();
        Optional<Provenance> provenance = remember
                ? Optional.of(Provenance.of(run.graph(), run.node(), run::found, run.version()))
                : Optional.empty();
        String prompt = provenance.map(Provenance::prompt).orElse("");
        int number = 0;
        for (int i = 0; i < images.pictures().size(); i++) {
            if (!Finite.all(images.pictures().get(i).rgb())) {
                throw new Problem(
                                "cannot save picture " + (i + 1),
                                "it holds NaN or infinite numbers",
                                "look at the node that it comes from")
                        .at("images");
            }
            Path file;
            do {
                number++;
                file = target.resolve(name.strip() + String.format(Locale.ROOT, NUMBERED, number));
            } while (Files.exists(file));
            Map<String, String> text = new LinkedHashMap<>();
            if (provenance.isPresent()) {
                text.put("workflow", run.workflow());
                text.put("prompt", prompt);
                provenance
                        .get()
                        .parameters(
                                images.pictures().get(i), i, images.pictures().size())
                        .ifPresent(line -> text.put("parameters", line));
            }
            PngFile.write(file, images.pictures().get(i).toBufferedImage(), text);
            run.wrote(file);
            written.add(file);
            run.progress("picture", i + 1, images.pictures().size(), Map.of());
        }
        return written;
    }
}
