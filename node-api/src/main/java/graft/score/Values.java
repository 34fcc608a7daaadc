package graft.score;

import java.util.ArrayList;
import java.util.List;

/** One measure of several pictures, in their order: finite numbers, at least one. */
public record Values(List<Double> each) {

    private static final List<Double> STUDENT =
            List.of(12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228);

    public Values {
        each = List.copyOf(each);
        if (each.isEmpty() || !each.stream().allMatch(Double::isFinite)) {
            throw new IllegalArgumentException("not finite numbers: " + each);
        }
    }

    public double mean() {
        return each.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
    }

    /** The standard deviation of a sample (over n − 1); 0 for a single value. */
    public double deviation() {
        double mean = mean();
        double squares = each.stream()
                .mapToDouble(value -> (value - mean) * (value - mean))
                .sum();
        return each.size() < 2 ? 0 : Math.sqrt(squares / (each.size() - 1));
    }

    /**
     * How far to either side the mean of ever more such values lies in 95 of 100 cases (Student's t); infinite for a single value,
     * which says nothing of others.
     */
    public double margin() {
        int freedom = each.size() - 1;
        return freedom < 1 ? Double.POSITIVE_INFINITY : quantile(freedom) * deviation() / Math.sqrt(each.size());
    }

    /** Student's t at 97.5 %; beyond ten degrees of freedom to one part in a hundred. */
    private static double quantile(int freedom) {
        return freedom <= STUDENT.size() ? STUDENT.get(freedom - 1) : 1.96 + 2.5 / freedom;
    }

    /** The means of so many after one another, such as those of the seeds of each prompt. */
    public Values meansOf(int together) {
        List<Double> means = new ArrayList<>();
        for (int i = 0; i < each.size(); i += together) {
            means.add(new Values(each.subList(i, Math.min(each.size(), i + together))).mean());
        }
        return new Values(means);
    }

    /**
     * Place by place this less the other.
     *
     * @throws IllegalArgumentException when there are not as many
     */
    public Values minus(Values other) {
        if (other.each.size() != each.size()) {
            throw new IllegalArgumentException(each.size() + " values and " + other.each.size());
        }
        List<Double> differences = new ArrayList<>();
        for (int i = 0; i < each.size(); i++) {
            differences.add(each.get(i) - other.each.get(i));
        }
        return new Values(differences);
    }
}
