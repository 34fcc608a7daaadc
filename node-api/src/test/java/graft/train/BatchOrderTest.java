package graft.train;

import static org.assertj.core.api.Assertions.assertThat;

import graft.tensor.KeyedRandom;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class BatchOrderTest {

    private static BatchOrder order(List<Integer> buckets, int batch, long seed) {
        return new BatchOrder(
                buckets.stream()
                        .map(side -> new graft.train.data.TrainingSize(side, 64))
                        .toList(),
                batch,
                (number, purpose) -> KeyedRandom.of(seed, "train", number, purpose));
    }

    @Property(tries = 200)
    void everyBatchIsFullAndOfOneSize(
            @ForAll @Size(min = 1, max = 30) List<@IntRange(min = 1, max = 4) Integer> buckets,
            @ForAll @IntRange(min = 1, max = 5) int batch,
            @ForAll @IntRange(max = 100_000) int number) {
        List<Integer> items = order(buckets, batch, 3).batch(number);

        assertThat(items).hasSize(batch);
        assertThat(items.stream().map(buckets::get).distinct()).hasSize(1);
    }

    @Property(tries = 100)
    void afterAsManyEpochsAsABatchHasItemsEachWasSeenAsOften(
            @ForAll @Size(min = 1, max = 30) List<@IntRange(min = 1, max = 4) Integer> buckets,
            @ForAll @IntRange(min = 1, max = 5) int batch,
            @ForAll long seed) {
        BatchOrder order = order(buckets, batch, seed);
        Map<Integer, Integer> seen = new HashMap<>();
        // So many items make whole batches of every size.
        for (int number = 0; number < buckets.size(); number++) {
            order.batch(number).forEach(item -> seen.merge(item, 1, Integer::sum));
        }

        assertThat(seen).hasSize(buckets.size());
        assertThat(seen.values()).containsOnly(batch);
    }

    @Property(tries = 100)
    void anEpochOfSingleItemsShowsEachOnce(
            @ForAll @Size(min = 1, max = 30) List<@IntRange(min = 1, max = 4) Integer> buckets, @ForAll long seed) {
        BatchOrder order = order(buckets, 1, seed);
        for (int epoch = 0; epoch < 3; epoch++) {
            List<Integer> seen = new ArrayList<>();
            for (int i = 0; i < buckets.size(); i++) {
                seen.addAll(order.batch((long) epoch * buckets.size() + i));
            }
            assertThat(seen)
                    .containsExactlyInAnyOrderElementsOf(
                            IntStream.range(0, buckets.size()).boxed().toList());
        }
    }

    @Test
    void aSizeOfFewPicturesWaitsUntilTheyFillABatch() {
        // Ten of one size, one of another; a batch of four holds that one once it came four times.
        List<Integer> buckets = new ArrayList<>(Collections.nCopies(10, 1));
        buckets.add(2);
        BatchOrder order = order(buckets, 4, 1);

        List<List<Integer>> batches =
                IntStream.range(0, 22).mapToObj(order::batch).toList();

        assertThat(batches.stream().filter(items -> items.contains(10)))
                .hasSize(2)
                .containsOnly(List.of(10, 10, 10, 10));
    }

    @Test
    void epochsDifferInOrder() {
        List<Integer> buckets = IntStream.range(0, 12).mapToObj(i -> i % 3 + 1).toList();
        BatchOrder order = order(buckets, 1, 5);

        assertThat(IntStream.range(0, 12).mapToObj(order::batch).toList())
                .isNotEqualTo(IntStream.range(12, 24).mapToObj(order::batch).toList());
    }

    @Test
    void picturesOfOneSizeComeInAnOrderForEachRoundWhereverBatchesEnd() {
        List<Integer> one = Collections.nCopies(5, 1);
        List<Integer> places = new ArrayList<>();
        for (long round = 0; round < 3; round++) {
            for (int item : KeyedRandom.of(9, "train", round, "order").permutation(5)) {
                places.add(item);
            }
        }
        List<Integer> found = new ArrayList<>();
        for (int number = 0; number < 5; number++) {
            found.addAll(order(one, 3, 9).batch(number));
        }
        assertThat(found).isEqualTo(places);
    }
}
