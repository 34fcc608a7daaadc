package graft.sample;

import java.util.ArrayList;
import java.util.List;

/**
 * Seeds from seeds, to the bits of {@code numpy.random.SeedSequence}: M. E. O'Neill's {@code seed_seq_fe}, "Developing a seed_seq
 * Alternative" (2015).
 */
final class SeedSequence {

    private static final int FIRST_MIXED = 0x43b0d7e5;
    private static final int NEXT_MIXED = 0x931e8875;
    private static final int FIRST_GIVEN = 0x8b51f9dd;
    private static final int NEXT_GIVEN = 0x58f38ded;
    private static final int LEFT = 0xca01f9dd;
    private static final int RIGHT = 0x4973f715;
    private static final int SHIFT = 16;

    private final int[] pool;
    private int hash = FIRST_MIXED;

    /**
     * Mixes a pool.
     *
     * @param entropy the seed, taken for unsigned
     * @param key which of its descendants; none for itself
     * @param size of the pool, in words
     */
    SeedSequence(long entropy, int size, long... key) {
        List<Integer> words = new ArrayList<>(words(entropy));
        while (key.length > 0 && words.size() < size) {
            words.add(0);
        }
        for (long part : key) {
            words.addAll(words(part));
        }
        pool = new int[size];
        for (int i = 0; i < size; i++) {
            pool[i] = hashed(i < words.size() ? words.get(i) : 0);
        }
        for (int from = 0; from < size; from++) {
            for (int to = 0; to < size; to++) {
                if (from != to) {
                    pool[to] = mixed(pool[to], hashed(pool[from]));
                }
            }
        }
        for (int from = size; from < words.size(); from++) {
            for (int to = 0; to < size; to++) {
                pool[to] = mixed(pool[to], hashed(words.get(from)));
            }
        }
    }

    /** The first word of its state, unsigned. */
    long first() {
        int word = (pool[0] ^ FIRST_GIVEN) * FIRST_GIVEN * NEXT_GIVEN;
        return Integer.toUnsignedLong(word ^ (word >>> SHIFT));
    }

    private static List<Integer> words(long number) {
        int high = (int) (number >>> Integer.SIZE);
        return high == 0 ? List.of((int) number) : List.of((int) number, high);
    }

    private int hashed(int word) {
        int value = word ^ hash;
        hash *= NEXT_MIXED;
        value *= hash;
        return value ^ (value >>> SHIFT);
    }

    private static int mixed(int left, int right) {
        int value = LEFT * left - RIGHT * right;
        return value ^ (value >>> SHIFT);
    }
}
