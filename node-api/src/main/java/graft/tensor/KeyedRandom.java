package graft.tensor;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * Random numbers that depend on (seed, node, step, purpose) alone: the same bits whatever else runs, on every machine.
 *
 * <p>Philox4x32-10 (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", 2011). Its 64-bit key is the first
 * eight bytes, big-endian, of the SHA-256 of the seed (eight bytes, big-endian), the node and the purpose (UTF-8, each
 * ended by a zero byte); the upper half of its 128-bit counter is the step, the lower half counts the blocks drawn. Not
 * safe for use by several threads at once: ask for one per thread and step.
 */
public final class KeyedRandom {

    private final long key;
    private final long step;
    private long block;
    private int[] words = {};
    private int at;

    private KeyedRandom(long key, long step) {
        this.key = key;
        this.step = step;
    }

    /**
     * The stream of these four.
     *
     * @param node the key of the node in the workflow
     * @param step the training or sampling step; 0 for what is drawn once
     * @param purpose what the numbers are for, such as {@code "noise"}: streams of different purposes are independent
     */
    public static KeyedRandom of(long seed, String node, long step, String purpose) {
        try {
            MessageDigest hash = MessageDigest.getInstance("SHA-256");
            hash.update(ByteBuffer.allocate(Long.BYTES).putLong(seed).flip());
            for (String part : new String[] {node, purpose}) {
                hash.update(part.getBytes(StandardCharsets.UTF_8));
                hash.update((byte) 0);
            }
            return new KeyedRandom(ByteBuffer.wrap(hash.digest()).getLong(), step);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** The next 64 random bits. */
    public long nextLong() {
        return ((long) nextInt() << 32) | Integer.toUnsignedLong(nextInt());
    }

    /** A number in [0, 1), a multiple of 2⁻⁵³. */
    public double uniform() {
        return (nextLong() >>> 11) * 0x1p-53;
    }

    /** A number in [0, bound), each equally likely (Lemire, "Fast random integer generation in an interval", 2019). */
    public int below(int bound) {
        if (bound <= 0) {
            throw new IllegalArgumentException("the bound must be above 0, not " + bound);
        }
        long product = Integer.toUnsignedLong(nextInt()) * bound;
        long low = product & 0xFFFFFFFFL;
        if (low < bound) {
            long biased = (1L << 32) % bound;
            while (low < biased) {
                product = Integer.toUnsignedLong(nextInt()) * bound;
                low = product & 0xFFFFFFFFL;
            }
        }
        return (int) (product >>> 32);
    }

    /** Numbers of the standard normal distribution (Box–Muller in double). */
    public float[] normal(int n) {
        float[] numbers = new float[n];
        for (int i = 0; i < n; i += 2) {
            double radius = Math.sqrt(-2 * StrictMath.log1p(-uniform()));
            double angle = 2 * Math.PI * uniform();
            numbers[i] = (float) (radius * StrictMath.cos(angle));
            if (i + 1 < n) {
                numbers[i + 1] = (float) (radius * StrictMath.sin(angle));
            }
        }
        return numbers;
    }

    /** The numbers 0 to n − 1 in random order (Fisher–Yates). */
    public int[] permutation(int n) {
        int[] order = new int[n];
        for (int i = 0; i < n; i++) {
            int j = below(i + 1);
            order[i] = order[j];
            order[j] = i;
        }
        return order;
    }

    private int nextInt() {
        if (at == words.length) {
            words = philox(
                    (int) block, (int) (block >>> 32), (int) step, (int) (step >>> 32), (int) key, (int) (key >>> 32));
            block++;
            at = 0;
        }
        return words[at++];
    }

    /** One block of Philox4x32-10: counter words c0…c3 (c0 the lowest) under key words k0, k1. */
    static int[] philox(int c0, int c1, int c2, int c3, int k0, int k1) {
        for (int round = 0; round < 10; round++) {
            long even = Integer.toUnsignedLong(c0) * 0xD2511F53L;
            long odd = Integer.toUnsignedLong(c2) * 0xCD9E8D57L;
            c0 = (int) (odd >>> 32) ^ c1 ^ k0;
            c1 = (int) odd;
            c2 = (int) (even >>> 32) ^ c3 ^ k1;
            c3 = (int) even;
            k0 += 0x9E3779B9;
            k1 += 0xBB67AE85;
        }
        return new int[] {c0, c1, c2, c3};
    }
}
