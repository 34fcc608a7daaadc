package graft.tensor;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

/**
 * The normal numbers of torch's CPU generator: after {@code torch.manual_seed(seed)}, the same float32 bits as
 * {@code torch.randn(shape)} on x86-64, call after call.
 *
 * <p>Sixteen numbers or more are drawn as torch's AVX2 kernel draws them: 24-bit uniforms from a Mersenne twister, then
 * Box–Muller on groups of 16 with Cephes polynomials in float arithmetic, fused where that kernel is fused. Fewer are
 * drawn one by one in double, two at a time, the second kept for later. Not safe for use by several threads at once.
 *
 * <p>Source: ATen/native/cpu/DistributionTemplates.h, ATen/native/cpu/avx_mathfun.h and ATen/core/MT19937RNGEngine.h of
 * PyTorch 2.7.
 */
public final class TorchRandom {

    private static final int GROUP = 16;
    private static final float TWO_PI = (float) (2 * Math.PI);

    private final MersenneTwister bits;
    private double kept = Double.NaN; // the second normal of a pair drawn in double, when one is left over

    /** Starts the stream of {@code torch.manual_seed(seed)}; as there, only the low 32 bits of the seed count. */
    public TorchRandom(long seed) {
        bits = new MersenneTwister((int) seed);
    }

    /** The next {@code torch.randn(shape)} of the stream as a float32 array, given to {@code manager}. */
    public NDArray randn(NDManager manager, long... shape) {
        Shape wanted = new Shape(shape);
        return manager.create(randn(Math.toIntExact(wanted.size())), wanted);
    }

    /** The next {@code torch.randn(n)} of the stream. */
    public float[] randn(int n) {
        float[] numbers = new float[n];
        if (n < GROUP) {
            for (int i = 0; i < n; i++) {
                numbers[i] = (float) nextInDouble();
            }
            return numbers;
        }
        fillUniform(numbers, 0, n);
        for (int group = 0; group + GROUP <= n; group += GROUP) {
            toNormal(numbers, group);
        }
        if (n % GROUP != 0) {
            // torch draws the last 16 anew, over numbers that the whole groups have already given
            fillUniform(numbers, n - GROUP, n);
            toNormal(numbers, n - GROUP);
        }
        return numbers;
    }

    private void fillUniform(float[] numbers, int from, int to) {
        for (int i = from; i < to; i++) {
            numbers[i] = (bits.next() & 0xFFFFFF) * 0x1p-24f;
        }
    }

    private double nextInDouble() {
        if (!Double.isNaN(kept)) {
            double normal = kept;
            kept = Double.NaN;
            return normal;
        }
        double angle = 2 * Math.PI * uniformDouble();
        double radius = Math.sqrt(-2 * StrictMath.log1p(-uniformDouble()));
        kept = radius * StrictMath.sin(angle);
        return radius * StrictMath.cos(angle);
    }

    private double uniformDouble() {
        long high = Integer.toUnsignedLong(bits.next());
        long low = Integer.toUnsignedLong(bits.next());
        return (((high << 32) | low) & ((1L << 53) - 1)) * 0x1p-53;
    }

    /** Box–Muller on 8 pairs: element j and j + 8 of the group. */
    private static void toNormal(float[] numbers, int group) {
        for (int j = group; j < group + GROUP / 2; j++) {
            float radius = (float) Math.sqrt(-2f * log(1f - numbers[j]));
            float angle = TWO_PI * numbers[j + GROUP / 2];
            sinCosTimes(radius, angle, numbers, j, j + GROUP / 2);
        }
    }

    /** Natural logarithm of a normal float, to the bits of {@code log256_ps}. */
    private static float log(float x) {
        int raw = Float.floatToRawIntBits(x);
        float e = (raw >>> 23) - 0x7f + 1f;
        float m = Float.intBitsToFloat((raw & 0x807fffff) | 0x3f000000); // mantissa in [0.5, 1)
        if (m < 0.70710677f) {
            e -= 1f;
            m = m - 1f + m;
        } else {
            m -= 1f;
        }
        float z = m * m;
        float y = 0.070376836f;
        y = Math.fma(y, m, -0.1151461f);
        y = Math.fma(y, m, 0.116769984f);
        y = Math.fma(y, m, -0.12420141f);
        y = Math.fma(y, m, 0.14249323f);
        y = Math.fma(y, m, -0.16668057f);
        y = Math.fma(y, m, 0.20000714f);
        y = Math.fma(y, m, -0.24999994f);
        y = Math.fma(y, m, 0.3333333f);
        y = Math.fma(y * m, z, e * -2.1219444e-4f);
        y -= z * 0.5f;
        return Math.fma(e, 0.6933594f, m + y);
    }

    /** Writes {@code radius * cos(angle)} and {@code radius * sin(angle)}, to the bits of {@code sincos256_ps}. */
    private static void sinCosTimes(float radius, float angle, float[] into, int cosAt, int sinAt) {
        int octant = ((int) (angle * 1.2732395f) + 1) & ~1;
        float y = octant;
        float x = Math.fma(y, -0.78515625f, angle);
        x = Math.fma(y, -2.4187565e-4f, x);
        x = Math.fma(y, -3.774895e-8f, x);
        float z = x * x;
        float cos = 2.4433157e-5f;
        cos = Math.fma(cos, z, -0.0013887316f);
        cos = Math.fma(cos, z, 0.041666646f);
        cos = Math.fma(cos * z, z, -(z * 0.5f)) + 1f;
        float sin = -1.9515296e-4f;
        sin = Math.fma(sin, z, 0.008332161f);
        sin = Math.fma(sin, z, -0.16666655f);
        sin = Math.fma(sin * z, x, x);
        boolean swapped = (octant & 2) != 0;
        float sine = swapped ? cos : sin;
        float cosine = swapped ? sin : cos;
        into[cosAt] = radius * (((octant - 2) & 4) == 0 ? -cosine : cosine) + 0f;
        into[sinAt] = radius * ((octant & 4) == 0 ? sine : -sine) + 0f;
    }
}
