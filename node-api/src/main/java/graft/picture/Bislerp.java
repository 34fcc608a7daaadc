package graft.picture;

/**
 * Interpolation between neighbouring vectors along the arc from one to the other, first across, then down, as ComfyUI has it.
 *
 * <p>The length goes from one to the other in a straight line. Where two vectors point the same way the first is taken as it
 * is, where they are opposite they are mixed in a straight line.
 */
final class Bislerp {

    private static final float EDGE = 1e-5f;

    private Bislerp() {}

    /** @param values planes, which together are one vector at each place */
    static float[] resized(float[] values, Scaling.Sizes sizes) {
        int planes = values.length / sizes.from();
        float[] wide = new float[planes * sizes.height() * sizes.toWidth()];
        Steps across = Steps.between(sizes.width(), sizes.toWidth());
        for (int y = 0; y < sizes.height(); y++) {
            for (int x = 0; x < sizes.toWidth(); x++) {
                int row = y * sizes.width();
                mix(
                        values,
                        row + across.first[x],
                        row + across.second[x],
                        sizes.from(),
                        across.share[x],
                        wide,
                        y * sizes.toWidth() + x,
                        sizes.height() * sizes.toWidth(),
                        planes);
            }
        }
        float[] result = new float[planes * sizes.to()];
        Steps down = Steps.between(sizes.height(), sizes.toHeight());
        for (int y = 0; y < sizes.toHeight(); y++) {
            for (int x = 0; x < sizes.toWidth(); x++) {
                mix(
                        wide,
                        down.first[y] * sizes.toWidth() + x,
                        down.second[y] * sizes.toWidth() + x,
                        sizes.height() * sizes.toWidth(),
                        down.share[y],
                        result,
                        y * sizes.toWidth() + x,
                        sizes.to(),
                        planes);
            }
        }
        return result;
    }

    /** For each place of a line, the two that it lies between and how far it is from the first. */
    @SuppressWarnings("ArrayRecordComponent") // compared by nobody
    private record Steps(int[] first, int[] second, float[] share) {

        static Steps between(int from, int to) {
            float[] ahead = new float[from];
            float[] next = new float[from];
            for (int i = 0; i < from; i++) {
                ahead[i] = i;
                next[i] = Math.min(i + 1, from - 1);
            }
            float[] here = Scaling.BILINEAR.scaled(ahead, from, 1, to, 1);
            float[] after = Scaling.BILINEAR.scaled(next, from, 1, to, 1);
            int[] first = new int[to];
            int[] second = new int[to];
            float[] share = new float[to];
            for (int i = 0; i < to; i++) {
                first[i] = (int) here[i];
                second[i] = (int) after[i];
                share[i] = here[i] - (float) Math.floor(here[i]);
            }
            return new Steps(first, second, share);
        }
    }

    private static void mix(
            float[] from, int one, int other, int step, float share, float[] to, int at, int toStep, int planes) {
        float oneLength = length(from, one, step, planes);
        float otherLength = length(from, other, step, planes);
        float cosine = 0;
        for (int c = 0; c < planes; c++) {
            cosine += unit(from[one + c * step], oneLength) * unit(from[other + c * step], otherLength);
        }
        double angle = Math.acos(cosine);
        double sine = Math.sin(angle);
        float ofOne = (float) (Math.sin((1 - share) * angle) / sine);
        float ofOther = (float) (Math.sin(share * angle) / sine);
        float length = oneLength * (1 - share) + otherLength * share;
        for (int c = 0; c < planes; c++) {
            float first = from[one + c * step];
            float second = from[other + c * step];
            if (cosine > 1 - EDGE) {
                to[at + c * toStep] = first;
            } else if (cosine < EDGE - 1) {
                to[at + c * toStep] = first * (1 - share) + second * share;
            } else {
                to[at + c * toStep] = (ofOne * unit(first, oneLength) + ofOther * unit(second, otherLength)) * length;
            }
        }
    }

    private static float length(float[] values, int at, int step, int planes) {
        double sum = 0;
        for (int c = 0; c < planes; c++) {
            sum += (double) values[at + c * step] * values[at + c * step];
        }
        return (float) Math.sqrt(sum);
    }

    private static float unit(float value, float length) {
        return length == 0 ? 0 : value / length;
    }
}
