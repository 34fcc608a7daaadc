package graft.train;

import graft.tensor.KeyedRandom;
import graft.train.data.TrainingSize;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;

/**
 * Which pictures each batch of an endless training holds: always as many, always of one size.
 *
 * <p>The pictures of a size come in rounds, each in an order of its own, so that none comes again before all others of its
 * size came. A round's last ones that do not fill a batch are the first of the next batch of that size. In an epoch each size
 * has as many batches as its pictures have come to fill, in an order of the epoch's own. All is a function of the
 * batch's number and the random numbers of (round or epoch, purpose).
 */
final class BatchOrder {

    private final List<Bucket> buckets;
    private final int batch;
    private final BiFunction<Long, String, KeyedRandom> random;

    /** The items of one size, by their index, and what keys their order. */
    private record Bucket(List<Integer> items, String purpose) {

        /** How many batches it has filled when so many epochs are over. */
        long filled(long epochs, int batch) {
            return Math.multiplyExact(epochs, (long) items.size()) / batch;
        }
    }

    /**
     * @param sizes of the items in order
     * @param batch how many items each batch has
     * @param random of a number and a purpose
     */
    BatchOrder(List<TrainingSize> sizes, int batch, BiFunction<Long, String, KeyedRandom> random) {
        this.batch = batch;
        this.random = random;
        Map<TrainingSize, List<Integer>> bySize = new LinkedHashMap<>();
        for (int item = 0; item < sizes.size(); item++) {
            bySize.computeIfAbsent(sizes.get(item), size -> new ArrayList<>()).add(item);
        }
        boolean several = bySize.size() > 1;
        this.buckets = bySize.entrySet().stream()
                .map(each -> new Bucket(each.getValue(), several ? "order " + each.getKey() : "order"))
                .toList();
    }

    /** The items of a batch, counted from 0. */
    List<Integer> batch(long number) {
        if (buckets.size() == 1) {
            return batch(buckets.get(0), number);
        }
        long epoch = epoch(number);
        List<Integer> batches = new ArrayList<>();
        for (int bucket = 0; bucket < buckets.size(); bucket++) {
            Bucket each = buckets.get(bucket);
            for (long i = each.filled(epoch, batch); i < each.filled(epoch + 1, batch); i++) {
                batches.add(bucket);
            }
        }
        int[] order = random.apply(epoch, "batches").permutation(batches.size());
        int place = Math.toIntExact(number - filled(epoch));
        int bucket = batches.get(order[place]);
        long before = 0;
        for (int i = 0; i < place; i++) {
            before += batches.get(order[i]) == bucket ? 1 : 0;
        }
        Bucket chosen = buckets.get(bucket);
        return batch(chosen, chosen.filled(epoch, batch) + before);
    }

    /** The epoch that a batch is in: the first at whose end more batches are filled than come before it. */
    private long epoch(long number) {
        long low = 0;
        long high = 1;
        while (filled(high) <= number) {
            low = high;
            high = Math.multiplyExact(high, 2L);
        }
        while (high - low > 1) {
            long middle = low + (high - low) / 2;
            if (filled(middle) <= number) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return low;
    }

    private long filled(long epochs) {
        return buckets.stream().mapToLong(each -> each.filled(epochs, batch)).sum();
    }

    private List<Integer> batch(Bucket bucket, long number) {
        int count = bucket.items().size();
        List<Integer> items = new ArrayList<>();
        long round = -1;
        int[] order = {};
        for (long place = number * batch; place < (number + 1) * batch; place++) {
            if (place / count != round) {
                round = place / count;
                order = random.apply(round, bucket.purpose()).permutation(count);
            }
            items.add(bucket.items().get(order[(int) (place % count)]));
        }
        return items;
    }
}
