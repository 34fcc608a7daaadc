package graft.nodes.lora;

import graft.adapter.Lora;

/** What plain LoRA adds to a weight, in double. */
final class Products {

    private Products() {}

    /** alpha/r · up·down, row by row. */
    static float[] of(Lora.Part part) {
        Lora.LowRank low = (Lora.LowRank) part;
        int rank = low.rank();
        int out = Math.toIntExact(low.out());
        float[] up = low.up().numbers();
        float[] down = low.down().numbers();
        int in = down.length / rank;
        float[] product = new float[out * in];
        for (int o = 0; o < out; o++) {
            for (int i = 0; i < in; i++) {
                double sum = 0;
                for (int r = 0; r < rank; r++) {
                    sum += (double) up[o * rank + r] * down[r * in + i];
                }
                product[o * in + i] = (float) (sum * low.scale());
            }
        }
        return product;
    }

    /** Of both matrices. */
    static float[] numbers(Lora.Part part) {
        Lora.LowRank low = (Lora.LowRank) part;
        float[] up = low.up().numbers();
        float[] down = low.down().numbers();
        float[] all = java.util.Arrays.copyOf(up, up.length + down.length);
        System.arraycopy(down, 0, all, up.length, down.length);
        return all;
    }

    static float most(float[] numbers) {
        float most = 0;
        for (float number : numbers) {
            most = Math.max(most, Math.abs(number));
        }
        return most;
    }

    /** How many are of a size. */
    static long count(float[] numbers, float size) {
        long count = 0;
        for (float number : numbers) {
            count += Math.abs(number) == size ? 1 : 0;
        }
        return count;
    }
}
