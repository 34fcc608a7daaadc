package graft.train.data;

import graft.node.Spec;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * What is known of a dataset before its pictures are read.
 *
 * @param count items, repeats included
 * @param sizes that they are trained at, at least one, each once
 * @param dataset the items themselves, where they are known by now
 * @param pictures the items too where all but their captions is known
 */
public record DatasetSpec(int count, List<TrainingSize> sizes, Optional<Dataset> dataset, Optional<Dataset> pictures)
        implements Spec {

    public DatasetSpec {
        sizes = List.copyOf(sizes);
        if (sizes.isEmpty()) {
            throw new IllegalArgumentException("no sizes");
        }
    }

    /** Pictures of one size of which no more is known. */
    public DatasetSpec(int count, int width, int height) {
        this(count, List.of(new TrainingSize(width, height)));
    }

    /** Pictures of which no more is known than how many there are of which sizes. */
    public DatasetSpec(int count, List<TrainingSize> sizes) {
        this(count, sizes, Optional.empty(), Optional.empty());
    }

    /** A dataset that is known wholly. */
    public static DatasetSpec of(Dataset dataset) {
        return new DatasetSpec(
                dataset.items().size(),
                dataset.items().stream().map(Dataset.Item::size).distinct().toList(),
                Optional.of(dataset),
                Optional.of(dataset));
    }

    /** The same pictures, whose captions are found out in the run. */
    public DatasetSpec uncaptioned() {
        return new DatasetSpec(count, sizes, Optional.empty(), pictures);
    }

    /** The size of the most pixels: what needs the most memory. */
    public TrainingSize largest() {
        return sizes.stream().max(Comparator.comparingLong(TrainingSize::area)).orElseThrow();
    }

    /** Of the {@link #largest}, in pixels. */
    public int width() {
        return largest().width();
    }

    /** Of the {@link #largest}, in pixels. */
    public int height() {
        return largest().height();
    }
}
