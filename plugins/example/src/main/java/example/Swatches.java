package example;

import graft.node.Node;
import graft.node.NodeType;
import graft.node.Output;
import graft.node.Run;
import graft.node.Setting;
import graft.picture.Images;
import graft.picture.Picture;
import java.awt.Color;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Paints a picture of each row of a table, or of each line of a file of colours: settings that are tables, colours, shown by others
 * or chosen among what the node finds; outputs that are lists; a fingerprint of its own; and an id that it once had.
 */
@NodeType(
        id = "example/images/swatches",
        formerly = "example/images/palette",
        title = "Swatches",
        category = "images",
        help = "Paints a picture of each colour. What takes one picture after it runs once for each.",
        words = {"colour", "plain", "stripes"})
public final class Swatches implements Node {

    enum From {
        TABLE,
        FILE
    }

    /** A row of the table. */
    record Swatch(@Setting(help = "What it is called.") String name, @Setting Color colour) {}

    @Setting(help = "Where the colours come from.")
    From from = From.TABLE;

    @Setting(shownBy = "from=table", help = "A picture of each.")
    List<Swatch> swatches = List.of(new Swatch("ink", new Color(0x1B2A41)), new Swatch("clay", new Color(0xC8553D)));

    @Setting(shownBy = "from=file", help = "A folder with files of colours.")
    Path folder = null;

    @Setting(shownBy = "from=file", choicesBy = "files", help = "A file with a name and a colour on each line.")
    String file = "";

    @Setting(min = 8, max = 4096, unit = "pixels")
    int size = 64;

    @Setting(help = "Paints stripes of it and of another.")
    boolean striped = false;

    @Setting(shownBy = "striped=true")
    Color between = Color.WHITE;

    @Output(help = "A picture of each.")
    List<Images> pictures;

    @Output(help = "What each is called.")
    List<String> names;

    /** What there is to choose from for the file: those of the folder. */
    List<String> files() throws Exception {
        if (folder == null) {
            return List.of();
        }
        try (var all = Files.list(folder)) {
            return all.map(each -> each.getFileName().toString())
                    .filter(name -> name.endsWith(".colours"))
                    .sorted()
                    .toList();
        }
    }

    /** The result is another when the file says something else, whatever its time. */
    @Override
    public String fingerprint() throws Exception {
        return from == From.FILE ? Files.readString(folder.resolve(file)) : "";
    }

    @Override
    public void run(Run run) throws Exception {
        List<Images> painted = new ArrayList<>();
        List<String> called = new ArrayList<>();
        for (Swatch swatch : from == From.TABLE ? swatches : ofFile()) {
            run.checkCancelled();
            painted.add(new Images(List.of(picture(swatch.colour()))));
            called.add(swatch.name());
        }
        pictures = painted;
        names = called;
    }

    private List<Swatch> ofFile() throws Exception {
        return Files.readAllLines(folder.resolve(file)).stream()
                .map(line -> line.split(" ", 2))
                .map(words -> new Swatch(words[0], Color.decode(words[1])))
                .toList();
    }

    private Picture picture(Color colour) {
        float[] plain = colour.getRGBColorComponents(null);
        float[] other = striped ? between.getRGBColorComponents(null) : plain;
        float[] rgb = new float[size * size * 3];
        for (int i = 0; i < rgb.length; i++) {
            boolean even = i / 3 % size / 8 % 2 == 0;
            rgb[i] = (even ? plain : other)[i % 3];
        }
        return new Picture(size, size, rgb);
    }
}
