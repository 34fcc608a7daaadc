package graft.vision;

import java.util.PriorityQueue;

/** Scores of the words of a vocabulary, a row for each text. */
final class Logits {

    private record Entry(float value, int index) implements Comparable<Entry> {

        /** The smaller number first; of equal ones that which stands later. */
        @Override
        public int compareTo(Entry other) {
            int order = Float.compare(value, other.value);
            return order != 0 ? order : Integer.compare(other.index, index);
        }
    }

    private Logits() {}

    /** Where the largest numbers stand, the largest first; of equal ones that which stands first. */
    static int[] first(float[] values, int at, int length, int count) {
        PriorityQueue<Entry> largest = new PriorityQueue<>();
        for (int i = 0; i < length; i++) {
            Entry entry = new Entry(values[at + i], i);
            if (largest.size() < count) {
                largest.add(entry);
            } else if (entry.compareTo(largest.element()) > 0) {
                largest.remove();
                largest.add(entry);
            }
        }
        int[] order = new int[largest.size()];
        for (int i = order.length - 1; i >= 0; i--) {
            order[i] = largest.remove().index();
        }
        return order;
    }

    /** Logarithms of the probabilities that logits stand for, in place. */
    static void logProbabilities(float[] logits, int at, int length) {
        float most = logits[first(logits, at, length, 1)[0] + at];
        double sum = 0;
        for (int i = at; i < at + length; i++) {
            sum += Math.exp((double) logits[i] - most);
        }
        double whole = most + Math.log(sum);
        for (int i = at; i < at + length; i++) {
            logits[i] = (float) (logits[i] - whole);
        }
    }
}
