package graft.nodes.sampling;

import graft.node.Input;
import graft.node.Node;
import graft.node.NodeType;
import graft.node.Output;
import graft.node.Problem;
import graft.node.Run;
import graft.node.Setting;
import graft.node.Specs;
import graft.train.data.Dataset;
import graft.train.data.DatasetSpec;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Puts datasets together, so that one training learns from all. */
@NodeType(
        id = "graft/dataset/join",
        title = "Join Datasets",
        category = "images",
        help = "Puts several folders of pictures together, so that one training learns all of them. Their pictures may"
                + " differ in size: each batch is of one size.",
        words = {"combine", "concepts", "merge", "several", "repeats", "balance"})
public final class JoinDatasets implements Node {

    @Input(help = "The pictures to put together, as many wires as there are datasets.")
    List<Dataset> images = List.of();

    @Setting(
            min = 1,
            max = 1000,
            unit = "times",
            help =
                    "How often the pictures of each are shown in one round, in the order of the wires; one number serves all."
                            + " So a concept of few pictures can be shown as often as one of many.")
    List<Double> repeats = List.of(1.0);

    @Output(help = "All pictures with their captions.")
    Dataset joined;

    @Override
    public void configure(Specs specs) {
        List<DatasetSpec> known = specs.all("images", DatasetSpec.class);
        if (known.isEmpty()) {
            return;
        }
        if (known.stream().allMatch(spec -> spec.pictures().isPresent())) {
            boolean captioned = known.stream().allMatch(spec -> spec.dataset().isPresent());
            DatasetSpec joined = DatasetSpec.of(joined(
                    known.stream().map(spec -> spec.pictures().orElseThrow()).toList()));
            specs.output("joined", captioned ? joined : joined.uncaptioned());
        } else {
            checkRound(known.stream().map(DatasetSpec::count).toList());
            int count = 0;
            for (int i = 0; i < known.size(); i++) {
                count += times(i, known.size()) * known.get(i).count();
            }
            specs.output(
                    "joined",
                    new DatasetSpec(
                            count,
                            known.stream()
                                    .flatMap(spec -> spec.sizes().stream())
                                    .distinct()
                                    .toList()));
        }
    }

    @Override
    public void run(Run run) {
        joined = joined(images);
        run.log(joined.items().stream().map(Dataset.Item::file).distinct().count() + " pictures, "
                + joined.items().size() + " a round.");
    }

    private Dataset joined(List<Dataset> datasets) {
        checkRound(datasets.stream().map(data -> data.items().size()).toList());
        List<Dataset.Item> items = new ArrayList<>();
        for (int i = 0; i < datasets.size(); i++) {
            int times = times(i, datasets.size());
            datasets.get(i).items().forEach(item -> items.addAll(Collections.nCopies(times, item)));
        }
        return new Dataset(items);
    }

    private void checkRound(List<Integer> counts) {
        long round = 0;
        for (int i = 0; i < counts.size(); i++) {
            round += (long) times(i, counts.size()) * counts.get(i);
        }
        if (round > Dataset.MOST) {
            throw new Problem(
                            "cannot show " + round + " pictures a round",
                            "the repeats ask for that, and " + Dataset.MOST + " are the most",
                            "let the pictures count less often")
                    .at("repeats");
        }
    }

    private int times(int position, int datasets) {
        if (repeats.size() != 1 && repeats.size() != datasets) {
            throw new Problem(
                            repeats.size() + " repeats are given for " + datasets + " datasets",
                            "each dataset takes one",
                            "give one number for all, or one for each wire")
                    .at("repeats");
        }
        double times = repeats.get(repeats.size() == 1 ? 0 : position);
        if (times != Math.rint(times)) {
            throw new Problem(
                            "pictures cannot be shown " + times + " times in a round",
                            "that is no whole number",
                            "choose a whole number from 1 on")
                    .at("repeats");
        }
        return (int) times;
    }
}
