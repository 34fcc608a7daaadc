package graft.nodes.sampling;

import graft.node.Input;
import graft.node.Node;
import graft.node.NodeType;
import graft.node.Output;
import graft.node.Problem;
import graft.node.Run;
import graft.node.Setting;
import graft.node.Setting.Control;
import graft.node.Specs;
import graft.tensor.KeyedRandom;
import graft.train.data.Augment;
import graft.train.data.Dataset;
import graft.train.data.DatasetSpec;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Holds some pictures back from the training, to see on them whether it learns or only remembers. */
@NodeType(
        id = "graft/dataset/split",
        title = "Split Dataset",
        category = "images",
        help =
                "Holds some pictures back from the training. The loss on them shows whether it still learns what they have in"
                        + " common, or only remembers the pictures that it sees.",
        words = {"validation", "held out", "hold out", "test set", "overfitting"})
public final class SplitDataset implements Node {

    @Input(help = "The pictures to share out.")
    Dataset images;

    @Setting(
            min = 0,
            max = 0.9,
            step = 0.05,
            help = "The share of the pictures that is held back, at least one picture; 0.1 is every tenth.")
    double share = 0.1;

    @Setting(
            advanced = true,
            min = 0,
            max = 100_000,
            unit = "pictures",
            help = "How many pictures are held back; 0 for as many as the share says.")
    int count = 0;

    @Setting(min = 0, control = Control.SEED, help = "Chooses the pictures that are held back.")
    long seed = 0;

    @Output(help = "The pictures to train on.")
    Dataset training;

    @Output(help = "The pictures held back, each once and as it is.")
    Dataset validation;

    private record Halves(Dataset training, Dataset validation) {}

    @Override
    public void configure(Specs specs) {
        specs.of("images", DatasetSpec.class).flatMap(DatasetSpec::dataset).ifPresent(known -> {
            Halves halves = split(known);
            specs.output("training", DatasetSpec.of(halves.training()));
            specs.output("validation", DatasetSpec.of(halves.validation()));
        });
    }

    @Override
    public void run(Run run) {
        Halves halves = split(images);
        training = halves.training();
        validation = halves.validation();
        run.log("Held back: "
                + validation.items().stream()
                        .map(item -> item.file().getFileName().toString())
                        .collect(Collectors.joining(", "))
                + ".");
    }

    private Halves split(Dataset data) {
        List<Path> files =
                data.items().stream().map(Dataset.Item::file).distinct().toList();
        int held = count > 0 ? count : Math.max(1, (int) Math.round(share * files.size()));
        if (held >= files.size()) {
            throw new Problem(
                            "no picture is left to train on",
                            held + " of " + files.size() + " would be held back",
                            "hold fewer back, or add pictures")
                    .at(count > 0 ? "count" : "share");
        }
        int[] order = KeyedRandom.of(seed, "split", 0, "order").permutation(files.size());
        Set<Path> back = Arrays.stream(order).limit(held).mapToObj(files::get).collect(Collectors.toSet());
        return new Halves(
                new Dataset(data.items().stream()
                        .filter(item -> !back.contains(item.file()))
                        .toList()),
                new Dataset(data.items().stream()
                        .filter(item -> back.contains(item.file()))
                        .map(item -> item.withAugment(Augment.NONE))
                        .distinct()
                        .toList()));
    }
}
