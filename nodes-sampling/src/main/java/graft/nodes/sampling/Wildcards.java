package graft.nodes.sampling;

import graft.file.Location;
import graft.file.TextFile;
import graft.node.Node;
import graft.node.NodeType;
import graft.node.Output;
import graft.node.Run;
import graft.node.Setting;
import graft.node.Setting.Control;
import graft.node.Specs;
import graft.tensor.KeyedRandom;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Chooses among what a text offers. */
@NodeType(
        id = "graft/prompt/wildcards",
        title = "Wildcards",
        category = "text",
        help =
                "Chooses by its seed among what a text offers: {red|green} takes one, {2$$a|b|c} two, {1-2$$ and $$a|b|c} one or"
                        + " two with \" and \" between, {3::a|b} takes a three times as often; __animals__ is a line of animals.txt in the folder. Wire"
                        + " the text to a prompt.",
        words = {"random", "dynamic prompts", "choice", "variation", "wildcard", "text"})
public final class Wildcards implements Node {

    @Setting(
            control = Control.PARAGRAPH,
            help =
                    "The text with its choices, which may lie in each other; a backslash before {, | or } makes it a letter.")
    String text = "";

    @Setting(
            control = Control.FOLDER,
            help =
                    "Where the files of __name__ are: name.txt, a choice on each line; lines that begin with # do not count. Empty"
                            + " for none.")
    String folder = "";

    @Setting(min = 0, control = Control.SEED, help = "Chooses: the same seed takes the same.")
    long seed = 0;

    @Output(help = "The text with its choices made.")
    String chosen;

    @Override
    public void configure(Specs specs) {
        place().ifPresent(specs::reads);
    }

    private Optional<Path> place() {
        return folder.isBlank()
                ? Optional.empty()
                : Optional.of(Location.of(folder, "folder", "a folder of wildcards"));
    }

    @Override
    public void run(Run run) {
        Map<String, Optional<List<String>>> known = new HashMap<>();
        Set<String> missing = new LinkedHashSet<>();
        WildcardText wildcards = new WildcardText(KeyedRandom.of(seed, run.stream(), 0, "wildcards"), name -> {
            Optional<List<String>> lines = known.computeIfAbsent(name, this::lines);
            if (lines.isEmpty()) {
                missing.add(name);
            }
            return lines;
        });
        chosen = wildcards.chosen(text);
        missing.forEach(name -> run.warn("The text has __" + name + "__, and "
                + (folder.isBlank()
                        ? "no folder of wildcards is set"
                        : "there is no " + name + ".txt with a line in " + folder)
                + ": it stays as it is written."));
        run.log("Chosen: " + chosen);
    }

    /** The choices of a file; nothing where it is not there or holds none. */
    private Optional<List<String>> lines(String name) {
        try {
            Optional<Path> base = place().map(path -> path.toAbsolutePath().normalize());
            Optional<Path> file = base.map(path -> path.resolve(name + ".txt").normalize())
                    .filter(path -> path.startsWith(base.get()) && Files.isRegularFile(path));
            return file.map(path -> TextFile.read(path, "the wildcards " + path)
                            .lines()
                            .map(String::strip)
                            .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                            .toList())
                    .filter(lines -> !lines.isEmpty());
        } catch (InvalidPathException noName) {
            return Optional.empty();
        }
    }
}
